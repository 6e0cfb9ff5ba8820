"""Fetching gminas from the web service of Statistics Poland, against a stand-in on the loopback."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import count

import pytest
from django.core.management import CommandError, call_command

from core.audit import history
from core.models import RateCount
from programme.bdl_client import BdlClient
from programme.models import (
    Gmina,
    GminaPopulation,
    RegisterFetch,
    RegisterFetchPage,
    RegisterImport,
)
from programme.registers import RegisterRefused, bdl_service
from programme.services import register_fetches as fetches
from programme.services.register_files import read_gmina_files, sources_of
from programme.services.register_uploads import apply_import, plan_of
from programme.services.registers import import_gminas
from tests.programme import registers
from tests.programme.bdl_stand_in import (
    StandIn,
    never_answer,
    respond,
    serving,
    unit,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
PAGES = 1 + 1 + 1 + 25  # years, voivodeships, powiats, 2 402 units


@pytest.fixture
def service(settings):
    settings.BDL_REQUESTS_PER_SECOND = 10_000
    settings.BDL_BACKOFF_SECONDS = 0
    with serving(StandIn()) as stand_in:
        settings.BDL_URL = f"{stand_in.url}/api/v1"
        yield stand_in


class Clock:
    """A clock that stands until it is told to move."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def pass_by(self, **time):
        self.now += timedelta(**time)


@pytest.fixture
def clock():
    return Clock()


def begin(coordinator=None, year=None):
    return fetches.start_fetch(year=year, actor=coordinator, now=NOW)


def work(fetch, clock, seconds=60):
    more = fetches.work_on(fetch.pk, clock=clock, seconds=seconds)
    fetch.refresh_from_db()
    return more


def test_unit_of_the_service_becomes_teryt():
    """Real units: Galewice, the town of Bochnia, Sosnowiec, Jaraczewo."""
    units = ("051011818032", "011212001011", "012415075011", "023015706012")

    assert [bdl_service.teryt_of(each) for each in units] == [
        "1018032",
        "1201011",
        "2475011",
        "3006012",
    ]


@pytest.mark.parametrize("wrong", ["", "5101181803", "05101181803x", "0510118180322", None, 5])
def test_what_is_no_unit_is_refused(wrong):
    with pytest.raises(RegisterRefused):
        bdl_service.teryt_of(wrong)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("M.st.Warszawa od 2002", "Warszawa"),
        ("Wałbrzych od 2013", "Wałbrzych"),
        ("Powiat m. Kraków", "Kraków"),
        ("Powiat m. st. Warszawa", "Warszawa"),
        ("Powiat bocheński", "bocheński"),
        ("Biała Rawska (3)", "Biała Rawska"),
        ("Mielec", "Mielec"),
    ],
)
def test_names_are_written_as_in_terc(written, plain):
    assert bdl_service.plain_name(written) == plain


def test_everything_is_fetched_once_and_waits_for_a_person(service, clock, coordinator):
    fetch = begin(coordinator)

    assert work(fetch, clock) is False

    assert (fetch.status, fetch.year) == ("fetched", 2024)
    assert set(service.asked_times().values()) == {1}
    assert len(service.asked) == PAGES
    assert not Gmina.objects.exists()
    plan = plan_of(fetch.register_import, now=NOW)
    assert (len(plan["added"]), plan.new_figures, plan.above_limit) == (2_400, 2_400, 0)
    assert not RegisterFetchPage.objects.exists()

    apply_import(fetch.register_import, actor=coordinator, now=NOW)

    gmina = Gmina.objects.get(teryt="1001012")
    figure = gmina.latest_population
    assert (gmina.name, gmina.powiat, gmina.voivodeship) == ("Gmina 0", "powiat 1", "łódzkie")
    assert (figure.value, figure.on, figure.source) == (15_000, date(2024, 12, 31), "bdl")
    assert figure.source_name == f"{service.url}/api/v1 72305 2024.bdl.json"
    record = RegisterImport.objects.get()
    assert (record.as_of, record.population_on) == (date(2024, 12, 31), date(2024, 12, 31))


def test_second_fetch_of_the_same_figures_changes_nothing(service, clock, coordinator):
    """X3: idempotent by natural key."""
    first = begin(coordinator)
    work(first, clock)
    apply_import(first.register_import, actor=coordinator, now=NOW)
    before = list(Gmina.objects.order_by("pk").values())

    second = begin(coordinator)
    work(second, clock)

    assert plan_of(second.register_import, now=NOW).is_empty
    apply_import(second.register_import, actor=coordinator, now=NOW)
    assert list(Gmina.objects.order_by("pk").values()) == before
    assert GminaPopulation.objects.count() == 2_400


