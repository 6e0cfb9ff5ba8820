"""The panel's pages of lists: file, columns, preview, apply (X3-X5, X9)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from programme.models import ListImport, Membership
from tests.factories.programme import GminaFactory

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"admin:programme_{name}", args=args)


@pytest.fixture
def gminas():
    return [
        GminaFactory(teryt="1012011", kind="urban", name="Radomsko", powiat="radomszczański"),
        GminaFactory(teryt="1012122", name="Radomsko", powiat="radomszczański"),
        GminaFactory(teryt="1061011", kind="urban", name="Łódź", powiat="Łódź"),
    ]


def upload(client, content, kind="zmp", name="lista.csv"):
    return client.post(
        page("new_list"),
        {
            "kind": kind,
            "file": SimpleUploadedFile(name, content),
            "as_of_day": "1",
            "as_of_month": "3",
            "as_of_year": "2026",
        },
    )


def test_list_goes_from_file_to_members(coordinator_client, gminas, no_writes):
    content = "gmina;uwagi\nŁódź;zażółć\nRadomsko;gęślą\n".encode("cp1250")

    columns = upload(coordinator_client, content)["Location"]

    record = ListImport.objects.get()
    assert columns == page("list_columns", record.pk)
    with no_writes():
        shown = coordinator_client.get(columns)
    assert "zażółć" in shown.content.decode()  # the decoded sample, before anything is applied
    assert shown.context["form"].fields["encoding"].initial == "cp1250"
    answer = coordinator_client.post(columns, {"encoding": "cp1250", "column_name": "gmina"})
    preview = page("list_preview", record.pk)
    assert answer["Location"] == preview
    with no_writes():
        shown = coordinator_client.get(preview)
    assert [row["state"] for row in shown.context["rows"]] == [
        "nowy wpis",
        "pasuje kilka: proszę wybrać",
    ]

    coordinator_client.post(preview, {"gmina_3": gminas[1].pk})
    assert not Membership.objects.exists()
    coordinator_client.post(page("apply_list", record.pk))

    assert set(Membership.objects.values_list("organisation__gmina__teryt", flat=True)) == {
        "1061011",
        "1012122",
    }
    again = coordinator_client.post(page("apply_list", record.pk))
    assert again["Location"] == reverse("admin:programme_listimport_change", args=[record.pk])
    assert Membership.objects.count() == 2
    assert coordinator_client.get(again["Location"]).status_code == 200


def test_other_encoding_shows_the_sample_anew(coordinator_client, gminas):
    columns = upload(coordinator_client, "gmina\nŁódź\n".encode("cp1250"))["Location"]

    answer = coordinator_client.post(columns, {"encoding": "cp1251", "column_name": "gmina"})

    assert answer["Location"] == columns
    cell = coordinator_client.get(columns).context["sample_rows"][0]["cells"][1]["text"]
    assert cell == "Łódź".encode("cp1250").decode("cp1251")


def test_list_without_the_column_that_tells_the_gmina_is_not_gone_on_with(coordinator_client):
    columns = upload(coordinator_client, b"a;b\n1;2\n")["Location"]

    answer = coordinator_client.post(columns, {"encoding": "utf-8-sig", "column_powiat": "a"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["column_teryt"]


def test_broken_file_is_refused_beside_its_field(coordinator_client):
    answer = upload(coordinator_client, b"a;b\n1;\x00\n")

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    assert not ListImport.objects.exists()


def test_rows_can_be_filtered_and_downloaded(coordinator_client, gminas):
    upload(coordinator_client, "gmina;kod\nŁódź;1061011\nNigdzie;\n".encode())
    record = ListImport.objects.get()

    shown = coordinator_client.get(page("list_preview", record.pk) + "?state=not_found")
    sheet = coordinator_client.get(page("list_sheet", record.pk) + "?state=not_found")

    assert [row["told"] for row in shown.context["rows"]] == ["Nigdzie"]
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True))
    assert [row[1:4] for row in rows[1:]] == [("Nigdzie", 3, "nie znaleziono")]


def test_preview_does_not_ask_more_with_more_rows(
    coordinator_client, django_assert_max_num_queries
):
    gminas = [GminaFactory() for _ in range(30)]
    upload(coordinator_client, ("kod\n" + "\n".join(g.teryt for g in gminas)).encode())
    record = ListImport.objects.get()
    coordinator_client.get(page("list_preview", record.pk))

    with django_assert_max_num_queries(25):
        coordinator_client.get(page("list_preview", record.pk))


@pytest.mark.parametrize("name", ["list_columns", "list_preview", "apply_list", "drop_list"])
def test_pages_are_shut_for_those_who_may_not(coordinator_client, signed_in, auditor, gminas, name):
    upload(coordinator_client, "gmina\nŁódź\n".encode())
    record = ListImport.objects.get()
    ewa = signed_in(auditor)

    url = page(name, record.pk)
    assert {ewa.get(url).status_code, ewa.post(url).status_code} <= {403, 405}
    assert ewa.get(page("new_list")).status_code == 403
    assert not Membership.objects.exists()


def test_list_that_is_thrown_away_cannot_be_applied(coordinator_client, gminas):
    upload(coordinator_client, "gmina\nŁódź\n".encode())
    record = ListImport.objects.get()

    coordinator_client.post(page("drop_list", record.pk))
    coordinator_client.post(page("apply_list", record.pk))

    record.refresh_from_db()
    assert (record.content, record.applied_at) == (None, None)
    assert not Membership.objects.exists()
    assert coordinator_client.get(page("list_preview", record.pk)).status_code == 302


def test_office_shows_its_memberships(coordinator_client, gminas):
    upload(coordinator_client, "gmina\nŁódź\n".encode())
    coordinator_client.post(page("apply_list", ListImport.objects.get().pk))
    office = Membership.objects.get().organisation

    shown = coordinator_client.get(
        reverse("admin:programme_organisation_change", args=[office.pk])
    ).content.decode()

    assert "lista.csv" in shown
    # Without the counters of its rows the office could not be saved any more.
    assert 'name="memberships-TOTAL_FORMS"' in shown
    gmina = reverse("admin:programme_gmina_change", args=[office.gmina_id])
    assert 'name="populations-TOTAL_FORMS"' in coordinator_client.get(gmina).content.decode()
