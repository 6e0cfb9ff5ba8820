"""Editions with their settings, registers, and the people of municipalities."""

from programme.models.consents import ConsentGiven, ConsentText
from programme.models.content import (
    AccessibilityStatement,
    ContentVersion,
    FrequentQuestion,
    PublicContent,
)
from programme.models.edition import Edition
from programme.models.edition_rows import (
    BudgetCategory,
    EditionFile,
    EditionFileVersion,
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
    "AccessibilityStatement",
    "BudgetCategory",
    "ConsentGiven",
    "ConsentText",
    "Contact",
    "ContentVersion",
    "Edition",
    "EditionFile",
    "EditionFileVersion",
    "EditionText",
    "FormalCriterion",
    "FrequentQuestion",
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
    "PublicContent",
    "RegisterFetch",
    "RegisterFetchPage",
    "RegisterFile",
    "RegisterImport",
    "ReportQuestion",
    "RequiredDocument",
    "Theme",
]
