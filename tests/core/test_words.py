"""Dates, sums, alphabets, cleaned text, encrypted columns, moves."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models, transaction
from django.http import QueryDict
from django.test.utils import isolate_apps
from django.utils import translation

from core import audit, crypto, formats
from core.enums import FileState
from core.forms import PageForm, SecondFactorForm, clean_text
from core.models import StoredFile
from core.states import TransitionNotAllowed, move


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("pl", formats.WARSAW, "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)"),
        ("uk", formats.KYIV, "вівторок, 14 квітня 2026, 11:00 (за київським часом)"),
        ("en", formats.WARSAW, "Tuesday, 14 April 2026, 10:00 (Warsaw time)"),
    ],
)
def test_moment_reads_as_people_write_it(language, zone, words):
    assert formats.moment(datetime(2026, 4, 14, 8, 0, tzinfo=UTC), language, zone) == words


def test_moment_knows_winter_time():
    assert formats.moment(datetime(2026, 1, 5, 23, 30, tzinfo=UTC), "pl") == (
        "wtorek, 6 stycznia 2026, 00:30 (czas warszawski)"
    )


@pytest.mark.parametrize(
    ("language", "months"),
    [
        ("pl", "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października"),
        ("uk", "січня лютого березня квітня травня червня липня серпня вересня жовтня"),
    ],
)
def test_months_stand_in_the_genitive(language, months):
    written = [formats.day(date(2026, month, 1), language) for month in range(1, 11)]

    assert written == [f"1 {month} 2026" for month in months.split()]


@pytest.mark.parametrize(
    ("amount", "currency", "language", "words"),
    [
        ("12345.67", "PLN", "pl", "12\u00a0345,67\u00a0zł"),
        ("0.5", "PLN", "pl", "0,50\u00a0zł"),
        ("-1000000", "EUR", "pl", "-1\u00a0000\u00a0000,00\u00a0EUR"),
        ("12345.67", "UAH", "uk", "12\u00a0345,67\u00a0грн"),
        ("12345.67", "PLN", "en", "PLN\u00a012,345.67"),
    ],
)
def test_money_is_written_to_the_hundredth(amount, currency, language, words):
    assert formats.money(Decimal(amount), currency, language) == words


def test_names_sort_by_their_own_alphabet():
    polish = ["Lublin", "Łódź", "Lwówek Śląski", "Lwów", "Ćmielów", "Czersk", "Zabrze", "Żary"]
    polish += ["Źródła", "Nowy Sącz", "Nowa Sól", "Bielsko-Biała", "Bielsk"]
    ukrainian = ["Ґалаґани", "Голосків", "Дубно", "Єланець", "Енергодар", "Ірпінь", "Їзки", "Ялта"]

    assert sorted(polish, key=formats.sort_key) == [
        "Bielsk",
        "Bielsko-Biała",
        "Czersk",
        "Ćmielów",
        "Lublin",
        "Lwów",
        "Lwówek Śląski",
        "Łódź",
        "Nowa Sól",
        "Nowy Sącz",
        "Zabrze",
        "Źródła",
        "Żary",
    ]
    assert sorted(ukrainian, key=formats.sort_key) == [
        "Голосків",
        "Ґалаґани",
        "Дубно",
        "Енергодар",
        "Єланець",
        "Ірпінь",
        "Їзки",
        "Ялта",
    ]


def test_sort_key_sorts_alike_in_the_database(db):
    names = ["Łódź", "Lublin", "Ґалаґани", "Голосків", "Żary", "Zabrze"]
    keys = [formats.sort_key(name) for name in names]

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM unnest(%s) AS key ORDER BY key", [keys])
        assert [row[0] for row in cursor.fetchall()] == sorted(keys)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x1bc", "abc"),
        ("Lo\u0301dz\u0301", "Lódź"),
        ("raz\r\ndwa\rtrzy", "raz\ndwa\ntrzy"),
        ("tab\tzostaje", "tab\tzostaje"),
        ("\ud800x", "x"),
        ("Ґ’я", "Ґ’я"),
    ],
)
def test_typed_text_is_cleaned(typed, kept):
    assert clean_text(typed) == kept


def test_every_value_of_a_form_is_cleaned():
    form = PageForm(QueryDict("a=x%00y&a=z%1b"))

    assert form.data.getlist("a") == ["xy", "z"]


def test_code_may_be_typed_with_spaces_and_dashes():
    form = SecondFactorForm(QueryDict("code= 123-456 "))

    assert (form.is_valid(), form.cleaned_data["code"]) == (True, "123456")


@pytest.fixture
def secrets_table(db, settings):
    """A table with an encrypted column, only for the test."""
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with isolate_apps("core"):

        class Secret(models.Model):
            text = crypto.EncryptedTextField(blank=True)

            class Meta:
                app_label = "core"

            def __str__(self) -> str:
                return str(self.pk)

        with connection.schema_editor() as editor:
            editor.create_model(Secret)
        yield Secret


def raw(model) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text FROM {model._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_encrypted_column_is_unreadable_in_a_dump(secrets_table):
    secrets_table.objects.create(text="PESEL 44051401359")
    secrets_table.objects.create(text="PESEL 44051401359")

    stored = raw(secrets_table)
    assert [row.text for row in secrets_table.objects.order_by("pk")] == ["PESEL 44051401359"] * 2
    assert ("44051401359" in "".join(stored), stored[0] == stored[1]) == (False, False)


def test_keys_are_rotated_without_losing_a_value(secrets_table, settings):
    secrets_table.objects.create(text="IBAN")
    secrets_table.objects.create(text="")
    old = settings.FIELD_ENCRYPTION_KEYS[0]
    new = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, old]

    rotated = crypto.rotate_all(secrets_table, "text")

    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert rotated == 1
    assert [row.text for row in secrets_table.objects.order_by("pk")] == ["IBAN", ""]
    settings.FIELD_ENCRYPTION_KEYS = [old]
    with pytest.raises(InvalidToken):
        list(secrets_table.objects.order_by("pk"))


@pytest.fixture
def stored(db, now) -> StoredFile:
    return StoredFile.objects.create(name="a.pdf", size=1, received_at=now)


def test_move_walks_one_step_and_writes_the_line(stored, coordinator):
    with transaction.atomic():
        move(stored, FileState.SCANNING, actor=coordinator, attempts=1)

    stored.refresh_from_db()
    line = audit.history(stored).get()
    assert (stored.status, stored.attempts) == ("scanning", 1)
    assert (line.action, line.actor) == ("core.storedfile.scanning", coordinator)
    assert line.data == {"came_from": "received", "changed": ["attempts"]}


def test_moment_of_a_move_is_the_one_that_was_passed_in(stored, now):
    """Time is a parameter: a rehearsal's trail reads as the year it plays."""
    with transaction.atomic():
        move(stored, FileState.SCANNING, actor=AnonymousUser(), now=now)

    line = audit.history(stored).get()
    assert (line.at, line.actor) == (now, None)


