"""Signing in by link or code, for people who are not staff (SEC-M)."""

from datetime import timedelta

import pytest

from core import access, audit, roles
from core.links import BadLink
from core.models import AuditEvent, LoginLink
from core.services import account_for
from tests.factories.core import UserFactory


@pytest.fixture
def mentor(db):
    return UserFactory(email="mentor@gmina.example", role=roles.MENTOR)


def reason_of(token, now) -> str:
    try:
        access.use_login_link(token, now=now)
    except BadLink as error:
        return error.reason
    return ""


def test_link_signs_in_once(mentor, now):
    """SEC-M1."""
    token, _code = access.create_login_link(mentor, now=now)

    assert access.use_login_link(token, now=now) == mentor
    assert reason_of(token, now) == "used"
    assert AuditEvent.objects.filter(action="core.user.signed_in_by_link").count() == 1


def test_looking_at_a_link_writes_nothing(mentor, now, no_writes):
    """SEC-M2."""
    token, _code = access.create_login_link(mentor, now=now)

    with no_writes():
        found = access.find_login_link(token, now=now)

    assert (found.user, reason_of(token, now)) == (mentor, "")


@pytest.mark.parametrize(("seconds", "reason"), [(599, ""), (600, "expired")])
def test_link_lives_ten_minutes(mentor, now, seconds, reason):
    """SEC-M1: to the second."""
    token, _code = access.create_login_link(mentor, now=now)

    assert reason_of(token, now + timedelta(seconds=seconds)) == reason


def test_new_link_leaves_earlier_ones_alive_up_to_three(mentor, now):
    """SEC-M4, L19."""
    tokens = [access.create_login_link(mentor, now=now)[0] for _ in range(4)]

    assert access.live_links(mentor, now=now).count() == 3
    assert reason_of(tokens[0], now) == "revoked"
    assert reason_of(tokens[1], now) == ""


def test_using_one_link_kills_all(mentor, now):
    """SEC-M4."""
    other = UserFactory(role=roles.MENTOR)
    tokens = [access.create_login_link(mentor, now=now)[0] for _ in range(3)]
    of_other, _code = access.create_login_link(other, now=now)

    access.use_login_link(tokens[2], now=now)

    assert [reason_of(token, now) for token in tokens] == ["revoked", "revoked", "used"]
    assert reason_of(of_other, now) == ""


def test_code_may_be_typed_instead_once(mentor, now):
    _token, code = access.create_login_link(mentor, now=now)

    assert access.use_login_code("Mentor@gmina.example", code, now=now) == mentor
    assert access.use_login_code("mentor@gmina.example", code, now=now) is None


def test_code_is_void_after_five_tries(mentor, now):
    token, code = access.create_login_link(mentor, now=now)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    tries = [access.use_login_code(mentor.email, wrong, now=now) for _ in range(5)]

    assert tries == [None] * 5
    assert access.use_login_code(mentor.email, code, now=now) is None
    assert reason_of(token, now) == ""


def test_unknown_address_gets_the_same_answer(mentor, now):
    access.create_login_link(mentor, now=now)

    assert access.use_login_code("nobody@gmina.example", "123456", now=now) is None


def test_token_and_code_are_not_kept(mentor, now):
    """SEC-M6."""
    token, code = access.create_login_link(mentor, now=now)

    kept = " ".join(str(value) for value in LoginLink.objects.values_list().get())
    assert (token in kept, code in kept.split()) == (False, False)


def test_staff_do_not_enter_by_link(coordinator, now):
    """SEC-2: staff have a password and a second factor."""
    token, code = access.create_login_link(coordinator, now=now)

    assert reason_of(token, now) == "unknown"
    assert access.use_login_code(coordinator.email, code, now=now) is None


def test_closed_account_does_not_enter(mentor, now):
    token, _code = access.create_login_link(mentor, now=now)
    mentor.is_active = False
    mentor.save()

    assert reason_of(token, now) == "unknown"


def test_account_is_made_once_and_is_on_the_trail(db, now):
    person = {"first_name": "Ірина", "last_name": "Коваленко", "language": "uk", "now": now}

    made = account_for("Iryna@Hromada.example", role=roles.INTERN, **person)
    found = account_for("iryna@hromada.example", role=roles.MENTOR, **person)

    assert made == found
    assert not made.has_usable_password()
    assert sorted(made.groups.values_list("name", flat=True)) == [roles.INTERN, roles.MENTOR]
    assert [line.action for line in audit.history(made)] == [
        "core.user.role_granted",
        "core.user.role_granted",
        "core.user.created",
    ]
