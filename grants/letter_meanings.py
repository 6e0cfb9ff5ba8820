"""What the placeholders of this room's letters mean, for those who write the words of letters."""

from django.utils.translation import gettext_lazy as _

MEANINGS = {
    "accepted": _("the sum of accepted costs"),
    "amount": _("the sum of the grant or tranche"),
    "closes": _("until when applications are taken"),
    "correct_by": _("until when the application can be corrected"),
    "due_on": _("the day by which the report is due"),
    "gmina": _("the name of the partner municipality"),
    "hromada": _("the name of the hromada"),
    "link": _("the personal link of this person"),
    "note": _("what has to be corrected, in words"),
    "number": _("the number of the application"),
    "paid": _("the sum that was paid"),
    "paid_on": _("the day of the payment"),
    "reason": _("the reason in words"),
    "remark": _("the remark of the partner"),
    "returned": _("the sum to be returned"),
    "salutation": _("the salutation with the title of the office"),
    "sent": _("when it was sent"),
    "title": _("the title of the small project"),
    "tranche": _("the number of the tranche"),
}
