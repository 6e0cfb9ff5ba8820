"""Roles are groups; what each may do is declared by the rooms and kept equal by `sync_permissions`.

A room declares in its `roles.py`:

    ROLE_PERMISSIONS = {COORDINATOR: {"applications.view_hostsurvey",
                                      "applications.decide_eligibility"}, ...}

with the constants of this module as keys and full permission names as values. Roles that work
through links and scoped querysets only (an official by link has no account) need no permissions.
"""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from core import audit
from core.models import User

COORDINATOR = "coordinator"
ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
EVALUATOR = "evaluator"
MENTOR = "mentor"
INTERN = "intern"
HROMADA_CONTACT = "hromada_contact"

ROLES = (COORDINATOR, ADMINISTRATOR, AUDITOR, EVALUATOR, MENTOR, INTERN, HROMADA_CONTACT)
STAFF_ROLES = frozenset({COORDINATOR, ADMINISTRATOR, AUDITOR})
# Columns of the permission matrix. ANON and OFF have no account: they come by public page or link.
MATRIX_COLUMNS = {
    "INT": INTERN,
    "MEN": MENTOR,
    "HRC": HROMADA_CONTACT,
    "REV": EVALUATOR,
    "COO": COORDINATOR,
    "ADM": ADMINISTRATOR,
    "AUD": AUDITOR,
}

READ = {"core.view_user", "core.view_auditevent", "core.view_capabilitylink"}
ROLE_PERMISSIONS: dict[str, set[str]] = {
    COORDINATOR: READ
    | {"core.add_user", "core.revoke_capabilitylink", "core.view_storedfile"}
    | {"core.export_records"},
    ADMINISTRATOR: READ
    | {"core.add_user", "core.change_user", "core.reset_second_factor"}
    | {"core.revoke_capabilitylink"},
    AUDITOR: READ | {"core.export_records"},
}


def has_role(user, role: str) -> bool:
    """Whether the person has the role. Asks the database once for each user object."""
    if not user.is_authenticated or not user.is_active:
        return False
    if not hasattr(user, "_role_names"):
        user._role_names = frozenset(user.groups.values_list("name", flat=True))
    return role in user._role_names


@transaction.atomic
def grant_role(user: User, role: str, *, actor: User | None = None) -> None:
    """Give a role; a staff role opens the panel. Writes the audit line once."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role")
    group = Group.objects.get_or_create(name=role)[0]
    if user.groups.filter(pk=group.pk).exists():
        return
    user.groups.add(group)
    if role in STAFF_ROLES and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    user.__dict__.pop("_role_names", None)
    audit.record(action="core.user.role_granted", target=user, actor=actor, role=role)


@transaction.atomic
def withdraw_role(user: User, role: str, *, actor: User | None = None) -> None:
    """Take a role away; without any staff role the panel closes at the next request."""
    group = Group.objects.filter(name=role).first()
    if group is None or not user.groups.filter(pk=group.pk).exists():
        return
    user.groups.remove(group)
    still_staff = user.is_superuser or user.groups.filter(name__in=STAFF_ROLES).exists()
    if user.is_staff != still_staff:
        user.is_staff = still_staff
        user.save(update_fields=["is_staff"])
    user.__dict__.pop("_role_names", None)
    audit.record(action="core.user.role_withdrawn", target=user, actor=actor, role=role)


def declared_permissions() -> dict[str, set[str]]:
    """What every installed room declares in its `roles.py`, put together."""
    together: dict[str, set[str]] = {role: set() for role in ROLES}
    for room in settings.ROOMS:
        if not apps.is_installed(room) or find_spec(f"{room}.roles") is None:
            continue
        declared = getattr(import_module(f"{room}.roles"), "ROLE_PERMISSIONS", {})
        for role, permissions in declared.items():
            together[role] |= permissions
    return together


@transaction.atomic
def sync_permissions() -> None:
    """Make the groups hold exactly what the rooms declare. Safe to run at any time, any often.

    Permissions whose model is not migrated yet are left out; `missing_permissions()` names them.
    """
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for role, wanted in declared_permissions().items():
        group = Group.objects.get_or_create(name=role)[0]
        group.permissions.set(known[name] for name in wanted if name in known)


def missing_permissions() -> set[str]:
    """Declared names that no model defines: a spelling mistake, or a migration not yet run."""
    known = {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    return set().union(*declared_permissions().values()) - known
