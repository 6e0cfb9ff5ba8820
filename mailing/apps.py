"""The mailing room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    """Letters, the outbox, the stop list, and signing in by a mailed link."""

    name = "mailing"
    verbose_name = _("Letters")
    default = True

    def ready(self) -> None:
        """Say how the room's deeds read on a timeline, and listen to what providers tell."""
        from anymail.signals import tracking

        from core import audit
        from mailing.webhooks import note

        tracking.connect(note, dispatch_uid="mailing.note")

        audit.describe(
            {
                "mailing.letter.queued": _("The letter was released to be sent"),
                "mailing.letter.cancelled": _("The letter was stopped"),
                "mailing.letter.accepted": _("The letter was found to have arrived"),
                "mailing.releaseproposal.proposed": _("The release of letters was proposed"),
                "mailing.releaseproposal.released": _("The proposed letters were released"),
                "mailing.releaseproposal.withdrawn": _("The proposal was taken back"),
                "mailing.lettertext.written": _("A version of the text was written"),
                "mailing.lettertext.published": _("The version was published"),
                "mailing.lettertext.rebuilt": _("Waiting letters were written anew"),
                "mailing.recipientlist.prepared": _("The list was uploaded"),
                "mailing.recipientlist.kept": _("The list was kept"),
                "mailing.recipientlist.dropped": _("The list was thrown away"),
                "mailing.mailing.begun": _("The mailing was begun"),
                "mailing.mailing.changed": _("The mailing was changed"),
                "mailing.mailing.draft": _("The mailing was sent back to be prepared"),
                "mailing.mailing.proposed": _("The mailing was proposed to a second person"),
                "mailing.mailing.scheduled": _("The mailing was approved"),
                "mailing.mailing.sending": _("Letters go out from now on"),
                "mailing.mailing.paused": _("The mailing was paused"),
                "mailing.mailing.stopped": _("The rest of the mailing was stopped"),
                "mailing.mailing.finished": _("The mailing was finished"),
                "mailing.mailing.cancelled": _("The mailing was cancelled"),
                "mailing.letter.sent_again": _(
                    "The letter was sent in place of one that came back"
                ),
                "mailing.letter.put_aside": _("Nothing more is to be done about the letter"),
                "mailing.mailing.address_corrected": _("An address on the list was corrected"),
                "mailing.mailing.retried": _("Failed letters of the mailing are tried again"),
                "mailing.letter.case_number_kept": _("The case number of the office was kept"),
                "mailing.reply.attached": _("It was said whose reply this is"),
                "mailing.reply.handled": _("The reply was dealt with"),
                "mailing.reply.removed": _("What the message said was removed"),
                "mailing.reply.reopened": _("The reply waits again"),
                "mailing.suppression.added": _("The address was put on the stop list"),
                "mailing.suppression.lifted": _("The address was taken off the stop list"),
            }
        )
