"""The panel: who sees which pages, verbs, read-only lives, exports, headers."""

import io
import re
from importlib import import_module

import pytest
from csp.middleware import CSPMiddleware
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from core import audit, links, roles
from core.admin import Verb, timeline_items
from core.middleware import PagePolicyMiddleware
from core.models import AuditEvent, CapabilityLink, StoredFile, User
from tests.factories.core import UserFactory

LISTS = ["user", "auditevent", "capabilitylink", "storedfile"]


def list_url(name: str) -> str:
    return reverse(f"admin:core_{name}_changelist")


def rows_of(name: str, count: int, now) -> None:
    for number in range(count):
        user = UserFactory(role=roles.MENTOR)
        if name == "capabilitylink":
            with transaction.atomic():
                links.create(
                    purpose="survey", target=user, email=user.email, expires_at=None, now=now
                )
        if name == "storedfile":
            StoredFile.objects.create(name=f"{number}.pdf", size=1, received_at=now)


QUERIES = {"user": 11, "auditevent": 12, "capabilitylink": 10, "storedfile": 9}


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_for_one_and_three(
    administrator_client, coordinator_client, name, item_count, now, django_assert_num_queries
):
    rows_of(name, item_count, now)
    desk = coordinator_client if name == "storedfile" else administrator_client
    desk.get(list_url(name))

    with django_assert_num_queries(QUERIES[name]):
        response = desk.get(list_url(name))

    assert response.status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_list_is_shut_for_everybody_else(signed_in, stranger, name):
    response = signed_in(stranger).get(list_url(name))

    assert response["Location"].startswith("/admin/login/")


def test_auditor_reads_and_changes_nothing(signed_in, auditor, stranger):
    ewa = signed_in(auditor)
    record = reverse("admin:core_user_change", args=[stranger.pk])
    deeds = ["user_roles", "give_password", "reset_second_factor", "close_account", "open_account"]

    assert ewa.get(record).status_code == 200
    assert ewa.post(record, {"email": "x@y.pl"}).status_code == 403
    statuses = [ewa.post(reverse(f"admin:core_{deed}", args=[stranger.pk])) for deed in deeds]
    assert [response.status_code for response in statuses] == [403] * 5
    stranger.refresh_from_db()
    assert (stranger.email, stranger.is_active) == ("taras@else.example", True)


def test_administrator_makes_an_account_and_gives_roles(administrator_client, administrator):
    added = administrator_client.post(
        reverse("admin:core_user_add"),
        {"email": "nowa@fsm.example", "first_name": "Nowa", "last_name": "Osoba", "language": "pl"},
    )
    user = User.objects.get(email="nowa@fsm.example")
    administrator_client.post(
        reverse("admin:core_user_roles", args=[user.pk]), {"roles": [roles.COORDINATOR]}
    )

    user.refresh_from_db()
    assert added.status_code == 302
    assert (user.has_usable_password(), user.is_staff) == (False, True)
    assert [(line.action, line.actor) for line in audit.history(user)] == [
        ("core.user.role_granted", administrator),
        ("core.user.created", administrator),
    ]


def test_nobody_changes_their_own_roles(administrator_client, administrator):
    """P30."""
    address = reverse("admin:core_user_roles", args=[administrator.pk])

    response = administrator_client.post(
        address, {"roles": [roles.ADMINISTRATOR, roles.COORDINATOR]}
    )

    assert response.status_code == 200
    assert set(administrator.groups.values_list("name", flat=True)) == {roles.ADMINISTRATOR}


def test_coordinator_invites_mentors_but_not_staff(coordinator_client, stranger):
    """P30: COO invites MEN, REV, HRC only."""
    address = reverse("admin:core_user_roles", args=[stranger.pk])

    refused = coordinator_client.post(address, {"roles": [roles.AUDITOR]})
    granted = coordinator_client.post(address, {"roles": [roles.MENTOR, roles.EVALUATOR]})

    assert (refused.status_code, granted.status_code) == (200, 302)
    assert set(stranger.groups.values_list("name", flat=True)) == {roles.MENTOR, roles.EVALUATOR}


def test_coordinator_cannot_take_roles_from_staff(coordinator_client, auditor):
    address = reverse("admin:core_user_roles", args=[auditor.pk])

    coordinator_client.post(address, {"roles": []})

    assert set(auditor.groups.values_list("name", flat=True)) == {roles.AUDITOR}


def test_given_password_is_shown_once_and_works(administrator_client, coordinator):
    address = reverse("admin:core_give_password", args=[coordinator.pk])

    page = administrator_client.post(address).content.decode()

    coordinator.refresh_from_db()
    shown = page.split("<code>")[1].split("</code>")[0]
    assert coordinator.check_password(shown) is True
    assert coordinator.password_is_temporary is True
    assert administrator_client.get(address).status_code == 405
    assert [line for line in AuditEvent.objects.all() if shown in str(line.data)] == []


