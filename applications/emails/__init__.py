"""Everything that a participant may receive from this room."""

from applications.emails import (
    host,
    host_colleagues,
    host_merge,
    host_phone,
    host_reminders,
    host_returns,
    interns,
    people,
)

LETTERS = (
    host.LETTERS
    | host_colleagues.LETTERS
    | host_merge.LETTERS
    | host_phone.LETTERS
    | host_returns.LETTERS
    | host_reminders.LETTERS
    | interns.LETTERS
    | people.LETTERS
)
