"""The programme room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    """Editions, registers of municipalities, their people, clauses, and the public pages."""

    name = "programme"
    verbose_name = _("Programme")
    default = True

    def ready(self) -> None:
        """Say how the room's deeds read on a timeline."""
        from core import audit

        audit.describe(
            {
                "programme.editiontext.draft_saved": _("A draft was saved"),
                "programme.editiontext.published": _("The text was published"),
                "programme.editiontext.draft_dropped": _("The draft was thrown away"),
                "programme.editiontext.brought_back": _(
                    "An older version was brought back as a draft"
                ),
                "programme.frequentquestion.draft_saved": _("A draft was saved"),
                "programme.frequentquestion.published": _("The text was published"),
                "programme.frequentquestion.draft_dropped": _("The draft was thrown away"),
                "programme.frequentquestion.brought_back": _(
                    "An older version was brought back as a draft"
                ),
                "programme.accessibilitystatement.draft_saved": _("A draft was saved"),
                "programme.accessibilitystatement.published": _("The text was published"),
                "programme.accessibilitystatement.draft_dropped": _("The draft was thrown away"),
                "programme.accessibilitystatement.brought_back": _(
                    "An older version was brought back as a draft"
                ),
                "programme.frequentquestion.added": _("A question was added"),
                "programme.frequentquestion.shown": _("The question is shown"),
                "programme.frequentquestion.hidden": _("The question was hidden"),
                "programme.frequentquestion.moved": _("The order of the questions was changed"),
                "programme.editionfile.added": _("A file was added"),
                "programme.editionfile.replaced": _("A newer file was uploaded"),
                "programme.editionfile.brought_back": _("An older file is shown again"),
                "programme.editionfile.changed": _("Details of the file were changed"),
                "programme.edition.created": _("The edition was made"),
                "programme.edition.changed": _("Settings of the edition were changed"),
                "programme.edition.deadline_moved": _("A deadline was moved"),
                "programme.edition.rows_changed": _("Rows of the edition were changed"),
                "programme.contact.saved": _("The contact was written down"),
                "programme.contact.changed": _("The contact was changed"),
                "programme.contact.created": _("The contact was written down"),
                "programme.organisation.changed": _("Details of the organisation were changed"),
                "programme.organisation.rows_changed": _("Contacts were changed"),
                "programme.organisation.created": _("The organisation was written down"),
                "programme.consenttext.created": _("A version of the text was written"),
                "programme.consenttext.changed": _("The text was changed before anybody used it"),
                "programme.consent.given": _("A text was accepted"),
                "programme.consent.withdrawn": _("A consent was withdrawn"),
                "programme.register.prepared": _("Files of a register were uploaded"),
                "programme.register.imported": _("A register was imported"),
                "programme.register.dropped": _("The upload was thrown away"),
                "programme.registerfetch.started": _("Fetching from Statistics Poland began"),
                "programme.registerfetch.fetching": _("Fetching went on"),
                "programme.registerfetch.fetched": _("Everything was fetched"),
                "programme.registerfetch.failed": _("Fetching stopped because of a problem"),
                "programme.registerfetch.dropped": _("The fetch was thrown away"),
                "programme.listimport.prepared": _("A list was uploaded"),
                "programme.listimport.applied": _("The list was applied"),
                "programme.listimport.dropped": _("The list was thrown away"),
                "programme.gmina.created": _("The gmina was written down by hand"),
                "programme.gmina.changed": _("The gmina was corrected by hand"),
                "programme.hromada.created": _("The hromada was written down by hand"),
                "programme.hromada.changed": _("The hromada was corrected by hand"),
            }
        )
