"""A survey whose row is held, before a deed that rests on what it says."""

from applications.models import HostSurvey
from applications.selectors.host_doors import with_needs
from core.db import ClockTimestamp, require_transaction
from core.prepared import Prepared

# Every sending asks this, with all that is read of the survey on its way.
_LOCKED = Prepared(
    lambda pk: (
        with_needs(HostSurvey.objects.select_for_update(of=("self",)))
        .select_related("edition", "gmina", "organisation")
        .annotate(read_at=ClockTimestamp())
        .filter(pk=pk)
        .order_by()
    ),
    pk=int,
)


def locked(survey: HostSurvey) -> HostSurvey:
    """The survey as it stands at `read_at`; nobody else changes it before the transaction ends.

    With its edition, municipality and office, and with `with_needs()`. Raises `DoesNotExist`.
    """
    require_transaction("locked()")
    found = _LOCKED.first(pk=survey.pk)
    if found is None:
        raise HostSurvey.DoesNotExist(survey.pk)
    return found
