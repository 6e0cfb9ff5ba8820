"""Letters to candidates, heads of hromadas and evaluators."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import ApplicationStatus
from core import formats
from mailing import services as mailing
from mailing.registry import LetterKind
from mailing.values import Recipient

if TYPE_CHECKING:
    from applications.models import Evaluation, FormalCheck, InternApplication
    from core.models import User

LETTERS = {
    "applications/intern_link": LetterKind(
        gettext_lazy("A candidate who asked for the link to the application, at once."),
        {
            "hromada": "Козельщинська",
            "link": "https://win4ua.example/uk/zayavka/x/",
            "deadline": "пʼятниця, 29 травня 2026, 18:00 (за київським часом)",
        },
    ),
    "applications/intern_receipt": LetterKind(
        gettext_lazy("A candidate who has sent the application, at once."),
        {
            "number": "WIN4UA-2026-UA-0012",
            "hromada": "Козельщинська",
            "moment": "четвер, 28 травня 2026, 14:05 (за київським часом)",
            "head_email": "holova@hromada.example",
            "answers": "Посада: начальниця відділу",
            "link": "https://win4ua.example/uk/zayavka/x/",
        },
    ),
    "applications/head_request": LetterKind(
        gettext_lazy("The head of a hromada, asked to confirm a candidate, at once."),
        {
            "salutation": "Шановна пані голово",
            "candidate": "Олена Приклад",
            "post": "начальниця відділу економіки",
            "hromada": "Козельщинська",
            "number": "WIN4UA-2026-UA-0012",
            "answer_by": "четвер, 4 червня 2026, 14:05 (за київським часом)",
            "link": "https://win4ua.example/uk/zayavka/kerivnyk/x/",
        },
    ),
    "applications/head_confirmed": LetterKind(
        gettext_lazy("A candidate whose head has confirmed, at once."),
        {"number": "WIN4UA-2026-UA-0012"},
    ),
    "applications/intern_returned": LetterKind(
        gettext_lazy(
            "A candidate whose application is returned for correction, released by a person."
        ),
        {
            "number": "WIN4UA-2026-UA-0012",
            "questions": "Код ЄДРПОУ органу",
            "reason": "Лист-направлення не підписаний.",
            "deadline": "четвер, 11 червня 2026, 18:00 (за київським часом)",
            "link": "https://win4ua.example/uk/zayavka/x/",
        },
    ),
    "applications/intern_rejected": LetterKind(
        gettext_lazy(
            "A candidate whose application did not pass the formal check, released by a person."
        ),
        {"number": "WIN4UA-2026-UA-0012", "reason": "Посада не є керівною."},
    ),
    "applications/evaluator_assigned": LetterKind(
        gettext_lazy("An evaluator who got applications to read, at once."),
        {
            "number": "WIN4UA-2026-UA-0012",
            "due": "15 червня 2026",
            "link": "https://win4ua.example/ocena/",
        },
    ),
    "applications/intern_selected": LetterKind(
        gettext_lazy("A candidate who was selected, released by a person."),
        {"number": "WIN4UA-2026-UA-0012", "link": "https://win4ua.example/uk/zayavka/x/"},
    ),
    "applications/intern_reserve": LetterKind(
        gettext_lazy("A candidate on the reserve list, released by a person."),
        {"number": "WIN4UA-2026-UA-0012", "place": 3},
    ),
    "applications/intern_not_selected": LetterKind(
        gettext_lazy("A candidate who was not selected, released by a person."),
        {"number": "WIN4UA-2026-UA-0012", "reason": "Кількість місць обмежена."},
    ),
    "applications/intern_moved_up": LetterKind(
        gettext_lazy("A candidate who moves up from the reserve list, released by a person."),
        {"number": "WIN4UA-2026-UA-0012", "link": "https://win4ua.example/uk/zayavka/x/"},
    ),
    "applications/intern_preparation": LetterKind(
        gettext_lazy("A selected candidate whose preparation begins, at once."),
        {"number": "WIN4UA-2026-UA-0012", "link": "https://win4ua.example/uk/zayavka/x/"},
    ),
    "applications/intern_ready": LetterKind(
        gettext_lazy("A candidate whose travel list is complete, at once."),
        {"number": "WIN4UA-2026-UA-0012"},
    ),
    "applications/intern_withdrawn": LetterKind(
        gettext_lazy("A candidate who has withdrawn, at once."), {"number": "WIN4UA-2026-UA-0012"}
    ),
}


def _candidate(application: "InternApplication") -> Recipient:
    return Recipient(application.email, application.language, application.full_name)


def _kyiv(moment: datetime, language: str) -> str:
    return formats.moment(moment, language, formats.KYIV)


def link(application: "InternApplication", *, address: str, now: datetime):
    """The personal link to the application; each request writes its own letter."""
    return mailing.write(
        key=f"application.{application.pk}.link.{now:%Y%m%d%H%M%S%f}",
        letter="applications/intern_link",
        to=_candidate(application),
        context={
            "hromada": application.hromada.name_for(application.language),
            "link": address,
            "deadline": formats.deadline(
                application.edition.applications_close_at, application.language, formats.KYIV
            ),
        },
        now=now,
        about=application,
    )


def receipt(application: "InternApplication", *, address: str, answers: str, now: datetime):
    """Number, time and a full copy of the answers; never waits for a person (A3)."""
    return mailing.write(
        key=f"application.{application.pk}.receipt.{application.versions.count()}",
        letter="applications/intern_receipt",
        to=_candidate(application),
        context={
            "number": application.number,
            "hromada": application.hromada.name_for(application.language),
            "moment": _kyiv(now, application.language),
            "head_email": application.head_email,
            "answers": answers,
            "link": address,
        },
        now=now,
        about=application,
    )


def head_request(
    application: "InternApplication",
    *,
    salutation: str,
    address: str,
    answer_by: datetime,
    now: datetime,
):
    """Ask the head to confirm or refuse the candidate."""
    return mailing.write(
        key=f"application.{application.pk}.head.{now:%Y%m%d%H%M%S%f}",
        letter="applications/head_request",
        to=Recipient(application.head_email, "uk"),
        context={
            "salutation": salutation,
            "candidate": application.full_name,
            "post": str(application.answers.get("posada", "")),
            "hromada": application.hromada.name,
            "number": application.number,
            "answer_by": _kyiv(answer_by, "uk"),
            "link": address,
        },
        now=now,
        about=application,
    )


def head_confirmed(application: "InternApplication", *, now: datetime):
    """Tell the candidate that the head has confirmed."""
    return mailing.write(
        key=f"application.{application.pk}.head_confirmed.{now:%Y%m%d%H%M%S%f}",
        letter="applications/head_confirmed",
        to=_candidate(application),
        context={"number": application.number},
        now=now,
        about=application,
    )


def returned(
    application: "InternApplication",
    check: "FormalCheck",
    *,
    questions: str,
    address: str,
    now: datetime,
):
    """A draft: which answers to correct, why and by when."""
    return mailing.write(
        key=f"application.{application.pk}.returned.{check.pk}",
        letter="applications/intern_returned",
        to=_candidate(application),
        context={
            "number": application.number,
            "questions": questions,
            "reason": check.reason,
            "deadline": _kyiv(application.correct_by_at, application.language),
            "link": address,
        },
        now=now,
        send=False,
        about=application,
    )


def rejected(application: "InternApplication", check: "FormalCheck", *, now: datetime):
    """A draft: the formal check was not passed, and why."""
    return mailing.write(
        key=f"application.{application.pk}.rejected.{check.pk}",
        letter="applications/intern_rejected",
        to=_candidate(application),
        context={"number": application.number, "reason": check.reason},
        now=now,
        send=False,
        about=application,
    )


def evaluator_assigned(evaluation: "Evaluation", *, address: str, now: datetime):
    """Tell an evaluator that an application waits; names no candidate."""
    evaluator: User = evaluation.evaluator
    language = evaluator.language
    with translation.override(language):
        no_date = _("no date has been set")
    due = formats.day(evaluation.due_on, language) if evaluation.due_on else no_date
    return mailing.write(
        key=f"evaluation.{evaluation.pk}.assigned",
        letter="applications/evaluator_assigned",
        to=evaluator,
        context={"number": evaluation.application.number, "due": due, "link": address},
        now=now,
        about=evaluation,
    )


def result(application: "InternApplication", *, address: str, now: datetime):
    """A draft: selected, on the reserve list, or not selected."""
    letters: dict[str, tuple[str, dict[str, object]]] = {
        ApplicationStatus.SELECTED: ("applications/intern_selected", {"link": address}),
        ApplicationStatus.RESERVE: (
            "applications/intern_reserve",
            {"place": application.place_on_list},
        ),
        ApplicationStatus.REJECTED: (
            "applications/intern_not_selected",
            {"reason": application.decision_reason},
        ),
    }
    letter, values = letters[application.status]
    return mailing.write(
        key=f"application.{application.pk}.result",
        letter=letter,
        to=_candidate(application),
        context={"number": application.number, **values},
        now=now,
        send=False,
        about=application,
    )


def moved_up(application: "InternApplication", *, address: str, now: datetime):
    """A draft: a place has become free for somebody on the reserve list."""
    return mailing.write(
        key=f"application.{application.pk}.moved_up",
        letter="applications/intern_moved_up",
        to=_candidate(application),
        context={"number": application.number, "link": address},
        now=now,
        send=False,
        about=application,
    )


def preparation(application: "InternApplication", *, address: str, now: datetime):
    """What is needed before the journey, with the link to answer."""
    return mailing.write(
        key=f"application.{application.pk}.preparation",
        letter="applications/intern_preparation",
        to=_candidate(application),
        context={"number": application.number, "link": address},
        now=now,
        about=application,
    )


def ready(application: "InternApplication", *, now: datetime):
    """The travel list is complete."""
    return mailing.write(
        key=f"application.{application.pk}.ready",
        letter="applications/intern_ready",
        to=_candidate(application),
        context={"number": application.number},
        now=now,
        about=application,
    )


def withdrawn(application: "InternApplication", *, now: datetime):
    """Confirm a withdrawal of an application that had been sent."""
    return mailing.write(
        key=f"application.{application.pk}.withdrawn",
        letter="applications/intern_withdrawn",
        to=_candidate(application),
        context={"number": application.number},
        now=now,
        about=application,
    )
