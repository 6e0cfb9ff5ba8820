"""Every kind of personal link, as robots and people find them in letters. Needs Django set up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone, translation

ADDRESSES = {
    "survey": "applications:survey",
    "survey_take_over": "applications:take_over",
    "named_mentor": "applications:named_mentor",
    "contact_address": "applications:confirm_address",
    "application": "applications:intern_application",
    "application_head": "applications:intern_head",
    "session": "meetings:choose",
    "declaration": "meetings:declare",
    "mentor": "meetings:mentor_answer",
    "proposal.host": "matching:answer_host",
    "proposal.intern": "matching:answer_intern",
    "feed.mentor": "matching:feed_mentor",
    "feed.intern": "matching:feed_intern",
    "project": "grants:apply",
    "project.partner": "grants:partner",
    "report": "grants:report",
}
OTHERS = ("login", "unsubscribe")
_numbers = count(1)


@dataclass(frozen=True)
class Door:
    """One link: where it leads, and whether it still opens what it opened."""

    kind: str
    path: str
    still_works: Callable[[], bool]


def patterns(
    resolver: URLResolver | None = None, space: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the house outside the panel, with its full name."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace == "admin":
                continue
            yield from patterns(each, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name}", each


def purposes() -> set[str]:
    """Purposes of links that some page opens."""
    found = {getattr(pattern.callback, "link_purpose", "") for _name, pattern in patterns()}
    return found - {""}


def kinds() -> list[str]:
    """All kinds that are known here; a test holds them against `purposes()`."""
    return [*ADDRESSES, *OTHERS]


def links_of(kind: str, number: int) -> list[Door]:
    """So many fresh links of a kind, on records of an edition that has been played."""
    with transaction.atomic():
        make = {"login": _login, "unsubscribe": _unsubscribe}.get(kind)
        return [make() if make else _capability(kind) for _ in range(number)]


def _capability(purpose: str) -> Door:
    from core import links
    from core.models import CapabilityLink

    now = timezone.now()
    known = CapabilityLink.objects.filter(purpose=purpose).order_by("pk").last()
    target = known.target if known else _asked_for_later(purpose)
    if target is None:
        raise LookupError(f"the edition has no link of the kind {purpose}")
    email = f"ktos{next(_numbers)}@robots.example"
    token = links.create(purpose=purpose, target=target, email=email, expires_at=None, now=now)

    def works() -> bool:
        try:
            return links.resolve(purpose=purpose, token=token, now=timezone.now()) is not None
        except links.BadLink:
            return False

    with translation.override("pl"):
        return Door(purpose, reverse(ADDRESSES[purpose], args=[token]), works)


def _asked_for_later(purpose: str) -> Any:
    """What a link of this kind would open, where nobody has asked for one yet."""
    from applications.models import HostSurvey, TakeOverRequest
    from matching.models import Placement

    if purpose == "survey_take_over":
        asked_at = timezone.now()
        return TakeOverRequest.objects.get_or_create(
            survey=HostSurvey.objects.order_by("pk").first(),
            email="kolega@robots.example",
            defaults={"language": "pl", "asked_at": asked_at, "due_on": asked_at.date()},
        )[0]
    return Placement.objects.order_by("pk").last() if purpose.startswith("feed.") else None


def _login() -> Door:
    from core import access
    from core.links import BadLink
    from core.models import User

    user = User.objects.create_user(f"stazysta{next(_numbers)}@robots.example", language="uk")
    token, _code = access.create_login_link(user, now=timezone.now())

    def works() -> bool:
        try:
            return access.find_login_link(token, now=timezone.now()).used_at is None
        except BadLink:
            return False

    with translation.override("pl"):
        return Door("login", reverse("mailing:sign_in_link", args=[token]), works)


def _unsubscribe() -> Door:
    from mailing.models import Letter, Suppression
    from mailing.unsubscribe import token_for

    some = Letter.objects.order_by("pk")[next(_numbers) % 20]
    Letter.objects.filter(pk=some.pk).update(is_bulk=True)
    with translation.override("pl"):
        path = reverse("mailing:unsubscribe", args=[token_for(some.uuid)])
    return Door("unsubscribe", path, lambda: not Suppression.objects.filter(email=some.to).exists())
