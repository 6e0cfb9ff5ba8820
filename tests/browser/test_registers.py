"""The coordinators' pages of registers and lists, looked at by axe, without JavaScript too."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from core import roles
from programme.models import Gmina, RegisterFetch, RegisterImport
from programme.services import list_imports
from programme.services.register_uploads import apply_import, prepare_import
from tests.conftest import StrictClient, sign_in
from tests.factories.applications import HostSurveyFactory
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory
from tests.programme import registers

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
pytestmark = pytest.mark.django_db(transaction=True)
LIST = (
    "Kod TERYT;Gmina;Powiat;Imię;Nazwisko;Tytuł;Zwrot;E-mail włodarza\n"
    "1001012;Gmina 0;powiat 1;Ewa;Lis;Burmistrz;Pani;e.lis@example.com\n"
    "1001022;Gmina 1;powiat 1;Jan;Bąk;;;jan.bak@gmail.com\n"
    ";Nigdzie;;Anna;Żak;;;\n"
    "1001032;Gmina 7;;Zofia;Sęk;wójt;Pani;zła adres\n"
    "1001042;Gmina 3;;Zofia;Sęk;wójt;Pani;zła adres\n"
)


@pytest.fixture
def halina(live_server):
    roles.sync_permissions()
    return UserFactory(email="halina@fsm.example", first_name="Halina", role=roles.COORDINATOR)


@pytest.fixture
def desk(open_browser, live_server, halina):
    """Halina's browser, signed in with the second factor."""
    session = sign_in(StrictClient(), halina).cookies[settings.SESSION_COOKIE_NAME].value

    def opened(width: int, **options):
        page = open_browser(width=width, **options)
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return page

    return opened


@pytest.fixture
def addresses(halina):
    """A register with a newer one waiting, fetches in three states, a list of offices."""
    edition = EditionFactory()
    files = {
        "terc": ("TERC.csv", registers.terc(registers.terc_lines())),
        "population": ("bdl.csv", registers.bdl()),
    }
    first = prepare_import(
        RegisterImport.GMINAS,
        files=files,
        actor=halina,
        now=NOW,
        population_on=date(2023, 12, 31),
    )
    apply_import(first, actor=halina, now=NOW)
    gmina = Gmina.objects.get(teryt="1001012")
    HostSurveyFactory(edition=edition, organisation__gmina=gmina)
    table = registers.bdl().replace(b'1001012;"Gmina 0 (2)";15000', b'1001012;"Gmina 0 (2)";80001')
    lines = [line.replace(";Gmina 5;", ";Nowa Wieś;") for line in registers.terc_lines(2_402)]
    waiting = prepare_import(
        RegisterImport.GMINAS,
        files={
            "terc": ("TERC.csv", registers.terc(lines)),
            "population": ("bdl.csv", table),
        },
        actor=halina,
        now=NOW,
        population_on=date(2024, 12, 31),
    )
    stopped = RegisterFetch.objects.create(
        status="failed",
        variable=72305,
        started_at=NOW,
        expected={"page_size": 100, "voivodeships": 1},
        problem="Usługa GUS jest nieosiągalna. Czy ta maszyna ma połączenie z internetem?",
    )
    running = RegisterFetch.objects.create(
        year=2024,
        variable=72305,
        started_at=NOW,
        expected={"page_size": 100, "voivodeships": 1, "powiats": 1, "gminas": 2_402},
    )
    for part, number in (("years", 0), ("voivodeships", 0), ("powiats", 0), ("gminas", 0)):
        running.pages.create(part=part, number=number, rows=[], fetched_at=NOW)
    offices = list_imports.prepare_list(
        "contacts",
        name="urzedy.csv",
        content=LIST.encode("cp1250"),
        as_of=date(2026, 3, 1),
        actor=halina,
        now=NOW,
    )
    return {
        "gminas": reverse("admin:programme_prepare_gminas"),
        "hromadas": reverse("admin:programme_prepare_hromadas"),
        "plan": reverse("admin:programme_register_plan", args=[waiting.pk]),
        "import": reverse("admin:programme_registerimport_change", args=[first.pk]),
        "fetching": reverse("admin:programme_fetch", args=[running.pk]),
        "stopped": reverse("admin:programme_fetch", args=[stopped.pk]),
        "lists": reverse("admin:programme_listimport_changelist"),
        "new-list": reverse("admin:programme_new_list"),
        "columns": reverse("admin:programme_list_columns", args=[offices.pk]),
        "preview": reverse("admin:programme_list_preview", args=[offices.pk]),
    }


@pytest.mark.parametrize(("width", "language"), [(360, "pl"), (1280, "pl"), (1280, "uk")])
def test_pages_of_registers_and_lists_have_no_axe_faults(
    desk, halina, addresses, axe_faults, width, language
):
    halina.language = language
    halina.save()
    page = desk(width)
    faults, wide = {}, []
    for name, address in addresses.items():
        page.goto(address)
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/{language}-{width}-{name}.png", full_page=True)
        if found := axe_faults(page):
            faults[name] = found
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(name)

    assert faults == {}
    assert wide == []


def test_list_is_read_without_javascript(desk, addresses, tmp_path):
    file = tmp_path / "lista.csv"
    file.write_bytes("gmina;powiat\nGmina 0;powiat 1\nNigdzie;\n".encode("cp1250"))
    page = desk(1280, javascript=False)
    page.goto(addresses["new-list"])

    page.get_by_label("członkowie ZMP").check()
    page.locator("input[type=file]").set_input_files(str(file))
    for name, value in (("day", "1"), ("month", "3"), ("year", "2026")):
        page.locator(f"[name=as_of_{name}]").fill(value)
    page.get_by_role("button", name="Dalej do kolumn").click()
    page.get_by_role("button", name="Pokaż, co by się zmieniło").click()
    page.get_by_label("Pomiń wiersz 3").check()
    page.get_by_role("button", name="Zachowaj wybór").click()
    page.get_by_role("button", name="Zastosuj").click()

    office = Gmina.objects.get(teryt="1001012").organisation
    assert [each.union for each in office.memberships.all()] == ["zmp"]
