"""Matching, answers, the days of the internships, reports and certificates."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.formats import WARSAW
from matching import services as matching
from matching.enums import ProposalStatus, ReportAuthor
from matching.models import DiaryEntry, Placement, Proposal
from matching.selectors import finished_placements, placements, pool_hosts, pool_interns
from win4ua.rehearsal.stage import Stage

ROUNDS = 8
PLAN = ("Poznanie urzędu", "Rozmowa z kierownikiem referatu", "Wizyta w jednostce", "Praca własna")


def match(stage: Stage) -> int:
    """Run, approve, publish and answer until the places are taken or nobody is left to pair.

    A pair that was declined is forbidden for the next run. Returns the number of placements.
    """
    for number in range(1, ROUNDS + 1):
        if not _can_go_on(stage):
            break
        now = stage.calendar.matching + timedelta(days=3 * number)
        version = matching.run_matching(
            stage.edition, name=f"Runda {number}", actor=stage.coordinator, now=now
        )
        matching.approve_version(version, actor=stage.second, now=now)
        matching.publish_version(version, actor=stage.second, now=now)
        waiting = Proposal.objects.filter(version=version, status=ProposalStatus.PUBLISHED)
        for proposal in waiting.for_table():
            _answer(stage, proposal, now + timedelta(days=1), is_first=number == 1)
    return Placement.objects.filter(edition=stage.edition).count()


def live(stage: Stage, progress: Callable) -> None:
    """Every internship: arrival, schedule, diary, reports, the end."""
    for placement in progress(list(placements(stage.edition)), "internships"):
        live_through(stage, placement, stage.calendar.working_days())


def certify(stage: Stage, progress: Callable) -> None:
    """A certificate for each finished internship."""
    now = datetime.combine(stage.calendar.last_day, datetime.min.time(), tzinfo=WARSAW)
    for placement in progress(list(finished_placements(stage.edition)), "certificates"):
        matching.issue_certificate(
            placement, actor=stage.coordinator, now=now + timedelta(days=7, hours=12)
        )


def _can_go_on(stage: Stage) -> bool:
    taken = Placement.objects.filter(edition=stage.edition).count()
    return (
        taken < stage.edition.places
        and pool_interns(stage.edition).exists()
        and pool_hosts(stage.edition).count() > taken
    )


def _answer(stage: Stage, proposal: Proposal, now: datetime, *, is_first: bool) -> None:
    host_agrees = not is_first or stage.happens(0.93)
    matching.answer_proposal(
        proposal,
        side="host",
        accepts=host_agrees,
        reason="" if host_agrees else "Remont urzędu",
        now=now,
    )
    if host_agrees:
        matching.answer_proposal(proposal, side="intern", accepts=True, now=now)
        return
    matching.set_rule(
        stage.edition,
        declaration=proposal.declaration,
        application=proposal.application,
        kind="ban",
        reason="Gospodarz odmówił",
        actor=stage.coordinator,
        now=now,
    )


def plan_day(stage: Stage, placement: Placement, day: date) -> None:
    """Two things in the schedule of one day."""
    for hour, title in zip((9, 12), stage.chance.sample(PLAN, 2), strict=True):
        matching.plan_item(
            placement,
            starts_at=_moment(day, hour),
            ends_at=_moment(day, hour + 2),
            title=title,
            place="Urząd",
            actor=placement.mentor,
        )


def write_day(placement: Placement, day: date) -> DiaryEntry:
    """What the intern writes about one day."""
    return matching.write_diary(
        placement,
        day=day,
        hours=Decimal("6.5"),
        answers={"activity": "Знайомство з роботою відділу.", "learned": "Документообіг."},
        actor=placement.intern,
        now=_moment(day, 17),
    )


def live_through(stage: Stage, placement: Placement, days: list[date]) -> None:
    """One internship from the arrival to its end, on these days."""
    matching.start_placement(placement, actor=placement.mentor, now=_moment(days[0], 8))
    for day in days:
        plan_day(stage, placement, day)
        entry = write_day(placement, day)
        matching.confirm_diary(entry, actor=placement.mentor, now=_moment(day, 18))
    end = _moment(days[-1], 19)
    for author, person in (
        (ReportAuthor.INTERN, placement.intern),
        (ReportAuthor.MENTOR, placement.mentor),
    ):
        report = matching.hand_in_report(
            placement,
            author=author,
            satisfaction=stage.chance.randint(4, 5),
            answers={
                row.code: "5" if row.answer == "scale" else "Tak."
                for row in stage.edition.report_questions.filter(report=author)
            },
            actor=person,
            now=end,
        )
        matching.accept_report(report, actor=stage.coordinator, now=end)
    matching.finish_placement(placement, actor=stage.coordinator, now=end)


def _moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=WARSAW)
