import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from core.audit import history
from programme.models import (
    ConsentText,
    Edition,
    Gmina,
    Hromada,
    RegisterFile,
    RegisterImport,
)
from programme.services import record_consents
from programme.services.demonstration import load_demonstration_register
from programme.services.register_uploads import AlreadyApplied, drop_import
from tests.factories.programme import (
    ContactFactory,
    EditionFactory,
    GminaFactory,
    HromadaFactory,
    OrganisationFactory,
)
from tests.programme import registers

pytestmark = pytest.mark.django_db


def list_url(name: str) -> str:
    return reverse(f"admin:programme_{name}_changelist")


def record_url(record) -> str:
    return reverse(f"admin:programme_{record._meta.model_name}_change", args=[record.pk])


def rows_of(name: str, count: int, now) -> None:
    EditionFactory()
    for number in range(count):
        contact = ContactFactory(head=True)
        HromadaFactory()
        if name == "edition":
            EditionFactory(year=2030 + number)
        if name == "consentgiven":
            record_consents(
                subject=contact,
                edition=EditionFactory(),
                email=contact.email,
                kinds=["news"],
                language="pl",
                now=now,
            )
        if name == "registerimport":
            RegisterImport.objects.create(register="gminas", prepared_at=now)


LISTS = [
    "edition",
    "gmina",
    "hromada",
    "organisation",
    "contact",
    "consenttext",
    "consentgiven",
    "registerimport",
]


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_for_one_and_three(
    administrator_client, name, now, django_assert_num_queries, django_assert_max_num_queries
):
    rows_of(name, 1, now)
    administrator_client.get(list_url(name))
    with django_assert_max_num_queries(25) as one:
        assert administrator_client.get(list_url(name)).status_code == 200
    rows_of(name, 3, now)

    with django_assert_num_queries(len(one)):
        response = administrator_client.get(list_url(name))

    assert response.status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_open_to_every_role_of_staff(signed_in, coordinator, auditor, name, now):
    rows_of(name, 1, now)

    assert signed_in(coordinator).get(list_url(name)).status_code == 200
    assert signed_in(auditor).get(list_url(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_shut_for_everybody_else(signed_in, stranger, client, name):
    url = list_url(name)

    assert signed_in(stranger).get(url)["Location"] == f"/admin/login/?next={url}"
    assert client.get(url)["Location"] == f"/logowanie/?next={url}"


def test_search_of_the_list_is_kind_to_spelling(coordinator_client):
    GminaFactory(name="Łódź", teryt="1061011", kind="urban")
    GminaFactory(name="Serock", teryt="1408043", kind="urban_rural", voivodeship="mazowieckie")

    def found(text):
        html = coordinator_client.get(list_url("gmina"), {"q": text}).content.decode()
        return re.findall(r'<t[hd] class="field-teryt[^"]*"[^>]*>([^<]+)<', html)

    assert found("Łódź") == ["1061011"]
    assert found("106101") == ["1061011"]
    assert found("serock mazowieckie") == ["1408043"]


def form_data(client, record) -> dict[str, str]:
    """What the record's page would send if nobody changed anything."""
    form = client.get(record_url(record)).context["adminform"]
    data = {}
    forms = [form.form]
    for inline in client.get(record_url(record)).context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for each in forms:
        for bound in each:
            value = bound.value()
            widget = bound.field.widget
            if hasattr(widget, "decompress") and not isinstance(value, list):
                parts = widget.decompress(value)
                data |= {
                    f"{bound.html_name}{name}": "" if part is None else str(part)
                    for name, part in zip(widget.widgets_names, parts, strict=True)
                }
            elif value is True:
                data[bound.html_name] = "on"
            elif value is not False and value is not None:
                data[bound.html_name] = value
    return data


def test_administrator_changes_a_setting_and_it_is_on_the_trail(administrator_client):
    edition = EditionFactory()
    data = form_data(administrator_client, edition) | {"population_limit_pl": "50000"}

    response = administrator_client.post(record_url(edition), data)

    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.population_limit_pl == 50_000
    line = history(edition).get(action="programme.edition.changed")
    assert line.data == {"fields": ["population_limit_pl"]}


def test_settings_of_matching_and_tranches_are_typed_as_words_and_numbers(administrator_client):
    """What is stored as an object has a labelled field for each of its parts, and no JSON."""
    edition = EditionFactory()
    page = administrator_client.get(record_url(edition)).content.decode()
    typed = {
        "matching_weights_partnership": "40",
        "matching_rules_dates": "",
        "matching_rules_record_favours": "proven",
        "tranches": "60, 30,10",
    }
    before = edition.matching_weights

    response = administrator_client.post(
        record_url(edition), form_data(administrator_client, edition) | typed
    )

    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.matching_weights == before | {"partnership": 40}
    assert edition.matching_rules == {
        "dates": False,
        "accessibility": True,
        "record_favours": "proven",
    }
    assert edition.tranches == [60, 30, 10]
    assert history(edition).get(action="programme.edition.changed").data == {
        "fields": ["matching_rules", "matching_weights", "tranches"]
    }
    assert ('name="matching_weights"' in page, "[80" in page) == (False, False)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"tranches": "80, dwadzieścia"}, "tranches"),
        ({"tranches": "80, 30"}, "tranches"),
        ({"matching_weights_themes": "-1"}, "matching_weights"),
        ({"matching_weights_themes": ""}, "matching_weights"),
        ({"matching_rules_record_favours": "anybody"}, "matching_rules"),
    ],
)
def test_impossible_settings_are_refused_beside_their_field(administrator_client, typed, field):
    edition = EditionFactory()

    response = administrator_client.post(
        record_url(edition), form_data(administrator_client, edition) | typed
    )

    assert [*response.context["adminform"].form.errors] == [field]


