"""Letters of a mailing that is paused or stopped: nobody sends them (E21, FT-38)."""

from django.db import transaction
from django.db.models import QuerySet

from mailing.enums import LetterStatus, MailingStatus
from mailing.models import Letter, Mailing, MailingRecipient

WAITING = (LetterStatus.QUEUED, LetterStatus.RETRY)


def letters_of(mailing: Mailing) -> QuerySet[Letter]:
    """Its letters, told by a subquery: conditions on a letter stand in the statement that locks it.

    A join would move them into the subquery, where PostgreSQL does not look again after waiting
    for a worker that has just claimed the letter.
    """
    numbers = MailingRecipient.objects.filter(mailing=mailing, letter__isnull=False)
    return Letter.objects.filter(pk__in=numbers.values("letter_id"))


def hold_letters(mailing: Mailing) -> int:
    """What waits to be sent waits for the mailing to go on. Returns how many. In a transaction."""
    return letters_of(mailing).filter(status__in=WAITING).update(status=LetterStatus.HELD)


def drop_letters(mailing: Mailing) -> int:
    """What is held will not go; a try that may have succeeded is left for a person to settle."""
    held = letters_of(mailing).filter(status=LetterStatus.HELD)
    held.filter(is_unclear=True).update(status=LetterStatus.AMBIGUOUS)
    return held.update(status=LetterStatus.CANCELLED, error="the mailing was stopped")


def lock_mailing_of(letter: Letter) -> Mailing | None:
    """The mailing of a letter, locked: whoever pauses it waits. In a transaction.

    Asked for before the letter itself is touched, as by those who pause: nobody waits in a circle.
    """
    rows = Mailing.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(recipients__letter=letter).first()


@transaction.atomic
def hold_if_stopped(letter: Letter) -> None:
    """A letter that waits again stays where it is if its mailing does not go on.

    Waits for somebody who is pausing the mailing at this moment, so that none slips between.
    """
    mailing = lock_mailing_of(letter)
    if mailing is None or mailing.status not in (MailingStatus.PAUSED, MailingStatus.STOPPED):
        return
    if not Letter.objects.filter(pk=letter.pk, status__in=WAITING).update(status=LetterStatus.HELD):
        return
    if mailing.status == MailingStatus.STOPPED:
        drop_letters(mailing)
    letter.refresh_from_db(fields=["status", "error"])
