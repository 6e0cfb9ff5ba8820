"""Letters that let people in: login links, and codes for personal links (SEC-M)."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import get_language

from core import access, formats, links, roles
from core.models import CapabilityLink, User
from mailing import hints
from mailing.models import Letter, SignInRequest
from mailing.services import write
from mailing.values import Recipient

# Where a person who signs in finds today's work; the first role that fits decides.
HOMES = {
    roles.MENTOR: "/mentor/",
    roles.INTERN: "/mentor/",
    roles.EVALUATOR: "/ocena/",
    roles.HROMADA_CONTACT: "/projekt/",
}


@transaction.atomic
def email_login_link(user: User, *, now: datetime) -> Letter:
    """Send a login link, with a code that may be typed instead; both live for ten minutes."""
    token, code = access.create_login_link(user, now=now)
    return write(
        key=f"login.{user.pk}.{uuid4().hex}",
        letter="mailing/login_link",
        to=user,
        context={
            "link": links.url("sign_in_link", token, user.language),
            "code": code,
            "asked_at": formats.moment(now, user.language),
        },
        now=now,
        not_after=now + access.LIFE,
        about=user,
    )


@transaction.atomic
def email_code(link: CapabilityLink, *, now: datetime) -> Letter:
    """Send a six-digit code to the address of a personal link, in the language of the page."""
    language = (get_language() or "pl")[:2]
    code = links.issue_code(link, now=now)
    return write(
        key=f"code.{link.pk}.{uuid4().hex}",
        letter="mailing/code",
        to=Recipient(link.email, language),
        context={"code": code, "asked_at": formats.moment(now, language)},
        now=now,
        not_after=now + links.CODE_LIFE,
    )


@transaction.atomic
def ask_sign_in(email: str, *, now: datetime) -> SignInRequest:
    """Somebody typed this address on the sign-in page. The same work for every address."""
    wish = SignInRequest.objects.create(email=email, asked_at=now)
    hints.somebody_wants_in(wish.pk)
    return wish


@transaction.atomic
def answer_sign_in(request_id: int, *, now: datetime) -> Letter | None:
    """Answer a wish to sign in once: with a login link when the address is somebody's.

    Staff get none: they sign in with a password and a second factor.
    """
    wish = SignInRequest.objects.select_for_update(skip_locked=True).filter(pk=request_id).first()
    if wish is None:
        return None
    wish.delete()
    user = User.objects.filter(email__iexact=wish.email, is_active=True, is_staff=False).first()
    if user is None or now - wish.asked_at > access.LIFE:
        return None
    return email_login_link(user, now=now)


def answer_waiting(*, now: datetime) -> None:
    """Answer the wishes of which no worker has heard."""
    for pk in SignInRequest.objects.order_by("pk").values_list("pk", flat=True)[:200]:
        answer_sign_in(pk, now=now)


def home_of(user: User) -> str:
    """The page where this person's work is."""
    return next((path for role, path in HOMES.items() if roles.has_role(user, role)), "/")
