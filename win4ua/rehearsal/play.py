"""Plays the walk from the first letter to the last settlement, and counts."""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Sum
from django.test.utils import override_settings

from applications.enums import ApplicationStatus, SurveyStatus
from applications.models import HostSurvey, InternApplication
from core import audit
from grants.enums import ProjectStatus
from grants.models import GrantCall, Settlement
from mailing.models import Letter
from mailing.services.delivery import deliver_due
from mailing.services.releases import propose_release, release_proposed
from matching.models import Placement
from meetings.models import Declaration, SessionChoice
from win4ua.rehearsal import hosts, interns, pairs, post_office, projects
from win4ua.rehearsal.stage import Stage, build, hromadas, offices

Progress = Callable[[Iterable, str], Iterable]


@dataclass
class Figures:
    """What a rehearsal counted; money in zlotys as text, to the grosz."""

    surveys: int
    eligible: int
    sessions_chosen: int
    attended: int
    declarations: int
    applications: int
    selected: int
    placements: int
    projects_submitted: int
    projects_settled: int
    awarded: str
    paid: str
    accepted: str
    returned: str
    sums_equal: bool
    letters_written: int
    letters_sent: int
    letters_duplicated: int
    audit_ok: bool
    queries: int
    seconds: float

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def play(*, surveys: int, applications: int, seed: int, progress: Progress) -> Figures:
    """A whole edition on generated people. All mail is caught; time is passed in."""
    started, counter = time.perf_counter(), _Counter()
    backend = f"{post_office.__name__}.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend), connection.execute_wrapper(counter):
        post_office.SENT.clear()
        letters_before = Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        stage = build(seed=seed)
        _hosts_half(stage, surveys, progress)
        _interns_half(stage, applications, progress)
        _together(stage, progress)
        call = _small_projects(stage, progress)
        now = stage.calendar.grant_settled
        audit.seal(now)
        is_sound = audit.verify().is_sound
    return _count(
        stage,
        call,
        letters=Letter.objects.filter(pk__gt=letters_before),
        is_sound=is_sound,
        queries=counter.queries,
        seconds=time.perf_counter() - started,
    )


def _hosts_half(stage: Stage, number: int, progress: Progress) -> None:
    calendar = stage.calendar
    surveys = hosts.answer_surveys(stage, offices(stage, number), progress)
    _post(stage, calendar.survey_closes)
    hosts.decide(stage, surveys)
    _post(stage, calendar.decisions)
    eligible = HostSurvey.objects.filter(edition=stage.edition, status=SurveyStatus.ELIGIBLE)
    sessions = hosts.open_sessions(stage, guests=eligible.count())
    hosts.choose_sessions(stage, sessions, progress)
    _post(stage, calendar.first_session)
    hosts.attend(stage, sessions)
    hosts.declare(stage, progress)
    _post(stage, calendar.declarations_close)


def _interns_half(stage: Stage, number: int, progress: Progress) -> None:
    interns.apply(stage, hromadas(stage, number), progress)
    interns.check(stage)
    interns.evaluate(stage, progress)
    interns.select(stage)
    interns.prepare(stage)
    _post(stage, stage.calendar.preparation)


def _together(stage: Stage, progress: Progress) -> None:
    pairs.match(stage)
    _post(stage, stage.calendar.matching)
    pairs.live(stage, progress)
    pairs.certify(stage, progress)
    _post(stage, stage.calendar.grant_opens)


def _small_projects(stage: Stage, progress: Progress) -> GrantCall:
    stage.turn_page("small projects")
    call = projects.apply(stage, progress)
    projects.judge(stage, call, progress)
    projects.carry_out(stage, call, progress)
    _post(stage, stage.calendar.grant_settled)
    return call


def _post(stage: Stage, now: datetime) -> None:
    """One coordinator proposes every draft, another releases; the post office takes what is due."""
    drafts = Letter.objects.filter(status=Letter.Status.DRAFT).order_by("pk")
    if drafts.exists():
        proposal = propose_release(drafts, actor=stage.coordinator, now=now)
        release_proposed(proposal, actor=stage.second, now=now)
    audit.seal(now)
    deliver_due(now.replace(year=now.year + 3))


def _count(
    stage: Stage, call: GrantCall, *, letters, is_sound: bool, queries: int, seconds: float
) -> Figures:
    edition = stage.edition
    choices = SessionChoice.objects.filter(survey__edition=edition)
    settled = Settlement.objects.filter(project__call=call)
    sums = {
        name: settled.aggregate(total=Sum(name))["total"] or Decimal("0.00")
        for name in ("paid", "accepted", "returned")
    }
    call.refresh_from_db()
    people = InternApplication.objects.filter(edition=edition)
    sent = post_office.SENT
    return Figures(
        surveys=HostSurvey.objects.filter(edition=edition).sent().count(),
        eligible=HostSurvey.objects.filter(edition=edition, status=SurveyStatus.ELIGIBLE).count(),
        sessions_chosen=choices.filter(status__in=["chosen", "present", "absent"]).count(),
        attended=choices.filter(status="present").count(),
        declarations=Declaration.objects.filter(survey__edition=edition).accepted().count(),
        applications=people.exclude(submitted_at=None).count(),
        selected=people.filter(status=ApplicationStatus.READY).count(),
        placements=Placement.objects.filter(edition=edition).count(),
        projects_submitted=call.projects.sent().count(),
        projects_settled=call.projects.filter(
            status__in=[ProjectStatus.SETTLED, ProjectStatus.CLOSED]
        ).count(),
        awarded=str(call.awarded_sum),
        **{name: str(value) for name, value in sums.items()},
        sums_equal=sums["paid"] == sums["accepted"] + sums["returned"] == call.awarded_sum,
        letters_written=letters.count(),
        letters_sent=len(sent),
        letters_duplicated=sum(times - 1 for times in sent.values()),
        audit_ok=is_sound,
        queries=queries,
        seconds=round(seconds, 1),
    )


class _Counter:
    """Counts SQL statements."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)