def test_who_only_reads_the_settings_reads_words(coordinator_client):
    edition = EditionFactory()

    page = strip_tags(coordinator_client.get(record_url(edition)).content.decode())

    assert "gmina miejska, gmina wiejska, gmina miejsko-wiejska" in page
    assert ("partnership:" in page, "urban_rural" in page, "{" in page) == (False, False, False)
    assert "80, 20" in page


def test_moved_deadline_needs_a_reason(coordinator_client):
    edition = EditionFactory()
    before = edition.survey_closes_at
    data = form_data(coordinator_client, edition) | {"survey_closes_at_0": "2026-04-07"}

    refused = coordinator_client.post(record_url(edition), data)

    assert refused.status_code == 200
    edition.refresh_from_db()
    assert edition.survey_closes_at == before

    taken = coordinator_client.post(record_url(edition), data | {"reason": "Wielkanoc"})

    assert taken.status_code == 302
    edition.refresh_from_db()
    assert edition.survey_closes_at > before
    line = history(edition).get(action="programme.edition.deadline_moved")
    assert line.data == {"fields": ["survey_closes_at"], "reason": "Wielkanoc"}


def test_coordinator_moves_deadlines_only(coordinator_client):
    edition = EditionFactory()
    data = form_data(coordinator_client, edition) | {"population_limit_pl": "1", "places": "99"}

    coordinator_client.post(record_url(edition), data)

    edition.refresh_from_db()
    assert (edition.population_limit_pl, edition.places) == (80_000, 30)


def test_auditor_changes_nothing(signed_in, auditor):
    edition, gmina = EditionFactory(), GminaFactory()
    ewa = signed_in(auditor)

    assert ewa.get(record_url(edition)).status_code == 200
    assert ewa.post(record_url(edition), {"places": "1"}).status_code == 403
    assert ewa.post(record_url(gmina), {"name": "X"}).status_code == 403
    assert ewa.get(reverse("admin:programme_prepare_gminas")).status_code == 403


def test_new_edition_gets_the_usual_rows(administrator_client):
    other = EditionFactory()
    data = {
        key: value
        for key, value in form_data(administrator_client, other).items()
        if not re.match(r"[a-z_]+-(\d+|[A-Z_]+)", key)
    }

    response = administrator_client.post(
        reverse("admin:programme_edition_add"), data | {"year": "2027", "name": "WIN4UA 2027"}
    )

    assert response.status_code == 302
    edition = Edition.objects.get(year=2027)
    assert (edition.themes.count(), edition.texts.count() > 0) == (22, True)


