"""What the pages of a mailing say of many letters, and of those that have not arrived."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import formats
from mailing.enums import MailingStatus, RecipientState
from mailing.models import Mailing

NOT_ARRIVED = (RecipientState.BOUNCED, RecipientState.COMPLAINED, RecipientState.FAILED)
# The states of letters as one says them of many: "sent: 3".
OF_MANY = {
    RecipientState.SENT: gettext_lazy("letters sent"),
    RecipientState.DELIVERED: gettext_lazy("letters delivered"),
    RecipientState.BOUNCED: gettext_lazy("letters that came back"),
    RecipientState.COMPLAINED: gettext_lazy("letters reported as unwanted"),
}


def sentence(counts: Mapping[str, int]) -> list[str]:
    """How many letters have not arrived, where there are such."""
    many = sum(counts[state] for state in NOT_ARRIVED)
    figure = formats.number(many, get_language() or settings.LANGUAGE_CODE)
    return [_("Have not arrived: %(many)s.") % {"many": figure}] if many else []


def words(mailing: Mailing, counts: Mapping[str, int]) -> dict[str, str]:
    """The same with the way to the rows; nothing where all have arrived."""
    said = sentence(counts)
    address = f"{reverse('admin:mailing_rows', args=[mailing.pk])}?show=lost"
    return {"text": said[0], "url": address} if said else {}


def kind_of(mailing: Mailing, counts: Mapping[str, int], kind: str) -> str:
    """The colour of its status: a mailing that ended is not green while letters are lost."""
    is_over = mailing.status == MailingStatus.FINISHED
    return "late" if is_over and sentence(counts) else kind
