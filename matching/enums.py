"""The words of this room: versions, proposals, placements, reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionStatus(models.TextChoices):
    """Where one run of the matching stands."""

    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved by a second person")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("superseded")


class ProposalStatus(models.TextChoices):
    """Where one pair stands."""

    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("waiting for both answers")
    ACCEPTED = "accepted", _("accepted by both")
    DECLINED = "declined", _("declined")
    LAPSED = "lapsed", _("no answer in time")
    REPLACED = "replaced", _("replaced")


class SideAnswer(models.TextChoices):
    """What one side says to a proposal."""

    WAITING = "", _("waiting for the answer")
    ACCEPTS = "accepts", _("accepts")
    DECLINES = "declines", _("declines")


class RuleKind(models.TextChoices):
    """What a coordinator says about a pair before the run."""

    PIN = "pin", _("must be together")
    BAN = "ban", _("must not be together")


class PlacementStatus(models.TextChoices):
    """Where an internship stands."""

    PLANNED = "planned", _("planned")
    UNDER_WAY = "under_way", _("under way")
    FINISHED = "finished", _("finished")
    BROKEN_OFF = "broken_off", _("broken off")


class DiaryStatus(models.TextChoices):
    """Where one day of the diary stands."""

    WRITTEN = "written", _("written, to be confirmed by the mentor")
    CONFIRMED = "confirmed", _("confirmed")
    RETURNED = "returned", _("returned with a remark")


class ReportAuthor(models.TextChoices):
    """Who writes a report."""

    INTERN = "intern", _("intern")
    MENTOR = "mentor", _("mentor")
    HOST = "host", _("host municipality")


class ReportStatus(models.TextChoices):
    """Where a report stands."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent, to be read")
    RETURNED = "returned", _("returned with remarks")
    ACCEPTED = "accepted", _("accepted")
