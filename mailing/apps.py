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
                "mailing.lettertext.written": _("A version of the text was written"),
                "mailing.lettertext.published": _("The version was published"),
                "mailing.lettertext.rebuilt": _("Waiting letters were written anew"),
                "mailing.recipientlist.prepared": _("The list was uploaded"),
                "mailing.recipientlist.kept": _("The list was kept"),
                "mailing.recipientlist.dropped": _("The list was thrown away"),
                "mailing.suppression.added": _("The address was put on the stop list"),
                "mailing.suppression.lifted": _("The address was taken off the stop list"),
            }
        )
