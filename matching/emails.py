"""Every letter that this room writes. The two sides get different letters (M15)."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from core import links
from core.formats import KYIV, WARSAW, day, moment
from mailing import Address
from mailing import services as mailing
from mailing.registry import LetterKind
from matching.models import Certificate, Placement, Proposal

LINK = "https://win4ua.example/para/przyklad/"

HOST_NOTICE = "matching/host_notice"
PERSON_NOTICE = "matching/person_notice"
PLACEMENT = {
    "gmina": "Serock",
    "hromada": "Myrnohradska",
    "from": "poniedziałek, 7 września 2026",
    "to": "piątek, 2 października 2026",
}

LETTERS = {
    HOST_NOTICE: LetterKind(
        gettext_lazy("Host municipalities of internships, by a mailing with words of its own."),
        placeholders={
            "salutation": "Szanowni Państwo",
            "name": "Anna Kowalska",
            **PLACEMENT,
        },
        has_own_words=True,
    ),
    PERSON_NOTICE: LetterKind(
        gettext_lazy("Mentors or interns, by a mailing with words of its own."),
        placeholders={
            "salutation": "Szanowny Panie",
            "name": "Jan Kowalski",
            **PLACEMENT,
            "link": "https://win4ua.example/mentor/",
        },
        has_own_words=True,
    ),
    "matching/proposal_host": LetterKind(
        gettext_lazy("The host municipality, when the matching is published."),
        placeholders={
            "salutation": "Szanowni Państwo",
            "gmina": "Serock",
            "hromada": "Myrnohradska",
            "explanation": "Wspólne tematy: edukacja; energia i klimat.",
            "answer_by": "wtorek, 12 maja 2026, 15:00 (czas warszawski)",
            "link": LINK,
        },
    ),
    "matching/proposal_intern": LetterKind(
        gettext_lazy("The intern, when the matching is published."),
        placeholders={
            "name": "Олена Коваль",
            "gmina": "Serock",
            "voivodeship": "mazowieckie",
            "explanation": "Спільні теми: освіта; енергетика і клімат.",
            "answer_by": "вівторок, 12 травня 2026, 16:00 (за київським часом)",
            "link": LINK,
        },
    ),
    "matching/accepted_host": LetterKind(
        gettext_lazy(
            "The host municipality, when both sides have said yes: now the names are shown."
        ),
        placeholders={
            "salutation": "Szanowni Państwo",
            "gmina": "Serock",
            "intern": "Olena Koval",
            "hromada": "Myrnohradska",
            "email": "olena@example.org",
            "from": "poniedziałek, 7 września 2026",
            "to": "piątek, 2 października 2026",
        },
    ),
    "matching/accepted_mentor": LetterKind(
        gettext_lazy("The mentor, when both sides have said yes."),
        placeholders={
            "name": "Jan Kowalski",
            "intern": "Olena Koval",
            "hromada": "Myrnohradska",
            "email": "olena@example.org",
            "from": "poniedziałek, 7 września 2026",
            "to": "piątek, 2 października 2026",
            "link": LINK,
        },
    ),
    "matching/accepted_intern": LetterKind(
        gettext_lazy("The intern, when both sides have said yes."),
        placeholders={
            "name": "Олена Коваль",
            "gmina": "Serock",
            "mentor": "Jan Kowalski",
            "email": "jan@example.org",
            "from": "понеділок, 7 вересня 2026",
            "to": "п’ятниця, 2 жовтня 2026",
            "link": LINK,
        },
    ),
    "matching/declined_host": LetterKind(
        gettext_lazy("The host municipality, when the pair does not come about."),
        placeholders={"salutation": "Szanowni Państwo", "gmina": "Serock"},
    ),
    "matching/declined_intern": LetterKind(
        gettext_lazy("The intern, when the pair does not come about."),
        placeholders={"name": "Олена Коваль"},
    ),
    "matching/certificate": LetterKind(
        gettext_lazy("The intern, when the certificate is issued."),
        placeholders={"name": "Олена Коваль", "number": "WIN4UA/2026/0007", "link": LINK},
    ),
}


def proposal(proposal: Proposal, *, side: str, token: str, now: datetime) -> None:
    """The pair as one side may see it before both have said yes: no names, no addresses."""
    write = {"host": _proposal_host, "intern": _proposal_intern}[side]
    write(proposal, token=token, now=now)


def accepted(placement: Placement, *, now: datetime) -> None:
    """Three letters with the names of the other side; they wait for a person to release them."""
    survey, application = placement.declaration.survey, placement.application
    intern = {
        "intern": f"{application.latin_first_name} {application.latin_last_name}",
        "email": Address(application.email),
    }
    hromada = application.hromada
    _write(
        "matching/accepted_host",
        key=f"placement.{placement.pk}.host",
        to=survey.addressee,
        context={
            "salutation": survey.addressee.salutation(),
            "gmina": survey.gmina.name,
            **intern,
            "hromada": hromada.name_for(survey.addressee.language),
            **_days(placement, survey.addressee.language),
        },
        about=placement,
        now=now,
    )
    _write(
        "matching/accepted_mentor",
        key=f"placement.{placement.pk}.mentor",
        to=placement.mentor,
        context={
            "name": placement.mentor.full_name,
            **intern,
            "hromada": hromada.name_for(placement.mentor.language),
            **_days(placement, placement.mentor.language),
            "link": links.page_url("matching:home", placement.mentor.language),
        },
        about=placement,
        now=now,
    )
    _write(
        "matching/accepted_intern",
        key=f"placement.{placement.pk}.intern",
        to=placement.intern,
        context={
            "name": f"{application.first_name} {application.last_name}",
            "gmina": survey.gmina.name,
            "mentor": placement.mentor.full_name,
            "email": Address(placement.mentor.email),
            **_days(placement, placement.intern.language),
            "link": links.page_url("matching:home", placement.intern.language),
        },
        about=placement,
        now=now,
    )


def declined(proposal: Proposal, *, by: str, now: datetime) -> None:
    """Tell the side that did not decline; waits for a person, who may have a replacement ready."""
    if by == "intern":
        contact = proposal.declaration.survey.addressee
        _write(
            "matching/declined_host",
            key=f"proposal.{proposal.pk}.declined.host",
            to=contact,
            context={
                "salutation": contact.salutation(),
                "gmina": proposal.declaration.survey.gmina.name,
            },
            about=proposal,
            now=now,
        )
    else:
        _write(
            "matching/declined_intern",
            key=f"proposal.{proposal.pk}.declined.intern",
            to=proposal.application,
            context={"name": _intern_name(proposal.application)},
            about=proposal,
            now=now,
        )


def certificate(certificate: Certificate, *, now: datetime) -> None:
    """Where to find the certificate; waits for a person to release it."""
    placement = certificate.placement
    _write(
        "matching/certificate",
        key=f"certificate.{certificate.pk}",
        to=placement.intern,
        context={
            "name": _intern_name(placement.application),
            "number": certificate.number,
            "link": links.page_url("matching:home", placement.intern.language),
        },
        about=certificate,
        now=now,
    )


def placement_words(placement: Placement, language: str) -> dict[str, object]:
    """What a notice may say of an internship: both places and the days, nobody's address."""
    return {
        "gmina": placement.declaration.survey.gmina.name,
        "hromada": placement.application.hromada.name_for(language),
        **_days(placement, language),
        "link": links.page_url("matching:home", language),
    }


