"""Every letter that this room writes."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from core import links
from core.formats import KYIV, day, moment, money
from grants.enums import Outcome
from grants.models import GrantReport, Settlement, SmallProject, Tranche
from mailing import services as mailing
from mailing.registry import LetterKind
from mailing.values import Recipient

LINK = "https://win4ua.example/projekt/przyklad/"
PROJECT = {"hromada": "Мирноградська", "gmina": "Serock", "number": "WIN4UA-G-2027-0003"}

PROJECT_NOTICE = "grants/project_notice"

LETTERS = {
    PROJECT_NOTICE: LetterKind(
        gettext_lazy(
            "Applicants of small projects or their Polish partners, by a mailing with words of "
            "its own."
        ),
        placeholders={
            "salutation": "Szanowni Państwo",
            **PROJECT,
            "title": "Czyste podwórka",
            "due_on": "sobota, 30 października 2027",
        },
        has_own_words=True,
    ),
    "grants/invitation": LetterKind(
        gettext_lazy("Hromadas of finished internships, when the call opens."),
        placeholders={
            "hromada": "Мирноградська",
            "gmina": "Serock",
            "closes": "п’ятниця, 29 січня 2027, 13:00 (за київським часом)",
            "link": LINK,
        },
    ),
    "grants/receipt": LetterKind(
        gettext_lazy("The hromada, as soon as it has sent its application."),
        placeholders={**PROJECT, "sent": "п’ятниця, 22 січня 2027, 10:15 (за київським часом)"},
    ),
    "grants/partner_request": LetterKind(
        gettext_lazy("The Polish partner, to confirm its part by link."),
        placeholders={
            **PROJECT,
            "salutation": "Szanowni Państwo",
            "title": "Czyste podwórka",
            "link": LINK,
        },
    ),
    "grants/partner_agreed": LetterKind(
        gettext_lazy("The hromada, when its partner has confirmed."),
        placeholders={**PROJECT, "remark": "–"},
    ),
    "grants/partner_refused": LetterKind(
        gettext_lazy("The hromada, when its partner has refused."),
        placeholders={**PROJECT, "remark": "Бракує опису ролі."},
    ),
    "grants/returned": LetterKind(
        gettext_lazy("The hromada, when its application is returned for correction."),
        placeholders={
            **PROJECT,
            "note": "Просимо додати показники.",
            "correct_by": "п’ятниця, 5 лютого 2027, 13:00 (за київським часом)",
            "link": LINK,
        },
    ),
    "grants/awarded": LetterKind(
        gettext_lazy("The hromada, when the board awards a grant."),
        placeholders={**PROJECT, "amount": "32 400,00 zł", "reason": "–"},
    ),
    "grants/reserve": LetterKind(
        gettext_lazy("The hromada, when its project is on the reserve list."),
        placeholders={**PROJECT, "reason": "–"},
    ),
    "grants/rejected": LetterKind(
        gettext_lazy("The hromada, when its project gets no grant."),
        placeholders={**PROJECT, "reason": "–"},
    ),
    "grants/tranche_paid": LetterKind(
        gettext_lazy("The hromada, when a tranche is paid."),
        placeholders={
            **PROJECT,
            "tranche": "1",
            "amount": "25 920,00 zł",
            "paid_on": "понеділок, 1 березня 2027",
        },
    ),
    "grants/report_request": LetterKind(
        gettext_lazy("The hromada, when a report is due."),
        placeholders={**PROJECT, "due_on": "субота, 30 жовтня 2027", "link": LINK},
    ),
    "grants/report_receipt": LetterKind(
        gettext_lazy("The hromada, as soon as it has sent a report."),
        placeholders={**PROJECT, "sent": "четвер, 14 жовтня 2027, 9:40 (за київським часом)"},
    ),
    "grants/report_returned": LetterKind(
        gettext_lazy("The hromada, when a report is returned with remarks."),
        placeholders={**PROJECT, "remark": "Просимо додати рахунок.", "link": LINK},
    ),
    "grants/settled": LetterKind(
        gettext_lazy("The hromada, when the grant is settled."),
        placeholders={
            **PROJECT,
            "paid": "32 400,00 zł",
            "accepted": "32 399,99 zł",
            "returned": "0,01 zł",
        },
    ),
}


def invitation(project: SmallProject, *, token: str, now: datetime) -> None:
    """The personal link to the application; waits for a person to release it."""
    _write(
        "invitation",
        project,
        key="invitation",
        now=now,
        send=False,
        hromada=project.hromada.name_for(project.language),
        gmina=project.host.gmina.name,
        closes=moment(project.call.closes_at, project.language, KYIV),
        link=links.url("grants:apply", token, project.language),
    )


def receipt(project: SmallProject, *, now: datetime) -> None:
    """Number and time; goes at once."""
    _write(
        "receipt",
        project,
        key=f"receipt.{now.isoformat()}",
        now=now,
        **_facts(project),
        sent=moment(now, project.language, KYIV),
    )


def partner_request(project: SmallProject, *, token: str, now: datetime) -> None:
    """Asks the Polish partner; goes at once."""
    contact = project.placement.declaration.survey.addressee
    mailing.write(
        key=f"project.{project.pk}.partner.{now.isoformat()}",
        letter="grants/partner_request",
        to=contact,
        context={
            **_facts(project, contact.language),
            "salutation": contact.salutation(),
            "title": project.title,
            "link": links.url("grants:partner", token, contact.language),
        },
        about=project,
        now=now,
    )


def partner_answered(project: SmallProject, *, agrees: bool, remark: str, now: datetime) -> None:
    """Tells the hromada what its partner said; goes at once."""
    _write(
        "partner_agreed" if agrees else "partner_refused",
        project,
        key=f"partner_answer.{now.isoformat()}",
        now=now,
        **_facts(project),
        remark=remark or "–",
    )


def returned(project: SmallProject, *, token: str, now: datetime) -> None:
    """What is to be corrected and until when; waits for a person to release it."""
    _write(
        "returned",
        project,
        key=f"returned.{now.isoformat()}",
        now=now,
        send=False,
        **_facts(project),
        note=project.correction_note,
        correct_by=moment(project.correct_by_at, project.language, KYIV),
        link=links.url("grants:apply", token, project.language),
    )


def decision(project: SmallProject, *, outcome: str, reason: str, now: datetime) -> None:
    """The decision of the board; waits until all are released together (G10)."""
    extra = {}
    if outcome == Outcome.AWARD:
        extra["amount"] = money(project.awarded_amount, project.call.currency, project.language)
    letter = {Outcome.AWARD: "awarded", Outcome.RESERVE: "reserve", Outcome.REJECT: "rejected"}
    _write(
        letter[outcome],
        project,
        key=f"decision.{outcome}",
        now=now,
        send=False,
        **_facts(project),
        reason=reason or "–",
        **extra,
    )


def tranche_paid(tranche: Tranche, *, now: datetime) -> None:
    """The money is on its way; goes at once."""
    project = tranche.project
    _write(
        "tranche_paid",
        project,
        key=f"tranche.{tranche.number}",
        now=now,
        **_facts(project),
        tranche=str(tranche.number),
        amount=money(tranche.amount, project.call.currency, project.language),
        paid_on=day(tranche.paid_on, project.language),
    )


def report_request(report: GrantReport, *, token: str, now: datetime) -> None:
    """Asks for a report; waits for a person to release it."""
    project = report.project
    _write(
        "report_request",
        project,
        key=f"report.{report.kind}.request",
        now=now,
        send=False,
        **_facts(project),
        due_on=day(report.due_on, project.language),
        link=links.url("grants:report", token, project.language),
    )


def report_receipt(report: GrantReport, *, now: datetime) -> None:
    """The report has arrived; goes at once."""
    project = report.project
    _write(
        "report_receipt",
        project,
        key=f"report.{report.kind}.receipt.{now.isoformat()}",
        now=now,
        **_facts(project),
        sent=moment(now, project.language, KYIV),
    )


def report_returned(report: GrantReport, *, token: str, now: datetime) -> None:
    """Remarks and a new link; waits for a person to release it."""
    project = report.project
    _write(
        "report_returned",
        project,
        key=f"report.{report.kind}.returned.{report.rounds}",
        now=now,
        send=False,
        **_facts(project),
        remark=report.remark,
        link=links.url("grants:report", token, project.language),
    )


def settled(settlement: Settlement, *, now: datetime) -> None:
    """Paid, accepted, to be returned; waits for a person to release it."""
    project = settlement.project
    sums = {
        name: money(getattr(settlement, name), project.call.currency, project.language)
        for name in ("paid", "accepted", "returned")
    }
    _write("settled", project, key="settled", now=now, send=False, **_facts(project), **sums)


def project_words(project: SmallProject, language: str) -> dict[str, object]:
    """What a notice may say of a project; empty where there is no number, title or report yet.

    `due_on`: the last day of the report that is awaited first; needs `reports`.
    """
    awaited = [report.due_on for report in project.reports.all() if report.is_awaited]
    return {
        "hromada": project.hromada.name_for(language),
        "gmina": project.host.gmina.name,
        "number": project.number,
        "title": project.title,
        "due_on": day(min(awaited), language) if awaited else "",
    }


def _write(
    letter: str,
    project: SmallProject,
    *,
    key: str,
    now: datetime,
    send: bool = True,
    **context: str,
) -> None:
    mailing.write(
        key=f"project.{project.pk}.{key}",
        letter=f"grants/{letter}",
        to=Recipient(email=project.email, language=project.language),
        context=context,
        about=project,
        send=send,
        now=now,
    )


def _facts(project: SmallProject, language: str = "") -> dict[str, str]:
    """`language`: of who reads; without it that of the applicant."""
    return {
        "hromada": project.hromada.name_for(language or project.language),
        "gmina": project.host.gmina.name,
        "number": project.number or "–",
    }