def test_phone_of_another_is_forgotten_and_ones_own_is_not(
    administrator_client, administrator, coordinator, signed_in
):
    signed_in(coordinator)
    for user in (coordinator, administrator):
        administrator_client.post(reverse("admin:core_reset_second_factor", args=[user.pk]))

    assert coordinator.totpdevice_set.count() == 0
    assert administrator.totpdevice_set.count() == 1


def test_closed_account_is_out_at_the_next_request(administrator_client, coordinator, signed_in):
    olena = signed_in(coordinator)
    before = olena.get("/admin/").status_code

    administrator_client.post(reverse("admin:core_close_account", args=[coordinator.pk]))

    assert (before, olena.get("/admin/").status_code) == (200, 302)


def test_role_taken_away_shuts_the_panel_at_the_next_request(
    administrator_client, coordinator, signed_in
):
    olena = signed_in(coordinator)
    olena.get("/admin/")

    administrator_client.post(reverse("admin:core_user_roles", args=[coordinator.pk]), {})

    assert olena.get("/admin/").status_code == 302


def test_link_is_revoked_from_its_record(coordinator_client, stranger, now):
    with transaction.atomic():
        links.create(purpose="survey", target=stranger, email="a@b.pl", expires_at=None, now=now)
    link = CapabilityLink.objects.get()
    record = reverse("admin:core_capabilitylink_change", args=[link.pk])
    verb = reverse("admin:core_revoke_link", args=[link.pk])
    offered = f'action="{verb}"' in coordinator_client.get(record).content.decode()

    coordinator_client.post(verb)

    link.refresh_from_db()
    assert (offered, link.revoked_at is not None) == (True, True)
    assert f'action="{verb}"' not in coordinator_client.get(record).content.decode()


def test_record_shows_its_history_in_words(administrator_client, stranger):
    with transaction.atomic():
        roles.grant_role(stranger, roles.MENTOR)

    with translation.override("en"):
        titles = [item["title"] for item in timeline_items(stranger, "en")]
    items = timeline_items(stranger, "pl")

    assert titles == ["A role was given"]
    page = administrator_client.get(reverse("admin:core_user_change", args=[stranger.pk]))
    assert page.content.decode().count(str(items[0]["title"])) == 1


def test_status_is_never_a_field(coordinator_client, now):
    stored = StoredFile.objects.create(name="a.pdf", size=1, received_at=now)

    page = coordinator_client.get(reverse("admin:core_storedfile_change", args=[stored.pk]))

    assert 'name="status"' not in page.content.decode()


def test_export_holds_the_chosen_rows_and_is_on_the_trail(coordinator_client, coordinator):
    chosen = UserFactory(email="=1+1@x.example", last_name="=HYPERLINK(1)")
    UserFactory(email="hidden@x.example")

    response = coordinator_client.post(
        list_url("user"), {"action": "export_xlsx", "_selected_action": [chosen.pk]}
    )

    sheet = load_workbook(io.BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:2] for row in rows] == [["=1+1@x.example", "Anna =HYPERLINK(1)"]]
    assert "f" not in {cell.data_type for cell in sheet[2]}
    line = AuditEvent.objects.get(action="core.records.exported")
    assert (line.actor, line.data) == (coordinator, {"model": "core.user", "rows": 1})


def test_administrator_may_not_export(administrator_client):
    """P29."""
    response = administrator_client.get(list_url("user"))

    assert "export_xlsx" not in response.content.decode()


def test_panel_policy_has_own_scripts_only(coordinator_client):
    policy = coordinator_client.get("/admin/")["Content-Security-Policy"]

    directives = dict(
        part.strip().split(" ", 1) for part in policy.split(";") if " " in part.strip()
    )
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"


def test_public_policy_has_a_fresh_nonce(client):
    policies = [client.get("/nie-ma/")["Content-Security-Policy"] for _ in range(2)]

    scripts = [policy.split("script-src ")[1].split(";")[0] for policy in policies]
    assert all(part.endswith("'strict-dynamic'") for part in scripts)
    assert scripts[0] != scripts[1]
    assert all("'unsafe-inline'" not in policy for policy in policies)


def _directives(policy: str) -> dict[str, set[str]]:
    parts = (part.split() for part in policy.split(";"))
    return {name: set(values) for name, *values in parts}


@pytest.mark.parametrize("address", ["/nie-ma/", "/admin/", "/ankieta/podpowiedzi/?q=ser"])
def test_policy_is_that_of_the_library(coordinator_client, address, monkeypatch):
    """W1: words kept for the process say what the library builds, whatever else was asked."""
    ours = [coordinator_client.get(address)["Content-Security-Policy"] for _ in range(2)]
    monkeypatch.setattr(PagePolicyMiddleware, "process_response", CSPMiddleware.process_response)
    theirs = coordinator_client.get(address)["Content-Security-Policy"]

    nonce = re.compile("'nonce-[^']+'")
    assert [_directives(nonce.sub("'nonce'", each)) for each in ours] == [
        _directives(nonce.sub("'nonce'", theirs))
    ] * 2
    drawn = [found[0] for each in (*ours, theirs) if (found := nonce.search(each))]
    assert len(set(drawn)) == len(drawn)


