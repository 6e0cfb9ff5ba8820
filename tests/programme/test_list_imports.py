"""Lists of members and of contacts: every row judged before anything is written (X3, X4, X5)."""

import io
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from openpyxl import Workbook

from core.audit import history
from core.imports import ImportRefused
from core.verdicts import counts_of
from programme.list_columns import bare_name, gender_of, guess, title_of
from programme.models import Contact, ListImport, Membership, Organisation
from programme.selectors import memberships_of
from programme.services import list_imports as lists
from tests.factories.programme import ContactFactory, GminaFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = date(2026, 3, 1)
LATER = date(2026, 6, 1)
OFFICIAL = (
    "Kod_TERYT;nazwa_samorządu;Województwo;Powiat;typ_JST;nazwa_urzędu_JST;miejscowość;"
    "Kod pocztowy;poczta;Ulica;Nr domu;telefon kierunkowy;telefon;telefon 2;wewnętrzny;"
    "FAX kierunkowy;FAX;FAX wewnętrzny;"
    "ogólny adres poczty elektronicznej gminy/powiatu/województwa;adres www jednostki;ESP;"
    "adres doręczeń elektronicznych ADE"
)
HEADS = "Gmina;Powiat;Imię;Nazwisko;Tytuł;Zwrot;E-mail włodarza"


@pytest.fixture
def gminas():
    """Two namesakes, a town, and one that is nobody's namesake."""
    return {
        "town": GminaFactory(
            teryt="1012011", kind="urban", name="Radomsko", powiat="radomszczański"
        ),
        "village": GminaFactory(teryt="1012122", name="Radomsko", powiat="radomszczański"),
        "biala": GminaFactory(
            teryt="1013023", kind="urban_rural", name="Biała Rawska", powiat="rawski"
        ),
        "lodz": GminaFactory(teryt="1061011", kind="urban", name="Łódź", powiat="Łódź"),
        "zero": GminaFactory(
            teryt="0201011",
            voivodeship_code="02",
            kind="urban",
            name="Bolesławiec",
            powiat="bolesławiecki",
            voivodeship="dolnośląskie",
        ),
    }


def prepare(coordinator, text, *, kind="zmp", as_of=DAY, encoding="utf-8", name="lista.csv"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return lists.prepare_list(
        kind, name=name, content=content, as_of=as_of, actor=coordinator, now=NOW
    )


def states(record):
    return {verdict.line: str(verdict.state) for verdict in lists.preview(record) if verdict.line}


def apply(record, coordinator):
    return lists.apply_list(record, actor=coordinator, now=NOW)


def test_every_row_has_its_verdict_and_nothing_is_written(gminas, coordinator, no_writes):
    """X4: new, unchanged, wrong and unclear rows are seen before anything is saved."""
    record = prepare(
        coordinator,
        "kod;gmina;powiat\n"
        "1013023;Biała Rawska;\n"
        ";Radomsko;\n"
        ";Radomsko;łódzki wschodni\n"
        "201011;Bolesławiec;\n"
        "1061011;Łódź;\n"
        "1061012;Łódź;\n"
        "9999992;Nigdzie;\n"
        "1013000;powiat rawski;\n",
    )

    with no_writes():
        found = states(record)

    assert found == {
        2: "new",
        3: "several",
        4: "not_found",
        5: "new",
        6: "new",
        7: "duplicate",
        8: "not_found",
        9: "other_unit",
    }
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("1013023", "", "biala"),
        ("101302", "", "biala"),
        ("1013022", "", "biala"),  # the seventh digit changes with the kind
        ("0201011", "", "zero"),
        ("201011", "Bolesławiec", "zero"),  # a spreadsheet dropped the zero
        ("20101", "", "zero"),
        ("", "Gmina Biała Rawska", "biala"),
        ("", "M. Łódź", "lodz"),
        ("", "lodz", "lodz"),
        ("1013023", "Łódź", None),  # code and name say different things
        ("abc", "", None),
    ],
)
def test_row_is_matched_by_code_or_by_name(gminas, coordinator, code, name, expected):
    record = prepare(coordinator, f"kod;gmina\n{code};{name}\nx;\n")

    verdict = lists.preview(record)[0]

    assert verdict.gmina == (gminas[expected] if expected else None)


