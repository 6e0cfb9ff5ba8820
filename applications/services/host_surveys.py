"""Filling in and sending the survey of a municipality."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from applications import answer_sheet, survey_plan
from applications.eligibility import judge_host
from applications.emails import host as emails
from applications.enums import Entrance, VersionKind
from applications.models import HostInvitation, HostSurvey, SurveyCounter, SurveyVersion
from applications.selectors.host import consent_texts, facts_of, official_figure
from applications.selectors.questions import pages_of
from applications.services.host_invitations import new_link
from applications.survey_plan import Page
from core import audit
from core.models import User
from core.states import move
from programme import services as programme
from programme.enums import ConsentKind, ContactRole
from programme.models import Contact, Edition, Gmina, Organisation

Status = HostSurvey.Status


class SurveyClosed(Exception):
    """The closing minute and the minutes of grace have passed (A7)."""


class SurveyLocked(Exception):
    """The survey has been decided or withdrawn; answers no longer change by the link."""


class SurveyIncomplete(Exception):
    """Required answers are missing. `gaps`: page -> keys."""

    def __init__(self, gaps: dict[str, tuple[str, ...]]):
        self.gaps = gaps
        super().__init__(", ".join(gaps))


class WouldChangeDecision(Exception):
    """The correction contradicts the decision that the municipality is eligible."""


@transaction.atomic
def open_survey(
    edition: Edition,
    *,
    gmina: Gmina,
    email: str,
    now: datetime,
    language: str = "pl",
    entrance: str = Entrance.OTHER,
    invitation: HostInvitation | None = None,
    may_exceed_limit: bool = False,
    actor: User | None = None,
) -> HostSurvey:
    """The survey of this municipality: begun now, or the one that exists already (A12)."""
    survey, is_new = HostSurvey.objects.get_or_create(
        edition=edition,
        gmina=gmina,
        duplicate_of=None,
        defaults={
            "organisation": programme.organisation_for_gmina(gmina),
            "invitation": invitation,
            "email": email,
            "language": language,
            "entrance": entrance,
            "may_exceed_limit": may_exceed_limit,
            "started_at": now,
            "saved_at": now,
        },
    )
    if is_new:
        audit.record(action="applications.hostsurvey.begun", target=survey, actor=actor, now=now)
    return survey


@transaction.atomic
def begin_by_invitation(invitation: HostInvitation, *, now: datetime) -> HostSurvey:
    """The draft that a personal link leads to; made when the first page is saved, not before.

    Raises `SurveyClosed`.
    """
    if not invitation.edition.survey_is_open(now):
        raise SurveyClosed(invitation.edition)
    gmina = Gmina.objects.get(organisation=invitation.organisation_id)
    return open_survey(
        invitation.edition,
        gmina=gmina,
        email=invitation.email,
        now=now,
        language=invitation.language,
        entrance=invitation.entrance,
        invitation=invitation,
        may_exceed_limit=invitation.may_exceed_limit,
    )


def locked(survey: HostSurvey) -> HostSurvey:
    """The survey as it stands now; nobody else changes it before the transaction ends."""
    rows = HostSurvey.objects.select_for_update(of=("self",)).select_related("edition")
    return rows.get(pk=survey.pk)


def refuse_if_shut(survey: HostSurvey, now: datetime) -> None:
    """Whether answers may still change. Raises `SurveyLocked`, `SurveyClosed`."""
    if not survey.is_open_for_changes:
        raise SurveyLocked(survey)
    if not survey.edition.survey_is_open(now):
        raise SurveyClosed(survey.edition)


@transaction.atomic
def save_page(
    survey: HostSurvey,
    *,
    page: str,
    answers: Mapping[str, object],
    now: datetime,
    pages: Sequence[Page] | None = None,
) -> HostSurvey:
    """Keep the answers of one page in the draft; questions hidden by them are dropped (A6).

    `pages` of the edition, when the caller has them already.
    Raises `SurveyClosed`, `SurveyLocked`.
    """
    fresh = locked(survey)
    refuse_if_shut(fresh, now)
    if pages is None:
        pages = pages_of(fresh.edition)
    plan = survey_plan.page_of(page, pages)
    if plan is None:  # a question that was switched off while its page was being filled in
        return survey
    fresh.draft_answers = survey_plan.merge(fresh.draft_answers, plan, answers, pages)
    fresh.saved_at = now
    fresh.save(update_fields=["draft_answers", "saved_at"])
    audit.record(action="applications.hostsurvey.saved", target=fresh, now=now, page=page)
    survey.draft_answers, survey.saved_at = fresh.draft_answers, now
    return survey


@transaction.atomic
def submit_survey(
    survey: HostSurvey,
    *,
    now: datetime,
    by: str = "",
    actor: User | None = None,
    kind: VersionKind | None = None,
) -> HostSurvey:
    """Send the survey, or a correction of it. Sending the same again changes nothing (A12).

    `by` is the address of the link by which it was sent; `actor` and `kind` tell of a member of
    staff who sends it after a telephone call. The receipt with a copy goes at once (A3). A possible
    duplicate gets a number and a version too, and stays a possible duplicate (A13).
    Raises `SurveyClosed`, `SurveyLocked`, `SurveyIncomplete`, `WouldChangeDecision`.
    """
    fresh = locked(survey)
    settled = fresh.status in (Status.SUBMITTED, Status.ELIGIBLE) or _is_sent_duplicate(fresh)
    if settled and not fresh.has_unsent_changes:
        return fresh
    refuse_if_shut(fresh, now)
    pages = pages_of(fresh.edition)
    answers: dict[str, Any] = survey_plan.prune(fresh.draft_answers, pages)
    if gaps := survey_plan.missing(answers, pages):
        raise SurveyIncomplete(gaps)
    if fresh.status == Status.ELIGIBLE and not _stays_eligible(fresh, answers, now):
        raise WouldChangeDecision(fresh)
    how = kind or _how(fresh)
    _walk(fresh, answers, now=now)
    version = SurveyVersion.objects.create(
        survey=fresh,
        position=fresh.versions.count() + 1,
        answers=answers,
        kind=how,
        sent_by=by,
        actor=actor,
        sent_at=now,
    )
    _record_consents(fresh, answers, now, actor=actor)
    token = new_link(fresh, email=answers["kontakt_email"], now=now)
    copy = answer_sheet.as_text(fresh, answers, now=now)
    emails.survey_receipt(fresh, version=version, token=token, copy=copy, now=now)
    return fresh


def _is_sent_duplicate(survey: HostSurvey) -> bool:
    return survey.status == Status.DUPLICATE and survey.submitted_at is not None


def _how(survey: HostSurvey) -> VersionKind:
    """How the version that is being sent by the personal link came about (A9)."""
    if survey.status == Status.RETURNED:
        return VersionKind.RETURN
    return VersionKind.CORRECTION if survey.submitted_at else VersionKind.LINK


def _stays_eligible(survey: HostSurvey, answers: dict, now: datetime) -> bool:
    was_excepted = survey.decisions.filter(kind="by_exception").exists()
    return was_excepted or judge_host(facts_of(survey, answers=answers, now=now)).is_eligible


def _walk(survey: HostSurvey, answers: dict, *, now: datetime) -> None:
    """The step itself: a first sending and a completed return move, a correction only changes."""
    figure = official_figure(survey.gmina, typed=answers.get("ludnosc"), now=now)
    if figure is None:  # the page that asks for it is required
        raise SurveyIncomplete({"gmina": ("ludnosc",)})
    changes: dict[str, Any] = {
        "answers": answers,
        "draft_answers": answers,
        "contact": _save_people(survey, answers),
    }
    moves = survey.status in (Status.DRAFT, Status.RETURNED)
    if moves or survey.submitted_at is None:
        changes |= {
            "number": survey.number or _next_number(survey.edition),
            "submitted_at": survey.submitted_at or now,
            "is_late": now >= survey.edition.survey_closes_at,
            "population_used": figure.value,
            "population_on": figure.on,
            "population_source": figure.source,
        }
    if moves:
        move(survey, Status.SUBMITTED, now=now, **changes)
        return
    HostSurvey.objects.filter(pk=survey.pk).update(**changes)
    for field, value in changes.items():
        setattr(survey, field, value)
    deed = "duplicate_sent" if survey.is_duplicate else "corrected"
    audit.record(action=f"applications.hostsurvey.{deed}", target=survey, now=now)


def _next_number(edition: Edition) -> str:
    """The next number of the edition; the counter's row is locked, so there are no gaps."""
    SurveyCounter.objects.get_or_create(edition=edition)
    counter = SurveyCounter.objects.select_for_update().get(edition=edition)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"WIN4UA-{edition.year}-{counter.last:04d}"


