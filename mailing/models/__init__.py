"""Records of the mailing room."""

from mailing.models.departures import Departure
from mailing.models.events import DeliveryEvent
from mailing.models.letters import Letter, LetterAttachment, LetterQuerySet
from mailing.models.lines import LineTrouble
from mailing.models.mailing_recipients import MailingAttachment, MailingRecipient
from mailing.models.mailings import Mailing
from mailing.models.recipient_lists import ListedRecipient, RecipientList
from mailing.models.references import OfficeReference
from mailing.models.releases import ReleaseProposal
from mailing.models.replies import Reply, ReplyMailbox
from mailing.models.sign_in import SignInRequest
from mailing.models.standstills import Standstill
from mailing.models.suppression import Suppression
from mailing.models.texts import LetterText

__all__ = [
    "DeliveryEvent",
    "Departure",
    "Letter",
    "LetterAttachment",
    "LetterQuerySet",
    "LetterText",
    "ListedRecipient",
    "RecipientList",
    "Mailing",
    "MailingAttachment",
    "MailingRecipient",
    "LineTrouble",
    "OfficeReference",
    "ReleaseProposal",
    "Reply",
    "ReplyMailbox",
    "SignInRequest",
    "Standstill",
    "Suppression",
]
