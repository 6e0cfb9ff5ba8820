"""Proof of what people accepted."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from core import audit
from core.models import User
from programme.models import ConsentGiven, ConsentText, Edition


class ConsentTextMissing(Exception):
    """The edition has no text of this kind; staff must write it before anybody can accept it."""

    def __init__(self, kinds: Iterable[str]):
        self.kinds = sorted(kinds)
        super().__init__(", ".join(self.kinds))


@transaction.atomic
def record_consents(
    *,
    subject: models.Model,
    email: str,
    kinds: Iterable[str],
    language: str,
    now: datetime,
    edition: Edition | None = None,
    actor: User | None = None,
) -> list[ConsentGiven]:
    """Store the newest version of each kind as accepted by `email` about `subject`.

    The edition is the subject's own unless given. A version accepted already is not written
    twice. Raises `ConsentTextMissing` when the edition lacks a text of one of the kinds.
    """
    edition = edition or _edition_of(subject)
    wanted = list(dict.fromkeys(kinds))
    texts = {
        text.kind: text
        for text in ConsentText.objects.filter(edition=edition, kind__in=wanted).order_by("version")
    }
    missing = set(wanted) - set(texts)
    if missing:
        raise ConsentTextMissing(missing)
    subject_type = ContentType.objects.get_for_model(subject)
    given = []
    for kind in wanted:
        consent, created = ConsentGiven.objects.get_or_create(
            text=texts[kind],
            email=email.lower(),
            subject_type=subject_type,
            subject_id=subject.pk,
            withdrawn_at=None,
            defaults={"language": language, "given_at": now},
        )
        if created:
            audit.record(
                action="programme.consent.given",
                target=subject,
                actor=actor,
                now=now,
                kind=kind,
                version=texts[kind].version,
                language=language,
            )
        given.append(consent)
    return given


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
