"""Verbs of a candidate and of the head of a hromada: from the first link to the confirmation."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.files.base import File
from django.db import transaction

from applications import eligibility, intern_answers, intern_facts
from applications.emails import interns as letters
from applications.enums import ApplicationStatus, FileKind, HeadAnswer
from applications.models import (
    ApplicationCounter,
    ApplicationFile,
    ApplicationVersion,
    InternApplication,
)
from core import audit, links, uploads
from core.models import StoredFile, User
from core.states import TransitionNotAllowed, hold, move
from programme import services as programme
from programme.enums import ConsentKind, ContactRole
from programme.models import Edition, Hromada

Status = ApplicationStatus
LINK = "application"
HEAD_LINK = "application_head"
LINK_LIFE_AFTER_CLOSING = timedelta(days=400)  # the same link serves the preparation
COLUMNS = {
    "imia": "first_name",
    "prizvyshche": "last_name",
    "po_batkovi": "patronymic",
    "imia_lat": "latin_first_name",
    "prizvyshche_lat": "latin_last_name",
    "stat": "grammatical_gender",
    "kerivnyk_email": "head_email",
}
RESTRICTED = {"data_nar": "birth_date", "potreby": "access_needs"}
CONSENTS = {
    "polozhennia": ConsentKind.REGULATIONS,
    "pravda": ConsentKind.TRUTH,
    "uchast": ConsentKind.PARTICIPATION,
    "rodo": ConsentKind.PRIVACY_INTERN,
    "zhoda_foto": ConsentKind.IMAGE,
    "zhoda_rezerv": ConsentKind.RESERVE,
    "zhoda_novyny": ConsentKind.NEWS,
    "potreby_zhoda": ConsentKind.SPECIAL_NEEDS,
}


class CallIsClosed(Exception):
    """The moment to change or send the application has passed, or has not come."""


class NotComplete(Exception):
    """Questions are unanswered or answered wrongly; `pages` names the pages."""

    def __init__(self, pages: list[str]):
        self.pages = pages
        super().__init__(", ".join(pages))


class NotAdmissible(Exception):
    """The rules of the edition stand in the way; `reasons` says which."""

    def __init__(self, reasons: tuple[eligibility.Reason, ...]):
        self.reasons = reasons
        super().__init__(", ".join(reasons))


class HromadaHasItsCandidates(Exception):
    """The hromada has already sent as many candidates as the edition allows."""


def may_change(application: InternApplication, *, now: datetime) -> bool:
    """Whether the candidate may still change answers at this moment."""
    if application.status == Status.DRAFT:
        return application.edition.applications_are_open(now)
    return (
        application.status == Status.RETURNED
        and application.correct_by_at is not None
        and now <= application.correct_by_at
    )


@transaction.atomic
def start_application(
    edition: Edition, *, hromada: Hromada, email: str, language: str, now: datetime
) -> InternApplication:
    """Begin an application, or find the one this address has, and mail the link to it.

    One application per person and edition: whoever asks again gets a link to the same one.
    Raises `CallIsClosed` for a new one outside the window.
    """
    application = (
        InternApplication.objects.select_related("edition", "hromada")
        .filter(edition=edition, email__iexact=email)
        .exclude(status=Status.WITHDRAWN)
        .first()
    )
    if application is None:
        if not edition.applications_are_open(now):
            raise CallIsClosed
        application, is_new = InternApplication.objects.exclude(
            status=Status.WITHDRAWN
        ).get_or_create(
            edition=edition,
            email=email.strip().lower(),
            defaults={"hromada": hromada, "language": language, "started_at": now},
        )
        if is_new:
            audit.record(
                action="applications.internapplication.started", target=application, now=now
            )
    if application.saved_at is None and application.hromada_id != hromada.pk:
        application.hromada = hromada  # nothing is written yet: the last choice counts
        application.save(update_fields=["hromada"])
        audit.record(
            action="applications.internapplication.hromada_chosen", target=application, now=now
        )
    letters.link(application, address=own_link(application, now=now), now=now)
    return application


def own_link(application: InternApplication, *, now: datetime) -> str:
    """A new personal link to the application, as a whole address. Needs a transaction."""
    token = links.create(
        purpose=LINK,
        target=application,
        email=application.email,
        expires_at=application.edition.applications_close_at + LINK_LIFE_AFTER_CLOSING,
        now=now,
    )
    return links.url("applications:intern_application", token, application.language)


@transaction.atomic
def save_page(
    application: InternApplication,
    *,
    page: str,
    answers: Mapping[str, object],
    now: datetime,
    files: Mapping[str, StoredFile | File] | None = None,
    removed_files: tuple[str, ...] = (),
) -> InternApplication:
    """Keep the answers of one page in the draft; those of other pages stay as they are.

    Answers to the restricted questions go to encrypted columns. Of a returned application only the
    answers named for correction change. Raises `CallIsClosed`.
    """
    application = _locked(application)
    if not may_change(application, now=now):
        raise CallIsClosed
    if application.status == Status.RETURNED:
        open_keys = set(application.fields_to_correct)
        answers = {key: value for key, value in answers.items() if key in open_keys}
        files = {kind: file for kind, file in (files or {}).items() if kind in open_keys}
        removed_files = tuple(kind for kind in removed_files if kind in open_keys)
    for key, value in answers.items():
        if key in RESTRICTED:
            setattr(application, RESTRICTED[key], _as_text(value))
            continue
        if key in COLUMNS:  # a draft may hold more than the column; sending it is refused
            setattr(application, COLUMNS[key], _as_text(value)[: _width(COLUMNS[key])])
        application.answers[key] = value.isoformat() if isinstance(value, date) else value
    application.saved_at = now
    application.email_confirmed_at = application.email_confirmed_at or now
    application.save()
    application.files.filter(kind__in=removed_files).delete()
    for kind, file in (files or {}).items():
        ApplicationFile.objects.update_or_create(
            application=application,
            kind=FileKind(kind),
            defaults={"stored": _stored(file, application, now=now), "added_at": now},
        )
    audit.record(
        action="applications.internapplication.page_saved",
        target=application,
        now=now,
        page=page,
        fields=sorted([*answers, *(files or {})]),
    )
    return application


def _stored(
    file: StoredFile | File, application: InternApplication, *, now: datetime
) -> StoredFile:
    if isinstance(file, StoredFile):
        return file
    return uploads.store(file, kinds={"pdf"}, owner=application.email, now=now)


def _width(column: str) -> int | None:
    """How many characters a column of the application holds."""
    return getattr(InternApplication._meta.get_field(column), "max_length", None)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _locked(application: InternApplication) -> InternApplication:
    return (
        InternApplication.objects.select_for_update(of=("self",))
        .select_related("edition", "hromada", "organisation")
        .get(pk=application.pk)
    )


@transaction.atomic
def submit_application(application: InternApplication, *, now: datetime) -> InternApplication:
    """Send the application, or send it again after a correction.

    Gives the number, keeps a copy, asks the head, writes the receipt with all answers. Raises
    `CallIsClosed`, `NotComplete`, `NotAdmissible`, `HromadaHasItsCandidates`,
    `TransitionNotAllowed`.
    """
    application = _locked(application)
    was_returned = application.status == Status.RETURNED
    if not application.is_editable:
        raise TransitionNotAllowed(application, Status.SUBMITTED)
    if not may_change(application, now=now):
        raise CallIsClosed
    if pages := intern_answers.unfinished_pages(application):
        raise NotComplete(pages)
    counter = _lock_counter(application.edition)
    if intern_facts.other_candidates(application) >= application.edition.candidates_per_hromada:
        raise HromadaHasItsCandidates
    if reasons := intern_facts.stopping_reasons(application):
        raise NotAdmissible(reasons)
    head_must_answer = (
        application.head_answer != HeadAnswer.CONFIRMED
        or "kerivnyk_email" in application.fields_to_correct
    )
    move(
        application,
        Status.SUBMITTED,
        now=now,
        number=application.number or _next_number(application.edition, counter),
        submitted_at=application.submitted_at or now,
        fields_to_correct=[],
        correct_by_at=None,
        **intern_facts.population_columns(application),
    )
    ApplicationVersion.objects.create(
        application=application, answers=application.answers, submitted_at=now
    )
    _keep_organisation(application, now=now)
    if head_must_answer:
        ask_head(application, now=now)
    elif was_returned:
        move(application, Status.HEAD_CONFIRMED, now=now)
    letters.receipt(
        application,
        address=own_link(application, now=now),
        answers=intern_answers.as_text(application, application.language),
        now=now,
    )
    return application


def _lock_counter(edition: Edition) -> ApplicationCounter:
    counter, _ = ApplicationCounter.objects.get_or_create(edition=edition)
    return ApplicationCounter.objects.select_for_update().get(pk=counter.pk)


def _next_number(edition: Edition, counter: ApplicationCounter) -> str:
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"WIN4UA-{edition.year}-UA-{counter.last:04d}"


def _keep_organisation(application: InternApplication, *, now: datetime) -> None:
    """The body, its head and the consents, from the answers into the records of the programme."""
    answers = application.answers
    organisation = programme.organisation_for_hromada(application.hromada)
    organisation.name = answers["organ"]
    organisation.edrpou = answers["edrpou"]
    organisation.street = answers["adresa"]
    organisation.website = answers.get("sait") or ""
    organisation.save(update_fields=["name", "edrpou", "street", "website"])
    application.organisation = organisation
    application.save(update_fields=["organisation"])
    programme.save_contact(
        organisation,
        role=ContactRole.HEAD,
        title=answers["kerivnyk_posada"],
        first_name=answers["kerivnyk_imia"],
        last_name=answers["kerivnyk_prizvyshche"],
        patronymic=answers.get("kerivnyk_po_batkovi") or "",
        grammatical_gender=answers["kerivnyk_zvertannia"],
        email=application.head_email,
        language="uk",
    )
    programme.record_consents(
        subject=application,
        email=application.email,
        kinds=[kind for key, kind in CONSENTS.items() if answers.get(key) is True],
        language=application.language,
        now=now,
    )


@transaction.atomic
def ask_head(
    application: InternApplication, *, now: datetime, actor: User | None = None
) -> InternApplication:
    """Write the letter "I confirm the candidacy" to the head, with a new link; older ones close."""
    if application.status != Status.SUBMITTED:
        raise TransitionNotAllowed(application, Status.HEAD_CONFIRMED)
    answer_by = now + timedelta(days=application.edition.head_confirmation_days)
    links.revoke(target=application, purpose=HEAD_LINK, now=now, actor=actor)
    token = links.create(
        purpose=HEAD_LINK,
        target=application,
        email=application.head_email,
        expires_at=answer_by,
        now=now,
        actor=actor,
    )
    application.head_asked_at = now
    application.head_answer = HeadAnswer.NONE
    application.head_answered_at = None
    application.head_reason = ""
    application.save(
        update_fields=["head_asked_at", "head_answer", "head_answered_at", "head_reason"]
    )
    audit.record(
        action="applications.internapplication.head_asked", target=application, actor=actor, now=now
    )
    letters.head_request(
        application,
        salutation=intern_answers.head_salutation(application),
        address=links.url("applications:intern_head", token, "uk"),
        answer_by=answer_by,
        now=now,
    )
    return application


@transaction.atomic
def confirm_by_head(application: InternApplication, *, now: datetime) -> InternApplication:
    """The head says yes. Raises `TransitionNotAllowed` when that is no longer waited for."""
    hold(application)
    if application.head_answer:
        raise TransitionNotAllowed(application, Status.HEAD_CONFIRMED)
    move(
        application,
        Status.HEAD_CONFIRMED,
        now=now,
        head_answer=HeadAnswer.CONFIRMED,
        head_answered_at=now,
        head_reason="",
    )
    letters.head_confirmed(application, now=now)
    return application


@transaction.atomic
def refuse_by_head(
    application: InternApplication, *, reason: str, now: datetime
) -> InternApplication:
    """The head says no, and why; a coordinator then decides. Raises `TransitionNotAllowed`."""
    fresh = _locked(application)
    if fresh.status != Status.SUBMITTED or fresh.head_answer:
        raise TransitionNotAllowed(fresh, Status.REJECTED)
    fresh.head_answer = HeadAnswer.REFUSED
    fresh.head_answered_at = now
    fresh.head_reason = reason
    fresh.save(update_fields=["head_answer", "head_answered_at", "head_reason"])
    audit.record(action="applications.internapplication.head_refused", target=fresh, now=now)
    return fresh
