"""The words of this room: how a municipality answers, and how its declaration moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChoiceStatus(models.TextChoices):
    """Where a municipality stands with its choice of an information session."""

    INVITED = "invited", _("invited, no answer yet")
    CHOSEN = "chosen", _("date chosen")
    WAITING = "waiting", _("on the waiting list")
    NEITHER = "neither", _("neither date suits")
    NO_ANSWER = "no_answer", _("did not answer in time")
    PRESENT = "present", _("was present")
    ABSENT = "absent", _("was absent")


class DeclarationStatus(models.TextChoices):
    """Where the declaration of participation of a host stands."""

    ASKED = "asked", _("asked for")
    SENT = "sent", _("sent, to be checked")
    RETURNED = "returned", _("returned for correction")
    ACCEPTED = "accepted", _("accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Lodging(models.TextChoices):
    """How the host helps with a place to live (domain 8.1, E5)."""

    OWN = "own", _("we have a place of our own")
    OFFER = "offer", _("we will point to an offer")
    CANNOT = "cannot", _("we cannot help")
