"""What each role may do with sessions and declarations (permission matrix, P10 to P12, P18)."""

from core.roles import ADMINISTRATOR, AUDITOR, COORDINATOR

VIEW = {
    "meetings.view_informationsession",
    "meetings.view_sessionchoice",
    "meetings.view_declaration",
}
ROLE_PERMISSIONS: dict[str, set[str]] = {
    COORDINATOR: VIEW
    | {
        "meetings.add_informationsession",
        "meetings.change_informationsession",
        "meetings.change_sessionchoice",
        "meetings.change_declaration",
    },
    ADMINISTRATOR: VIEW,
    AUDITOR: {"meetings.view_informationsession"},
}
