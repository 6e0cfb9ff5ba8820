"""Letters of the mailing room itself: signing in and showing that an address is one's own."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from core import formats, links
from mailing.registry import LetterKind

if TYPE_CHECKING:
    from core.models import User
    from mailing.models import Letter, Mailing, Standstill

LETTERS = {
    "mailing/login_link": LetterKind(
        gettext_lazy("A mentor, intern or evaluator who asked to sign in, at once."),
        placeholders={
            "link": "https://win4ua.example/logowanie/AbC123/",
            "code": "482913",
            "asked_at": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
        },
        sealed=frozenset({"code"}),
    ),
    "mailing/code": LetterKind(
        gettext_lazy(
            "An official who wants to see what was typed behind a personal link, at once."
        ),
        placeholders={"code": "482913", "asked_at": "wtorek, 14 kwietnia 2026, 10:00"},
        sealed=frozenset({"code"}),
    ),
    "mailing/notice": LetterKind(
        gettext_lazy("Whoever a mailing of the panel is meant for; its words are its own."),
        placeholders={"salutation": "Szanowna Pani Burmistrz", "name": "Anna Kowalska"},
        has_own_words=True,
    ),
    "mailing/mailing_paused": LetterKind(
        gettext_lazy("The author of a mailing that stopped by itself, at once."),
        placeholders={
            "title": "Zaproszenie 2026",
            "ended": 120,
            "failed": 15,
            "page": "https://win4ua.example/admin/mailing/wysylki/7/",
        },
    ),
    "mailing/standstill": LetterKind(
        gettext_lazy(
            "Coordinators and administrators, once, when letters or reminders stand still."
        ),
        placeholders={
            "what": "Listy nie wychodzą: program, który je wysyła, nie działa (worker)",
            "since": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
            "page": "https://win4ua.example/admin/mailing/outbox/",
        },
    ),
}


def mailing_paused(mailing: "Mailing", *, ended: int, failed: int, now: datetime) -> "Letter":
    """Too many letters of the mailing fail: it waits for a person (E16)."""
    from mailing.services.writing import write  # the registry imports this while it is imported

    return write(
        key=f"mailing.paused.{mailing.pk}.{now.timestamp():.3f}",
        letter="mailing/mailing_paused",
        to=mailing.author,
        context={
            "title": mailing.title,
            "ended": formats.number(ended, mailing.author.language),
            "failed": formats.number(failed, mailing.author.language),
            "page": links.page_url("admin:mailing_page", mailing.author.language, mailing.pk),
        },
        now=now,
        about=mailing,
    )


def standstill(episode: "Standstill", *, to: "User", what: str, now: datetime) -> "Letter":
    """Something stands still: to one of those who can do something about it, once (FT-37)."""
    from mailing.services.writing import write  # the registry imports this while it is imported

    return write(
        key=f"mailing.standstill.{episode.pk}.{to.pk}",
        letter="mailing/standstill",
        to=to,
        context={
            "what": what,
            "since": formats.moment(episode.began_at, to.language),
            "page": links.page_url("admin:mailing_outbox", to.language),
        },
        now=now,
    )
