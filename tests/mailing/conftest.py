"""People of the mailing room's tests: Olena coordinates, Marek audits, Taras is somebody else."""

from functools import partial

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import roles
from core.models import User
from mailing import Recipient, services
from mailing.models import Letter
from tests.factories.mailing import WRITTEN_AT

CONTEXT = {
    "link": "https://win4ua.example/logowanie/AbC/",
    "code": "482913",
    "asked_at": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
}


def staff_client(role: str, email: str) -> Client:
    """A browser of a member of staff who has entered the second factor."""
    roles.sync_permissions()
    user = User.objects.create_user(email, "a long test password", language="en")
    roles.grant_role(user, role)
    device = TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    client = Client()
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session["staff_began_at"] = session["staff_seen_at"] = 4_000_000_000.0
    session.save()
    client.user = user
    assert settings.SESSION_COOKIE_NAME in client.cookies
    return client


@pytest.fixture
def olena(db) -> Client:
    return staff_client(roles.COORDINATOR, "olena@win4ua.example")


@pytest.fixture
def marek(db) -> Client:
    return staff_client(roles.AUDITOR, "marek@ministry.example")


@pytest.fixture
def write():
    """Write the login letter, in a transaction, with whatever the test changes."""

    def write_one(key: str = "login.1", **options) -> Letter:
        context = {**CONTEXT, **options.pop("context", {})}
        options = {
            "letter": "mailing/login_link",
            "to": Recipient("iryna@hromada.example", "uk", "Ірина Бондар"),
            "now": WRITTEN_AT,
            **options,
        }
        with transaction.atomic():
            return services.write(key=key, context=context, **options)

    return write_one


@pytest.fixture
def time_machine_at():
    """Stand at another moment: `with time_machine_at(moment):`."""
    return partial(time_machine.travel, tick=False)
