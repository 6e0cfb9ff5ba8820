"""Fixed lists of the mailing room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterStatus(models.TextChoices):
    """Where a letter is between being written and being read."""

    DRAFT = "draft", _("waits for release")
    QUEUED = "queued", _("waits to be sent")
    HELD = "held", _("held: its mailing is stopped")
    SENDING = "sending", _("is being sent")
    ACCEPTED = "accepted", _("sent")
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "complained", _("reported as unwanted")
    RETRY = "retry", _("will be tried again")
    AMBIGUOUS = "ambiguous", _("may or may not have been sent")
    FAILED = "failed", _("could not be sent")
    CANCELLED = "cancelled", _("cancelled")
    SUPPRESSED = "suppressed", _("not sent: the address is on the stop list")


class SuppressionCause(models.TextChoices):
    """Why bulk mail to an address stopped."""

    UNSUBSCRIBED = "unsubscribed", _("the person asked for it")
    BOUNCED = "bounced", _("letters came back")
    COMPLAINED = "complained", _("a letter was reported as unwanted")
    BY_HAND = "by_hand", _("entered by a coordinator")


class EventKind(models.TextChoices):
    """What may happen to a letter after it left, in the words of Anymail, and what we add."""

    QUEUED = "queued", _("the provider has put it in its queue")
    SENT = "sent", _("the provider has sent it on")
    DEFERRED = "deferred", _("the other server asked to try later")
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", _("came back")
    REJECTED = "rejected", _("the provider refused to send it")
    FAILED = "failed", _("the provider could not send it")
    COMPLAINED = "complained", _("reported as unwanted")
    UNSUBSCRIBED = "unsubscribed", _("the person wants no more of its kind")
    AUTORESPONDED = "autoresponded", _("an automatic answer came")
    OTHER = "other", _("something else, which changes nothing")


class MailingStatus(models.TextChoices):
    """Where a mailing is between being thought of and its last letter."""

    DRAFT = "draft", _("being prepared")
    PROPOSED = "proposed", _("waits for a second person")
    SCHEDULED = "scheduled", _("approved, can still be taken back")
    SENDING = "sending", _("letters are going out")
    PAUSED = "paused", _("stopped for now")
    FINISHED = "finished", _("finished")
    STOPPED = "stopped", _("stopped: the rest did not go")
    CANCELLED = "cancelled", _("cancelled before the first letter")


class RecipientState(models.TextChoices):
    """How far one recipient of a mailing is; follows from the row and its letter."""

    PLANNED = "planned", _("gets the letter")
    LEFT_OUT = "left_out", _("does not get the letter")
    WAITING = "waiting", _("waits to be sent")
    HELD = "held", _("held")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "complained", _("reported as unwanted")
    FAILED = "failed", _("could not be sent")
    UNCLEAR = "unclear", _("may or may not have been sent")
    NOT_SENT = "not_sent", _("written, but not sent")


class ReleaseStatus(models.TextChoices):
    """What has become of a wish to release many letters."""

    WAITING = "waiting", _("waits for a second person")
    RELEASED = "released", _("released")
    WITHDRAWN = "withdrawn", _("taken back")


class ReplyMatch(models.TextChoices):
    """How the house found out to which letter of ours a reply belongs; "" when it does not know."""

    THREAD = "thread", _("the mail program named our letter")
    REFERENCE = "reference", _("our reference stands in it")
    CASE_NUMBER = "case_number", _("the case number of the office stands in it")
    ADDRESS = "address", _("by the address of the sender alone")
    BY_HAND = "by_hand", _("a coordinator said so")