def test_code_that_disagrees_with_the_name_asks_a_person(gminas, coordinator):
    record = prepare(coordinator, "kod;gmina\n1013023;Łódź\n")

    (verdict,) = lists.preview(record)

    assert (verdict.state, verdict.fits) == ("several", [gminas["biala"], gminas["lodz"]])


def test_person_chooses_among_several_and_leaves_a_row_out(gminas, coordinator):
    record = prepare(coordinator, "gmina\nRadomsko\nŁódź\nNigdzie\n")

    lists.set_choices(
        record,
        chosen={2: gminas["village"].pk},
        left_out={3: False, 4: True},
    )
    record.refresh_from_db()

    assert states(record) == {2: "new", 3: "new", 4: "left_out"}
    apply(record, coordinator)
    assert set(Membership.objects.values_list("organisation__gmina__teryt", flat=True)) == {
        "1012122",
        "1061011",
    }


def test_list_is_applied_once_and_again_changes_nothing(gminas, coordinator):
    """X3: idempotent by natural key."""
    text = "kod\n1013023\n1061011\n"
    first = prepare(coordinator, text)

    assert apply(first, coordinator) == {"new": 2}

    with pytest.raises(lists.AlreadyDone):
        apply(first, coordinator)
    again = prepare(coordinator, text)
    assert counts_of(lists.preview(again)) == {"unchanged": 2}
    before = list(Membership.objects.order_by("pk").values())
    assert apply(again, coordinator) == {"unchanged": 2}
    assert list(Membership.objects.order_by("pk").values()) == before
    first.refresh_from_db()
    assert (first.content, first.applied_at, len(first.sha256)) == (None, NOW, 64)
    assert [line.action for line in history(first)] == [
        "programme.listimport.applied",
        "programme.listimport.prepared",
    ]


def test_newer_list_ends_memberships_that_are_gone(gminas, coordinator):
    apply(prepare(coordinator, "kod\n1013023\n1061011\n"), coordinator)
    OrganisationFactory(gmina=gminas["town"])
    record = prepare(coordinator, "kod\n1061011\n1012011\n", as_of=LATER, name="nowa.csv")

    ended = [verdict for verdict in lists.preview(record) if verdict.state == "ended"]

    assert [verdict.gmina for verdict in ended] == [gminas["biala"]]
    assert apply(record, coordinator) == {"unchanged": 1, "new": 1, "ended": 1}
    office = Organisation.objects.get(gmina=gminas["biala"])
    assert memberships_of(office).count() == 0
    assert Membership.objects.get(organisation=office).ended_on == LATER
    kept = Membership.objects.get(organisation__gmina=gminas["lodz"])
    assert (kept.as_of, kept.source, kept.ended_on) == (LATER, "nowa.csv", None)
    back = prepare(coordinator, "kod\n1061011\n1012011\n1013023\n", as_of=LATER)
    assert apply(back, coordinator) == {"unchanged": 2, "new": 1}
    assert [each.union for each in memberships_of(office)] == ["zmp"]


def test_nothing_ends_while_a_row_is_open_or_when_the_list_is_older(gminas, coordinator):
    apply(prepare(coordinator, "kod\n1013023\n", as_of=LATER), coordinator)

    unclear = prepare(coordinator, "gmina\nRadomsko\n", as_of=LATER)
    older = prepare(coordinator, "kod\n1061011\n", as_of=DAY)

    assert counts_of(lists.preview(unclear)) == {"several": 1}
    assert counts_of(lists.preview(older)) == {"new": 1}


