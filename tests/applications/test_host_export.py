"""Surveys as a table, with every answer and the questions that editions add."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from applications.enums import QuestionKind
from applications.models import HostQuestion, HostSurvey
from applications.services import host as services
from core.models import AuditEvent
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LIST = reverse("admin:applications_hostsurvey_changelist")
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def sent(edition):
    HostQuestion.objects.create(
        edition=edition,
        code="termin",
        kind=QuestionKind.DATE,
        after="uwagi",
        label_pl="Dzień otwarty",
        label_uk="День",
        label_en="Day",
    )
    answers = host_answers(
        uwagi="=1+1",
        mentor_jest="tak",
        mentor_imie="Jan",
        mentor_nazwisko="Kot",
        mentor_stanowisko="Kierownik",
        mentor_email="j.kot@brzeziny.example",
        mentor_tel="+48426123457",
        mentor_jezyki={"pl": "C2", "uk": "A1", "en": "B2", "ru": "brak"},
        mentor_obszary=["waste"],
        mentor_udzial="tak",
        mentor_info=True,
    )
    key = HostQuestion.objects.get().key
    draft = HostSurveyFactory(
        edition=edition, draft_answers=answers | {key: "2026-05-04"}, answers={}
    )
    survey = services.submit_survey(draft, now=NOW)
    services.save_page(survey, page="przyjecie", answers={"liczba_stazystow": 2}, now=NOW)
    return services.submit_survey(survey, now=NOW)


def export(client, action, *surveys):
    return client.post(
        LIST, {"action": action, "_selected_action": [survey.pk for survey in surveys]}
    )


def xlsx(response) -> list[dict]:
    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_every_answer_has_its_column(coordinator_client, sent):
    [row] = xlsx(export(coordinator_client, "answers_xlsx", sent))

    assert row["numer"] == sent.number
    assert row["wersje"] == 2
    assert row["status"] == "Wysłana, czeka na decyzję"
    assert row["Kod TERYT"] == sent.gmina.teryt
    assert row["Państwa gmina: Liczba mieszkańców"] == 12_000
    assert row["Tematy: W których obszarach mogą Państwo pokazać dobre rozwiązania?"] == (
        "odpady; edukacja; energia i klimat"
    )
    assert row["Przyjęcie stażysty: Ilu stażystów mogą Państwo przyjąć?"] == 2
    assert row["Języki mentora: ukraiński"] == "A1"
    extra = [heading for heading in row if heading.endswith("Dzień otwarty")]
    assert [row[heading].date() for heading in extra] == [date(2026, 5, 4)]


def test_typed_text_never_becomes_a_formula(coordinator_client, sent):
    """SEC-X1: in both kinds of file."""
    [row] = xlsx(export(coordinator_client, "answers_xlsx", sent))
    told = export(coordinator_client, "answers_csv", sent)

    text = b"".join(told.streaming_content).decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(text), delimiter=";")
    heading = "Pytania i uwagi: Pytania i uwagi"
    assert (row[heading], line[heading]) == ("=1+1", "'=1+1")


def test_duplicate_names_the_leading_survey(coordinator_client, edition, sent):
    """A13."""
    other = HostSurveyFactory(
        edition=edition,
        organisation=sent.organisation,
        status="duplicate",
        duplicate_of=sent,
        draft_answers=host_answers(),
        answers={},
    )

    [row] = xlsx(export(coordinator_client, "answers_xlsx", other))

    assert (row["status"], row["ankieta główna"]) == ("Możliwy duplikat", sent.number)


@pytest.mark.parametrize("who", ["administrator", "auditor"])
def test_who_reads_no_names_or_exports_nothing_gets_no_file(signed_in, request, sent, who):
    person = request.getfixturevalue(who)
    client = signed_in(person)
    allowed = person.has_perms(["core.export_records", "applications.read_host_answers"])

    response = export(client, "answers_xlsx", sent)

    assert ("spreadsheetml" in response.get("Content-Type", "")) == allowed


def test_draft_of_an_office_is_not_in_the_file_of_who_may_not_read_it(
    coordinator_client, coordinator, edition
):
    """P03: something that could leak."""
    from applications import host_export

    HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})

    headings, rows = host_export.table(HostSurvey.objects.all(), now=NOW, with_drafts=False)
    [row] = rows
    told = dict(zip(headings, row, strict=True))

    assert told["Osoba do kontaktu: Stanowisko"] is None


def test_export_is_on_the_trail(coordinator_client, coordinator, sent):
    export(coordinator_client, "answers_csv", sent)

    line = AuditEvent.objects.filter(action="core.records.exported").latest("pk")
    assert (line.actor, line.data["rows"]) == (coordinator, 1)


@pytest.mark.parametrize("item_count", [1, 3])
def test_query_count(edition, item_count, django_assert_num_queries):
    from applications import host_export

    for _number in range(item_count):
        HostSurveyFactory(edition=edition, submitted=True)

    with django_assert_num_queries(7):
        _headings, rows = host_export.table(HostSurvey.objects.all(), now=NOW, with_drafts=True)
        assert len(list(rows)) == item_count