def test_record_of_an_edition_names_the_texts_that_are_gaps(coordinator_client):
    edition = EditionFactory()
    edition.texts.exclude(key="costs").update(text_pl="a", text_uk="b", text_en="c")
    coordinator_client.post("/i18n/", {})

    context = coordinator_client.get(record_url(edition)).context

    assert context["waits_for"].count(",") == 0
    assert edition.texts.get(key="costs").get_key_display() in context["waits_for"]


def test_official_fields_of_a_gmina_are_not_typed_over(administrator_client):
    gmina = GminaFactory(name="Serock")

    administrator_client.post(
        record_url(gmina), form_data(administrator_client, gmina) | {"name": "Inna"}
    )

    gmina.refresh_from_db()
    assert gmina.name == "Serock"


def test_gmina_to_be_verified_is_corrected_by_hand_and_found(coordinator_client):
    gmina = GminaFactory(name="Serok", needs_verification=True)

    response = coordinator_client.post(
        record_url(gmina), form_data(coordinator_client, gmina) | {"name": "Żółkiewka"}
    )

    assert response.status_code == 302
    gmina.refresh_from_db()
    assert (gmina.name, gmina.search_text) == ("Żółkiewka", "zolkiewka")


def test_accepted_text_is_never_changed(administrator_client, now):
    edition, contact = EditionFactory(), ContactFactory()
    record_consents(
        subject=contact, edition=edition, email="a@b.pl", kinds=["news"], language="pl", now=now
    )
    used = ConsentText.objects.get(kind="news")
    free = ConsentText.objects.get(kind="image")
    new = {"text_pl": "Inny", "text_uk": "Інший", "text_en": "Other"}

    refused = administrator_client.post(record_url(used), new)
    taken = administrator_client.post(record_url(free), form_data(administrator_client, free) | new)

    assert (refused.status_code, taken.status_code) == (403, 302)
    used.refresh_from_db()
    free.refresh_from_db()
    assert used.text_en != "Other"
    assert free.text_en == "Other"


def test_office_shows_its_people_and_the_gmina_its_office(coordinator_client):
    office = OrganisationFactory()
    head = ContactFactory(organisation=office, head=True, first_name="Ewa", last_name="Lis")

    html = coordinator_client.get(list_url("organisation")).content.decode()
    assert head.full_name in html
    verbs = coordinator_client.get(record_url(office.gmina)).context["verbs"]
    story = reverse("admin:win4ua_timeline", args=[office.gmina.pk])
    assert [verb.url for verb in verbs] == [record_url(office), story]


def upload(client, page="prepare_gminas", **files):
    data = {role: SimpleUploadedFile(f"{role}.csv", content) for role, content in files.items()}
    for role, day in (("population", "population_on"), ("status", "status_on")):
        if role in files:
            data |= {f"{day}_day": "31", f"{day}_month": "12", f"{day}_year": "2024"}
    return client.post(reverse(f"admin:programme_{page}"), data)


def test_register_is_loaded_by_upload_plan_and_confirmation(coordinator_client, no_writes):
    load_demonstration_register()

    seen = upload(
        coordinator_client,
        terc=registers.terc(registers.terc_lines()),
        population=registers.bdl(),
    )

    record = RegisterImport.objects.get()
    assert seen["Location"] == reverse("admin:programme_register_plan", args=[record.pk])
    with no_writes():
        plan = coordinator_client.get(seen["Location"]).context["plan"]
    known = Gmina.objects.filter(
        teryt6__in=[f"10{p:02}{g:02}" for p in range(1, 28) for g in range(1, 91)]
    )
    assert plan.units == 2_400
    assert len(plan["added"]) == 2_400 - known.count()

    coordinator_client.post(reverse("admin:programme_apply_register", args=[record.pk]))

    record.refresh_from_db()
    assert record.applied_at is not None
    assert Gmina.objects.valid().count() == 2_400
    assert not RegisterFile.objects.exists()
    assert [line.action for line in history(record)] == [
        "programme.register.imported",
        "programme.register.prepared",
    ]
    again = coordinator_client.post(reverse("admin:programme_apply_register", args=[record.pk]))
    assert again["Location"] == record_url(record)
    assert history(record).count() == 2