def test_unions_are_told_apart(gminas, coordinator):
    apply(prepare(coordinator, "kod\n1013023\n", kind="zmp"), coordinator)
    apply(prepare(coordinator, "kod\n1013023\n", kind="zgwrp"), coordinator)

    office = Organisation.objects.get(gmina=gminas["biala"])

    assert [each.union for each in memberships_of(office)] == ["zgwrp", "zmp"]


def test_open_membership_stands_once(gminas):
    office = OrganisationFactory(gmina=gminas["biala"])
    Membership.objects.create(organisation=office, union="zmp", as_of=DAY, source="a")

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(organisation=office, union="zmp", as_of=LATER, source="b")


def test_official_table_of_offices_is_read_as_it_is(gminas, coordinator):
    record = prepare(
        coordinator,
        OFFICIAL
        + "\n1013023;Biała Rawska;łódzkie;rawski;gmina miejsko-wiejska;Urząd Miasta i Gminy Biała "
        "Rawska;Biała Rawska;96-230;Biała Rawska;przykładowa;1;46;8150000;;;46;8150001;;"
        "urzad@example.com;www.example.com;/przyklad/skrytka;AE:PL-00000-00000-AAAAA-00\n"
        "1013000;rawski;łódzkie;rawski;powiat;Starostwo;Rawa;96-200;Rawa;x;1;;;;;;;;;;;\n",
        kind="contacts",
    )
    office = OrganisationFactory(gmina=gminas["biala"], name="Urząd", town="Biała Rawska")

    changed, other = lists.preview(record)

    assert (changed.state, other.state) == ("changed", "other_unit")
    assert ("official name", "Urząd", "Urząd Miasta i Gminy Biała Rawska") in changed.changes
    apply(record, coordinator)
    office.refresh_from_db()
    assert (office.name, office.email, office.street, office.postcode, office.website) == (
        "Urząd Miasta i Gminy Biała Rawska",
        "urzad@example.com",
        "przykładowa 1",
        "96-230",
        "https://www.example.com",
    )
    assert office.e_delivery == "AE:PL-00000-00000-AAAAA-00"


def test_head_is_written_down_as_the_file_says_and_never_guessed(gminas, coordinator):
    record = prepare(
        coordinator,
        HEADS + "\nBiała Rawska;;Ewa;Lis;Burmistrz;Pani;e.lis@example.com\nŁódź;;Jan;Bąk;;;\n",
        kind="contacts",
    )

    whole, partial = lists.preview(record)

    assert whole.notes == []
    assert partial.notes == [
        "Missing: title, form of address. A letter will begin: Szanowni Państwo."
    ]
    apply(record, coordinator)
    ewa = Contact.objects.get(last_name="Lis")
    assert (ewa.role, ewa.title, ewa.grammatical_gender, ewa.salutation()) == (
        "head",
        "burmistrz",
        "f",
        "Szanowna Pani Burmistrz",
    )
    jan = Contact.objects.get(last_name="Bąk")
    assert (jan.title, jan.grammatical_gender, jan.salutation()) == ("", "", "Szanowni Państwo")


def test_same_head_is_corrected_and_another_one_replaces_the_head_before(gminas, coordinator):
    office = OrganisationFactory(gmina=gminas["biala"])
    head = ContactFactory(
        organisation=office, head=True, first_name="Ewa", last_name="Lis", email="a@example.com"
    )

    corrected = prepare(
        coordinator, HEADS + "\nBiała Rawska;;EWA;LIS;;;b@example.com\n", kind="contacts"
    )
    assert [change[1:] for change in lists.preview(corrected)[0].changes][-1] == (
        "a@example.com",
        "b@example.com",
    )
    apply(corrected, coordinator)
    head.refresh_from_db()
    assert (head.email, office.contacts.filter(role="head").count()) == ("b@example.com", 1)

    replaced = prepare(coordinator, HEADS + "\nBiała Rawska;;Jan;Bąk;wójt;Pan;\n", kind="contacts")
    assert "Replaces: EWA LIS." in lists.preview(replaced)[0].notes
    apply(replaced, coordinator)
    head.refresh_from_db()
    assert not head.is_active
    assert office.contacts.get(role="head", is_active=True).last_name == "Bąk"


