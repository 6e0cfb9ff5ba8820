from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from core.audit import history
from programme.models import ConsentGiven, ConsentText, Contact, Organisation
from programme.salutations import SALUTATIONS, salutation, suggest_title
from programme.services import (
    organisation_for_gmina,
    organisation_for_hromada,
    people,
    record_consents,
    save_contact,
    save_contacts,
    withdraw_consent,
)
from programme.services.consents import ConsentTextMissing
from programme.services.people import Person
from tests.factories.programme import (
    ContactFactory,
    EditionFactory,
    GminaFactory,
    HromadaFactory,
    OrganisationFactory,
)

NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "gender", "line"),
    [
        ("burmistrz", "m", "Szanowny Panie Burmistrzu"),
        ("burmistrz", "f", "Szanowna Pani Burmistrz"),
        ("prezydent", "m", "Szanowny Panie Prezydencie"),
        ("prezydent", "f", "Szanowna Pani Prezydent"),
        ("wojt", "m", "Szanowny Panie Wójcie"),
        ("wojt", "f", "Szanowna Pani Wójt"),
        ("", "f", "Szanowna Pani"),
        ("", "", "Szanowni Państwo"),
        ("burmistrz", "", "Szanowni Państwo"),
    ],
)
def test_polish_salutations(title, gender, line):
    assert salutation(language="pl", title=title, gender=gender) == line


@pytest.mark.parametrize(
    ("title", "gender", "line"),
    [
        ("holova", "m", "Шановний пане голово"),
        ("holova", "f", "Шановна пані голово"),
        ("nachalnyk", "m", "Шановний пане начальнику"),
        ("nachalnyk", "f", "Шановна пані начальнице"),
        ("", "", "Шановні пані та панове"),
    ],
)
def test_ukrainian_salutations(title, gender, line):
    assert salutation(language="uk", title=title, gender=gender) == line


def test_every_title_has_a_salutation_in_every_language():
    assert {language: len(lines) for language, lines in SALUTATIONS.items()} == {
        "pl": 10,
        "uk": 10,
        "en": 10,
    }


@pytest.mark.parametrize(
    ("kind", "title"), [("rural", "wojt"), ("urban_rural", "burmistrz"), ("urban", "")]
)
def test_title_of_a_head_is_suggested_by_kind(kind, title):
    assert suggest_title(kind) == title


def test_only_a_head_is_addressed_by_title():
    head = ContactFactory.build(head=True, grammatical_gender="m")
    secretary = ContactFactory.build(title="wojt", grammatical_gender="f")

    assert head.salutation() == "Szanowny Panie Wójcie"
    assert head.salutation("en") == "Dear Mayor"
    assert secretary.salutation() == "Szanowna Pani"


def test_official_name_follows_the_country():
    pole = ContactFactory.build()
    ukrainian = ContactFactory.build(
        first_name="Олена", last_name="Коваль", patronymic="Іванівна", language="uk"
    )

    assert pole.official_name == "Anna Nowak"
    assert ukrainian.official_name == "Коваль Олена Іванівна"


@pytest.mark.django_db
def test_office_of_a_municipality_is_made_once():
    gmina, hromada = GminaFactory(), HromadaFactory()

    assert organisation_for_gmina(gmina) == organisation_for_gmina(gmina)
    assert organisation_for_hromada(hromada) == organisation_for_hromada(hromada)
    assert organisation_for_gmina(gmina).unit == gmina
    assert organisation_for_hromada(hromada).unit == hromada
    assert not organisation_for_hromada(hromada).is_polish


@pytest.mark.django_db
def test_saving_the_same_person_again_updates_the_record():
    office = OrganisationFactory()
    wanted = {"role": "contact", "first_name": "Anna", "last_name": "Nowak", "email": "a@b.pl"}

    first = save_contact(office, **wanted, position="Referent")
    again = save_contact(office, **wanted, position="Sekretarz")

    assert first.pk == again.pk
    assert Contact.objects.get().position == "Sekretarz"
    assert [line.action for line in history(again)] == ["programme.contact.saved"] * 2


