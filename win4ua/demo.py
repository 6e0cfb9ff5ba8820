"""Life in the demonstration edition: something waits in each room; an internship is under way."""

from datetime import date, datetime, timedelta

from applications.enums import SurveyStatus
from applications.models import HostSurvey
from core import roles
from core.formats import WARSAW
from core.models import User
from mailing.models import Letter
from mailing.services.releases import propose_release, release_proposed
from matching import services as matching
from matching.enums import ProposalStatus
from matching.models import Placement, Proposal
from meetings.models import InformationSession
from programme.models import Edition, PlacementWindow
from programme.services.demonstration import Person
from win4ua.rehearsal import hosts, interns, pairs
from win4ua.rehearsal.calendar import Calendar
from win4ua.rehearsal.stage import Stage, chance_and_names, hromadas, offices

SURVEYS, APPLICATIONS, SEED = 16, 9, 2026
WINDOW = "current"


class DemonstrationCalendar(Calendar):
    """The same days, laid around today."""

    def __init__(self, edition: Edition, *, now: datetime):
        super().__init__(edition.year)
        today = now.astimezone(WARSAW).date()
        self.letter = now - timedelta(days=18)
        self.survey_opens, self.survey_closes = now - timedelta(days=18), now - timedelta(days=14)
        self.decisions = now - timedelta(days=13)
        self.invitations = now - timedelta(days=12)
        self.first_session = now - timedelta(days=6)
        self.second_session = now - timedelta(days=5)
        self.after_sessions = now - timedelta(days=4)
        self.applications_open = now - timedelta(days=13)
        self.applications_close = now - timedelta(days=9)
        self.formal_check = now - timedelta(days=8)
        self.evaluation = now - timedelta(days=7)
        self.interviews = now - timedelta(days=6)
        self.selection = now - timedelta(days=6)
        self.preparation = now - timedelta(days=5)
        self.matching = now - timedelta(days=5)
        self.first_day = today - timedelta(days=3)
        self.last_day = today + timedelta(days=24)


def fill(edition: Edition, *, now: datetime) -> list[Person]:
    """Bring the demonstration to life once; returns who of it can sign in by link."""
    if not HostSurvey.objects.filter(edition=edition).exists():
        stage = _stage(edition, now=now)
        _hosts(stage, now=now)
        _interns(stage)
        _pairs(stage, now=now)
    return _people(edition)


def _plain(rows, label):
    return rows


def _stage(edition: Edition, *, now: datetime) -> Stage:
    calendar = DemonstrationCalendar(edition, now=now)
    chance, polish, ukrainian = chance_and_names(SEED)
    PlacementWindow.objects.get_or_create(
        edition=edition,
        code=WINDOW,
        defaults={"starts_on": calendar.first_day, "ends_on": calendar.last_day},
    )
    first, second = User.objects.filter(groups__name=roles.COORDINATOR).order_by("pk")[:2]
    return Stage(
        seed=SEED,
        edition=edition,
        calendar=calendar,
        chance=chance,
        polish=polish,
        ukrainian=ukrainian,
        coordinator=first,
        second=second,
        board=second,
        evaluators=list(User.objects.filter(groups__name=roles.EVALUATOR).order_by("pk")),
        window=WINDOW,
    )


def _hosts(stage: Stage, *, now: datetime) -> None:
    """Most surveys are decided, some wait; some hosts have declared, others choose a session."""
    surveys = hosts.answer_surveys(stage, offices(stage, SURVEYS), _plain)
    hosts.decide(stage, surveys[:-4])
    held = hosts.open_sessions(stage, guests=SURVEYS)
    hosts.choose_sessions(stage, held, _plain)
    hosts.attend(stage, held)
    hosts.declare(stage, _plain)
    today = now.astimezone(WARSAW)
    tuesday = 10 + (1 - today.weekday() - 10) % 7
    for days, hour in ((tuesday, 10), (tuesday + 2, 13)):
        day = today + timedelta(days=days)
        InformationSession.objects.create(
            edition=stage.edition,
            starts_at=day.replace(hour=hour, minute=0, second=0, microsecond=0),
            duration_minutes=stage.edition.session_minutes,
            capacity=60,
            join_url=f"https://spotkania.example/{days}",
        )
    waiting = HostSurvey.objects.filter(edition=stage.edition, status=SurveyStatus.SUBMITTED)
    hosts.decide(stage, waiting.order_by("pk")[:1])


def _interns(stage: Stage) -> None:
    """Most candidates are selected and ready, one waits for the formal check."""
    chosen = hromadas(stage, APPLICATIONS)
    interns.apply(stage, chosen[:-2], _plain)
    interns.check(stage)
    interns.evaluate(stage, _plain)
    interns.select(stage)
    interns.prepare(stage)
    interns.apply(stage, chosen[-2:], _plain)


def _pairs(stage: Stage, *, now: datetime) -> None:
    """One internship is under way, one is over, one pair waits for answers."""
    version = matching.run_matching(
        stage.edition, name="Pierwszy dobór", actor=stage.coordinator, now=stage.calendar.matching
    )
    matching.approve_version(version, actor=stage.second, now=stage.calendar.matching)
    matching.publish_version(version, actor=stage.second, now=stage.calendar.matching)
    published = Proposal.objects.filter(version=version, status=ProposalStatus.PUBLISHED)
    for proposal in list(published.for_table())[:3]:
        for side in ("host", "intern"):
            matching.answer_proposal(proposal, side=side, accepts=True, now=stage.calendar.matching)
    today = now.astimezone(WARSAW).date()
    placements = list(Placement.objects.filter(edition=stage.edition).for_table())
    for placement in placements[:1]:
        _under_way(stage, placement, today=today)
    for placement in placements[1:2]:
        _over(stage, placement, today=today, now=now)
    drafts = Letter.objects.filter(status=Letter.Status.DRAFT).order_by("pk")
    proposal = propose_release(list(drafts)[:-6], actor=stage.coordinator, now=now)
    release_proposed(proposal, actor=stage.second, now=now)


def _under_way(stage: Stage, placement: Placement, *, today: date) -> None:
    matching.start_placement(placement, actor=placement.mentor, now=stage.calendar.matching)
    every = (placement.starts_on + timedelta(days=n) for n in range(28))
    for day in (one for one in every if one <= placement.ends_on):
        if day.weekday() < 5 or day == today:
            pairs.plan_day(stage, placement, day)
        if day < today and day.weekday() < 5:
            pairs.write_day(placement, day)


def _over(stage: Stage, placement: Placement, *, today: date, now: datetime) -> None:
    """An internship of last month, with its certificate: its hromada may apply for a project."""
    monday = today - timedelta(days=today.weekday() + 42)
    days = [monday + timedelta(days=7 * week + day) for week in range(4) for day in range(5)]
    placement.starts_on, placement.ends_on = days[0], days[-1]
    placement.save(update_fields=["starts_on", "ends_on"])
    pairs.live_through(stage, placement, days)
    matching.issue_certificate(placement, actor=stage.coordinator, now=now)


def _people(edition: Edition) -> list[Person]:
    placement = (
        Placement.objects.filter(edition=edition)
        .select_related("mentor", "intern")
        .order_by("-status", "pk")
        .first()
    )
    if placement is None:
        return []
    return [
        Person(placement.mentor.email, placement.mentor.full_name, roles.MENTOR),
        Person(placement.intern.email, placement.intern.full_name, roles.INTERN),
    ]
