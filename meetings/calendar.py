"""Calendar files for information sessions (RFC 5545, by icalendar; UTC times)."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from meetings.models import InformationSession, SessionChoice


def session_file(
    choice: SessionChoice,
    *,
    session: InformationSession,
    method: str,
    attendee: str,
    language: str,
    now: datetime,
) -> bytes:
    """The entry for one session as bytes of an .ics file.

    `method` is REQUEST for a new or moved date and CANCEL for one given up. The UID stays the same
    for one municipality and SEQUENCE grows, so that a calendar replaces the entry (S8).
    """
    calendar = Calendar()
    calendar.add("prodid", "-//WIN4UA//information sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"{choice.calendar_uid}@win4ua")
    event.add("sequence", choice.calendar_sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    with translation.override(language):
        event.add("summary", _("WIN4UA: online information session"))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    if method != "CANCEL" and session.join_url:
        event.add("location", session.join_url)
    event["organizer"] = _address(settings.REPLY_TO_EMAIL)
    guest = _address(attendee)
    guest.params["RSVP"] = vText("TRUE")
    guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
    event.add("attendee", guest, encode=0)
    calendar.add_component(event)
    return calendar.to_ical()


def _address(value: str) -> vCalAddress:
    bare = value.rsplit("<", 1)[-1].rstrip(">")
    return vCalAddress(f"mailto:{bare}")
