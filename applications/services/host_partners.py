"""Finding a partner hromada in the register that an office typed by itself (C3)."""

from datetime import datetime

from django.db import transaction

from applications.models import HostSurvey, PartnerMatch
from applications.selectors.host_partners import unlisted_of
from core import audit
from core.models import User
from core.states import hold
from programme.models import Hromada


class NotTyped(Exception):
    """The survey, as last sent, names no such partner; it was corrected meanwhile."""


@transaction.atomic
def match_partner(
    survey: HostSurvey, *, typed: str, hromada: Hromada, actor: User, now: datetime
) -> PartnerMatch:
    """What was typed is this hromada; a match made before gives way. The answer stays as typed.

    Raises `NotTyped`.
    """
    hold(survey)
    if typed not in {each.typed for each in unlisted_of(survey)}:
        raise NotTyped(typed)
    match, _is_new = PartnerMatch.objects.update_or_create(
        survey=survey,
        typed=typed,
        defaults={"hromada": hromada, "matched_by": actor, "matched_at": now},
    )
    audit.record(
        action="applications.hostsurvey.partner_found",
        target=survey,
        actor=actor,
        now=now,
        hromada=hromada.katottg,
    )
    return match