def test_client_number_travels_in_its_header_only_when_there_is_one(service, clock, settings):
    work(begin(), clock, seconds=0.01)
    settings.BDL_CLIENT_ID = "aaaa-bbbb"
    BdlClient().get("variables/72305")

    assert [headers.get("X-ClientId") for headers in (service.headers[0], service.headers[-1])] == [
        None,
        "aaaa-bbbb",
    ]


def test_requests_keep_their_distance(service, settings):
    settings.BDL_REQUESTS_PER_SECOND = 20
    slept = []
    client = BdlClient(sleep=slept.append)

    client.get("variables/72305")
    client.get("variables/72305")

    (pause,) = slept
    assert 0 < pause <= 1 / 20


def test_quota_of_the_service_is_kept_and_the_fetch_goes_on_when_it_is_free(
    service, clock, settings
):
    settings.BDL_QUOTAS = {"900": 10, "43200": 1_000}
    fetch = begin()

    work(fetch, clock)

    assert (fetch.status, len(service.asked)) == ("fetching", 10)
    assert fetch.not_before == NOW + timedelta(seconds=900)
    assert not fetches.due_fetches(clock()).exists()
    clock.pass_by(seconds=901)
    work(fetch, clock)
    clock.pass_by(seconds=901)
    work(fetch, clock)
    assert (fetch.status, len(service.asked)) == ("fetched", PAGES)
    assert RateCount.objects.filter(action="bdl.900").count() == 1


def test_too_many_requests_waits_as_long_as_the_service_says(service, clock):
    service.faults.append(("72305:3", respond(429, headers=[("Retry-After", "420")])))
    fetch = begin()

    work(fetch, clock)

    assert fetch.not_before == NOW + timedelta(seconds=420)
    assert work(fetch, clock) is False  # nobody asks before
    assert service.asked_times()["72305:3"] == 1
    clock.pass_by(seconds=420)
    work(fetch, clock)
    assert fetch.status == "fetched"
    assert [service.asked_times()[key] for key in ("72305:2", "72305:3", "72305:4")] == [1, 2, 1]


def test_too_many_requests_without_a_time_waits_a_quarter_of_an_hour(service, clock):
    service.faults.append(("72305:0", respond(429, headers=[("Retry-After", "soon")])))
    fetch = begin()

    work(fetch, clock)

    assert fetch.not_before == NOW + timedelta(seconds=900)


def test_server_that_stumbles_is_asked_again_at_once(service, clock):
    service.faults += [("72305:1", respond(500)), ("72305:1", respond(502))]
    fetch = begin()

    work(fetch, clock)

    assert fetch.status == "fetched"
    assert service.asked_times()["72305:1"] == 3


def test_server_that_does_not_recover_ends_in_a_sentence_and_can_be_gone_on_with(
    service, clock, coordinator
):
    service.faults += [("72305:1", respond(500)) for _ in range(4 * fetches.ATTEMPTS_MOST)]
    fetch = begin(coordinator)
    waits = []

    for _ in range(fetches.ATTEMPTS_MOST):
        work(fetch, clock)
        waits.append(fetch.not_before and (fetch.not_before - clock()).total_seconds())
        clock.pass_by(seconds=fetches.LONGEST_PAUSE)

    assert waits == [15, 30, 60, 120, 240, None]
    assert fetch.status == "failed"
    assert fetch.problem == "Usługa GUS chwilowo nie działa."

    fetches.resume_fetch(fetch, actor=coordinator, now=clock())
    work(fetch, clock)

    assert fetch.status == "fetched"
    assert service.asked_times()["72305:0"] == 1  # what had come was not asked for again
    assert [line.action for line in history(fetch)] == [
        "programme.registerfetch.fetched",
        "programme.registerfetch.fetching",
        "programme.registerfetch.failed",
        "programme.registerfetch.started",
    ]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (never_answer, "The service of Statistics Poland does not answer in time."),
        (
            respond(body=b'{"a": "' + b"x" * 60 + b'"}', drip=0.2),
            "The service of Statistics Poland does not answer in time.",
        ),
        (
            respond(body=b'{"totalRecords": 2402, "results": [', cut=10),
            "An answer of the service of Statistics Poland was cut off on the way.",
        ),
        (
            respond(body=b'{"totalRecords": 2402, "results": ['),
            "An answer of the service of Statistics Poland was cut off on the way.",
        ),
    ],
    ids=["silent", "dripping", "cut off", "half a JSON"],
)
def test_bad_line_is_a_pause_with_its_reason(service, clock, settings, fault, sentence):
    settings.BDL_READ_SECONDS, settings.BDL_WHOLE_SECONDS = 1, 2
    service.faults += [("72305:2", fault)] * 4
    fetch = begin()

    work(fetch, clock)

    assert (fetch.status, fetch.problem) == ("fetching", sentence)
    assert fetch.not_before == NOW + timedelta(seconds=15)
    service.faults.clear()
    clock.pass_by(seconds=15)
    work(fetch, clock)
    assert (fetch.status, fetch.problem) == ("fetched", "")