def test_hromadas_are_loaded_from_the_codifier_that_comes_along(coordinator_client):
    seen = upload(coordinator_client, page="prepare_hromadas")
    record = RegisterImport.objects.get()
    assert len(coordinator_client.get(seen["Location"]).context["plan"]["added"]) == 1_469

    coordinator_client.post(reverse("admin:programme_apply_register", args=[record.pk]))

    assert Hromada.objects.count() == 1_469


def test_broken_file_is_refused_beside_its_field_with_the_line(coordinator_client):
    response = upload(coordinator_client, terc=b"WOJ;POW\n10;01\n")

    assert response.status_code == 422
    (error,) = response.context["form"].errors["terc"]
    assert re.match(r"[^\d]*1: ", error)
    assert not RegisterImport.objects.exists()


def test_table_without_its_day_is_refused(coordinator_client):
    data = {
        "terc": SimpleUploadedFile("terc.csv", registers.terc(registers.terc_lines())),
        "population": SimpleUploadedFile("bdl.csv", registers.bdl()),
    }

    response = coordinator_client.post(reverse("admin:programme_prepare_gminas"), data)

    assert list(response.context["form"].errors) == ["population_on"]


def test_upload_can_be_thrown_away(coordinator_client):
    upload(coordinator_client, terc=registers.terc(registers.terc_lines()))
    record = RegisterImport.objects.get()

    coordinator_client.post(reverse("admin:programme_drop_register", args=[record.pk]))
    coordinator_client.post(reverse("admin:programme_apply_register", args=[record.pk]))

    assert not Gmina.objects.exists()
    record.refresh_from_db()
    assert record.applied_at is None


@pytest.mark.parametrize("page", ["register_plan", "apply_register", "drop_register"])
def test_import_pages_are_shut_for_those_who_may_not(signed_in, auditor, page, now):
    record = RegisterImport.objects.create(register="gminas", prepared_at=now)
    url = reverse(f"admin:programme_{page}", args=[record.pk])

    ewa = signed_in(auditor)

    assert (ewa.get(url).status_code, ewa.post(url).status_code) in {(403, 403), (405, 403)}


@pytest.mark.parametrize("page", ["apply_register", "drop_register"])
def test_opening_an_address_of_a_deed_changes_nothing(coordinator_client, page, now):
    record = RegisterImport.objects.create(register="gminas", prepared_at=now)

    response = coordinator_client.get(reverse(f"admin:programme_{page}", args=[record.pk]))

    assert response.status_code == 405


def test_upload_that_was_applied_meanwhile_cannot_be_thrown_away(coordinator_client, coordinator):
    """Whoever has opened the plan before holds an older picture of it."""
    upload(coordinator_client, terc=registers.terc(registers.terc_lines()))
    as_opened = RegisterImport.objects.get()
    coordinator_client.post(reverse("admin:programme_apply_register", args=[as_opened.pk]))

    with pytest.raises(AlreadyApplied):
        drop_import(as_opened, actor=coordinator)

    assert [line.action for line in history(as_opened)] == [
        "programme.register.imported",
        "programme.register.prepared",
    ]


def test_contact_changed_on_the_page_of_its_office_is_on_the_trail(coordinator_client, coordinator):
    contact = ContactFactory(first_name="Anna")
    office = contact.organisation
    page = coordinator_client.get(record_url(office))
    typed = {
        field.html_name: "" if field.value() is None else field.value()
        for form in [
            page.context["adminform"].form,
            *(form for each in page.context["inline_admin_formsets"] for form in each.formset),
            *(each.formset.management_form for each in page.context["inline_admin_formsets"]),
        ]
        for field in form
    }

    coordinator_client.post(record_url(office), typed | {"contacts-0-first_name": "Hanna"})

    contact.refresh_from_db()
    line = history(office).get(action="programme.organisation.rows_changed")
    assert contact.first_name == "Hanna"
    assert (line.actor, line.data) == (coordinator, {"rows": "contact", "codes": [str(contact.pk)]})
