"""The words of this room: how a municipality answers, and how its declaration moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.stages import Stage


class ChoiceStatus(models.TextChoices):
    """Where a municipality stands with its choice of an information session."""

    INVITED = "invited", _("invited, no answer yet")
    CHOSEN = "chosen", _("date chosen")
    WAITING = "waiting", _("on the waiting list")
    NEITHER = "neither", _("neither date suits")
    NO_ANSWER = "no_answer", _("did not answer in time")
    PRESENT = "present", _("was present")
    ABSENT = "absent", _("was absent")


SESSION_CHOSEN = Stage(
    "chosen",
    _("Session chosen"),
    frozenset({ChoiceStatus.CHOSEN, ChoiceStatus.PRESENT, ChoiceStatus.ABSENT}),
)


class DeclarationStatus(models.TextChoices):
    """Where the declaration of participation of a host stands."""

    ASKED = "asked", pgettext_lazy("declaration", "asked for")
    SENT = "sent", pgettext_lazy("declaration", "sent, to be checked")
    RETURNED = "returned", pgettext_lazy("declaration", "returned for correction")
    ACCEPTED = "accepted", pgettext_lazy("declaration", "accepted")
    WITHDRAWN = "withdrawn", pgettext_lazy("declaration", "withdrawn")


class MentorAnswer(models.TextChoices):
    """What the person named as mentor says."""

    WAITING = "waiting", pgettext_lazy("mentor's answer", "no answer yet")
    CONFIRMED = "confirmed", pgettext_lazy("mentor's answer", "confirmed")
    REFUSED = "refused", pgettext_lazy("mentor's answer", "refused")


class Lodging(models.TextChoices):
    """How the host helps with a place to live (domain 8.1, E5)."""

    OWN = "own", _("we have a place of our own")
    OFFER = "offer", _("we will point to an offer")
    CANNOT = "cannot", _("we cannot help")