def page_of(**changes):
    payload = {
        "totalRecords": 2_402,
        "page": 0,
        "pageSize": 100,
        "links": {"next": "x"},
        "results": [
            {"id": unit(1, 1 + at, 2), "name": "A", "values": [{"year": "2024", "val": 9}]}
            for at in range(100)
        ],
    }
    return json.dumps(payload | changes).encode()


ONE = {"id": unit(1, 1, 2), "name": "A", "values": [{"year": "2024", "val": 9}]}


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'"maintenance"',
        page_of(totalRecords="2402"),
        page_of(totalRecords=None),
        page_of(results={}),
        page_of(results=[ONE]),
        page_of(results=[ONE] * 101),
        page_of(links={}),
        page_of(page=7),
        page_of(results=[ONE] * 99 + [{"id": "x", "name": "A", "values": []}]),
        page_of(results=[ONE] * 99 + [{"id": unit(1, 1, 2), "values": []}]),
        page_of(results=[ONE] * 99 + [ONE | {"values": [{"year": "2024", "val": "12 000"}]}]),
        page_of(results=[ONE] * 99 + [ONE | {"values": [{"year": "2024", "val": -5}]}]),
        page_of(results=[ONE] * 99 + [ONE | {"values": [{"year": "2024", "val": 0.5}]}]),
        page_of(results=[ONE] * 99 + [ONE | {"values": ONE["values"] * 2}]),
    ],
)
def test_wrong_shape_is_refused_whole(service, clock, body):
    service.faults.append(("72305:0", respond(body=body)))
    fetch = begin()

    work(fetch, clock)

    assert fetch.status == "failed"
    assert not fetch.pages.filter(part="gminas").exists()
    assert not RegisterImport.objects.exists()


def test_redirect_is_not_followed(service, clock):
    """A104: not to another host, and not to our own."""
    with serving(StandIn()) as other:
        place = [("Location", f"{other.url}/api/v1/variables/72305")]
        service.faults.append(("72305:-", respond(302, headers=place)))
        fetch = begin()

        work(fetch, clock)

        assert other.asked == []
    assert fetch.status == "failed"
    assert fetch.problem == (
        "The service of Statistics Poland sends us to another address. We do not follow; the "
        "address stands in the settings."
    )


def test_answer_has_a_bound(service, clock, settings):
    settings.BDL_BYTES_MOST = 2_000
    fetch = begin()

    work(fetch, clock)

    assert fetch.status == "failed"
    assert fetch.problem == "The answer of the service of Statistics Poland is too large."


def test_figures_that_change_between_two_pages_are_asked_for_anew(service, clock):
    def changed(handler):
        service.put(unit(27, 89, 2), "Gmina nowa", 700)
        handler.close_connection = True
        respond(503)(handler)  # and a stumble, so that the same page is asked for again

    service.faults.append(("72305:3", changed))
    fetch = begin()

    work(fetch, clock)

    assert (fetch.status, fetch.restarts) == ("fetched", 1)
    assert service.asked_times()["72305:0"] == 2
    assert service.asked_times()["units:5:0"] == 1
    assert plan_of(fetch.register_import, now=NOW).units == 2_401


def test_figures_that_never_stand_still_are_given_up(service, clock):
    numbers = count(1)

    def changed(handler):
        service.put(unit(27, 60 + next(numbers), 2), "Gmina nowa", 700)
        respond(503)(handler)

    service.faults += [(f"72305:{page}", changed) for page in (3, 4, 5)]
    fetch = begin()

    work(fetch, clock)

    assert (fetch.status, fetch.restarts) == ("failed", 2)


