"""A second survey of a municipality: how it is begun, merged with the leading one, taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from applications import answer_sheet, merge_plan, survey_plan
from applications.emails import host_merge as emails
from applications.enums import SurveyStatus, VersionKind
from applications.models import HostInvitation, HostSurvey, SurveyMerge, SurveyVersion
from applications.selectors.questions import pages_of
from applications.services.host_invitations import new_link
from applications.services.host_people import save_people
from applications.services.host_reminders import drop_reminder
from applications.services.host_surveys import (
    SurveyClosed,
    SurveyIncomplete,
    WouldChangeDecision,
    first_sending,
    stays_eligible,
)
from applications.services.mentor_confirmation import ask_people
from core import audit
from core.models import User
from core.states import TransitionNotAllowed, hold, move

Status = SurveyStatus
TAKES_ANSWERS = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.ELIGIBLE)


class NothingToDouble(Exception):
    """There is no leading survey, so the survey that would be begun is the leading one."""


class ChangedMeanwhile(Exception):
    """One of the two surveys has changed since the choice was made; look at it again."""


class LeadingDecided(Exception):
    """The leading survey takes no answers any more; the other can only be closed as it is."""


class CannotTakeBack(Exception):
    """The leading survey has gone on since the merge."""


@transaction.atomic
def begin_separate_survey(
    invitation: HostInvitation, *, now: datetime, begun_in: str = ""
) -> HostSurvey:
    """A colleague does not take over and writes a survey of her own: a possible duplicate (A13).

    `begun_in` marks the browser, as in `begin_however_late`. The one that this invitation began
    before is given back. Raises `NothingToDouble`, `SurveyClosed`.
    """
    if not invitation.edition.survey_is_open(now):
        raise SurveyClosed(invitation.edition)
    HostInvitation.objects.select_for_update().get(pk=invitation.pk)
    if own := HostSurvey.objects.filter(invitation=invitation).first():
        return own
    leading = HostSurvey.objects.leading().filter(
        edition=invitation.edition, gmina__organisation=invitation.organisation_id
    )
    if not (found := leading.first()):
        raise NothingToDouble(invitation)
    survey = HostSurvey.objects.create(
        edition=invitation.edition,
        gmina=found.gmina,
        organisation=found.organisation,
        invitation=invitation,
        email=invitation.email,
        language=invitation.language,
        entrance=invitation.entrance,
        status=Status.DUPLICATE,
        duplicate_of=found,
        may_exceed_limit=invitation.may_exceed_limit,
        begun_in=begun_in,
        started_at=now,
        saved_at=now,
    )
    audit.record(action="applications.hostsurvey.doubled", target=survey, now=now, leading=found.pk)
    return survey


def _both(duplicate: HostSurvey) -> tuple[HostSurvey, HostSurvey]:
    """The leading survey and the duplicate, locked in this order, as they are now."""
    leading = (
        HostSurvey.objects.select_for_update(of=("self",))
        .for_table()
        .get(pk=duplicate.duplicate_of_id)
    )
    hold(duplicate)
    return leading, duplicate


@transaction.atomic
def merge_surveys(
    duplicate: HostSurvey,
    *,
    choices: Mapping[str, str],
    seen: str,
    actor: User,
    now: datetime,
) -> SurveyMerge:
    """Take the chosen answers into the leading survey and close the other (A13).

    `choices`: key -> "left" (leading) or "right" (duplicate); `seen` is the fingerprint of what the
    choice rests on. What comes of it is a new version of the leading survey, and both surveys as
    they were stay on the merge. Letters to both senders wait in the outbox.

    Raises `TransitionNotAllowed` when somebody else has merged it already; its `by` says who.
    Raises `ChangedMeanwhile`, `LeadingDecided`, `SurveyIncomplete`, `WouldChangeDecision`.
    """
    leading, duplicate = _both(duplicate)
    if duplicate.status != Status.DUPLICATE:
        raise TransitionNotAllowed(duplicate, Status.MERGED)
    left, right = leading.newest_answers, duplicate.newest_answers
    pages = pages_of(leading.edition)
    result = merge_plan.merged(left, right, choices, pages)
    merge = SurveyMerge(
        leading=leading,
        duplicate=duplicate,
        choices=dict(choices),
        left=left,
        left_draft=leading.draft_answers,
        right=right,
        merged_by=actor,
        merged_at=now,
    )
    move(duplicate, Status.MERGED, actor=actor, now=now)
    if merge_plan.fingerprint(left, right) != seen:
        raise ChangedMeanwhile(duplicate)
    drop_reminder(duplicate, now=now)
    draft = merge_plan.merged(leading.draft_answers, right, choices, pages)
    if result != left:
        merge.version = _take(leading, duplicate, result, draft, actor=actor, now=now)
    merge.save()
    audit.record(
        action="applications.hostsurvey.took_over",
        target=leading,
        actor=actor,
        now=now,
        duplicate=duplicate.pk,
        keys=sorted(key for key, side in choices.items() if side == merge_plan.RIGHT),
    )
    _tell(merge, leading, duplicate, now=now)
    return merge


def _take(
    leading: HostSurvey,
    duplicate: HostSurvey,
    result: dict[str, Any],
    draft: dict[str, Any],
    *,
    actor: User,
    now: datetime,
) -> SurveyVersion | None:
    """Write the merged answers; a new version, unless neither of the two was ever sent."""
    if leading.status not in TAKES_ANSWERS:
        raise LeadingDecided(leading)
    if leading.submitted_at is None and duplicate.submitted_at is None:
        _keep(leading, draft_answers=result)
        return None
    if gaps := survey_plan.missing(result, pages_of(leading.edition)):
        raise SurveyIncomplete(gaps)
    if leading.status == Status.ELIGIBLE and not stays_eligible(leading, result, now):
        raise WouldChangeDecision(leading)
    if leading.submitted_at is None:
        first = first_sending(leading, result, now=now, sent_at=duplicate.submitted_at or now)
        contact = save_people(leading, result)
        drop_reminder(leading, now=now)
        move(
            leading,
            Status.SUBMITTED,
            actor=actor,
            now=now,
            is_late=duplicate.is_late,
            **first,
            answers=result,
            draft_answers=result,
            contact=contact,
        )
    else:
        _keep(leading, answers=result, draft_answers=draft, contact=save_people(leading, result))
    return _write_version(leading, result, kind=VersionKind.MERGE, actor=actor, now=now)


def _keep(survey: HostSurvey, **changes: Any) -> None:
    HostSurvey.objects.filter(pk=survey.pk).update(**changes)
    for field, value in changes.items():
        setattr(survey, field, value)


def _write_version(
    survey: HostSurvey, answers: dict[str, Any], *, kind: str, actor: User, now: datetime
) -> SurveyVersion:
    version = SurveyVersion.objects.create(
        survey=survey,
        position=survey.versions.count() + 1,
        answers=answers,
        kind=kind,
        actor=actor,
        sent_at=now,
    )
    ask_people(survey, by="", now=now)  # the mentor may be another one now (A23)
    return version


def _tell(merge: SurveyMerge, leading: HostSurvey, duplicate: HostSurvey, *, now: datetime) -> None:
    """Both senders: whose survey is closed, and whose has new answers. Drafts in the outbox."""
    emails.survey_merged(merge, now=now)
    if merge.version is None:
        return
    token = new_link(leading, email=leading.addressee.email, now=now, actor=merge.merged_by)
    copy = answer_sheet.as_text(leading, merge.version.answers, now=now)
    emails.survey_took_over(merge, token=token, copy=copy, now=now)


@transaction.atomic
def take_back_merge(merge: SurveyMerge, *, actor: User, now: datetime) -> SurveyMerge:
    """Undo a merge: the answers before become a new version, the other is a duplicate again.

    Only while nothing has happened to the leading survey since. Raises `CannotTakeBack`,
    `TransitionNotAllowed`.
    """
    merge = SurveyMerge.objects.select_related("duplicate", "version").get(pk=merge.pk)
    leading, duplicate = _both(merge.duplicate)
    if merge.undone_at is not None or duplicate.status != Status.MERGED:
        raise TransitionNotAllowed(duplicate, Status.DUPLICATE)
    if not can_take_back(merge, leading):
        raise CannotTakeBack(merge)
    if merge.version is not None:
        contact = save_people(leading, merge.left)
        _keep(leading, answers=merge.left, draft_answers=merge.left_draft, contact=contact)
        _write_version(leading, merge.left, kind=VersionKind.UNDONE, actor=actor, now=now)
    elif leading.submitted_at is None:
        _keep(leading, draft_answers=merge.left)
    move(duplicate, Status.DUPLICATE, actor=actor, now=now)
    merge.undone_by, merge.undone_at = actor, now
    merge.save(update_fields=["undone_by", "undone_at"])
    audit.record(
        action="applications.hostsurvey.merge_undone",
        target=leading,
        actor=actor,
        now=now,
        duplicate=duplicate.pk,
    )
    emails.drop_letters(merge, actor=actor, now=now)
    return merge


def can_take_back(merge: SurveyMerge, leading: HostSurvey) -> bool:
    """Whether nothing has happened to the leading survey since the merge."""
    if leading.status == Status.WITHDRAWN:
        return False
    if merge.version is None:
        if leading.submitted_at is not None:
            return leading.answers == merge.left
        pages = pages_of(leading.edition)
        result = merge_plan.merged(merge.left, merge.right, merge.choices, pages)
        return leading.draft_answers == result
    last = leading.versions.order_by("-position").first()
    was_sent_before = leading.versions.count() > 1
    is_open = leading.status in (Status.SUBMITTED, Status.RETURNED)
    return is_open and was_sent_before and last is not None and last.pk == merge.version_id
