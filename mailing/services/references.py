"""Keeping the case number that an office gave to our letters (E22)."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.models import User
from mailing.models import Letter, OfficeReference
from mailing.placeholders import one_line, without_controls


@transaction.atomic
def note_case_number(letter: Letter, *, number: str, actor: User, now: datetime) -> OfficeReference:
    """The office that got this letter keeps the matter under `number`.

    Letters that are written from now on to the same address carry it, and so do those that still
    wait for release; what has left stays as it was sent.
    """
    number = one_line(without_controls(number))
    kept, _is_new = OfficeReference.objects.update_or_create(
        email=letter.to.lower(),
        defaults={"number": number, "entered_by": actor, "entered_at": now},
    )
    Letter.objects.filter(to__iexact=letter.to, status=Letter.Status.DRAFT).update(
        their_reference=number
    )
    audit.record(action="mailing.letter.case_number_kept", target=letter, actor=actor, now=now)
    return kept
