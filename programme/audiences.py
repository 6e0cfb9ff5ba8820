"""To whom of this room a mailing can go."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from mailing.notices import PanelAudience, Person
from programme.models import Contact

NOT_IN_USE = gettext_noop("This contact is no longer in use.")


class Contacts(PanelAudience):
    """People of municipality offices."""

    name = "programme/contacts"
    label = _("Contacts of offices")
    about = _("People of Polish and Ukrainian offices, chosen in the list of contacts.")
    panel_model = "programme.contact"
    permission = "programme.view_contact"

    def rows(self, records: QuerySet[Contact]) -> QuerySet[Contact]:
        """By office and name."""
        return records.select_related("organisation").order_by(
            "organisation__name", "last_name", "pk"
        )

    def person(self, record: Contact) -> Person:
        """As the contact is on file."""
        return Person(
            email=record.email,
            name=record.full_name,
            language=record.language,
            salutation=record.salutation(),
            label=f"{record.organisation.name}: {record.full_name}",
        )

    def why_not(self, record: Contact, now: datetime) -> str:
        """Somebody who has left the office."""
        return "" if record.is_active else NOT_IN_USE


AUDIENCES = (Contacts(),)
