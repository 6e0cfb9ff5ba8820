"""Verbs of the selection and of the preparation: from the ranking to the journey."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from applications.emails import interns as letters
from applications.enums import ApplicationStatus
from applications.models import InternApplication, TravelChecklist
from applications.selectors import interns as selectors
from applications.services.candidates import HEAD_LINK, own_link
from core import audit, links, roles
from core.models import User
from core.services import account_for
from core.states import TransitionNotAllowed, hold, move
from programme.models import Edition

Status = ApplicationStatus
HOLDS_A_PLACE = (Status.SELECTED, Status.PREPARING, Status.READY)
CHECKLIST = {
    "passport_ok",
    "trip_order_number",
    "trip_order_on",
    "trip_from_on",
    "trip_to_on",
    "may_leave",
}


class NobodyToSelect(Exception):
    """No candidate has both the evaluations and the interview."""


class ReasonIsMissing(Exception):
    """The decision needs a reason in words."""


class ChecklistIsIncomplete(Exception):
    """Something on the travel list is missing."""


@dataclass(frozen=True)
class Selection:
    """Who was selected, who waits on the reserve list in which order, who was not accepted."""

    selected: list[InternApplication] = field(default_factory=list)
    reserve: list[InternApplication] = field(default_factory=list)
    rejected: list[InternApplication] = field(default_factory=list)


@transaction.atomic
def select_candidates(
    edition: Edition,
    *,
    reason: str,
    actor: User,
    now: datetime,
    places: int | None = None,
    reserve: int | None = None,
) -> Selection:
    """Select the best of the ranking for the free places; the next ones wait on the reserve list.

    `places` and `reserve` default to the edition's settings; places already held are taken off.
    Candidates below the edition's merit threshold are not accepted, and who did not agree to the
    reserve list does not stand on it. All letters wait for a person. Raises `NobodyToSelect`,
    `ReasonIsMissing`.
    """
    if not reason.strip():
        raise ReasonIsMissing
    edition = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    rows = selectors.ranking(edition)
    waiting = [row for row in rows if row.application.status == Status.INTERVIEWED]
    if not waiting:
        raise NobodyToSelect
    held = InternApplication.objects.of(edition).filter(status__in=HOLDS_A_PLACE).count()
    free = max((edition.places if places is None else places) - held, 0)
    seats = edition.reserve_places if reserve is None else reserve
    outcome = Selection()
    places_given = [each.place_on_list or 0 for each in selectors.reserve_list(edition)]
    standing, last = len(places_given), max(places_given, default=0)
    for row in waiting:
        to = _decide(row.application, edition, outcome, free=free, seats=seats - standing)
        if to == Status.REJECTED:
            place = None
        elif to == Status.RESERVE:
            place = last + len(outcome.reserve) + 1
        else:
            place = row.ranked.place
        move(
            row.application,
            to,
            actor=actor,
            now=now,
            place_on_list=place,
            decision_reason=reason,
            decided_at=now,
        )
        {
            Status.SELECTED: outcome.selected,
            Status.RESERVE: outcome.reserve,
            Status.REJECTED: outcome.rejected,
        }[to].append(row.application)
        letters.result(row.application, address=own_link(row.application, now=now), now=now)
    audit.record(
        action="applications.selection.made",
        target=edition,
        actor=actor,
        now=now,
        selected=len(outcome.selected),
        reserve=len(outcome.reserve),
        rejected=len(outcome.rejected),
    )
    return outcome


def _decide(
    application: InternApplication,
    edition: Edition,
    outcome: Selection,
    *,
    free: int,
    seats: int,
) -> ApplicationStatus:
    if (application.merit_points or 0) < edition.merit_threshold:
        return Status.REJECTED
    if len(outcome.selected) < free:
        return Status.SELECTED
    if len(outcome.reserve) < seats and application.answers.get("zhoda_rezerv") is True:
        return Status.RESERVE
    return Status.REJECTED


@transaction.atomic
def mark_preparing(
    application: InternApplication, *, actor: User, now: datetime
) -> InternApplication:
    """Begin the preparation: the travel list opens, and the person can sign in from now on.

    Raises `TransitionNotAllowed`.
    """
    person = account_for(
        application.email,
        role=roles.INTERN,
        first_name=application.first_name,
        last_name=application.last_name,
        language=application.language,
        actor=actor,
        now=now,
    )
    move(application, Status.PREPARING, actor=actor, now=now, person=person)
    TravelChecklist.objects.get_or_create(application=application)
    letters.preparation(application, address=own_link(application, now=now), now=now)
    return application


@transaction.atomic
def save_checklist(
    application: InternApplication,
    *,
    changes: Mapping[str, object],
    now: datetime,
    actor: User | None = None,
) -> TravelChecklist:
    """Note what is known for the journey; `changes` holds fields of the travel list.

    Without `actor` it is the candidate's own answer. Raises `TransitionNotAllowed`.
    """
    unknown = set(changes) - CHECKLIST
    if unknown:
        raise ValueError(f"not on the travel list: {sorted(unknown)}")
    fresh = InternApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if fresh.status != Status.PREPARING:
        raise TransitionNotAllowed(fresh, Status.READY)
    checklist, _ = TravelChecklist.objects.get_or_create(application=fresh)
    for name, value in changes.items():
        setattr(checklist, name, value)
    checklist.updated_at = now
    checklist.full_clean()
    checklist.save()
    audit.record(
        action="applications.travelchecklist.saved",
        target=fresh,
        actor=actor,
        now=now,
        fields=sorted(changes),
    )
    return checklist


@transaction.atomic
def mark_ready(application: InternApplication, *, actor: User, now: datetime) -> InternApplication:
    """The travel list is complete: the person may be matched.

    Raises `ChecklistIsIncomplete`, `TransitionNotAllowed`.
    """
    hold(application)  # the candidate may be changing the list at this moment
    checklist = TravelChecklist.objects.filter(application=application).first()
    if application.status == Status.PREPARING and (checklist is None or not checklist.is_complete):
        raise ChecklistIsIncomplete
    move(application, Status.READY, actor=actor, now=now)
    letters.ready(application, now=now)
    return application


@transaction.atomic
def mark_cannot_travel(
    application: InternApplication, *, reason: str, actor: User, now: datetime
) -> InternApplication | None:
    """The person cannot travel; the first of the reserve list moves up and is returned.

    Raises `ReasonIsMissing`, `TransitionNotAllowed`.
    """
    if not reason.strip():
        raise ReasonIsMissing
    move(
        application,
        Status.CANNOT_TRAVEL,
        actor=actor,
        now=now,
        decision_reason=reason,
        decided_at=now,
    )
    return move_up(application.edition, actor=actor, now=now)


@transaction.atomic
def move_up(edition: Edition, *, actor: User | None, now: datetime) -> InternApplication | None:
    """Give a free place to the first of the reserve list; None without a place or a person.

    The letter waits for a person.
    """
    edition = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    held = InternApplication.objects.of(edition).filter(status__in=HOLDS_A_PLACE).count()
    first = selectors.reserve_list(edition).first()
    if first is None or held >= edition.places:
        return None
    move(first, Status.SELECTED, actor=actor, now=now, decided_at=now)
    letters.moved_up(first, address=own_link(first, now=now), now=now)
    return first


@transaction.atomic
def withdraw_application(
    application: InternApplication, *, now: datetime, actor: User | None = None, reason: str = ""
) -> InternApplication:
    """The candidate, or a coordinator at the candidate's wish, ends the application.

    A place that becomes free goes to the first of the reserve list. Raises
    `TransitionNotAllowed`.
    """
    held_a_place = application.status in HOLDS_A_PLACE
    move(
        application, Status.WITHDRAWN, actor=actor, now=now, decision_reason=reason, decided_at=now
    )
    links.revoke(target=application, purpose=HEAD_LINK, now=now, actor=actor)
    if application.number:
        letters.withdrawn(application, now=now)
    if held_a_place:
        move_up(application.edition, actor=actor, now=now)
    return application
