"""Personal links: a page that somebody may open without an account.

A link names its purpose, so a link to a session cannot open a survey. Opening one (GET, HEAD)
changes nothing: mail gateways open links to look at them (SEC-M1, M2, M6, M7, M9, M10).
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.debug import sensitive_variables

from core import audit
from core.db import ClockTimestamp, require_transaction
from core.models import CapabilityLink, LinkCode
from core.prepared import Prepared

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
TRUST_LIFE = timedelta(days=90)
SESSION_KEY = "trusted_links"
IDLE_KEY = "trusted_links_idle"
SEEN_EVERY = timedelta(minutes=5)
_LINK = Prepared(
    lambda token_digest: (
        CapabilityLink.objects.annotate(opened_at=ClockTimestamp())
        .filter(token_digest=token_digest)
        .order_by()
    ),
    token_digest=str,
)
Fetch = Callable[[type[models.Model], int], models.Model | None]


class BadLink(Exception):
    """The link does not open anything. `reason` is "unknown", "expired" or "revoked"."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


def digest(purpose: str, token: str) -> str:
    """What is stored of a token: SHA-256, with the purpose in it."""
    return hashlib.sha256(f"win4ua.link.{purpose}:{token}".encode()).hexdigest()


def create(
    *,
    purpose: str,
    target: models.Model,
    email: str,
    expires_at: datetime | None,
    now: datetime,
    actor=None,
) -> str:
    """Make a link to `target` and return its token of 256 bits, which is never shown again.

    `expires_at` None: until revoked. Needs a transaction.
    """
    require_transaction("links.create()")
    token = secrets.token_urlsafe(32)
    CapabilityLink.objects.create(
        purpose=purpose,
        token_digest=digest(purpose, token),
        target=target,
        email=email,
        created_at=now,
        created_by=actor,
        expires_at=expires_at,
    )
    audit.record(action="core.link.created", target=target, actor=actor, now=now, purpose=purpose)
    return token


def url(url_name: str, token: str, language: str | None = None) -> str:
    """The whole address of a link; from SITE_URL, never from the Host header."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return settings.SITE_URL + reverse(url_name, args=[token])


def page_url(url_name: str, language: str | None = None, *args: object) -> str:
    """The whole address of a page that is no secret, for letters."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return settings.SITE_URL + reverse(url_name, args=args)


def resolve(
    *, purpose: str, token: str, now: datetime, fetch: Fetch | None = None
) -> CapabilityLink:
    """The link that this token opens. Raises `BadLink`. Writes nothing.

    `fetch` gets the target, by model and key, with what a page needs beside its own
    row. The link's `opened_at` is the instant of this look-up by the clock of the database.
    """
    link = _LINK.first(token_digest=digest(purpose, token))
    if link is not None and fetch is not None:
        kind = ContentType.objects.get_for_id(link.target_type_id).model_class()
        link.target = fetch(kind, link.target_id)
    if link is None or link.target is None:
        raise BadLink("unknown")
    if link.revoked_at is not None:
        raise BadLink("revoked")
    if link.expires_at is not None and link.expires_at <= now:
        raise BadLink("expired")
    return link


def revoke(*, target: models.Model, now: datetime, purpose: str | None = None, actor=None) -> int:
    """Close the live links of a record, at the next request. Returns how many. In a transaction."""
    require_transaction("links.revoke()")
    live = CapabilityLink.objects.filter(
        target_type=ContentType.objects.get_for_model(target),
        target_id=target.pk,
        revoked_at=None,
    )
    if purpose is not None:
        live = live.filter(purpose=purpose)
    closed = live.update(revoked_at=now)
    if closed:
        audit.record(action="core.link.revoked", target=target, actor=actor, now=now, links=closed)
    return closed


