"""What each role may do with the records of this room (permission matrix, rows P06, P07, P31, P34).

Mentors, interns and contacts of hromadas see municipalities through pages with scoped querysets,
so they need no permissions of the panel.
"""

from core.roles import ADMINISTRATOR, AUDITOR, COORDINATOR

EDITION_ROWS = (
    "theme",
    "placementwindow",
    "meritcriterion",
    "grantcriterion",
    "formalcriterion",
    "requireddocument",
    "budgetcategory",
    "reportquestion",
    "editiontext",
    "editionfile",
    "frequentquestion",
)
SITE = ("editiontext", "editionfile", "frequentquestion", "accessibilitystatement")
MUNICIPALITIES = (
    "gmina",
    "hromada",
    "gminapopulation",
    "hromadapopulation",
    "hromadastatus",
    "organisation",
    "contact",
)
READ_ONLY = (
    "accessibilitystatement",
    "consentgiven",
    "contentversion",
    "editionfileversion",
    "listimport",
    "membership",
    "registerfetch",
    "registerimport",
)
EVERYTHING = ("edition", "consenttext", *EDITION_ROWS, *MUNICIPALITIES, *READ_ONLY)


def _may(verbs: str, names: tuple[str, ...]) -> set[str]:
    return {f"programme.{verb}_{name}" for verb in verbs.split() for name in names}


READ = _may("view", EVERYTHING)
ROLE_PERMISSIONS: dict[str, set[str]] = {
    COORDINATOR: READ
    | _may("add change", (*MUNICIPALITIES, *SITE))
    | {"programme.change_edition", "programme.import_register"},
    ADMINISTRATOR: READ
    | _may("add change delete", (*MUNICIPALITIES, *EDITION_ROWS))
    | _may("add change", ("edition", "consenttext", "accessibilitystatement"))
    | {"programme.import_register"},
    AUDITOR: READ,
}
