"""Mailings of the rooms as tests need them: recipients worked out, looked at, let go."""

from datetime import datetime

from core.models import User
from mailing.models import Mailing
from mailing.services import mailing_rows, mailings

SALUTATION_AND_NAME = "{salutation},\n\nOsoba: {name}"


def words(body: str = SALUTATION_AND_NAME, subject: str = "Wiadomość") -> dict[str, str]:
    """The six texts of a notice, the same in each language."""
    codes = ("pl", "uk", "en")
    return {f"subject_{code}": subject for code in codes} | {f"body_{code}": body for code in codes}


def mailing_to(
    audience: str,
    actor: User,
    *,
    letter: str,
    now: datetime,
    query: str = "",
    body: str = "",
) -> Mailing:
    """A mailing with its recipients worked out; `body`: what it says when it has own words."""
    mailing = mailings.draft_mailing(
        title="Test",
        letter=letter,
        audience=audience,
        wish={"query": query},
        words=words(body) if body else None,
        actor=actor,
        now=now,
    )
    return mailing_rows.work_out(mailing, actor=actor, now=now)


def let_go(mailing: Mailing, actor: User, *, now: datetime) -> None:
    """As if looked at and tested; its letters go ten minutes later."""
    Mailing.objects.filter(pk=mailing.pk).update(previewed_at=now, tested_at=now)
    mailing.refresh_from_db()
    mailings.schedule(mailing, actor=actor, now=now)


def verdicts(mailing: Mailing) -> dict[str, str]:
    """Of each recipient by key why there is no letter, or ""."""
    return {row.key: row.why_not for row in mailing.recipients.order_by("pk")}
