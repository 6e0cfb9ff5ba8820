"""Numbers of surveys: one after the other in an edition, without gaps."""

from core.prepared import Statement
from programme.models import Edition

# The counter's row is held until the transaction ends: whoever comes next waits for the outcome.
_NEXT = Statement(
    "survey_number",
    """
    INSERT INTO applications_surveycounter AS counter (edition_id, last)
    VALUES (%(edition)s::bigint, 1)
    ON CONFLICT (edition_id) DO UPDATE SET last = counter.last + 1
    RETURNING last
    """,
    "edition",
)


def next_number(edition: Edition) -> str:
    """The next number of the edition."""
    [(last,)] = _NEXT.rows(edition=edition.pk)
    return f"WIN4UA-{edition.year}-{last:04d}"