def test_year_without_figures_is_refused_with_the_newest_one(service, clock):
    fetch = begin(year=2025)

    work(fetch, clock)

    assert (fetch.status, fetch.problem) == (
        "failed",
        "There are no figures of the year 2025; the newest are of 2024.",
    )


def test_year_that_is_not_complete_yet_is_refused(service, clock):
    """The service publishes a year step by step."""
    for code in list(service.values)[:300]:
        del service.values[code]
    fetch = begin()

    work(fetch, clock)

    assert fetch.status == "failed"
    assert fetch.problem.startswith("The service has figures of 2,100 gminas for this year; Poland")
    assert not RegisterImport.objects.exists()


def test_gmina_counted_twice_is_refused(service, clock):
    service.put(unit(1, 1, 3), "Gmina 0", 15_000)
    fetch = begin()

    work(fetch, clock)

    assert fetch.status == "failed"


def test_answer_that_lacks_many_known_gminas_is_refused(service, clock):
    """95 % of what we know must be in it."""
    files = {"terc": ("TERC.csv", registers.terc(registers.terc_lines(2_550, day="2024-01-01")))}
    register, figures = read_gmina_files(files, None)
    import_gminas(register, figures, limit=80_000, sources=sources_of(files), now=NOW)
    fetch = begin()

    work(fetch, clock)

    assert fetch.status == "failed"
    assert fetch.problem == (
        "150 gminas of our register are missing in the answer, which is more than 5 %; the first "
        "is 102761. Nothing was changed."
    )


def test_newer_register_is_left_alone_and_only_figures_are_taken(service, clock, coordinator):
    """TERC of January 2026 knows more than figures of December 2024."""
    lines = [
        line.replace("10;01;01;2;Gmina 0;gmina wiejska", "10;01;01;3;Nowa Nazwa;gmina")
        for line in registers.terc_lines(2_401)
    ]
    files = {"terc": ("TERC.csv", registers.terc(lines))}
    register, figures = read_gmina_files(files, None)
    import_gminas(register, figures, limit=80_000, sources=sources_of(files), now=NOW)
    fetch = begin(coordinator)
    work(fetch, clock)

    plan = plan_of(fetch.register_import, now=NOW)

    assert plan.newer_register == date(2026, 1, 1)
    assert (plan["renamed"], plan["changed_kind"], plan["gone"]) == ([], [], [])
    assert [(c.code, c.was) for c in plan["table_other_kind"]] == [("1001013", "1001012")]
    assert [c.code for c in plan["table_missing"]] == ["1027612"]
    assert plan.new_figures == 2_400
    apply_import(fetch.register_import, actor=coordinator, now=NOW)
    gmina = Gmina.objects.get(teryt6="100101")
    assert (gmina.teryt, gmina.name, gmina.latest_population.value) == (
        "1001013",
        "Nowa Nazwa",
        15_000,
    )
    fetch.register_import.refresh_from_db()
    assert fetch.register_import.as_of is None


def test_older_register_takes_names_kinds_and_the_end_of_a_gmina(service, clock, coordinator):
    files = {"terc": ("TERC.csv", registers.terc(registers.terc_lines(2_402, day="2023-01-01")))}
    register, figures = read_gmina_files(files, None)
    import_gminas(register, figures, limit=80_000, sources=sources_of(files), now=NOW)
    service.names[unit(1, 2, 2)] = "Nowa Nazwa"
    fetch = begin(coordinator)
    work(fetch, clock)

    plan = apply_import(fetch.register_import, actor=coordinator, now=NOW)

    assert [(c.code, c.becomes) for c in plan["renamed"]] == [("1001022", "Nowa Nazwa")]
    assert [c.code for c in plan["gone"]] == ["1027612", "1027622"]
    assert Gmina.objects.get(teryt="1027612").valid_to == date(2024, 12, 31)


def test_only_one_fetch_at_a_time(service):
    begin()

    with pytest.raises(fetches.AlreadyFetching):
        begin()

    assert RegisterFetch.objects.count() == 1


def test_fetch_that_is_thrown_away_takes_no_more_pages(service, clock, coordinator):
    fetch = begin(coordinator)

    def dropped(handler):
        respond(503)(handler)

    service.faults.append(("72305:3", dropped))
    client = BdlClient()
    ask = client.get

    def get(path, **params):
        if params.get("page") == 4:
            fetches.drop_fetch(
                RegisterFetch.objects.get(pk=fetch.pk), actor=coordinator, now=clock()
            )
        return ask(path, **params)

    client.get = get
    fetches.work_on(fetch.pk, clock=clock, seconds=60, client=client)

    fetch.refresh_from_db()
    assert fetch.status == "dropped"
    assert not RegisterFetchPage.objects.exists()
    assert not RegisterImport.objects.exists()


