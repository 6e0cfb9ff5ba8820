"""Who has the ball in a small project, since when, and until when (G15)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from core import audit
from core.formats import WARSAW
from grants import wording
from grants.enums import EvaluationStatus, ReportStatus, TrancheStatus
from grants.enums import ProjectStatus as Status
from grants.models import SmallProject
from grants.services import has_valid_confirmation

DESK = (Status.AWARDED, Status.BUDGET_AGREED, Status.REPORTED)


@dataclass(frozen=True)
class Waiting:
    """Who is waited for, since when, and the last day if there is one."""

    who: str
    since: datetime
    due_on: date | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether the last day has passed, by the clock of Warsaw."""
        return self.due_on is not None and self.due_on < now.astimezone(WARSAW).date()

    def sentence(self, now: datetime) -> str:
        """ "Serock, 3 days; due on 12.02.2027"."""
        text = f"{self.who}, {wording.days((now - self.since).days)}"
        if self.due_on is None:
            return text
        words = (
            _("%(text)s; late, it was due on %(day)s")
            if self.is_late(now)
            else _("%(text)s; due on %(day)s")
        )
        return words % {"text": text, "day": f"{self.due_on:%d.%m.%Y}"}


def waiting_for(project: SmallProject) -> Waiting | None:
    """Who has to do the next thing; nobody when the project has come to its end."""
    found = _who(project)
    if found is None:
        return None
    who, due_on = found
    moved = audit.history(project).filter(action=f"grants.smallproject.{project.status}").first()
    return Waiting(who, moved.at if moved else project.started_at, due_on)


def _who(project: SmallProject) -> tuple[str, date | None] | None:
    status = Status(project.status)
    if status in (Status.DRAFT, Status.TO_CORRECT):
        until = project.correct_by_at or project.call.closes_at
        return project.hromada.name, until.astimezone(WARSAW).date()
    if status == Status.SUBMITTED and not has_valid_confirmation(project):
        return project.host.gmina.name, None
    if status in (Status.SUBMITTED, *DESK):
        return _("coordinator"), None
    steps = {
        Status.IN_EVALUATION: _evaluators,
        Status.RANKED: _board,
        Status.SIGNED: _payment,
        Status.IN_PROGRESS: _report,
        Status.CORRECTING: _report,
        Status.SETTLED: _return,
    }
    return steps[status](project) if status in steps else None


def _evaluators(project: SmallProject) -> tuple[str, None]:
    open_sheets = project.evaluations.filter(
        status__in=[EvaluationStatus.ASSIGNED, EvaluationStatus.IMPARTIAL]
    )
    names = [str(sheet.evaluator) for sheet in open_sheets.select_related("evaluator")]
    return ", ".join(sorted(names)) or _("coordinator"), None


def _board(project: SmallProject) -> tuple[str, None]:
    return (_("a second person") if hasattr(project, "decision") else _("coordinator")), None


def _payment(project: SmallProject) -> tuple[str, None]:
    is_proposed = project.tranches.filter(status=TrancheStatus.PROPOSED).exists()
    return (_("a second person") if is_proposed else _("coordinator")), None


def _report(project: SmallProject) -> tuple[str, date | None]:
    reports = project.reports.order_by("pk")
    if reports.filter(status=ReportStatus.SENT).exists():
        return _("coordinator"), None
    asked = reports.exclude(status=ReportStatus.ACCEPTED).first()
    return project.hromada.name, asked.due_on if asked else project.ends_on


def _return(project: SmallProject) -> tuple[str, date | None]:
    settlement = project.settlement
    if settlement.returned:
        return project.hromada.name, settlement.return_due_on
    return _("coordinator"), None
