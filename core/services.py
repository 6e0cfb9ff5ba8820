"""What is done to accounts. Nobody does it to their own."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from core import audit, links, roles
from core.models import CapabilityLink, User

CLEAR_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 4


class NotYourOwn(Exception):
    """Nobody changes their own roles, password or second factor in this way."""


class RoleNotYours(Exception):
    """Only an administrator gives or takes roles of staff."""


@transaction.atomic
def account_for(
    email: str,
    *,
    role: str,
    first_name: str,
    last_name: str,
    language: str,
    now: datetime,
    actor: User | None = None,
) -> User:
    """The account of this address with the role; made, without a password, when there is none."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(
            email, first_name=first_name, last_name=last_name, language=language
        )
        audit.record(action="core.user.created", target=user, actor=actor, now=now)
    roles.grant_role(user, role, actor=actor)
    return user


@transaction.atomic
def set_roles(user: User, *, wanted: Collection[str], actor: User) -> User:
    """Make the person's roles exactly `wanted`; each change is an audit line.

    Raises `NotYourOwn`, and `RoleNotYours` when a role of staff changes hands without an
    administrator.
    """
    if user.pk == actor.pk:
        raise NotYourOwn
    held = set(user.groups.values_list("name", flat=True)) & set(roles.ROLES)
    changing = held ^ set(wanted)
    touches_staff = changing & roles.STAFF_ROLES or (changing and user.is_staff)
    if touches_staff and not _is_administrator(actor):
        raise RoleNotYours
    for role in sorted(set(wanted) - held):
        roles.grant_role(user, role, actor=actor)
    for role in sorted(held - set(wanted)):
        roles.withdraw_role(user, role, actor=actor)
    return user


@transaction.atomic
def give_password(user: User, *, actor: User | None) -> str:
    """A password for the first sign-in, to be handed over by phone; the person changes it then."""
    if actor is not None and user.pk == actor.pk:
        raise NotYourOwn
    password = "-".join(
        "".join(secrets.choice(CLEAR_LETTERS) for _letter in range(4)) for _group in range(GROUPS)
    )
    user.set_password(password)
    user.password_is_temporary = True
    user.save(update_fields=["password", "password_is_temporary"])
    audit.record(action="core.user.password_given", target=user, actor=actor)
    return password


@transaction.atomic
def close_account(user: User, *, actor: User) -> User:
    """The person can no longer sign in, from the next request on."""
    if user.pk == actor.pk:
        raise NotYourOwn
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(action="core.user.closed", target=user, actor=actor)
    return user


@transaction.atomic
def open_account(user: User, *, actor: User) -> User:
    """The person can sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(action="core.user.opened", target=user, actor=actor)
    return user


@transaction.atomic
def revoke_link(link: CapabilityLink, *, actor: User, now: datetime) -> None:
    """Close every live link of the same purpose to the same record."""
    target = link.target
    if target is not None:
        links.revoke(target=target, purpose=link.purpose, actor=actor, now=now)


def _is_administrator(actor: User) -> bool:
    return actor.is_superuser or roles.has_role(actor, roles.ADMINISTRATOR)