def test_fetch_that_is_thrown_away_after_its_last_page_makes_no_import(
    service, clock, coordinator, monkeypatch
):
    fetch = begin(coordinator)
    find = fetches.next_step

    def next_step(record):
        step = find(record)
        if step is None:
            fetches.drop_fetch(
                RegisterFetch.objects.get(pk=fetch.pk), actor=coordinator, now=clock()
            )
        return step

    monkeypatch.setattr(fetches, "next_step", next_step)
    fetches.work_on(fetch.pk, clock=clock, seconds=60)

    fetch.refresh_from_db()
    assert fetch.status == "dropped"
    assert not RegisterImport.objects.exists()


def test_worker_that_was_killed_leaves_its_pages_and_its_lease_ends(service, clock):
    """Resume after a crash: what has come is not asked for again."""

    class Killed(BaseException):
        pass

    fetch = begin()
    client = BdlClient()
    ask = client.get

    def get(path, **params):
        if params.get("page") == 7:
            raise Killed
        return ask(path, **params)

    client.get = get
    with pytest.raises(Killed):
        fetches.work_on(fetch.pk, clock=clock, seconds=60, client=client)

    assert work(fetch, clock) is False  # the lease of the dead worker still holds
    assert fetch.pages.count() == 3 + 7
    clock.pass_by(minutes=5)
    work(fetch, clock)
    assert fetch.status == "fetched"
    assert set(service.asked_times().values()) == {1}


def test_without_a_network_a_sentence_says_so(settings, clock):
    settings.BDL_URL = "http://127.0.0.1:9/api/v1"
    settings.BDL_BACKOFF_SECONDS = 0
    fetch = begin()

    work(fetch, clock)

    assert (fetch.status, fetch.problem) == (
        "fetching",
        "The service of Statistics Poland cannot be reached. Is this machine connected to the "
        "internet?",
    )


def test_name_that_no_server_knows_says_the_same(settings, clock):
    settings.BDL_URL = "http://bdl.invalid/api/v1"
    settings.BDL_BACKOFF_SECONDS = 0
    fetch = begin()

    work(fetch, clock)

    assert fetch.problem.startswith("The service of Statistics Poland cannot be reached.")


def command(*args):
    out = StringIO()
    call_command("fetch_gminas", *args, stdout=out)
    return out.getvalue()


def test_command_fetches_shows_and_applies(service):
    shown = command()

    assert "Added: 2400" in shown
    assert shown.splitlines()[-1] == "Done."
    assert Gmina.objects.count() == 2_400
    assert command("--year", "2024").splitlines()[-1] == "Nothing to change."


def test_command_with_dry_run_writes_nothing_and_is_not_fetched_twice(service):
    shown = command("--dry-run")

    assert shown.splitlines()[-1] == "Dry run: nothing was written."
    assert not Gmina.objects.exists()
    asked = len(service.asked)

    assert command("--year", "2024").splitlines()[-1] == "Done."
    assert len(service.asked) == asked
    assert Gmina.objects.count() == 2_400


def test_command_goes_on_where_a_fetch_stopped(service, clock):
    fetch = begin()
    work(fetch, clock, seconds=0.02)
    have = fetch.pages.count()
    assert fetch.status == "fetching"
    assert have > 0

    command()

    assert set(service.asked_times().values()) == {1}
    assert Gmina.objects.count() == 2_400


def test_command_says_why_it_stopped(service):
    with pytest.raises(CommandError) as error:
        command("--year", "1999")

    assert str(error.value) == (
        "Stopped. There are no figures of the year 1999; the newest are of 2024."
    )


def test_packed_answers_are_the_same_bytes_for_the_same_figures():
    parts = {"voivodeships": [["a", "A"]], "powiats": [["c", "C"], ["b", "B"]], "gminas": []}

    first = bdl_service.pack(year=2024, variable=1, **parts)
    parts["powiats"].reverse()

    assert bdl_service.pack(year=2024, variable=1, **parts) == first


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b'{"year": 2024}'])
def test_file_that_is_no_packed_fetch_is_refused(content):
    with pytest.raises(RegisterRefused):
        bdl_service.read_packed(content)
