"""The calendar feed of a placement: times and codes only, no names and no addresses (P17)."""

from datetime import UTC, datetime

from icalendar import Calendar, Event

from matching.models import Placement


def feed_of(placement: Placement, *, now: datetime) -> bytes:
    """The schedule as iCalendar (RFC 5545) in UTC.

    The same identifiers stand on the day cards, so that a person recognises an entry (P15), while
    a feed that falls into strange hands tells nothing about who is where.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//WIN4UA//schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for item in placement.schedule.order_by("starts_at", "pk"):
        event = Event()
        event.add("uid", f"item-{item.pk}@win4ua")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", item.starts_at.astimezone(UTC))
        event.add("dtend", item.ends_at.astimezone(UTC))
        event.add("summary", f"WIN4UA {item.pk}")
        calendar.add_component(event)
    return calendar.to_ical()