def test_policy_of_one_answer_alone_is_left_to_the_library(rf):
    """An answer that brings its own words keeps them, and the next one has those of the house."""

    def answer(request):
        response = HttpResponse()
        if request.path == "/own/":
            response._csp_update = {"img-src": ["https://tiles.example"]}
        return response

    policies = [
        PagePolicyMiddleware(answer)(rf.get(address))["Content-Security-Policy"]
        for address in ("/", "/own/", "/")
    ]

    assert ["https://tiles.example" in policy for policy in policies] == [False, True, False]


@pytest.mark.parametrize(
    ("address", "status"), [("/nie-ma/", 404), ("/uk/nie-ma/", 404), ("/wyloguj/", 405)]
)
def test_refusals_carry_every_header(client, address, status):
    """3.3: the strict client looks at the headers of each answer."""
    response = client.get(address)

    assert response.status_code == status
    assert "camera=()" in response["Permissions-Policy"]


def test_missing_page_speaks_the_language_of_its_address(client):
    pages = [client.get(f"{prefix}/nie-ma/").content.decode() for prefix in ("", "/uk", "/en")]

    assert ['<html lang="pl">' in pages[0], '<html lang="uk">' in pages[1]] == [True, True]
    assert "There is no such page" in pages[2]


def test_form_without_proof_of_origin_gets_the_kind_page(client):
    strict = type(client)(enforce_csrf_checks=True)

    response = strict.post("/admin/login/", {"username": "a@b.pl", "password": "x"})

    assert response.status_code == 403
    assert "csrf" not in response.content.decode().lower()


def test_sign_out_is_a_deed(coordinator_client):
    assert coordinator_client.get("/wyloguj/").status_code == 405
    assert coordinator_client.post("/wyloguj/").status_code == 302
    assert coordinator_client.get("/admin/").status_code == 302


def test_every_role_is_a_group_made_by_a_migration(db):
    """Rows of the permission matrix with an account behind them."""
    migration = import_module("core.migrations.0003_roles")

    assert set(migration.ROLES) == set(roles.ROLES) == set(roles.MATRIX_COLUMNS.values())
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ROLES)


def test_room_puts_its_own_pages_into_the_frame(signed_in, coordinator, auditor, monkeypatch):
    page = ("Own page of the room", "admin:components", "core.add_user")
    monkeypatch.setattr("core.urls.panel_pages", [page], raising=False)

    shown = [
        signed_in(person).get(list_url("user")).content.decode().count(page[0])
        for person in (coordinator, auditor)
    ]

    assert shown == [1, 0]


def test_permissions_of_groups_are_exactly_what_rooms_declare(db):
    """The table of `ROLE_PERMISSIONS` and the database agree, and no name is misspelt."""
    held = {
        group.name: {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.all()}
        for group in Group.objects.prefetch_related("permissions__content_type")
    }

    assert roles.missing_permissions() == set()
    assert held == roles.declared_permissions()


def test_sync_takes_away_what_is_no_longer_declared(db, monkeypatch):
    monkeypatch.setitem(roles.ROLE_PERMISSIONS, roles.AUDITOR, {"core.view_user"})

    roles.sync_permissions()
    roles.sync_permissions()

    group = Group.objects.get(name=roles.AUDITOR)
    core = group.permissions.filter(content_type__app_label="core")
    assert list(core.values_list("codename", flat=True)) == ["view_user"]


def test_role_is_asked_once_for_each_user(coordinator, django_assert_num_queries):
    user = User.objects.get(pk=coordinator.pk)

    with django_assert_num_queries(1):
        answers = [roles.has_role(user, role) for role in (roles.COORDINATOR, roles.MENTOR)]

    assert answers == [True, False]


def test_addresses_are_one_account_whatever_the_letter_case(db):
    UserFactory(email="Marek@Gmina.example")

    assert User.objects.get_by_natural_key("MAREK@gmina.EXAMPLE").email == "marek@gmina.example"


def test_verb_is_a_post_unless_it_says_otherwise():
    assert Verb("Decide", "/x/") == Verb(
        label="Decide", url="/x/", method="post", primary=False, confirm=""
    )


def test_audit_trail_reads_in_words(coordinator_client, coordinator):
    """What happened is said as on the timelines, and the columns have names of our own."""
    with transaction.atomic():
        audit.record(action="core.user.closed", target=coordinator)

    page = coordinator_client.get(reverse("admin:core_auditevent_changelist")).content.decode()

    assert "Zamknięto konto" in page
    assert "Target" not in page
