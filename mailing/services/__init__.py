"""What the house can do with letters."""

from mailing.addresses import BadAddress
from mailing.placeholders import BadLetterText
from mailing.services.delivery import deliver, deliver_due
from mailing.services.events import Report, receive, settle, settle_waiting
from mailing.services.outbox import (
    cancel,
    cancel_many,
    mark_as_sent,
    release,
    resend,
    retry,
    retry_many,
)
from mailing.services.plans import Plan, plan_cancel, plan_release, plan_retry
from mailing.services.references import note_case_number
from mailing.services.releases import (
    NeedsSecondPerson,
    NothingToRelease,
    OwnProposal,
    needs_second_person,
    propose_release,
    proposed_letters,
    release_many,
    release_proposed,
    withdraw_proposal,
)
from mailing.services.replies import (
    AlreadyHandled,
    attach_reply,
    handle_reply,
    keep_reply,
    remove_reply,
    reopen_reply,
)
from mailing.services.suppression import lift_suppression, suppress, unsubscribe
from mailing.services.writing import KeyAlreadyUsed, Order, write, write_many
from mailing.values import Attachment, Recipient

__all__ = [
    "AlreadyHandled",
    "Attachment",
    "BadAddress",
    "BadLetterText",
    "KeyAlreadyUsed",
    "NeedsSecondPerson",
    "NothingToRelease",
    "Order",
    "OwnProposal",
    "Plan",
    "Recipient",
    "Report",
    "attach_reply",
    "cancel",
    "cancel_many",
    "deliver",
    "deliver_due",
    "handle_reply",
    "keep_reply",
    "lift_suppression",
    "mark_as_sent",
    "needs_second_person",
    "note_case_number",
    "plan_cancel",
    "plan_release",
    "plan_retry",
    "propose_release",
    "proposed_letters",
    "receive",
    "release",
    "release_many",
    "release_proposed",
    "remove_reply",
    "reopen_reply",
    "resend",
    "retry",
    "retry_many",
    "settle",
    "settle_waiting",
    "suppress",
    "unsubscribe",
    "withdraw_proposal",
    "write",
    "write_many",
]