def _proposal_host(proposal: Proposal, *, token: str, now: datetime) -> None:
    survey = proposal.declaration.survey
    contact = survey.addressee
    _write(
        "matching/proposal_host",
        key=f"proposal.{proposal.pk}.host",
        to=contact,
        context={
            "salutation": contact.salutation(),
            "gmina": survey.gmina.name,
            "hromada": proposal.application.hromada.name_for(contact.language),
            "explanation": proposal.explanation_pl or "–",
            "answer_by": moment(proposal.answer_by_at, contact.language, WARSAW),
            "link": links.url("matching:answer_host", token, contact.language),
        },
        about=proposal,
        now=now,
    )


def _proposal_intern(proposal: Proposal, *, token: str, now: datetime) -> None:
    application, gmina = proposal.application, proposal.declaration.survey.gmina
    _write(
        "matching/proposal_intern",
        key=f"proposal.{proposal.pk}.intern",
        to=application,
        context={
            "name": _intern_name(application),
            "gmina": gmina.name,
            "voivodeship": gmina.voivodeship,
            "explanation": proposal.explanation_uk or "–",
            "answer_by": moment(proposal.answer_by_at, application.language, KYIV),
            "link": links.url("matching:answer_intern", token, application.language),
        },
        about=proposal,
        now=now,
    )


def _write(letter: str, *, key: str, to, context: dict[str, str], about, now: datetime) -> None:
    mailing.write(key=key, letter=letter, to=to, context=context, about=about, send=False, now=now)


def _days(placement: Placement, language: str) -> dict[str, str]:
    return {"from": day(placement.starts_on, language), "to": day(placement.ends_on, language)}


def _intern_name(application) -> str:
    return f"{application.first_name} {application.last_name}"
