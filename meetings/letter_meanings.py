"""What the placeholders of this room's letters mean, for those who write the words of letters."""

from django.utils.translation import gettext_lazy as _

MEANINGS = {
    "date": _("day and hour of the session, with the time zone"),
    "dates": _("the dates to choose from"),
    "gmina": _("the name of the municipality"),
    "join": _("the link to join the online session"),
    "link": _("the personal link of this municipality or person"),
    "mentor": _("first and last name of the mentor"),
    "minutes": _("the length of the session in minutes"),
    "name": _("first and last name of the person"),
    "people": _("how many people are announced"),
    "recording": _("the link to the recording of the session"),
    "reason": _("the reason in words"),
    "salutation": _("the salutation with the title of the office"),
    "sent": _("when it was sent"),
}
