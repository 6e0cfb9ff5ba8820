"""Which browser may see the answers behind a personal link (SEC-M1).

Typing the address of the letter shows that a person answers; it proves nothing about who. So a
browser let in that way sees only the survey that it began itself: the one that saves first. Every
other one needs the code that goes to the address on file.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from applications.models import HostInvitation, HostSurvey
from core import links
from core.models import CapabilityLink
from programme.models import Edition, Gmina

PURPOSE = "survey"
# A browser left alone for so long asks for the code again; the draft stays (V7.1.1).
IDLE_LIFE = timedelta(hours=4)
SESSION_KEY = "survey_by_address"


def let_in_by_address(request: HttpRequest, link: CapabilityLink, *, now: datetime) -> None:
    """The address was typed: this browser may begin the survey, and go on with what it began."""
    links.trust(request, link, idle=IDLE_LIFE, now=now)
    known = request.session.get(SESSION_KEY, {})
    kept = {pk: key for pk, key in known.items() if int(pk) in links.trusted(request)}
    request.session[SESSION_KEY] = {str(link.pk): secrets.token_urlsafe(16), **kept}


def let_in_by_code(request: HttpRequest, link: CapabilityLink, *, now: datetime) -> None:
    """The code was right: this browser sees what was typed, wherever it was begun."""
    links.trust(request, link, idle=IDLE_LIFE, now=now)
    known = request.session.get(SESSION_KEY, {})
    if known.pop(str(link.pk), None):
        request.session[SESSION_KEY] = known


def browser_of(request: HttpRequest, link: CapabilityLink) -> str:
    """The mark that a survey begun by this browser carries; empty after a code."""
    key = request.session.get(SESSION_KEY, {}).get(str(link.pk), "")
    return hashlib.sha256(f"win4ua.browser:{key}".encode()).hexdigest() if key else ""


def knows(
    request: HttpRequest, link: CapabilityLink, survey: HostSurvey | None, *, now: datetime
) -> bool:
    """Whether this browser may see what stands behind the link.

    A browser that knows the survey by another living link knows it by this one too: the link of
    the receipt opens where the survey was sent.
    """
    if links.is_trusted(request, link, now=now):
        return _has_proved(request, link, survey)
    if survey is None:
        return False
    return any(
        links.is_trusted(request, other, now=now) and _has_proved(request, other, survey)
        for other in _others(request, link, survey, now)
    )


def _has_proved(request: HttpRequest, link: CapabilityLink, survey: HostSurvey | None) -> bool:
    browser = browser_of(request, link)
    return not browser or survey is None or survey.begun_in == browser


def _others(
    request: HttpRequest, link: CapabilityLink, survey: HostSurvey, now: datetime
) -> list[CapabilityLink]:
    """Living links to the same survey that this browser was let in by."""
    if set(links.trusted(request)) <= {link.pk}:
        return []
    same = _leads_to(HostSurvey.objects.filter(pk=survey.pk))
    if survey.invitation_id is not None:
        same |= _leads_to(HostInvitation.objects.filter(pk=survey.invitation_id))
    return list(_living(request, now).filter(same).exclude(pk=link.pk))


def link_of_gmina(
    request: HttpRequest, edition: Edition, gmina: Gmina, *, now: datetime
) -> CapabilityLink | None:
    """A living link of this municipality that this browser was let in by, if there is one."""
    if not links.trusted(request):
        return None
    own = _leads_to(HostSurvey.objects.filter(edition=edition, gmina=gmina)) | _leads_to(
        HostInvitation.objects.filter(edition=edition, organisation__gmina=gmina)
    )
    found = _living(request, now).filter(own)
    return next((link for link in found if links.is_trusted(request, link, now=now)), None)


def _living(request: HttpRequest, now: datetime) -> QuerySet[CapabilityLink]:
    known = CapabilityLink.objects.filter(pk__in=links.trusted(request), purpose=PURPOSE)
    living = known.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)
    return living.order_by("pk")


def _leads_to(records: QuerySet) -> Q:
    kind = ContentType.objects.get_for_model(records.model)
    return Q(target_type=kind, target_id__in=records.values("pk"))
