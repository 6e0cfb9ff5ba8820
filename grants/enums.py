"""The words of this room: how a small project moves from the call to its settlement."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProjectStatus(models.TextChoices):
    """Where a small project stands (domain 6.4)."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("sent, formal check")
    TO_CORRECT = "to_correct", _("to be corrected")
    IN_EVALUATION = "in_evaluation", _("in evaluation")
    RANKED = "ranked", _("ranked")
    AWARDED = "awarded", _("awarded")
    RESERVE = "reserve", _("on the reserve list")
    REJECTED = "rejected", _("not awarded")
    BUDGET_AGREED = "budget_agreed", _("final budget agreed")
    SIGNED = "signed", _("agreement signed")
    IN_PROGRESS = "in_progress", _("in progress")
    REPORTED = "reported", _("final report sent")
    CORRECTING = "correcting", _("final report to be corrected")
    SETTLED = "settled", _("settled")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    TERMINATED = "terminated", _("terminated")
    RECOVERY = "recovery", _("money to be recovered")


class EvaluationStatus(models.TextChoices):
    """Where one sheet of one evaluator stands."""

    ASSIGNED = "assigned", _("assigned")
    IMPARTIAL = "impartial", _("declared impartial")
    RECUSED = "recused", _("recused")
    SUBMITTED = "submitted", _("final")


class Outcome(models.TextChoices):
    """What the board decides about a project."""

    AWARD = "award", _("award")
    RESERVE = "reserve", _("reserve list")
    REJECT = "reject", _("no award")


class TrancheStatus(models.TextChoices):
    """Where one tranche of a grant stands."""

    PLANNED = "planned", _("planned")
    PROPOSED = "proposed", _("proposed for payment")
    APPROVED = "approved", _("approved by a second person")
    PAID = "paid", _("paid")


class ReportKind(models.TextChoices):
    """Interim report between tranches, final report at the end."""

    INTERIM = "interim", _("interim report")
    FINAL = "final", _("final report")


class ReportStatus(models.TextChoices):
    """Where a report stands."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    RETURNED = "returned", _("returned for correction")
    ACCEPTED = "accepted", _("accepted")


class Source(models.TextChoices):
    """Who pays a document."""

    GRANT = "grant", _("grant")
    OWN = "own", _("own contribution")
