"""The way into the panel: password, second factor, recovery codes, idle and whole life (SEC-2)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as live
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import second_factor
from core.client_ip import client_ip
from core.models import AuditEvent, User
from tests.factories.core import PASSWORD

START = datetime(2026, 3, 10, 9, 0, 10, tzinfo=UTC)
LOGIN = "/admin/login/"
VERIFY = "/admin/login/second-factor/"
SET_UP = "/admin/login/set-up/"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


def code_of(phone: TOTPDevice) -> str:
    return f"{totp(phone.bin_key, step=phone.step, t0=phone.t0, digits=phone.digits):06d}"


def give_phone(user: User) -> TOTPDevice:
    return TOTPDevice.objects.create(user=user, name="phone", confirmed=True)


def password_step(client, email: str, password: str = PASSWORD):
    return client.post(LOGIN, {"username": email, "password": password})


def test_panel_sends_a_visitor_to_sign_in(client):
    response = client.get("/admin/")

    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/admin/")


def test_first_sign_in_forces_a_phone_and_shows_codes_once(client, coordinator):
    """SEC-2: set-up is forced at the first login."""
    assert password_step(client, "OLENA@fsm.example")["Location"] == VERIFY
    assert client.get("/admin/")["Location"] == VERIFY
    assert client.get(VERIFY)["Location"] == SET_UP
    begin = client.post(SET_UP)
    page = client.get(SET_UP).content.decode()
    phone = TOTPDevice.objects.get(user=coordinator)

    done = client.post(SET_UP, {"code": code_of(phone)})

    shown = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5})</code>", done.content.decode())
    assert begin["Location"] == SET_UP
    assert "<svg" in page
    assert second_factor.secret_text(phone) in page
    assert (len(shown), len(set(shown))) == (10, 10)
    assert client.get("/admin/").status_code == 200
    assert client.get(SET_UP)["Location"] == VERIFY
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "core.user.role_granted",
        "core.user.second_factor_set_up",
        "core.user.recovery_codes_made",
    ]


def test_opening_the_set_up_page_writes_nothing_about_the_phone(client, coordinator):
    password_step(client, coordinator.email)

    client.get(SET_UP)

    assert TOTPDevice.objects.count() == 0


def test_wrong_code_does_not_connect_a_phone(client, coordinator):
    password_step(client, coordinator.email)
    client.post(SET_UP)
    phone = TOTPDevice.objects.get()
    wrong = f"{(int(code_of(phone)) + 1) % 1_000_000:06d}"

    response = client.post(SET_UP, {"code": wrong})

    assert response.status_code == 200
    assert TOTPDevice.objects.get().confirmed is False
    assert client.get("/admin/")["Location"] == VERIFY


def test_code_is_accepted_once(client, coordinator, signed_in):
    """SEC-R: a replay of the same code is refused."""
    phone = give_phone(coordinator)
    code = code_of(phone)
    password_step(client, coordinator.email)
    first = client.post(VERIFY, {"code": f"{code[:3]} {code[3:]}"})
    client.post(reverse("sign_out"))

    password_step(client, coordinator.email)
    replay = client.post(VERIFY, {"code": code})

    assert (first.status_code, first["Location"]) == (302, "/admin/")
    assert replay.status_code == 200
    assert client.get("/admin/")["Location"] == VERIFY


def test_sign_in_leads_to_the_page_that_was_asked_for(client, coordinator):
    phone = give_phone(coordinator)
    asked = reverse("admin:core_user_changelist")
    client.post(LOGIN, {"username": coordinator.email, "password": PASSWORD, "next": asked})

    response = client.post(VERIFY, {"code": code_of(phone)})

    assert response["Location"] == asked


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/admin/", "//evil.example", "/ankieta/"]
)
def test_sign_in_never_leads_elsewhere(client, coordinator, elsewhere):
    phone = give_phone(coordinator)
    client.post(LOGIN, {"username": coordinator.email, "password": PASSWORD, "next": elsewhere})

    assert client.post(VERIFY, {"code": code_of(phone)})["Location"] == "/admin/"


def test_recovery_code_opens_once(client, coordinator):
    give_phone(coordinator)
    codes = second_factor.new_recovery_codes(coordinator)
    password_step(client, coordinator.email)
    first = client.post(VERIFY, {"code": codes[3].upper()})
    client.post(reverse("sign_out"))

    password_step(client, coordinator.email)
    second = client.post(VERIFY, {"code": codes[3]})

    assert (first.status_code, second.status_code) == (302, 200)


def test_recovery_codes_are_stored_as_hashes(coordinator):
    codes = second_factor.new_recovery_codes(coordinator)

    kept = set(coordinator.staticdevice_set.get().token_set.values_list("token", flat=True))
    assert kept & {code.replace("-", "") for code in codes} == set()
    assert len(kept) == 10


def without_tokens(response) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return page.replace("nobody@fsm.example", "ADDRESS").replace("olena@fsm.example", "ADDRESS")


def test_unknown_address_and_wrong_password_get_the_same_answer(client, coordinator):
    wrong = password_step(client, coordinator.email, "zupełnie inne hasło")
    unknown = password_step(client, "nobody@fsm.example", "zupełnie inne hasło")

    assert wrong.status_code == unknown.status_code == 200
    assert without_tokens(wrong) == without_tokens(unknown)


@pytest.mark.parametrize("email", ["olena@fsm.example", "nobody@fsm.example"])
def test_eleventh_attempt_on_an_account_is_refused(client, coordinator, email, clock):
    """SEC-R: 10 an hour for an account, known or not, right password or wrong."""
    statuses = [password_step(client, email, "x" * 12).status_code for _ in range(10)]

    refused = password_step(client, email)

    assert statuses == [200] * 10
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    clock.move_to(START + timedelta(hours=1), tick=False)
    assert password_step(client, email).status_code in (200, 302)


def test_twenty_first_attempt_from_an_address_is_refused(client, coordinator):
    """SEC-R: 20 an hour for an IP address, whatever the accounts."""
    statuses = [
        password_step(client, f"person{number}@fsm.example").status_code for number in range(21)
    ]

    assert statuses == [200] * 20 + [429]


def test_eleventh_code_is_refused(client, coordinator):
    """SEC-R: 10 in ten minutes; the right code does not help then."""
    phone = give_phone(coordinator)
    password_step(client, coordinator.email)
    wrong = f"{(int(code_of(phone)) + 1) % 1_000_000:06d}"
    statuses = [client.post(VERIFY, {"code": wrong}).status_code for _ in range(10)]

    assert statuses == [200] * 10
    assert client.post(VERIFY, {"code": code_of(phone)}).status_code == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "10.0.0.9"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),
        (1, "", "10.0.0.9"),
    ],
)
def test_client_address_is_taken_from_the_right(rf, settings, proxies, forwarded, expected):
    """L15: what the client types stands on the left and proves nothing."""
    settings.TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="10.0.0.9")

    assert client_ip(request) == expected


def test_session_ends_after_an_idle_hour(coordinator_client, clock):
    assert coordinator_client.get("/admin/").status_code == 200

    clock.move_to(START + timedelta(hours=1, seconds=1), tick=False)

    assert coordinator_client.get("/admin/")["Location"] == LOGIN


def test_session_ends_after_twelve_hours_however_busy(coordinator_client, clock):
    statuses = []
    for half_hours in range(26):
        clock.move_to(START + timedelta(minutes=30 * half_hours), tick=False)
        statuses.append(coordinator_client.get("/admin/").status_code)

    assert statuses == [200] * 25 + [302]


def test_person_without_a_staff_role_is_not_let_in(signed_in, stranger):
    taras = signed_in(stranger)

    assert taras.get("/admin/").status_code == 302
    assert taras.get(VERIFY)["Location"] == LOGIN


def test_every_panel_address_is_shut_without_the_second_factor(client, coordinator):
    """SEC-2: password alone opens no page with content."""
    give_phone(coordinator)
    password_step(client, coordinator.email)
    addresses = ["/admin/", "/admin/components/", "/admin/core/user/", "/admin/core/auditevent/"]
    addresses += ["/admin/jsi18n/", "/admin/password_change/", "/admin/not-there/"]

    assert {client.get(address)["Location"] for address in addresses} == {VERIFY}


def test_first_password_must_be_changed_before_anything_else(signed_in, coordinator):
    coordinator.password_is_temporary = True
    coordinator.save()
    olena = signed_in(coordinator)
    change = reverse("admin:password_change")
    new = "osiem koni i dwa wozy"

    sent = olena.get("/admin/")["Location"]
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    olena.post(change, form)

    coordinator.refresh_from_db()
    assert sent == change
    assert coordinator.password_is_temporary is False
    assert olena.get("/admin/").status_code == 200


def test_cookies_of_production_are_locked():
    """3.3: `__Host-` cookies, Secure, HttpOnly, Lax."""
    from win4ua.settings import base

    assert (base.SESSION_COOKIE_NAME, base.SESSION_COOKIE_SECURE) == ("__Host-sid", True)
    assert (base.SESSION_COOKIE_HTTPONLY, base.SESSION_COOKIE_SAMESITE) == (True, "Lax")
    assert live.SESSION_COOKIE_HTTPONLY is True
