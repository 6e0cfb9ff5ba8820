"""What each role may do with letters (permission matrix, lines P26 and P27)."""

from core.roles import ADMINISTRATOR, AUDITOR, COORDINATOR

ROLE_PERMISSIONS: dict[str, set[str]] = {
    COORDINATOR: {"mailing.view_letter", "mailing.read_letter_body", "mailing.release_letter"}
    | {"mailing.retry_letter", "mailing.view_suppression", "mailing.add_suppression"}
    | {"mailing.lift_suppression", "mailing.view_deliveryevent", "mailing.view_lettertext"}
    | {"mailing.write_letter_text", "mailing.publish_letter_text"}
    | {"mailing.view_recipientlist", "mailing.view_listedrecipient"}
    | {"mailing.import_recipients", "mailing.view_reply", "mailing.handle_reply"}
    | {"mailing.view_mailing", "mailing.view_mailingrecipient", "mailing.write_mailing"}
    | {"mailing.approve_mailing", "mailing.stop_mailing"},
    ADMINISTRATOR: {"mailing.view_letter", "mailing.retry_letter", "mailing.view_suppression"}
    | {"mailing.view_deliveryevent", "mailing.view_lettertext"}
    | {"mailing.view_mailing", "mailing.stop_mailing"},
    AUDITOR: {"mailing.view_letter", "mailing.view_lettertext", "mailing.view_mailing"},
}
