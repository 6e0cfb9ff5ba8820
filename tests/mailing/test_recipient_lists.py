"""Lists of recipients that a coordinator brings as a table (E20; SEC-X1, X3-X5; X4, X9)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from core.imports import Row
from core.models import AuditEvent
from mailing.models import ListedRecipient, RecipientList
from mailing.recipient_columns import guess
from mailing.salutations import plain_salutation
from mailing.services import recipient_lists as lists
from mailing.services.recipient_verdicts import verdicts_of

pytestmark = pytest.mark.django_db
HEADINGS = ["Imię i nazwisko", "E-mail", "Język", "Płeć"]
CSV = (
    "Imię i nazwisko;E-mail;Język;Płeć\n"
    "Anna Kowalska;anna@gmina.example;polski;K\n"
    "Тарас Бондар;taras@hromada.example;українська;Pan\n"
    "Urząd;biuro@gmina.example;;\n"
)


def page(name, *args):
    return reverse(f"admin:mailing_{name}", args=args)


def upload(client, content, name="lista.csv"):
    if isinstance(content, str):
        content = content.encode()
    return client.post(
        page("new_recipients"),
        {"title": "Spotkanie 12 marca", "file": SimpleUploadedFile(name, content)},
    )


def brought(client, content, **columns) -> RecipientList:
    """A list whose columns were confirmed."""
    answer = upload(client, content)
    record = RecipientList.objects.get()
    assert answer["Location"] == page("recipient_columns", record.pk)
    chosen = {f"column_{name}": heading for name, heading in (record.columns | columns).items()}
    data = chosen | {"encoding": record.encoding, "language": "pl"}
    assert client.post(answer["Location"], data).status_code == 302
    record.refresh_from_db()
    return record


def verdicts(record_columns, *rows):
    record = RecipientList(columns=record_columns, language="pl", left_out=[])
    return verdicts_of(record, [Row(line, row) for line, row in enumerate(rows, start=2)])


def test_list_goes_from_file_to_people(coordinator_client, no_writes):
    """Nobody is kept before the list is confirmed; then salutations stand with each (E19)."""
    record = brought(coordinator_client, CSV)

    with no_writes():
        shown = coordinator_client.get(page("recipient_preview", record.pk))
    before = ListedRecipient.objects.count()
    coordinator_client.post(page("keep_recipients", record.pk))

    assert [row["verdict"].salutation for row in shown.context["rows"]] == [
        "Szanowna Pani",
        "Шановний пане",
        "Szanowni Państwo",
    ]
    assert before == 0
    kept = ListedRecipient.objects.order_by("line")
    assert list(kept.values_list("email", "name", "language", "salutation", "line")) == [
        ("anna@gmina.example", "Anna Kowalska", "pl", "Szanowna Pani", 2),
        ("taras@hromada.example", "Тарас Бондар", "uk", "Шановний пане", 3),
        ("biuro@gmina.example", "Urząd", "pl", "Szanowni Państwo", 4),
    ]
    record.refresh_from_db()
    assert (record.content, record.is_in_use) == (None, True)
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[-2:] == [
        "mailing.recipientlist.prepared",
        "mailing.recipientlist.kept",
    ]


def test_keeping_twice_adds_nobody(coordinator_client):
    record = brought(coordinator_client, CSV)

    coordinator_client.post(page("keep_recipients", record.pk))
    again = coordinator_client.post(page("keep_recipients", record.pk))

    assert again["Location"] == page("recipientlist_change", record.pk)
    assert ListedRecipient.objects.count() == 3


def test_bad_lines_stand_beside_their_reason_and_stay_out(coordinator_client):
    content = (
        "email;name;language;gender\n"
        "anna@gmina.example;Anna;pl;Pani\n"
        "ANNA@gmina.example;Anna;pl;Pani\n"
        ";Nikt;pl;\n"
        '"a@x.example, b@x.example";Dwoje;pl;\n'
        "x@y.example;Ktoś;klingoński;\n"
        "z@y.example;Ktoś;uk;obywatel\n"
        "'=1+1;x;pl;\n"
        "q@y.example;=HYPERLINK(1);pl;\n"
    )
    record = brought(coordinator_client, content)

    shown = coordinator_client.get(page("recipient_preview", record.pk))
    coordinator_client.post(page("keep_recipients", record.pk))

    rows = [row["verdict"] for row in shown.context["rows"]]
    example = "Proszę wpisać jeden adres e-mail, na przykład sekretariat@gmina.pl."
    assert [(row.line, row.state, row.notes) for row in rows] == [
        (2, "taken", []),
        (3, "duplicate", ["Jest już w wierszu 2."]),
        (4, "wrong", ["Brakuje adresu e-mail."]),
        (5, "wrong", [example]),
        (6, "wrong", ["Nieznany język: klingoński."]),
        (7, "wrong", ["Nieznana forma zwracania się: obywatel."]),
        (8, "wrong", [example]),
        (9, "wrong", ["To wygląda na formułę: =HYPERLINK(1)."]),
    ]
    assert [one.email for one in ListedRecipient.objects.all()] == ["anna@gmina.example"]


def test_line_is_left_out_and_taken_in_again(coordinator_client):
    """X9: a line can be left out; a later line of the same address then counts."""
    record = brought(coordinator_client, "email;name\na@x.example;A\na@x.example;B\n")
    preview = page("recipient_preview", record.pk)

    coordinator_client.post(preview, {"out_2": "on"})
    states = [row["verdict"].state for row in coordinator_client.get(preview).context["rows"]]
    coordinator_client.post(preview, {})
    after = [row["verdict"].state for row in coordinator_client.get(preview).context["rows"]]

    assert states == ["left_out", "taken"]
    assert after == ["taken", "duplicate"]


def test_salutation_of_the_file_is_kept_as_it_is():
    columns = {"email": "e", "salutation": "z", "form_of_address": "f"}

    found = verdicts(
        columns,
        {"e": "a@x.example", "z": "Szanowna Pani Profesor,", "f": "m"},
        {"e": "b@x.example", "z": "Jedna\nDruga", "f": ""},
        {"e": "c@x.example", "z": "x" * 121, "f": ""},
    )

    assert [(one.salutation[:30], one.state) for one in found] == [
        ("Szanowna Pani Profesor", "taken"),
        ("Jedna\nDruga", "wrong"),
        ("x" * 30, "wrong"),
    ]


@pytest.mark.parametrize(
    ("language", "form", "line"),
    [
        ("pl", "m", "Szanowny Panie"),
        ("pl", "", "Szanowni Państwo"),
        ("uk", "f", "Шановна пані"),
        ("en", "", "Dear Sir or Madam"),
        ("de", "f", "Dear Madam"),
    ],
)
def test_plain_salutations(language, form, line):
    assert plain_salutation(language=language, form_of_address=form) == line


def test_columns_are_guessed():
    assert guess(["Lp.", "Imię", "Nazwisko", "Adres e-mail", "JĘZYK"]) == {
        "email": "Adres e-mail",
        "name": "Imię",
        "surname": "Nazwisko",
        "language": "JĘZYK",
    }
    assert guess(["Imię i nazwisko", "Nazwisko", "email"]) == {
        "email": "email",
        "name": "Imię i nazwisko",
    }
    assert guess(["ПІБ", "Електронна пошта", "Мова", "Звертання"]) == {
        "name": "ПІБ",
        "email": "Електронна пошта",
        "language": "Мова",
        "form_of_address": "Звертання",
    }


def test_first_name_and_surname_in_columns_of_their_own():
    found = verdicts(
        {"email": "e", "name": "i", "surname": "n"},
        {"e": "a@x.example", "i": "Anna", "n": "Kowalska"},
    )

    assert [one.name for one in found] == ["Anna Kowalska"]


def test_workbook_and_windows_letters_are_read(coordinator_client):
    book = Workbook()
    book.active.append(["e-mail", "nazwisko"])
    book.active.append(["zazolc@gmina.example", "Żółć"])
    content = io.BytesIO()
    book.save(content)
    upload(coordinator_client, content.getvalue(), name="lista.xlsx")
    upload(coordinator_client, "e-mail;nazwisko\na@x.example;Żółć\n".encode("cp1250"))

    assert [record.encoding for record in RecipientList.objects.order_by("pk")] == ["", "cp1250"]
    for record in RecipientList.objects.all():
        shown = coordinator_client.get(page("recipient_columns", record.pk))
        assert shown.context["sample_rows"][1]["cells"][1]["text"] == "Żółć"


def test_list_without_addresses_is_not_gone_on_with(coordinator_client):
    columns = upload(coordinator_client, "a;b\n1;2\n")["Location"]

    answer = coordinator_client.post(columns, {"encoding": "utf-8-sig", "language": "pl"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["column_email"]


def test_broken_file_is_refused_beside_its_field(coordinator_client):
    answer = upload(coordinator_client, b"a;b\n1;\x00\n")

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    assert not RecipientList.objects.exists()


def test_list_of_nobody_is_not_kept(coordinator_client):
    record = brought(coordinator_client, "email\nnikt\n")

    answer = coordinator_client.post(page("keep_recipients", record.pk))

    record.refresh_from_db()
    assert answer["Location"] == page("recipient_preview", record.pk)
    assert record.is_waiting


def test_list_that_was_kept_is_thrown_away_with_its_people(coordinator_client):
    record = brought(coordinator_client, CSV)
    coordinator_client.post(page("keep_recipients", record.pk))

    coordinator_client.post(page("drop_recipients", record.pk))

    record.refresh_from_db()
    assert not ListedRecipient.objects.exists()
    assert (record.is_in_use, record.is_waiting) == (False, False)
    with pytest.raises(lists.AlreadyDone):
        lists.drop_list(record, actor=record.actor, now=record.dropped_at)


def test_lines_are_filtered_and_downloaded_as_text(coordinator_client):
    """SEC-X1: what looks like a formula in the file is text in the sheet that leaves."""
    record = brought(coordinator_client, 'email;name\na@x.example;A\n"=1+1";B\n')

    address = page("recipient_sheet", record.pk) + "?state=wrong"
    sheet = coordinator_client.get(address)

    rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows())
    assert [(row[0].value, row[1].value, row[1].data_type) for row in rows[1:]] == [
        (3, "=1+1", "s")
    ]


def test_preview_does_not_ask_more_with_more_lines(
    coordinator_client, django_assert_max_num_queries
):
    people = "\n".join(f"a{number}@x.example" for number in range(60))
    record = brought(coordinator_client, f"email\n{people}\n")
    address = page("recipient_preview", record.pk)
    coordinator_client.get(address)

    with django_assert_max_num_queries(25):
        coordinator_client.get(address)


@pytest.mark.parametrize(
    "name",
    ["recipient_columns", "recipient_preview", "keep_recipients", "drop_recipients"],
)
def test_pages_are_shut_for_those_who_may_not(coordinator_client, signed_in, auditor, name):
    record = brought(coordinator_client, CSV)
    ewa = signed_in(auditor)

    url = page(name, record.pk)
    assert {ewa.get(url).status_code, ewa.post(url).status_code} <= {403, 405}
    assert ewa.get(page("new_recipients")).status_code == 403
    assert ewa.get(page("recipient_sheet", record.pk)).status_code == 403
    assert ewa.get(page("listedrecipient_changelist")).status_code == 403
    assert not ListedRecipient.objects.exists()


def test_pages_of_records_tell_what_came_of_a_list(coordinator_client):
    record = brought(coordinator_client, CSV)
    waiting = coordinator_client.get(page("recipientlist_change", record.pk))
    coordinator_client.post(page("keep_recipients", record.pk))

    kept = coordinator_client.get(page("recipientlist_change", record.pk))
    people = coordinator_client.get(
        page("listedrecipient_changelist") + f"?of__id__exact={record.pk}"
    )

    assert [verb.label for verb in waiting.context["verbs"]] == ["Obejrzyj listę"]
    assert [verb.label for verb in kept.context["verbs"]] == [
        "Zobacz osoby z listy",
        "Odrzuć listę",
    ]
    assert people.context["cl"].result_count == 3
    assert coordinator_client.get(page("recipientlist_changelist")).status_code == 200