@pytest.mark.parametrize(
    "row",
    [
        "Biała Rawska;;Ewa;Lis;Burmistrz;Pani;ewa at example.com",
        "Biała Rawska;;Ewa;Lis;Burmistrz;Pani;a@example.com, b@example.com",
        "Biała Rawska;;Ewa;Lis;Cesarzowa;Pani;",
        "Biała Rawska;;Ewa;Lis;Burmistrz;ono;",
        "Biała Rawska;;Ewa;;Burmistrz;Pani;",
        "Biała Rawska;;" + "E" * 900 + ";Lis;;;",
    ],
)
def test_wrong_row_is_told_and_not_written(gminas, coordinator, row):
    record = prepare(coordinator, f"{HEADS}\n{row}\nŁódź;;Jan;Bąk;;;\n", kind="contacts")

    assert states(record) == {2: "wrong", 3: "new"}
    assert lists.preview(record)[0].notes != []

    apply(record, coordinator)

    assert list(Contact.objects.values_list("last_name", flat=True)) == ["Bąk"]


def test_address_that_looks_odd_is_told_but_taken(gminas, coordinator):
    record = prepare(
        coordinator,
        "kod;e-mail\n1013023;urzad@gmail.com\n1061011;urzad@lodz.example\n"
        "1012011;urzad@lodz.example\n",
        kind="contacts",
    )

    private, first, second = lists.preview(record)

    assert private.notes == ["A private mailbox? urzad@gmail.com"]
    assert first.notes == []
    assert second.notes == ["The address stands in line 3 as well: urzad@lodz.example"]
    assert {each.state for each in (private, first, second)} == {"new"}


def test_empty_cell_changes_nothing(gminas, coordinator):
    office = OrganisationFactory(gmina=gminas["biala"], town="Biała Rawska", email="a@example.com")

    apply(prepare(coordinator, "kod;miejscowość;e-mail\n1013023;;\n", kind="contacts"), coordinator)

    office.refresh_from_db()
    assert (office.town, office.email) == ("Biała Rawska", "a@example.com")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Łódź"),
        ("utf-8-sig", "Łódź"),
        ("cp1250", "Łódź"),
        ("iso8859-2", "Łódź"),
        ("cp1251", "Яворівська"),
        ("koi8-u", "Яворівська"),
    ],
)
def test_encoding_and_delimiter_are_found(coordinator, encoding, delimiter, name):
    """X5."""
    text = f"kod{delimiter}gmina\r\n1061011{delimiter}{name}\r\n1061011{delimiter}{name} śąż\r\n"
    if encoding in ("cp1251", "koi8-u"):
        text = text.replace(" śąż", " Їжак ґанок єдність")
    record = prepare(coordinator, text, encoding=encoding)

    rows = lists.rows_of(record)

    assert [row["gmina"].split()[0] for row in rows] == [name, name]
    assert record.columns == {"teryt": "kod", "name": "gmina"}


def test_wrong_guess_of_the_encoding_can_be_corrected(gminas, coordinator):
    record = prepare(coordinator, "kod;gmina\n1061011;Łódź\n", encoding="cp1250")
    lists.set_columns(record, columns=record.columns, encoding="iso8859-2")
    record.refresh_from_db()

    assert record.encoding == "iso8859-2"
    with pytest.raises(ImportRefused):
        lists.set_columns(record, columns=record.columns, encoding="utf-8-sig")
    with pytest.raises(lists.NothingToTellBy):
        lists.set_columns(record, columns={"powiat": "gmina"}, encoding="cp1250")


