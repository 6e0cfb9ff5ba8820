"""The panel's pages of fetching and of reports: buttons, progress in words, who may."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from applications.enums import SurveyStatus
from applications.models import EligibilityDecision
from applications.services import host as surveys
from programme import tasks
from programme.fetch_progress import progress_of
from programme.forms import FetchForm
from programme.models import Gmina, RegisterFetch, RegisterImport
from programme.services import register_fetches as fetches
from programme.services.register_comparison import Figures
from programme.services.register_uploads import apply_import, plan_of, prepare_import
from tests.factories.applications import HostSurveyFactory, InternApplicationFactory, host_answers
from tests.factories.programme import EditionFactory, GminaFactory, HromadaFactory
from tests.programme import registers
from tests.programme.bdl_stand_in import StandIn, respond, serving

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = date(2025, 12, 31)


@pytest.fixture
def service(settings):
    settings.BDL_REQUESTS_PER_SECOND = 10_000
    settings.BDL_BACKOFF_SECONDS = 0
    with serving(StandIn()) as stand_in:
        settings.BDL_URL = f"{stand_in.url}/api/v1"
        yield stand_in


def page(name, *args):
    return reverse(f"admin:programme_{name}", args=args)


def test_button_fetches_in_the_background_and_the_page_tells_how_far(
    coordinator_client, service, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = coordinator_client.post(page("start_fetch"), {"year": ""})

    fetch = RegisterFetch.objects.get()
    assert answer["Location"] == page("fetch", fetch.pk)
    assert fetch.status == "fetched"
    shown = coordinator_client.get(answer["Location"])
    assert shown.context["progress"]["kind"] == "success"
    assert page("register_plan", fetch.register_import_id) in shown.content.decode()
    assert not Gmina.objects.exists()


def test_page_of_a_fetch_changes_nothing_and_can_be_opened_again(
    coordinator_client, coordinator, no_writes
):
    fetch = fetches.start_fetch(year=2024, actor=coordinator, now=timezone.now())

    with no_writes():
        first = coordinator_client.get(page("fetch", fetch.pk))
        second = coordinator_client.get(page("fetch", fetch.pk))

    assert (first.status_code, second.status_code) == (200, 200)


def test_second_press_leads_to_the_fetch_under_way(coordinator_client, coordinator):
    fetch = fetches.start_fetch(year=None, actor=coordinator, now=timezone.now())

    answer = coordinator_client.post(page("start_fetch"), {"year": "2023"})

    assert answer["Location"] == page("fetch", fetch.pk)
    assert RegisterFetch.objects.count() == 1
    shown = coordinator_client.get(page("prepare_gminas")).content.decode()
    assert page("fetch", fetch.pk) in shown
    assert page("start_fetch") not in shown


def test_year_that_is_no_year_is_refused(coordinator_client):
    coordinator_client.post(page("start_fetch"), {"year": "abc"})

    assert not RegisterFetch.objects.exists()


def test_stopped_fetch_is_gone_on_with_or_thrown_away_by_a_button(
    coordinator_client, coordinator, service
):
    service.faults += [("72305:0", respond(404))]
    fetch = fetches.start_fetch(year=None, actor=coordinator, now=timezone.now())
    tasks.work_on_fetch(fetch_id=fetch.pk)
    fetch.refresh_from_db()
    assert fetch.status == "failed"
    assert (
        page("resume_fetch", fetch.pk)
        in coordinator_client.get(page("fetch", fetch.pk)).content.decode()
    )

    coordinator_client.post(page("resume_fetch", fetch.pk))
    fetch.refresh_from_db()
    assert fetch.status == "fetching"

    coordinator_client.post(page("drop_fetch", fetch.pk))
    fetch.refresh_from_db()
    assert (fetch.status, fetch.pages.count()) == ("dropped", 0)


def test_every_round_goes_on_with_a_fetch_that_nobody_works_on(
    coordinator, service, django_capture_on_commit_callbacks
):
    """A lost word to the workers costs a minute."""
    fetch = fetches.start_fetch(year=None, actor=coordinator, now=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        tasks.continue_fetches()

    fetch.refresh_from_db()
    assert fetch.status == "fetched"


@pytest.mark.parametrize("name", ["start_fetch", "fetch", "resume_fetch", "drop_fetch"])
def test_pages_are_shut_for_those_who_may_not(signed_in, auditor, coordinator, name):
    fetch = fetches.start_fetch(year=None, actor=coordinator, now=timezone.now())
    url = page(name) if name == "start_fetch" else page(name, fetch.pk)

    ewa = signed_in(auditor)

    assert {ewa.get(url).status_code, ewa.post(url).status_code} <= {403, 405}
    fetch.refresh_from_db()
    assert fetch.status == "fetching"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "The answers are coming in. You may leave this page; the work goes on."),
        (
            {"not_before": NOW + timedelta(minutes=7)},
            "The service allows only so many questions in a time. The fetch goes on by itself: "
            "Tuesday, 10 March 2026, 10:07 (Warsaw time).",
        ),
        (
            {"heard_at": NOW - timedelta(minutes=9)},
            "Nothing has come for some minutes. The fetch goes on as soon as a worker is free.",
        ),
        ({"status": "dropped"}, "This fetch was thrown away."),
    ],
)
def test_progress_is_told_in_words(changes, sentence):
    fetch = RegisterFetch.objects.create(
        variable=72305, started_at=NOW, expected={"page_size": 100}
    )
    for name, value in changes.items():
        setattr(fetch, name, value)

    with translation.override("en"):
        assert progress_of(fetch, now=NOW, language="en")["sentence"] == sentence


def test_progress_names_pages_by_part():
    fetch = RegisterFetch.objects.create(
        variable=72305, started_at=NOW, expected={"page_size": 100, "powiats": 1, "gminas": 2_402}
    )
    for part, number in (("years", 0), ("voivodeships", 0), ("powiats", 0), ("gminas", 0)):
        fetch.pages.create(part=part, number=number, rows=[], fetched_at=NOW)
    fetch.expected |= {"voivodeships": 1}

    with translation.override("en"):
        parts = progress_of(fetch, now=NOW, language="en")["parts"]

    assert [part["text"] for part in parts] == [
        "fetched",
        "fetched",
        "fetched",
        "pages fetched: 1 of 25",
    ]


# --- The report


def figures_for(gmina, value):
    table = f"teryt,name,population\n{gmina.teryt},{gmina.name},{value}\n".encode()
    return SimpleUploadedFile("population.csv", table)


@pytest.fixture
def edition():
    return EditionFactory(population_limit_pl=80_000, population_limit_ua=80_000)


@pytest.fixture
def crossing(edition, coordinator):
    """A register of one voivodeship in which three gminas with records cross the limit."""
    lines = registers.terc_lines()
    record = prepare_import(
        RegisterImport.GMINAS,
        files={
            "terc": ("TERC.csv", registers.terc(lines)),
            "population": ("bdl.csv", registers.bdl()),
        },
        actor=coordinator,
        now=NOW,
        population_on=date(2024, 12, 31),
    )
    apply_import(record, actor=coordinator, now=NOW)
    draft, sent, decided, back = Gmina.objects.order_by("teryt")[:4]
    back.populations.update(value=80_001)
    HostSurveyFactory(edition=edition, organisation__gmina=draft)
    waiting, eligible = (
        surveys.submit_survey(
            HostSurveyFactory(
                edition=edition, organisation__gmina=gmina, draft_answers=host_answers(), answers={}
            ),
            now=NOW,
        )
        for gmina in (sent, decided)
    )
    surveys.decide_eligibility(eligible, actor=coordinator, now=NOW)
    table = registers.bdl()
    for gmina, value in ((draft, 80_001), (sent, 90_000), (decided, 81_000), (back, 80_000)):
        name = f'{gmina.teryt};"{gmina.name} (2)";15000'.encode()
        table = table.replace(name, name.replace(b"15000", str(value).encode()))
    later = prepare_import(
        RegisterImport.GMINAS,
        files={"terc": ("TERC.csv", registers.terc(lines)), "population": ("bdl.csv", table)},
        actor=coordinator,
        now=NOW,
        population_on=DAY,
    )
    return later, (draft, sent, decided, back), (waiting, eligible)


def test_report_says_who_crosses_and_what_it_means_for_their_records(crossing):
    """A10, A21: both ways, with old and new figure."""
    record, gminas, (waiting, eligible) = crossing

    with translation.override("en"):
        plan = plan_of(record, now=NOW)

    told = {
        each.code: (each.was, each.becomes, each.is_over, each.records) for each in plan.crossings
    }
    assert told == {
        gminas[0].teryt: (
            15_000,
            80_001,
            True,
            ["A survey in draft: the page of the municipality will stop it."],
        ),
        gminas[1].teryt: (
            15_000,
            90_000,
            True,
            [f"Survey {waiting.number} waits for a decision and will be judged above the limit."],
        ),
        gminas[2].teryt: (
            15_000,
            81_000,
            True,
            [f"Survey {eligible.number}: Eligible, on the figure 15\u00a0000. The decision stays."],
        ),
        gminas[3].teryt: (80_001, 80_000, False, []),
    }


def test_decision_keeps_the_figure_it_used(crossing, coordinator, coordinator_client):
    """A21: a new import does not change a decision; the record says when they differ."""
    record, _gminas, (_waiting, eligible) = crossing
    before = EligibilityDecision.objects.values().get(survey=eligible)

    apply_import(record, actor=coordinator, now=NOW)

    assert EligibilityDecision.objects.values().get(survey=eligible) == before
    eligible.refresh_from_db()
    assert (eligible.status, eligible.population_used, eligible.population_on) == (
        SurveyStatus.ELIGIBLE,
        15_000,
        date(2024, 12, 31),
    )
    assert eligible.gmina.latest_population.value == 81_000
    (line,) = record_of(coordinator_client, eligible).context["decision_lines"]
    assert line.register_now == (
        "Decyzja oparta na liczbie 15\u00a0000; rejestr podaje teraz 81\u00a0000 "
        "(31 grudnia 2025, Główny Urząd Statystyczny (GUS), Bank Danych Lokalnych)."
    )


def record_of(client, survey):
    return client.get(reverse("admin:applications_hostsurvey_change", args=[survey.pk]))


def test_record_is_silent_as_long_as_the_register_agrees(crossing, coordinator_client):
    _record, _gminas, (_waiting, eligible) = crossing

    (line,) = record_of(coordinator_client, eligible).context["decision_lines"]

    assert line.register_now == ""


def test_report_is_kept_with_the_import_and_can_be_downloaded(
    crossing, coordinator, coordinator_client
):
    record, gminas, _surveys = crossing
    before = sheet(coordinator_client, record)

    apply_import(record, actor=coordinator, now=NOW)

    record.refresh_from_db()
    assert [each["code"] for each in record.report["crossings"]] == [
        gminas[3].teryt,
        *(gmina.teryt for gmina in gminas[:3]),
    ]
    assert sheet(coordinator_client, record) == before
    assert before[1][1:7] == (
        gminas[3].teryt,
        gminas[3].name,
        80_001,
        80_000,
        "WIN4UA 2026",
        80_000,
    )
    shown = coordinator_client.get(
        reverse("admin:programme_registerimport_change", args=[record.pk])
    )
    assert len(shown.context["report"]["crossings"]) == 4


def sheet(client, record):
    answer = client.get(page("register_report", record.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    return list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_every_open_edition_has_its_own_limit(edition, coordinator):
    EditionFactory(year=2027, population_limit_pl=50_000)
    EditionFactory(year=2022, population_limit_pl=10_000)
    gmina = GminaFactory(population=40_000)
    table = f"teryt,name,population\n{gmina.teryt},A,60000\n".encode()
    from programme.registers.gmina_population import read_gmina_population
    from programme.registers.rows import GminaRegister, GminaRow
    from programme.services.register_files import edition_limits
    from programme.services.registers import plan_gminas

    row = GminaRow(gmina.teryt, gmina.name, gmina.kind, gmina.powiat, gmina.voivodeship)
    plan = plan_gminas(
        GminaRegister(as_of=DAY, rows=(row,)),
        Figures(read_gmina_population(table, "t.csv"), DAY),
        limit=80_000,
        editions=edition_limits("gminas", NOW),
    )

    assert [(each.edition_name, each.limit) for each in plan.crossings] == [("WIN4UA 2027", 50_000)]


def test_applications_of_a_hromada_are_told_too(edition):
    from win4ua.register_effects import records_of_units

    hromada = HromadaFactory()
    application = InternApplicationFactory(edition=edition, hromada=hromada)

    told = records_of_units("hromadas", [(hromada.pk, edition.pk, True)])

    assert list(told) == [(hromada.pk, edition.pk)]
    assert len(told[hromada.pk, edition.pk]) == 1
    assert application.status == "draft"


@pytest.mark.parametrize("typed", ["1994", "2101", "zeszły"])
def test_year_that_cannot_be_is_refused_in_words(typed):
    """A year stays as it is: no "1 995"."""
    sentence = "Proszę wpisać rok czterema cyframi, nie wcześniejszy niż 1995, na przykład 2024."

    with translation.override("pl"):
        assert FetchForm({"year": typed}).errors == {"year": [sentence]}