def _save_people(survey: HostSurvey, answers: dict) -> Contact:
    """Head and contact person as typed; official details fill gaps of the register.

    A possible duplicate writes down only whom to answer: what it says of the office waits for
    staff.
    """
    organisation = survey.organisation
    if not survey.is_duplicate:
        _save_office(organisation, answers)
    return programme.save_contact(
        organisation,
        role=ContactRole.CONTACT,
        first_name=answers["kontakt_imie"],
        last_name=answers["kontakt_nazwisko"],
        position=answers["kontakt_stanowisko"],
        email=answers["kontakt_email"],
        phone=answers["kontakt_tel"],
        language=survey.language,
    )


def _save_office(organisation: Organisation, answers: dict) -> None:
    typed = {
        "nip": "nip",
        "regon": "regon",
        "adres_ulica": "street",
        "adres_kod": "postcode",
        "adres_miejscowosc": "town",
        "www": "website",
        "e_doreczenia": "e_delivery",
    }
    filled = [field for key, field in typed.items() if answers.get(key)]
    for key, field in typed.items():
        if answers.get(key):
            setattr(organisation, field, answers[key])
    organisation.save(update_fields=filled)
    head = organisation.contacts.filter(role=ContactRole.HEAD, is_active=True).first()
    is_same = head is not None and (head.first_name, head.last_name) == (
        answers["kierownik_imie"],
        answers["kierownik_nazwisko"],
    )
    programme.save_contact(
        organisation,
        role=ContactRole.HEAD,
        email=head.email if head is not None and is_same else "",
        title=answers["tytul_kierownika"],
        first_name=answers["kierownik_imie"],
        last_name=answers["kierownik_nazwisko"],
        grammatical_gender=answers["forma"],
        language="pl",
    )


