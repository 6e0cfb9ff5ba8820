"""What the placeholders of this room's letters mean, for those who write the words of letters."""

from django.utils.translation import gettext_lazy as _

MEANINGS = {
    "asked_at": _("when the person asked to sign in"),
    "code": _("the six digits of the code"),
    "ended": _("letters of the mailing of which we know how they ended"),
    "failed": _("letters of the mailing that did not arrive"),
    "link": _("the personal link to sign in"),
    "name": _("first and last name of the person"),
    "page": _("the page of the panel that the letter is about"),
    "salutation": _("the salutation with the title of the office"),
    "since": _("the day and hour at which it was found"),
    "title": _("the title of the mailing, for the team"),
    "what": _("what stands still, in words"),
}
