"""Proof of what people accepted."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from core import audit
from core.models import User
from programme.models import ConsentGiven, ConsentText, Edition
from programme.selectors import newest_texts


class ConsentTextMissing(Exception):
    """The edition has no text of this kind; staff must write it before anybody can accept it."""

    def __init__(self, kinds: Iterable[str]):
        self.kinds = sorted(kinds)
        super().__init__(", ".join(self.kinds))


def record_consents(
    *,
    subject: models.Model,
    email: str,
    kinds: Iterable[str],
    language: str,
    now: datetime,
    edition: Edition | None = None,
    texts: Mapping[str, ConsentText] | None = None,
    actor: User | None = None,
) -> list[ConsentGiven]:
    """Store the newest version of each kind as accepted by `email` about `subject`.

    The edition is the subject's own unless given; `texts` are its `newest_texts()`, for a caller
    who has them already. A version accepted already is not written twice. Raises
    `ConsentTextMissing` when the edition lacks a text of one of the kinds.
    """
    edition = edition or _edition_of(subject)
    wanted = list(dict.fromkeys(kinds))
    if texts is None:
        texts = newest_texts(edition)
    if missing := set(wanted) - set(texts):
        raise ConsentTextMissing(missing)
    about = {"subject_type": ContentType.objects.get_for_model(subject), "subject_id": subject.pk}
    with transaction.atomic(savepoint=False):
        _hold(subject)
        known = {
            consent.text_id: consent
            for consent in ConsentGiven.objects.filter(
                **about, text__in=[texts[kind] for kind in wanted], email=email.lower()
            ).filter(withdrawn_at=None)
        }
        given = [
            known.get(texts[kind].pk)
            or ConsentGiven(
                **about,
                text=texts[kind],
                email=email.lower(),
                language=language,
                given_at=now,
            )
            for kind in wanted
        ]
        new = ConsentGiven.objects.bulk_create([each for each in given if each.pk is None])
        audit.record_each(
            [
                (
                    subject,
                    {
                        "kind": consent.text.kind,
                        "version": consent.text.version,
                        "language": language,
                    },
                )
                for consent in new
            ],
            action="programme.consent.given",
            actor=actor,
            now=now,
        )
    return given


def _hold(subject: models.Model) -> None:
    """Two that accept for the same record come one after the other, so both find all consents."""
    rows = type(subject)._base_manager.select_for_update(of=("self",), no_key=True)
    rows.values_list("pk", flat=True).get(pk=subject.pk)


@transaction.atomic
def withdraw_consent(
    consent: ConsentGiven, *, now: datetime, actor: User | None = None
) -> ConsentGiven:
    """Mark a consent as withdrawn; the line stays as proof. A second withdrawal changes nothing."""
    if ConsentGiven.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=now):
        consent.withdrawn_at = now
        audit.record(
            action="programme.consent.withdrawn",
            target=consent,
            actor=actor,
            now=now,
            text=consent.text_id,
        )
    return consent


def _edition_of(subject: models.Model) -> Edition:
    """The edition that the record belongs to."""
    edition = getattr(subject, "edition", None)
    if not isinstance(edition, Edition):
        raise TypeError(f"{subject!r} has no edition of its own; name one")
    return edition
