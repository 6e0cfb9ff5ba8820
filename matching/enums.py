"""The words of this room: versions, proposals, placements, reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.stages import Stage


class VersionStatus(models.TextChoices):
    """Where one run of the matching stands."""

    DRAFT = "draft", pgettext_lazy("version of the matching", "draft")
    APPROVED = "approved", pgettext_lazy("version of the matching", "approved by a second person")
    PUBLISHED = "published", pgettext_lazy("version of the matching", "published")
    SUPERSEDED = "superseded", pgettext_lazy("version of the matching", "superseded")


class ProposalStatus(models.TextChoices):
    """Where one pair stands."""

    DRAFT = "draft", pgettext_lazy("pair", "draft")
    APPROVED = "approved", pgettext_lazy("pair", "approved")
    PUBLISHED = "published", pgettext_lazy("pair", "waiting for both answers")
    ACCEPTED = "accepted", pgettext_lazy("pair", "accepted by both")
    DECLINED = "declined", pgettext_lazy("pair", "declined")
    LAPSED = "lapsed", pgettext_lazy("pair", "no answer in time")
    REPLACED = "replaced", pgettext_lazy("pair", "replaced")


class SideAnswer(models.TextChoices):
    """What one side says to a proposal."""

    WAITING = "", pgettext_lazy("side of a pair", "waiting for the answer")
    ACCEPTS = "accepts", pgettext_lazy("side of a pair", "accepts")
    DECLINES = "declines", pgettext_lazy("side of a pair", "declines")


class RuleKind(models.TextChoices):
    """What a coordinator says about a pair before the run."""

    PIN = "pin", _("must be together")
    BAN = "ban", _("must not be together")


class PlacementStatus(models.TextChoices):
    """Where an internship stands."""

    PLANNED = "planned", pgettext_lazy("internship", "planned")
    UNDER_WAY = "under_way", pgettext_lazy("internship", "under way")
    FINISHED = "finished", pgettext_lazy("internship", "finished")
    BROKEN_OFF = "broken_off", pgettext_lazy("internship", "broken off")


PLACEMENT_KEPT = Stage(
    "kept", _("Placements"), frozenset(PlacementStatus) - {PlacementStatus.BROKEN_OFF}
)


class DiaryStatus(models.TextChoices):
    """Where one day of the diary stands."""

    WRITTEN = "written", pgettext_lazy("day of the diary", "written, to be confirmed by the mentor")
    CONFIRMED = "confirmed", pgettext_lazy("day of the diary", "confirmed")
    RETURNED = "returned", pgettext_lazy("day of the diary", "returned with a remark")


class ReportAuthor(models.TextChoices):
    """Who writes a report."""

    INTERN = "intern", _("intern")
    MENTOR = "mentor", _("mentor")
    HOST = "host", _("host municipality")


class ReportStatus(models.TextChoices):
    """Where a report stands."""

    DRAFT = "draft", pgettext_lazy("report", "draft")
    SENT = "sent", pgettext_lazy("report", "sent, to be read")
    RETURNED = "returned", pgettext_lazy("report", "returned with remarks")
    ACCEPTED = "accepted", pgettext_lazy("report", "accepted")
