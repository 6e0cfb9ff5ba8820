"""What each role may do with pairs and placements (permission matrix, P13 to P17, P19)."""

from core.roles import ADMINISTRATOR, AUDITOR, COORDINATOR

PAIRS = {"matching.view_matchversion", "matching.view_proposal", "matching.view_pairrule"}
PLACEMENTS = {
    "matching.view_placement",
    "matching.view_scheduleitem",
    "matching.view_diaryentry",
    "matching.view_internshipreport",
    "matching.view_certificate",
}
ROLE_PERMISSIONS: dict[str, set[str]] = {
    COORDINATOR: PAIRS
    | PLACEMENTS
    | {
        "matching.add_matchversion",
        "matching.publish_matchversion",
        "matching.change_proposal",
        "matching.add_pairrule",
        "matching.delete_pairrule",
        "matching.change_placement",
        "matching.change_internshipreport",
        "matching.add_certificate",
    },
    ADMINISTRATOR: PAIRS | PLACEMENTS,
    AUDITOR: PAIRS | {"matching.view_placement", "matching.view_internshipreport"},
}
