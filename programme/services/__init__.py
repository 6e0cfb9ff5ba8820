"""Verbs of the programme room."""

from programme.services.consents import record_consents, withdraw_consent
from programme.services.editions import create_edition, earlier_years, fill_rows
from programme.services.people import (
    organisation_for_gmina,
    organisation_for_hromada,
    save_contact,
)

__all__ = [
    "create_edition",
    "earlier_years",
    "fill_rows",
    "organisation_for_gmina",
    "organisation_for_hromada",
    "record_consents",
    "save_contact",
    "withdraw_consent",
]
