"""Signing in without a password: a link for one use, or the code that stands beside it (SEC-M).

Staff never enter this way: they have a password and a second factor.
"""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from core import audit
from core.links import BadLink, digest
from core.models import LoginLink, User

LIFE = timedelta(minutes=10)
MOST_LIVE = 3
CODE_TRIES = 5
PURPOSE = "login"


def live_links(user: User, *, now: datetime):
    """Links of a person that still work, the newest first."""
    return LoginLink.objects.filter(
        user=user, used_at=None, revoked_at=None, expires_at__gt=now
    ).order_by("-pk")


@transaction.atomic
def create_login_link(user: User, *, now: datetime) -> tuple[str, str]:
    """A new token and a code that may be typed instead. Earlier links live on, at most three."""
    User.objects.select_for_update().get(pk=user.pk)
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06d}"
    for too_old in live_links(user, now=now)[MOST_LIVE - 1 :]:
        LoginLink.objects.filter(pk=too_old.pk).update(revoked_at=now)
    LoginLink.objects.create(
        user=user,
        token_digest=digest(PURPOSE, token),
        code_hash=make_password(code),
        created_at=now,
        expires_at=now + LIFE,
    )
    return token, code


def find_login_link(token: str, *, now: datetime) -> LoginLink:
    """The link of this token, unspent. Raises `BadLink`. Writes nothing, so a page may show it."""
    link = (
        LoginLink.objects.select_related("user").filter(token_digest=digest(PURPOSE, token)).first()
    )
    if link is None or not link.user.is_active or link.user.is_staff:
        raise BadLink("unknown")
    if link.used_at is not None:
        raise BadLink("used")
    if link.revoked_at is not None:
        raise BadLink("revoked")
    if link.expires_at <= now:
        raise BadLink("expired")
    return link


@transaction.atomic
def use_login_link(token: str, *, now: datetime) -> User:
    """Spend the link; every other link of the person dies with it. Raises `BadLink`."""
    link = find_login_link(token, now=now)
    if not LoginLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(used_at=now):
        raise BadLink("used")
    return _entered(link.user, now=now)


@sensitive_variables("code")
@transaction.atomic
def use_login_code(email: str, code: str, *, now: datetime) -> User | None:
    """The person whose live code this is, or None. Each code stands five tries."""
    user = User.objects.filter(email__iexact=email, is_active=True, is_staff=False).first()
    links = list(live_links(user, now=now).select_for_update()) if user else []
    if not links:
        make_password(code)  # an unknown address costs the same time
        return None
    for link in links:
        if link.tries >= CODE_TRIES:
            continue
        LoginLink.objects.filter(pk=link.pk).update(tries=link.tries + 1)
        if check_password(code.strip(), link.code_hash):
            LoginLink.objects.filter(pk=link.pk).update(used_at=now)
            return _entered(user, now=now)
    return None


def _entered(user: User, *, now: datetime) -> User:
    live_links(user, now=now).update(revoked_at=now)
    audit.record(action="core.user.signed_in_by_link", target=user, actor=user, now=now)
    return user
