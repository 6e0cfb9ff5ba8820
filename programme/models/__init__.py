"""Editions with their settings, registers, and the people of municipalities."""

from programme.models.consents import ConsentGiven, ConsentText
from programme.models.edition import Edition
from programme.models.edition_rows import (
    BudgetCategory,
    EditionFile,
    EditionText,
    FormalCriterion,
    GrantCriterion,
    MeritCriterion,
    PlacementWindow,
    ReportQuestion,
    RequiredDocument,
    Theme,
)
from programme.models.fetches import RegisterFetch, RegisterFetchPage
from programme.models.lists import ListImport, Membership
from programme.models.people import Contact, Organisation
from programme.models.registers import (
    Gmina,
    GminaPopulation,
    Hromada,
    HromadaPopulation,
    HromadaStatus,
    RegisterFile,
    RegisterImport,
)

__all__ = [
    "BudgetCategory",
    "ConsentGiven",
    "ConsentText",
    "Contact",
    "Edition",
    "EditionFile",
    "EditionText",
    "FormalCriterion",
    "Gmina",
    "GminaPopulation",
    "GrantCriterion",
    "Hromada",
    "HromadaPopulation",
    "HromadaStatus",
    "ListImport",
    "Membership",
    "MeritCriterion",
    "Organisation",
    "PlacementWindow",
    "RegisterFetch",
    "RegisterFetchPage",
    "RegisterFile",
    "RegisterImport",
    "ReportQuestion",
    "RequiredDocument",
    "Theme",
]
