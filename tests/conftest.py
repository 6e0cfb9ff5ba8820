"""What every test of the house may ask for. In tests the framework is stricter than in life."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone, translation
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import roles
from tests.factories.core import UserFactory

APPEND_ONLY = ("core_auditevent", "core_auditseal")
WRITING = re.compile(
    r"^\s*(INSERT|UPDATE|DELETE|TRUNCATE|ALTER|CREATE|DROP|WITH\b.*\b(INSERT|UPDATE|DELETE)\b)",
    re.IGNORECASE | re.DOTALL,
)
ON_EVERY_ANSWER = (
    "Content-Security-Policy",
    "Permissions-Policy",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Opener-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Cache-Control",
)
QUOTED = re.compile(r"=\"[^\"]*\"")
TYPED = re.compile(r"<textarea[^>]*>.*?</textarea>", re.DOTALL)
INLINE_HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<[a-z][^>]*\sstyle\s*=|<style\b(?![^>]*\bnonce=)", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\b(?:nonce|src)=)", re.IGNORECASE)
NOT_RENDERED = re.compile(r"\{\{|\{%")
FOREIGN_ASSET = re.compile(
    r"<(?:script|img|iframe|source|link)\b[^>]*(?:src|href)=[\"'](?:https?:)?//(?!testserver)",
    re.IGNORECASE,
)


def faults_of(response) -> list[str]:
    """What no page of the house may hold: inline code, foreign assets, unrendered template code."""
    missing = [f"no header {name}" for name in ON_EVERY_ANSWER if not response.has_header(name)]
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return missing
    html = response.content.decode(response.charset)
    # What a person typed stands inside quotes or a text area: it is neither attribute nor code.
    tags = TYPED.sub("<textarea>", QUOTED.sub('=""', html))
    patterns = {
        "inline handler": (INLINE_HANDLER, tags),
        "inline style": (INLINE_STYLE, tags),
        "inline script": (INLINE_SCRIPT, tags),
        "template code": (NOT_RENDERED, tags),
        "foreign asset": (FOREIGN_ASSET, html),
    }
    found = {name: pattern.search(text) for name, (pattern, text) in patterns.items()}
    return missing + [f"{name}: {hit.group()[:120]}" for name, hit in found.items() if hit]


class StrictClient(Client):
    """Django's client that refuses a page which breaks the rules of the house."""

    def request(self, **request):
        """Send, then look at what came back."""
        response = super().request(**request)
        assert faults_of(response) == []
        return response


@pytest.fixture(autouse=True)
def _polish():
    """Each test begins in Polish, whatever language the page of the test before was in."""
    with translation.override("pl"):
        yield


@pytest.fixture
def client() -> StrictClient:
    """A visitor without an account."""
    return StrictClient()


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning in the first spring of the programme."""
    return datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def coordinator(db):
    """Olena, who runs the edition."""
    return UserFactory(email="olena@fsm.example", first_name="Olena", role=roles.COORDINATOR)


@pytest.fixture
def second_coordinator(db):
    """Halina, who approves what Olena proposes."""
    return UserFactory(email="halina@fsm.example", first_name="Halina", role=roles.COORDINATOR)


@pytest.fixture
def administrator(db):
    """Jan, who looks after accounts."""
    return UserFactory(email="jan@fsm.example", first_name="Jan", role=roles.ADMINISTRATOR)


@pytest.fixture
def auditor(db):
    """Ewa of the ministry, who only reads."""
    return UserFactory(email="ewa@gov.example", first_name="Ewa", role=roles.AUDITOR)


@pytest.fixture
def stranger(db):
    """Taras, who has an account and no role."""
    return UserFactory(email="taras@else.example", first_name="Taras")


def sign_in(client: Client, user) -> Client:
    """Let `client` be this person; staff with the second factor done."""
    client.force_login(user)
    if user.is_staff:
        device = TOTPDevice.objects.get_or_create(user=user, name="phone", confirmed=True)[0]
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session["staff_began_at"] = session["staff_seen_at"] = timezone.now().timestamp()
        session.save()
    return client


@pytest.fixture
def signed_in():
    """A function: `signed_in(user)` gives a strict client who is that person."""
    return lambda user: sign_in(StrictClient(), user)


@pytest.fixture
def coordinator_client(coordinator) -> Client:
    """Olena at her desk."""
    return sign_in(StrictClient(), coordinator)


@pytest.fixture
def administrator_client(administrator) -> Client:
    """Jan at his desk."""
    return sign_in(StrictClient(), administrator)


@contextmanager
def no_writes():
    """Fail when the block changes anything in the database: opening a link must not (SEC-M2)."""
    written: list[str] = []

    def watch(execute, sql, params, many, context):
        if WRITING.match(sql):
            written.append(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
    assert written == []


@pytest.fixture(name="no_writes")
def no_writes_fixture():
    """`with no_writes(): client.get(link)`."""
    return no_writes


_truncate = TransactionTestCase._fixture_teardown


def _truncate_with_audit_trail(self) -> None:
    # A transactional test ends by truncating every table; the audit trail refuses that to everybody
    # but the owner of the table, who may switch the trigger off.
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    _truncate(self)
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


TransactionTestCase._fixture_teardown = _truncate_with_audit_trail
