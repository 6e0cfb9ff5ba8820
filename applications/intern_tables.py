"""Tables of the panel about candidates, ready for the component that draws them."""

from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.enums import ApplicationStatus
from applications.models import InternApplication
from applications.selectors import interns as selectors
from core import formats
from programme.models import Edition

Status = ApplicationStatus
KINDS = {
    Status.DRAFT: "neutral",
    Status.SUBMITTED: "waiting",
    Status.HEAD_CONFIRMED: "waiting",
    Status.RETURNED: "waiting",
    Status.FORMALLY_CORRECT: "info",
    Status.EVALUATED: "info",
    Status.INTERVIEWED: "info",
    Status.SELECTED: "good",
    Status.RESERVE: "neutral",
    Status.REJECTED: "bad",
    Status.PREPARING: "waiting",
    Status.READY: "good",
    Status.CANNOT_TRAVEL: "bad",
    Status.WITHDRAWN: "neutral",
}


def record_url(application: InternApplication) -> str:
    """The record in the panel."""
    return reverse("admin:applications_internapplication_change", args=[application.pk])


def points(value: Decimal | None, language: str = "pl") -> str:
    """Points with two places, or a dash."""
    return "–" if value is None else formats.number(value, language, 2)


def _table(caption: str, heading: str, verb: str, rows: list, *, empty: str) -> dict[str, object]:
    return {
        "caption": caption,
        "count": len(rows),
        "columns": [
            {"label": _("Number")},
            {"label": _("Candidate")},
            {"label": _("Hromada")},
            {"label": heading},
            {"label": _("Next step")},
        ],
        "rows": [
            {
                "cells": [
                    {"text": application.number, "url": record_url(application)},
                    {"text": application.full_name},
                    {"text": application.hromada.name},
                    {"text": detail},
                    {"text": verb, "url": reverse(f"admin:applications_{name}", args=[pk])},
                ]
            }
            for application, detail, name, pk in rows
        ],
        "empty": empty,
    }


def worklists(edition: Edition, *, today: date, language: str) -> list[dict[str, object]]:
    """One table for each thing that waits, in the order of the walk."""

    def when(moment) -> str:
        return formats.moment(moment, language) if moment else "–"

    def rows(found, detail, name: str) -> list:
        return [(each, detail(each), name, each.pk) for each in found]

    record = "internapplication_change"
    return [
        _table(
            _("Refused by the head: a decision is needed"),
            _("Reason of the head"),
            _("Reject or return"),
            rows(selectors.refused_by_head(edition), lambda a: a.head_reason, record),
            empty=_("No head has refused."),
        ),
        _table(
            _("Waiting for the head"),
            _("Asked"),
            _("Open"),
            rows(selectors.waiting_for_head(edition), lambda a: when(a.head_asked_at), record),
            empty=_("No application waits for a head."),
        ),
        _table(
            _("To check formally"),
            _("Sent"),
            _("Check"),
            rows(
                selectors.awaiting_formal_check(edition),
                lambda a: when(a.submitted_at),
                "formal_check",
            ),
            empty=_("Nothing waits for the formal check."),
        ),
        _table(
            _("To assign to evaluators"),
            _("Evaluators lacking"),
            _("Assign"),
            rows(
                selectors.awaiting_evaluators(edition),
                lambda a: str(a.evaluators_lacking),
                "assign_evaluators",
            ),
            empty=_("Every application has its evaluators."),
        ),
        _table(
            _("Late evaluations"),
            _("Evaluator and day"),
            _("Open"),
            [
                (
                    each.application,
                    f"{each.evaluator}, {formats.day(each.due_on, language)}",
                    record,
                    each.application_id,
                )
                for each in selectors.late_evaluations(edition, today=today)
            ],
            empty=_("No evaluation is late."),
        ),
        _table(
            _("To interview"),
            _("Mean of the evaluations"),
            _("Record the interview"),
            rows(
                selectors.awaiting_interview(edition),
                lambda a: points(a.merit_points, language),
                "record_interview",
            ),
            empty=_("Nobody waits for an interview."),
        ),
        _table(
            _("To prepare for the journey"),
            _("Status"),
            _("Open"),
            rows(selectors.awaiting_preparation(edition), lambda a: a.get_status_display(), record),
            empty=_("Nobody waits for the preparation."),
        ),
    ]


def ranking(edition: Edition) -> dict[str, object]:
    """The table of the ranking, and in one sentence how its totals are made."""
    return {"table": _ranking_table(edition), "weights": _weights_words(edition)}


def _ranking_table(edition: Edition) -> dict[str, object]:
    """The ranking: each row opens its record, each number is made of those before it."""
    rows = []
    for row in selectors.ranking(edition):
        application, ranked = row.application, row.ranked
        tied = " =" if ranked.is_tied else ""
        rows.append(
            {
                "cells": [
                    {"text": f"{ranked.place}{tied}"},
                    {"text": application.number, "url": record_url(application)},
                    {"text": application.full_name},
                    {"text": application.hromada.name},
                    {"text": points(application.merit_points)},
                    {"text": points(ranked.merit_part)},
                    {"text": points(application.interview_points)},
                    {"text": points(ranked.interview_part)},
                    {"text": points(application.bonus_points)},
                    {"text": points(ranked.total)},
                    {
                        "text": application.get_status_display(),
                        "kind": KINDS[application.status],
                    },
                ]
            }
        )
    return {
        "caption": _("Ranking"),
        "columns": [
            {"label": _("Place")},
            {"label": _("Number")},
            {"label": _("Candidate")},
            {"label": _("Hromada")},
            {"label": _("Mean of the evaluations"), "is_number": True},
            {"label": _("Its part"), "is_number": True},
            {"label": _("Interview"), "is_number": True},
            {"label": _("Its part"), "is_number": True},
            {"label": _("Bonus"), "is_number": True},
            {"label": _("Total"), "is_number": True},
            {"label": _("Status")},
        ],
        "rows": rows,
        "empty": _("Nobody has both the evaluations and the interview yet."),
    }


def _weights_words(edition: Edition) -> str:
    """How a total is made, in one sentence."""
    return _(
        "Total = %(merit)d %% of the mean of the evaluations + interview (up to %(most)d points, "
        "weight %(interview)d %%) + bonus. Equal totals are ordered by the mean of the "
        "evaluations, then the interview, then the earlier sending; they are marked with =."
    ) % {
        "merit": edition.merit_weight,
        "interview": edition.interview_weight,
        "most": edition.interview_max_points,
    }