def test_step_that_is_not_on_the_map_is_refused(stored):
    with pytest.raises(TransitionNotAllowed), transaction.atomic():
        move(stored, FileState.CLEAN)

    stored.refresh_from_db()
    assert (stored.status, audit.history(stored).count()) == ("received", 0)


def test_second_of_two_people_is_told_who_was_faster(stored, coordinator, second_coordinator):
    """L21: two officers, one decision."""
    same = StoredFile.objects.get(pk=stored.pk)
    with transaction.atomic():
        move(stored, FileState.SCANNING, actor=coordinator)

    with pytest.raises(TransitionNotAllowed) as refused, transaction.atomic():
        move(same, FileState.SCANNING, actor=second_coordinator)

    assert refused.value.by == coordinator
    assert str(coordinator) in refused.value.message
    assert audit.history(stored).count() == 1


def test_one_person_in_two_windows_is_not_told_of_another(stored, coordinator):
    """What was said before named the reader as if it were a colleague."""
    same = StoredFile.objects.get(pk=stored.pk)
    with transaction.atomic():
        move(stored, FileState.SCANNING, actor=coordinator)

    with pytest.raises(TransitionNotAllowed) as refused, transaction.atomic():
        move(same, FileState.SCANNING, actor=coordinator)

    with translation.override("pl"):
        said = refused.value.message
    assert said == "Ta zmiana została już przez Państwa zapisana, być może w innym oknie."


def test_move_outside_a_transaction_is_refused(stored):
    with pytest.raises(RuntimeError, match=r"move\(\) must run inside"):
        move(stored, FileState.SCANNING)