@pytest.mark.parametrize(
    "content",
    [
        b"kod;gmina\n1;\x00\n",
        b"kod;gmina\n1;" + b"x" * 10_001 + b"\n",
        b"",
        b"PK\x03\x04nothing",
        b"kod\n" + b"1061011\n" * 20_001,
    ],
    ids=["zero byte", "long field", "empty", "no workbook", "too many rows"],
)
def test_file_that_cannot_be_a_list_is_refused(coordinator, content):
    """X4, X5."""
    with pytest.raises(ImportRefused):
        prepare(coordinator, content)

    assert not ListImport.objects.exists()


def test_workbook_is_read_as_well(gminas, coordinator):
    book = Workbook()
    for row in (["Kod TERYT", "Gmina"], ["1013023", "Biała Rawska"], [201011, "Bolesławiec"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    record = prepare(coordinator, out.getvalue(), name="lista.xlsx")

    assert (record.encoding, states(record)) == ("", {2: "new", 3: "new"})


def test_headings_are_guessed_and_no_column_is_taken_twice():
    headings = OFFICIAL.split(";")

    found = guess("contacts", headings)

    assert found == {
        "teryt": "Kod_TERYT",
        "name": "nazwa_samorządu",
        "powiat": "Powiat",
        "voivodeship": "Województwo",
        "office": "nazwa_urzędu_JST",
        "email": "ogólny adres poczty elektronicznej gminy/powiatu/województwa",
        "street": "Ulica",
        "house": "Nr domu",
        "postcode": "Kod pocztowy",
        "town": "miejscowość",
        "website": "adres www jednostki",
        "e_delivery": "adres doręczeń elektronicznych ADE",
    }
    assert guess("zmp", headings) == {
        name: found[name] for name in ("teryt", "name", "powiat", "voivodeship")
    }
    assert guess("contacts", ["TERYT", "Forma grzecznościowa"]) == {
        "teryt": "TERYT",
        "head_gender": "Forma grzecznościowa",
    }


@pytest.mark.parametrize(
    ("text", "title"),
    [("Prezydent Miasta", "prezydent"), ("WÓJT", "wojt"), ("", ""), ("sołtys", None)],
)
def test_titles_are_known_words(text, title):
    assert title_of(text) == title


@pytest.mark.parametrize(
    ("text", "gender"), [("Pani", "f"), ("K", "f"), ("Pan", "m"), ("", ""), ("?", ""), ("x", None)]
)
def test_forms_of_address_are_known_words(text, gender):
    assert gender_of(text) == gender


def test_name_without_what_stands_before_it():
    assert [bare_name(each) for each in ("Gmina Brzeziny", "Miasto i Gmina Stryków", "Gmina")] == [
        "brzeziny",
        "strykow",
        "gmina",
    ]


KILLED = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from core.models import User
from programme.models import ListImport
from programme.services import list_imports
write, left = list_imports._write, int(sys.argv[2])

def dies(*args):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    write(*args)

list_imports._write = dies
record = ListImport.objects.get(pk=int(sys.argv[1]))
list_imports.apply_list(record, actor=User.objects.get(pk=record.actor_id), now=timezone.now())
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_row", [0, 7, 23, 39])
def test_killed_at_a_row_means_all_or_nothing(coordinator, at_row):
    """FT-35, X3: the process dies by SIGKILL; a run that is let alone is the negative control."""
    from django.db import connection

    gminas = [GminaFactory() for _ in range(40)]
    record = prepare(coordinator, "kod\n" + "\n".join(gmina.teryt for gmina in gminas) + "\n")
    base = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**base)
    environment = os.environ | {"DATABASE_URL": url}

    def run(left):
        return subprocess.run(
            [sys.executable, "-c", KILLED, str(record.pk), str(left)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    killed = run(at_row)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert Membership.objects.count() == 0
    record.refresh_from_db()
    assert record.is_waiting
    if at_row == 39:
        whole = run(1_000)
        assert whole.returncode == 0, whole.stderr
        assert Membership.objects.count() == 40