def trust(
    request: HttpRequest,
    link: CapabilityLink,
    *,
    idle: timedelta | None = None,
    now: datetime | None = None,
) -> None:
    """Let this browser see what was typed behind the link. Only after a deed, so only on POST.

    `idle`: for how long the browser may rest, from `now`, before it must show again who it is
    (V7.1.1).
    """
    if request.method != "POST":
        raise RuntimeError("a browser is trusted on POST only")
    known = trusted(request)
    if link.pk not in known:
        known = request.session[SESSION_KEY] = [*known, link.pk][-50:]
    if idle is not None:
        resting = request.session.get(IDLE_KEY, {})
        resting[str(link.pk)] = [(now or timezone.now()).timestamp(), idle.total_seconds()]
        request.session[IDLE_KEY] = {pk: rest for pk, rest in resting.items() if int(pk) in known}
    if not request.user.is_authenticated:
        request.session.set_expiry(TRUST_LIFE)


def stay_trusted(request: HttpRequest, link: CapabilityLink, *, now: datetime) -> None:
    """The browser has just done something: its time of rest begins anew. Written rarely."""
    rest = request.session.get(IDLE_KEY, {}).get(str(link.pk))
    if rest is not None and now.timestamp() - rest[0] > SEEN_EVERY.total_seconds():
        request.session[IDLE_KEY][str(link.pk)] = [now.timestamp(), rest[1]]
        request.session.modified = True


def begin_own_session(request: HttpRequest) -> None:
    """After signing in: the session lasts as the settings say, not as long as a trusted link."""
    request.session.set_expiry(None)


def trusted(request: HttpRequest) -> list[int]:
    """Keys of the links that this browser was let in by; each may have rested too long since."""
    return request.session.get(SESSION_KEY, [])


def is_trusted(request: HttpRequest, link: CapabilityLink, *, now: datetime | None = None) -> bool:
    """Whether this browser may see what was typed behind the link."""
    if link.pk not in trusted(request):
        return False
    rest = request.session.get(IDLE_KEY, {}).get(str(link.pk))
    return rest is None or (now or timezone.now()).timestamp() - rest[0] <= rest[1]


@sensitive_variables("code")
@transaction.atomic
def issue_code(link: CapabilityLink, *, now: datetime) -> str:
    """A new six-digit code for the link's address; earlier ones die. Valid for ten minutes."""
    link.codes.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    code = f"{secrets.randbelow(1_000_000):06d}"
    LinkCode.objects.create(link=link, code_hash=make_password(code), expires_at=now + CODE_LIFE)
    return code


@sensitive_variables("code")
@transaction.atomic
def check_code(link: CapabilityLink, code: str, *, now: datetime) -> bool:
    """Whether this is the link's live code. A right one is spent; after five tries it is void."""
    live = (
        link.codes.select_for_update()
        .filter(used_at=None, expires_at__gt=now, tries__lt=CODE_TRIES)
        .order_by("-pk")
        .first()
    )
    if live is None:
        return False
    LinkCode.objects.filter(pk=live.pk).update(tries=F("tries") + 1)
    if not check_password(code.strip(), live.code_hash):
        return False
    LinkCode.objects.filter(pk=live.pk).update(used_at=now)
    return True


def harden(response: HttpResponse) -> HttpResponse:
    """Headers of every page whose address is a secret."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def capability(purpose: str, fetch: Fetch | None = None) -> Callable:
    """Decorator: the view gets the `CapabilityLink` in place of the token.

    `fetch` as in `resolve()`.

    A bad link gets the kind page; somebody signed in under another address is told so, and
    nothing is done (SEC-M9).
    """

    def decorate(view: Callable) -> Callable:
        @login_not_required
        @wraps(view)
        def opened(request: HttpRequest, token: str, *args, **kwargs) -> HttpResponse:
            from core.views import bad_link  # views imports this module

            try:
                link = resolve(purpose=purpose, token=token, now=timezone.now(), fetch=fetch)
            except BadLink as error:
                return harden(bad_link(request, error))
            if request.user.is_authenticated and request.user.email.lower() != link.email.lower():
                return harden(render(request, "core/link_of_another.html", status=409))
            return harden(view(request, link, *args, **kwargs))

        opened.link_purpose = purpose
        return opened

    return decorate