def _record_consents(
    survey: HostSurvey, answers: dict, now: datetime, *, actor: User | None = None
) -> None:
    given = {
        "osw_prawda": ConsentKind.TRUTH,
        "osw_zalacznik": ConsentKind.ROLES,
        "rodo_info": ConsentKind.PRIVACY_HOST,
        "zgoda_newsletter": ConsentKind.NEWS,
        "zgoda_lista": ConsentKind.LISTING,
    }
    written = consent_texts(survey.edition, survey.language)
    programme.record_consents(
        subject=survey,
        email=answers["kontakt_email"],
        kinds=[kind for key, kind in given.items() if answers.get(key) and kind in written],
        language=survey.language,
        now=now,
        actor=actor,
    )


@transaction.atomic
def withdraw_survey(survey: HostSurvey, *, actor: User, now: datetime) -> HostSurvey:
    """The municipality no longer wants to take part. Raises `TransitionNotAllowed`."""
    return move(survey, Status.WITHDRAWN, actor=actor, now=now)


@transaction.atomic
def save_from_link(
    target: HostSurvey | HostInvitation,
    *,
    page: str,
    answers: Mapping[str, object],
    now: datetime,
    pages: Sequence[Page] | None = None,
) -> HostSurvey:
    """Save a page behind a personal link; the first page that is saved begins the draft.

    Raises what `begin_by_invitation` and `save_page` raise.
    """
    survey = target if isinstance(target, HostSurvey) else begin_by_invitation(target, now=now)
    return save_page(survey, page=page, answers=answers, now=now, pages=pages)
