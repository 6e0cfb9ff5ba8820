"""What belongs to a small project, as tables on its record in the panel."""

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.formats import day, moment, money
from core.models import User
from grants import wording
from grants.models import SmallProject


def of_project(user: User, project: SmallProject) -> list[dict]:
    """Budget, answers of the partner, sheets, tranches, reports: those that have rows."""
    tables = [_budget(project), _partner(project), _tranches(project), _reports(project)]
    if user.has_perm("grants.view_projectevaluation"):
        tables.insert(2, _sheets(project))
    return [table for table in tables if table["rows"]]


def _table(caption: str, labels: Iterable[str], rows: Iterable[Iterable[object]]) -> dict:
    return {
        "caption": caption,
        "columns": [{"label": label} for label in labels],
        "rows": [{"cells": [{"text": text} for text in row]} for row in rows],
    }


def _budget(project: SmallProject) -> dict:
    language, currency = get_language(), project.call.currency
    lines = project.lines.select_related("category").order_by("position", "pk")
    return _table(
        _("Lines of the budget"),
        [_("Line"), _("Category"), _("Total"), _("From the grant")],
        [
            (
                str(line),
                getattr(line.category, f"name_{language}"),
                money(line.total, currency, language),
                money(line.grant, currency, language),
            )
            for line in lines
        ],
    )


def _partner(project: SmallProject) -> dict:
    answers = project.confirmations.order_by("-pk")
    return _table(
        _("Answers of the Polish partner"),
        [_("Answered on"), _("Address"), _("Confirms"), _("Remark"), _("Withdrawn because of")],
        [
            (
                moment(answer.answered_at, get_language()),
                answer.email,
                _("yes") if answer.is_confirmed else _("no"),
                answer.role_confirmed,
                wording.change(answer.withdrawn_because),
            )
            for answer in answers
        ],
    )


def _sheets(project: SmallProject) -> dict:
    sheets = project.evaluations.select_related("evaluator").order_by("assigned_at", "pk")
    return _table(
        _("Evaluation sheets"),
        [_("Evaluator"), _("Status"), _("Points")],
        [
            (
                str(sheet.evaluator),
                sheet.get_status_display(),
                "" if sheet.points is None else f"{sheet.points.normalize():f}",
            )
            for sheet in sheets
        ],
    )


def _tranches(project: SmallProject) -> dict:
    tranches = project.tranches.select_related("proposed_by", "approved_by").order_by("number")
    labels = [_("Tranche"), _("Amount"), _("Status"), _("Proposed by"), _("Second person")]
    return _table(
        _("Tranches"),
        [*labels, _("Paid on")],
        [
            (
                tranche.number,
                money(tranche.amount, project.call.currency, get_language()),
                tranche.get_status_display(),
                str(tranche.proposed_by or ""),
                str(tranche.approved_by or ""),
                day(tranche.paid_on, get_language()) if tranche.paid_on else "",
            )
            for tranche in tranches
        ],
    )


def _reports(project: SmallProject) -> dict:
    return _table(
        _("Reports"),
        [_("Report"), _("Status"), _("Due on"), _("Remark")],
        [
            (
                report.get_kind_display(),
                report.get_status_display(),
                day(report.due_on, get_language()),
                report.remark,
            )
            for report in project.reports.order_by("pk")
        ],
    )
