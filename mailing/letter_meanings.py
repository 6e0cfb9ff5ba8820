"""What the placeholders of this room's letters mean, for those who write the words of letters."""

from django.utils.translation import gettext_lazy as _

MEANINGS = {
    "asked_at": _("when the person asked to sign in"),
    "code": _("the six digits of the code"),
    "link": _("the personal link to sign in"),
}
