"""What the placeholders of this room's letters mean, for those who write the words of letters."""

from django.utils.translation import gettext_lazy as _

MEANINGS = {
    "answer_by": _("until when an answer is awaited"),
    "email": _("the e-mail address of the other side"),
    "explanation": _("why this pair is proposed, in two lines"),
    "from": _("the first day of the internship"),
    "gmina": _("the name of the host municipality"),
    "hromada": _("the name of the hromada"),
    "intern": _("first and last name of the intern"),
    "link": _("the personal link of this person"),
    "mentor": _("first and last name of the mentor"),
    "name": _("first and last name of the person"),
    "number": _("the number of the certificate"),
    "salutation": _("the salutation with the title of the office"),
    "to": _("the last day of the internship"),
    "voivodeship": _("the voivodeship of the host municipality"),
}
