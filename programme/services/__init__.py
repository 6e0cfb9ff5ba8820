"""Verbs of the programme room."""

from programme.services.consents import record_consents, withdraw_consent
from programme.services.editions import create_edition, earlier_years, fill_rows
from programme.services.people import (
    Person,
    organisation_for_gmina,
    organisation_for_hromada,
    save_contact,
    save_contacts,
)

__all__ = [
    "Person",
    "create_edition",
    "earlier_years",
    "fill_rows",
    "organisation_for_gmina",
    "organisation_for_hromada",
    "record_consents",
    "save_contact",
    "save_contacts",
    "withdraw_consent",
]
