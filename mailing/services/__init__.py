"""What the house can do with letters."""

from mailing.addresses import BadAddress
from mailing.placeholders import BadLetterText
from mailing.services.delivery import deliver, deliver_due
from mailing.services.events import Report, receive, settle, settle_waiting
from mailing.services.outbox import (
    ReleasePlan,
    cancel,
    mark_as_sent,
    plan_release,
    release,
    release_many,
    resend,
    retry,
)
from mailing.services.suppression import lift_suppression, suppress, unsubscribe
from mailing.services.writing import KeyAlreadyUsed, Order, write, write_many
from mailing.values import Attachment, Recipient

__all__ = [
    "Attachment",
    "BadAddress",
    "BadLetterText",
    "KeyAlreadyUsed",
    "Order",
    "Recipient",
    "ReleasePlan",
    "Report",
    "cancel",
    "deliver",
    "deliver_due",
    "lift_suppression",
    "mark_as_sent",
    "plan_release",
    "receive",
    "release",
    "release_many",
    "resend",
    "retry",
    "settle",
    "settle_waiting",
    "suppress",
    "unsubscribe",
    "write",
    "write_many",
]
