"""Questions that people and later rooms ask of this room."""

from applications.selectors.host import (
    eligible_hosts,
    exceptions_awaiting,
    surveys,
    surveys_awaiting_decision,
)
from applications.selectors.interns import (
    applications_of,
    awaiting_formal_check,
    ranking,
    ready_interns,
    reserve_list,
)

__all__ = [
    "applications_of",
    "awaiting_formal_check",
    "eligible_hosts",
    "exceptions_awaiting",
    "ranking",
    "ready_interns",
    "reserve_list",
    "surveys",
    "surveys_awaiting_decision",
]
