"""Filling in and sending the survey of a municipality."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from applications import answer_sheet, survey_merge, survey_plan
from applications.clock import database_now
from applications.eligibility import judge_host
from applications.emails import host as emails
from applications.enums import Entrance, VersionKind
from applications.models import HostInvitation, HostSurvey, SurveyVersion
from applications.selectors.host import facts_of, official_figure, survey_context
from applications.selectors.host_closing import Closing, closing_of
from applications.selectors.questions import pages_of
from applications.services.host_holding import locked
from applications.services.host_invitations import new_link
from applications.services.host_numbers import next_number
from applications.services.host_people import record_consents, save_people
from applications.services.host_reminders import drop_reminder
from applications.services.host_returns import close_return, only_returned
from applications.services.late_drafts import (
    keep_late,
    last_written,
    take_in,
    unsettled,
)
from applications.services.mentor_confirmation import ask_people
from applications.survey_plan import Page
from core import audit
from core.models import User
from core.states import move
from programme import services as programme
from programme.models import Edition, Gmina

Status = HostSurvey.Status


class SurveyClosed(Exception):
    """The closing minute and the minutes of grace have passed (A7); what came is kept (FT-21)."""


class SurveyLocked(Exception):
    """The survey has been decided or withdrawn; answers no longer change by the link."""


class SurveyIncomplete(Exception):
    """Required answers are missing. `gaps`: page -> keys."""

    def __init__(self, gaps: dict[str, tuple[str, ...]]):
        self.gaps = gaps
        super().__init__(", ".join(gaps))


class WouldChangeDecision(Exception):
    """The correction contradicts the decision that the municipality is eligible."""


class AnswersChanged(Exception):
    """Somebody changed an answer after the page was opened; it is to be looked at once more."""


@transaction.atomic(savepoint=False)
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
    begun_in: str = "",
    draft_answers: Mapping[str, object] | None = None,
    actor: User | None = None,
) -> HostSurvey:
    """The survey of this municipality: begun now, or the one that exists already (A12).

    Begun with `draft_answers`. Whoever comes here has found none a moment ago, so it is written
    first, and looked for only where the constraint says that a colleague was faster.
    """
    office = invitation.organisation if invitation else programme.organisation_for_gmina(gmina)
    try:
        with transaction.atomic():
            survey = HostSurvey.objects.create(
                edition=edition,
                gmina=gmina,
                organisation=office,
                invitation=invitation,
                email=email,
                language=language,
                entrance=entrance,
                may_exceed_limit=may_exceed_limit,
                begun_in=begun_in,
                draft_answers=dict(draft_answers or {}),
                started_at=now,
                saved_at=now,
            )
    except IntegrityError:
        found = HostSurvey.objects.leading().filter(edition=edition, gmina=gmina).first()
        if found is None:
            raise
        return found
    audit.record(action="applications.hostsurvey.begun", target=survey, actor=actor, now=now)
    return survey


@transaction.atomic
def begin_by_invitation(invitation: HostInvitation, *, now: datetime) -> HostSurvey:
    """The draft that a personal link leads to; made when the first page is saved, not before.

    Raises `SurveyClosed`.
    """
    if not invitation.edition.survey_is_open(now):
        raise SurveyClosed(invitation.edition)
    return begin_however_late(invitation, now=now)


def begin_however_late(
    invitation: HostInvitation,
    *,
    now: datetime,
    begun_in: str = "",
    draft_answers: Mapping[str, object] | None = None,
) -> HostSurvey:
    """As `begin_by_invitation`; for a page that comes too late and is kept all the same.

    `begun_in` marks the browser, as `views.host_trust.browser_of` names it.
    """
    gmina = invitation.organisation.gmina
    if gmina is None:
        raise ValueError("the survey of a municipality is for one in Poland")
    return open_survey(
        invitation.edition,
        gmina=gmina,
        email=invitation.email,
        now=now,
        language=invitation.language,
        entrance=invitation.entrance,
        invitation=invitation,
        may_exceed_limit=invitation.may_exceed_limit,
        begun_in=begun_in,
        draft_answers=draft_answers,
    )


def closing_that_counts(survey: HostSurvey, now: datetime) -> Closing:
    """Raises `SurveyLocked`, and `SurveyClosed` before the edition opens."""
    if not survey.is_open_for_changes:
        raise SurveyLocked(survey)
    closing = closing_of(
        survey.edition, survey.gmina_id, survey, let_in_until=getattr(survey, "let_in_until", ...)
    )
    if now < closing.opens_at:
        raise SurveyClosed(survey.edition)
    return closing


def save_page(
    survey: HostSurvey,
    *,
    page: str,
    answers: Mapping[str, object],
    now: datetime | None = None,
    pages: Sequence[Page] | None = None,
    taker: User | None = None,
) -> HostSurvey:
    """Keep the answers of one page in the draft; questions hidden by them are dropped (A6).

    `taker` is the coordinator who writes it down on the telephone. `pages` of the edition, when the
    caller has them already. Without `now` the clock of the database is read, in the transaction
    that decides (FT-21).
    Raises `SurveyClosed`, `SurveyLocked`; what came too late is kept as a late draft all the same.
    """
    with transaction.atomic():
        is_in_time = _save_page(
            survey, page=page, answers=answers, now=now, pages=pages, taker=taker
        )
    if not is_in_time:
        raise SurveyClosed(survey.edition)
    return survey


def _save_page(
    survey: HostSurvey,
    *,
    page: str,
    answers: Mapping[str, object],
    now: datetime | None,
    pages: Sequence[Page] | None = None,
    taker: User | None = None,
) -> bool:
    """Whether it was in time; too late, it is kept beside the survey."""
    fresh = locked(survey)
    now = now or fresh.read_at
    closing = closing_that_counts(fresh, now)
    if pages is None:
        pages = pages_of(fresh.edition)
    plan = survey_plan.page_of(page, pages)
    if plan is None:  # a question that was switched off while its page was being filled in
        return True
    late = unsettled(fresh)
    before = fresh.draft_answers if late is None else late.answers
    if closing.is_shut(now) and closing.survey_return is None:
        before = last_written(fresh)
    written = survey_plan.merge(before, plan, answers, pages)
    if closing.survey_return is not None:
        written = only_returned(fresh, closing.survey_return, written, pages)
    if closing.is_shut(now):
        keep_late(fresh, answers=written, now=now)
        return False
    if late is not None:
        take_in(fresh, now=now)
    fresh.draft_answers = written
    fresh.saved_at = now
    fresh.save(update_fields=["draft_answers", "saved_at"])
    deed = "phone_page" if taker else "saved"
    action = f"applications.hostsurvey.{deed}"
    audit.record(action=action, target=fresh, actor=taker, now=now, page=page)
    survey.draft_answers, survey.saved_at = fresh.draft_answers, now
    return True


def submit_survey(
    survey: HostSurvey,
    *,
    now: datetime | None = None,
    by: str = "",
    actor: User | None = None,
    kind: VersionKind | None = None,
    seen: str | None = None,
) -> HostSurvey:
    """Send the survey, or a correction of it. Sending the same again changes nothing (A12).

    `by` is the address of the link by which it was sent; `actor` and `kind` tell of a member of
    staff who sends it after a telephone call. The receipt with a copy goes at once (A3). A possible
    duplicate gets a number and a version too, and stays a possible duplicate (A13).
    `seen` is `survey_merge.digest()` of the answers that were looked at, where a page showed them.
    Without `now` the clock of the database is read, in the transaction that sends (FT-21).
    Raises `SurveyClosed` (what was to be sent is kept as a late draft), `SurveyLocked`,
    `SurveyIncomplete`, `WouldChangeDecision`, `AnswersChanged`.
    """
    with transaction.atomic():
        sent = _submit(survey, now=now or database_now(), by=by, actor=actor, kind=kind, seen=seen)
    if sent is None:
        raise SurveyClosed(survey.edition)
    return sent


def _submit(
    survey: HostSurvey,
    *,
    now: datetime,
    by: str,
    actor: User | None,
    kind: VersionKind | None,
    seen: str | None,
) -> HostSurvey | None:
    """The survey as sent, or None when it came too late and was kept beside."""
    fresh = locked(survey)
    late = unsettled(fresh)
    latest = fresh.draft_answers if late is None else late.answers
    if seen is not None and seen != survey_merge.digest(latest):
        raise AnswersChanged(fresh)
    settled = fresh.status in (Status.SUBMITTED, Status.ELIGIBLE) or _is_sent_duplicate(fresh)
    if settled and latest == fresh.answers:
        return fresh
    closing = closing_that_counts(fresh, now)
    if closing.is_shut(now):
        keep_late(fresh, answers=latest, now=now, to_be_sent=True)
        return None
    if late is not None:
        take_in(fresh, now=now)
    context = survey_context(
        fresh.edition,
        fresh.gmina,
        language=fresh.language,
        now=now,
        has_questions=fresh.has_questions,
    )
    pages = context.pages
    answers: dict[str, Any] = survey_plan.prune(fresh.draft_answers, pages)
    if closing.survey_return is not None:
        answers = only_returned(fresh, closing.survey_return, answers, pages)
    if gaps := survey_plan.missing(answers, pages):
        raise SurveyIncomplete(gaps)
    if fresh.status == Status.ELIGIBLE and not stays_eligible(fresh, answers, now):
        raise WouldChangeDecision(fresh)
    drop_reminder(fresh, now=now)
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
    if closing.survey_return is not None:
        close_return(closing.survey_return, answer=version, now=now)
    record_consents(fresh, answers, now, texts=context.clauses, actor=actor)
    token = new_link(fresh, email=answers["kontakt_email"], now=now)
    copy = answer_sheet.as_text(fresh, answers, now=now, context=context)
    following = closing_of(fresh.edition, fresh.gmina, fresh, let_in_until=fresh.let_in_until)
    emails.survey_receipt(
        fresh,
        version=version,
        token=token,
        copy=copy,
        correct_until=following.closes_at,
        now=now,
    )
    ask_people(fresh, by=by, now=now)
    return fresh


def _is_sent_duplicate(survey: HostSurvey) -> bool:
    return survey.status == Status.DUPLICATE and survey.submitted_at is not None


def _how(survey: HostSurvey) -> VersionKind:
    """How the version that is being sent by the personal link came about (A9)."""
    if survey.status == Status.RETURNED:
        return VersionKind.RETURN
    return VersionKind.CORRECTION if survey.submitted_at else VersionKind.LINK


def stays_eligible(survey: HostSurvey, answers: dict, now: datetime) -> bool:
    """Whether these answers leave the decision that the municipality may host as it is."""
    was_excepted = survey.decisions.filter(kind="by_exception").exists()
    return was_excepted or judge_host(facts_of(survey, answers=answers, now=now)).is_eligible


def _walk(survey: HostSurvey, answers: dict, *, now: datetime) -> None:
    """The step itself: a first sending and a completed return move, a correction only changes."""
    changes: dict[str, Any] = {
        "answers": answers,
        "draft_answers": answers,
        "contact": save_people(survey, answers),
    }
    moves = survey.status in (Status.DRAFT, Status.RETURNED)
    if survey.submitted_at is None:
        changes["is_late"] = now >= survey.edition.survey_closes_at
    if moves or survey.submitted_at is None:
        changes |= first_sending(survey, answers, now=now, sent_at=survey.submitted_at or now)
    if moves:
        move(survey, Status.SUBMITTED, now=now, **changes)
        return
    HostSurvey.objects.filter(pk=survey.pk).update(**changes)
    for field, value in changes.items():
        setattr(survey, field, value)
    deed = "duplicate_sent" if survey.is_duplicate else "corrected"
    audit.record(action=f"applications.hostsurvey.{deed}", target=survey, now=now)


def first_sending(
    survey: HostSurvey, answers: dict, *, now: datetime, sent_at: datetime
) -> dict[str, Any]:
    """Number, time and official figure that a survey gets when it is sent for the first time."""
    figure = official_figure(survey.gmina, typed=answers.get("ludnosc"), now=now)
    if figure is None:  # the page that asks for it is required
        raise SurveyIncomplete({"gmina": ("ludnosc",)})
    return {
        "number": survey.number or next_number(survey.edition),
        "submitted_at": sent_at,
        "population_used": figure.value,
        "population_on": figure.on,
        "population_source": figure.source,
    }


@transaction.atomic
def withdraw_survey(survey: HostSurvey, *, actor: User, now: datetime) -> HostSurvey:
    """The municipality takes this survey back; another one of it that lives leads from now on.

    Raises `TransitionNotAllowed`.
    """
    withdrawn = move(survey, Status.WITHDRAWN, actor=actor, now=now)
    drop_reminder(survey, now=now)
    _let_another_lead(survey, actor=actor, now=now)
    return withdrawn


def _let_another_lead(survey: HostSurvey, *, actor: User, now: datetime) -> None:
    """The possible duplicate that was sent first, else the one begun first (A13)."""
    living = HostSurvey.objects.awaiting_merge().filter(duplicate_of=survey)
    heir = living.order_by(F("submitted_at").asc(nulls_last=True), "pk").first()
    if heir is None:
        return
    status = Status.DRAFT if heir.submitted_at is None else Status.SUBMITTED
    move(heir, status, actor=actor, now=now, duplicate_of=None)
    living.exclude(pk=heir.pk).update(duplicate_of=heir)
