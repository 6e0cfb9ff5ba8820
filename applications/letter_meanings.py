"""What the placeholders of this room's letters mean, for those who write the words of letters."""

from django.utils.translation import gettext_lazy as _

MEANINGS = {
    "answer_by": _("until when an answer is awaited"),
    "answers": _("a copy of the answers"),
    "asked_by": _("the e-mail address of the person who asks"),
    "caller": _("with whom we spoke on the telephone"),
    "candidate": _("first and last name of the candidate"),
    "correction": _("until when and how the answers can be corrected"),
    "deadline": _("until when the survey or application can be sent"),
    "due": _("the day by which something is due"),
    "edition": _("the name of the edition"),
    "figure": _("the number of inhabitants with its day and source"),
    "head_email": _("the e-mail address of the head"),
    "hromada": _("the name of the hromada"),
    "leading": _("the number of the survey that goes on"),
    "limit": _("the population limit of the edition"),
    "link": _("the personal link of this person"),
    "mentor": _("first and last name of the mentor"),
    "moment": _("when it was sent"),
    "municipality": _("the municipality with its kind, powiat and voivodeship"),
    "name": _("first and last name of the person"),
    "number": _("the number of the survey or application"),
    "place": _("the place on the reserve list"),
    "places": _("places for interns in the edition"),
    "post": _("the post of the candidate"),
    "questions": _("the questions concerned"),
    "reason": _("the reason in words"),
    "reasons": _("the reasons in words"),
    "salutation": _("the salutation with the title of the office"),
    "until": _("until when the link can be opened for the first time"),
}
