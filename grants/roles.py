"""What each role may do with small projects (permission matrix, P20 to P24)."""

from core.roles import ADMINISTRATOR, AUDITOR, COORDINATOR

VIEW = {
    f"grants.view_{name}"
    for name in (
        "grantcall",
        "smallproject",
        "budgetline",
        "partnerconfirmation",
        "projectevaluation",
        "boarddecision",
        "grantagreement",
        "tranche",
        "grantreport",
        "reportdocument",
        "settlement",
    )
}
ROLE_PERMISSIONS: dict[str, set[str]] = {
    COORDINATOR: VIEW
    | {
        "grants.add_grantcall",
        "grants.change_smallproject",
        "grants.add_projectevaluation",
        "grants.add_boarddecision",
        "grants.approve_boarddecision",
        "grants.add_grantagreement",
        "grants.change_tranche",
        "grants.approve_tranche",
        "grants.change_grantreport",
        "grants.add_settlement",
    },
    ADMINISTRATOR: (VIEW - {"grants.view_projectevaluation"})
    | {"grants.approve_boarddecision", "grants.approve_tranche"},
    AUDITOR: VIEW,
}
