"""Everything that a participant may receive from this room."""

from applications.emails import host, host_merge, interns

LETTERS = host.LETTERS | host_merge.LETTERS | interns.LETTERS