@pytest.mark.django_db
def test_new_head_replaces_the_one_before_who_stays_on_file():
    office = OrganisationFactory()
    before = save_contact(office, role="head", first_name="Jan", last_name="Kos", title="wojt")

    after = save_contact(office, role="head", first_name="Ewa", last_name="Lis", title="wojt")

    before.refresh_from_db()
    assert (before.is_active, after.is_active) == (False, True)


@pytest.mark.django_db
def test_contact_with_a_wrong_address_is_refused():
    with pytest.raises(ValidationError):
        save_contact(
            OrganisationFactory(), role="contact", first_name="A", last_name="B", email="nie"
        )

    assert not Contact.objects.exists()


def two_heads(office: Organisation) -> None:
    save_contacts(office, [Person("head", "Jan", "Kos"), Person("head", "Ewa", "Lis")])


def head_written_meanwhile(office: Organisation) -> None:
    """The panel writes a head between the look at the file and the writing."""
    keep = people._keep

    def slowly(contacts, known):
        ContactFactory(organisation=office, role="head")
        keep(contacts, known)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_keep", slowly)
        save_contact(office, role="head", first_name="Ewa", last_name="Lis")


@pytest.mark.django_db
@pytest.mark.parametrize("deed", [two_heads, head_written_meanwhile])
def test_second_head_is_refused_in_the_words_of_the_constraint(deed):
    """What PostgreSQL refuses is a `ValidationError` too, and nothing of it stays."""
    office = OrganisationFactory()

    with (
        translation.override("pl"),
        pytest.raises(ValidationError) as refusal,
        transaction.atomic(),
    ):
        deed(office)

    assert refusal.value.messages == ["Ta organizacja ma już urzędującego kierownika."]
    assert refusal.value.code == "organisation_has_one_head"
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_error_of_another_table_keeps_its_name(monkeypatch):
    """Only constraints of contacts are put into words; a mistake elsewhere stays one."""

    def elsewhere(*_args, **_options):
        Organisation.objects.create(name="Of no municipality")

    monkeypatch.setattr(people, "_keep", elsewhere)

    with pytest.raises(IntegrityError), transaction.atomic():
        save_contact(OrganisationFactory(), role="head", first_name="Ewa", last_name="Lis")


@pytest.mark.django_db
def test_consent_is_stored_with_version_language_and_time():
    edition = EditionFactory()
    contact = ContactFactory()
    ConsentText.objects.create(
        edition=edition, kind="news", version=2, text_pl="a", text_uk="b", text_en="c"
    )

    given = record_consents(
        subject=contact,
        edition=edition,
        email="Anna@Urzad.PL",
        kinds=["news", "truth", "news"],
        language="uk",
        now=NOW,
    )

    assert [(c.text.kind, c.text.version, c.email, c.language, c.given_at) for c in given] == [
        ("news", 2, "anna@urzad.pl", "uk", NOW),
        ("truth", 1, "anna@urzad.pl", "uk", NOW),
    ]


@pytest.mark.django_db
def test_consent_is_stored_once_and_again_after_withdrawal():
    edition, contact = EditionFactory(), ContactFactory()

    def give():
        return record_consents(
            subject=contact, edition=edition, email="a@b.pl", kinds=["news"], language="pl", now=NOW
        )[0]

    first = give()
    assert give() == first

    withdraw_consent(first, now=NOW)
    second = give()

    assert second != first
    assert ConsentGiven.objects.filter(withdrawn_at=None).get() == second


@pytest.mark.django_db
def test_consent_without_a_text_is_refused():
    edition, contact = EditionFactory(), ContactFactory()
    edition.consent_texts.filter(kind="image").delete()

    with pytest.raises(ConsentTextMissing) as refused:
        record_consents(
            subject=contact,
            edition=edition,
            email="a@b.pl",
            kinds=["news", "image"],
            language="pl",
            now=NOW,
        )

    assert refused.value.kinds == ["image"]
    assert not ConsentGiven.objects.exists()
