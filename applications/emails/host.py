"""Letters to municipalities: invitation, links, receipt, decision."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import DecisionKind
from applications.selectors.host_closing import closing_of
from applications.wording import (
    correction_words,
    lateness_words,
    reason_words,
    stored_figure_words,
)
from core import formats, links
from mailing import Recipient
from mailing import services as mailing
from mailing.models import Letter
from mailing.registry import LetterKind
from programme.salutations import salutation

if TYPE_CHECKING:
    from applications.models import (
        EligibilityDecision,
        HostInvitation,
        HostSurvey,
        SurveyVersion,
    )
    from mailing.audiences import Envelope
    from programme.models import Contact, Edition, Gmina

SAMPLE_GMINA = "Serock, gmina miejsko-wiejska, powiat legionowski, woj. mazowieckie"
SAMPLE_LINK = "https://win4ua.example/ankieta/l/x/"
SAMPLE_MOMENT = "wtorek, 31 marca 2026, 23:59 (czas warszawski)"
WITH_THE_LINK = ("applications/host_invitation", "applications/survey_link")

LETTERS = {
    "applications/host_invitation": LetterKind(
        gettext_lazy(
            "The head or contact person of a municipality that we invite; released by a person."
        ),
        {
            "salutation": "Szanowna Pani Burmistrz",
            "municipality": SAMPLE_GMINA,
            "edition": "WIN4UA 2026",
            "places": 30,
            "limit": "80 000",
            "deadline": SAMPLE_MOMENT,
            "link": SAMPLE_LINK,
        },
    ),
    "applications/survey_link": LetterKind(
        gettext_lazy("Whoever asked for the link to the survey at the public page, at once."),
        {"municipality": SAMPLE_GMINA, "deadline": SAMPLE_MOMENT, "link": SAMPLE_LINK},
    ),
    "applications/survey_link_again": LetterKind(
        gettext_lazy("The address on file of a survey that was begun already, at once."),
        {"municipality": SAMPLE_GMINA, "deadline": SAMPLE_MOMENT, "link": SAMPLE_LINK},
    ),
    "applications/survey_receipt": LetterKind(
        gettext_lazy("The contact person, as soon as the survey or a correction is sent."),
        {
            "number": "WIN4UA-2026-0147",
            "moment": SAMPLE_MOMENT,
            "municipality": SAMPLE_GMINA,
            "answers": "Kontakt\nImię: Anna",
            "correction": f"Odpowiedzi można poprawić do: {SAMPLE_MOMENT}.",
            "deadline": SAMPLE_MOMENT,
            "link": SAMPLE_LINK,
        },
    ),
    "applications/host_eligible": LetterKind(
        gettext_lazy("The contact person of a municipality that may host; released by a person."),
        {
            "number": "WIN4UA-2026-0147",
            "municipality": SAMPLE_GMINA,
            "figure": "14 532 (31 grudnia 2025, GUS)",
            "limit": "80 000",
        },
    ),
    "applications/host_ineligible": LetterKind(
        gettext_lazy(
            "The contact person of a municipality that may not host; released by a person."
        ),
        {
            "number": "WIN4UA-2026-0147",
            "municipality": SAMPLE_GMINA,
            "reasons": "Gmina ma więcej mieszkańców, niż dopuszcza ta edycja.",
            "figure": "86 217 (31 grudnia 2025, GUS)",
            "limit": "80 000",
        },
    ),
    "applications/host_by_exception": LetterKind(
        gettext_lazy(
            "The contact person of a municipality admitted by exception; released by a person."
        ),
        {"number": "WIN4UA-2026-0147", "municipality": SAMPLE_GMINA},
    ),
}
DECISION_LETTERS = {
    DecisionKind.ELIGIBLE: "applications/host_eligible",
    DecisionKind.INELIGIBLE: "applications/host_ineligible",
    DecisionKind.BY_EXCEPTION: "applications/host_by_exception",
}


def municipality(gmina, language: str) -> str:
    """ "Serock, gmina miejsko-wiejska, powiat legionowski, woj. mazowieckie": never inflected."""
    with translation.override(language):
        return _("%(name)s, %(kind)s, powiat: %(powiat)s, voivodeship: %(voivodeship)s") % {
            "name": gmina.name,
            "kind": gmina.get_kind_display(),
            "powiat": gmina.powiat,
            "voivodeship": gmina.voivodeship,
        }


def _deadline(edition, language: str) -> str:
    return formats.deadline(edition.survey_closes_at, language)


def closing_words(edition, gmina, survey: "HostSurvey | None", language: str) -> str:
    """The deadline of this municipality; a late code or a return has its own."""
    return formats.deadline(closing_of(edition, gmina, survey).closes_at, language)


def _link(token: str, language: str) -> str:
    return links.url("applications:survey", token, language)


def invitation_words(
    edition: "Edition", gmina: "Gmina", person: "Contact | None", language: str
) -> dict[str, object]:
    """What stands in an invitation apart from its link."""
    return {
        "salutation": person.salutation(language) if person else salutation(language=language),
        "municipality": municipality(gmina, language),
        "edition": edition.name,
        "places": edition.places,
        "limit": formats.number(edition.population_limit_pl, language),
        "deadline": _deadline(edition, language),
    }


def host_invitation(
    invitation: "HostInvitation",
    *,
    token: str,
    now: datetime,
    envelope: "Envelope | None" = None,
) -> Letter:
    """The invitation with the personal link.

    A draft until a person releases it; in the `envelope` of a mailing it goes as the mailing does.
    """
    edition, language, person = invitation.edition, invitation.language, invitation.contact
    gmina = invitation.organisation.gmina
    context = invitation_words(edition, gmina, person, language) | {"link": _link(token, language)}
    to = Recipient(invitation.email, language, person.full_name if person else "")
    if envelope is not None:
        return envelope.write(to=to, context=context, about=invitation, now=now)
    return mailing.write(
        key=f"applications.invitation.{invitation.pk}",
        letter="applications/host_invitation",
        to=to,
        context=context,
        now=now,
        send=False,
        is_bulk=True,
        about=invitation,
    )


def survey_link(invitation: "HostInvitation", *, token: str, now: datetime) -> Letter:
    """The personal link that somebody asked for."""
    language = invitation.language
    return mailing.write(
        key=f"applications.survey_link.{links.digest('letter', token)[:32]}",
        letter="applications/survey_link",
        to=Recipient(invitation.email, language),
        context={
            "municipality": municipality(invitation.organisation.gmina, language),
            "deadline": closing_words(
                invitation.edition, invitation.organisation.gmina, None, language
            ),
            "link": _link(token, language),
        },
        now=now,
        about=invitation,
    )


def survey_link_again(survey: "HostSurvey", *, token: str, email: str, now: datetime) -> Letter:
    """A new link to a survey that exists, to the address on file."""
    language = survey.language
    return mailing.write(
        key=f"applications.survey_link_again.{links.digest('letter', token)[:32]}",
        letter="applications/survey_link_again",
        to=Recipient(email, language),
        context={
            "municipality": municipality(survey.gmina, language),
            "deadline": closing_words(survey.edition, survey.gmina, survey, language),
            "link": _link(token, language),
        },
        now=now,
        about=survey,
    )


def survey_receipt(
    survey: "HostSurvey",
    *,
    version: "SurveyVersion",
    token: str,
    copy: str,
    correct_until: datetime,
    now: datetime,
) -> Letter:
    """Number, time, a copy of the answers and the correction link; never waits (A3)."""
    language = survey.language
    with translation.override(language):
        late = lateness_words(survey) if version.position == 1 else ""
        correction = correction_words(correct_until, now=now, language=language)
    return mailing.write(
        key=f"applications.survey.{survey.pk}.receipt.{version.position}",
        letter="applications/survey_receipt",
        to=survey.contact,
        context={
            "number": survey.number,
            "moment": ", ".join(filter(None, [formats.moment(version.sent_at, language), late])),
            "municipality": municipality(survey.gmina, language),
            "answers": copy,
            "correction": correction,
            "deadline": formats.deadline(correct_until, language),
            "link": _link(token, language),
        },
        now=now,
        about=survey,
    )


def eligibility_decision(decision: "EligibilityDecision") -> Letter:
    """What was decided, with reasons and the figure used; a draft until a person releases it."""
    survey = decision.survey
    language = survey.contact.language
    context = {"number": survey.number, "municipality": municipality(survey.gmina, language)}
    with translation.override(language):
        if decision.kind != DecisionKind.BY_EXCEPTION:
            context |= {
                "figure": stored_figure_words(decision, language),
                "limit": formats.number(decision.population_limit, language),
            }
        if decision.kind == DecisionKind.INELIGIBLE:
            context["reasons"] = "\n".join(reason_words(decision.reasons))
    return mailing.write(
        key=f"applications.survey.{survey.pk}.decision.{decision.pk}",
        letter=DECISION_LETTERS[DecisionKind(decision.kind)],
        to=survey.contact,
        context=context,
        now=decision.decided_at,
        send=False,
        about=survey,
    )
