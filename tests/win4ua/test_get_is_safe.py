"""Looking changes nothing (SEC-M2), and clicking blindly opens nothing (SEC-M3).

The house is the one of a played edition, and beside it each kind of link has a record that waits
for its deed. Every address outside the panel must be known here.
"""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urldefrag, urlencode, urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.survey_plan import PAGES
from core import links, roles
from core.enums import FileState
from core.models import AuditEvent, CapabilityLink, StoredFile
from ops.faults import robots
from ops.faults.doors import ADDRESSES, OTHERS, kinds, links_of, patterns, purposes
from ops.faults.fingerprint import changed, fingerprint
from ops.faults.waiting import let_all_wait
from ops.visitor import Reader
from programme.models import Gmina, Hromada
from programme.services import organisation_for_gmina
from tests.conftest import sign_in
from tests.factories.applications import HostSurveyFactory, InternApplicationFactory, host_answers
from tests.factories.core import UserFactory
from tests.factories.programme import EditionFactory
from win4ua.rehearsal.play import play

pytestmark = pytest.mark.django_db
PUBLIC = {
    "healthz",
    "robots",
    "favicon",
    "sitemap",
    "sign_out",
    "sign_in",
    "sign_in_code",
    "mailing:sign_in",
    "mailing:sign_in_code",
    "programme:home",
    "programme:privacy",
    "programme:accessibility",
    "programme:questions",
    "programme:documents",
    "applications:survey_door",
    "applications:gmina_suggestions",
    "applications:survey_blank",
    "applications:survey_unlisted",
    "applications:survey_link_sent",
    "applications:intern_start",
    "applications:intern_link_sent",
    "applications:intern_hromadas",
}
WITH_TOKEN = {"sign_in_link", "mailing:sign_in_link", "mailing:unsubscribe"}
WITH_NUMBER = {
    "programme:sign": {"pk": 1},
    "programme:file": {"pk": 1},
    "applications:survey_gmina": {"teryt": "0201011"},
    "applications:late_code_of_gmina": {"teryt": "0201011"},
}
ROOMS_WITH_ACCOUNT = {
    "applications:evaluations",
    "applications:evaluation",
    "applications:evaluation_recuse",
    "grants:evaluations",
    "grants:evaluation",
    "grants:impartial",
    "grants:recuse",
}
PHONE = "matching:"  # the pages of mentors and interns
MACHINES = ("_webhook",)  # addresses for mail providers, outside the languages
SLUGS = {
    "applications:survey_page": [page.slug for page in PAGES],
    "applications:survey_autosave": [page.slug for page in PAGES][:3],
    "applications:intern_page": ["osoba", "nemaie"],
    "applications:intern_autosave": ["osoba"],
    "grants:page": ["opys", "nemaie"],
}
GRANTS_NOTHING = {settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME}


def quiet(rows, label):
    return rows


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """A played edition, and beside it one that is open now; given back at the end."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic._from_testcase = True  # letters are sent, as they are within a test
        atomic.__enter__()
        try:
            play(surveys=8, applications=5, seed=3, progress=quiet)
            now = timezone.now()
            edition = EditionFactory(
                year=2090,
                survey_opens_at=now - timedelta(days=10),
                survey_closes_at=now + timedelta(days=10),
                applications_open_at=now - timedelta(days=5),
                applications_close_at=now + timedelta(days=20),
            )
            office = organisation_for_gmina(Gmina.objects.filter(organisation=None).first())
            survey = HostSurveyFactory(
                edition=edition, organisation=office, answers=host_answers(mentor_jest="tak")
            )
            hromada = Hromada.objects.order_by("pk").last()
            application = InternApplicationFactory(edition=edition, hromada=hromada)
            with transaction.atomic():
                for purpose, target in (("survey", survey), ("application", application)):
                    links.create(
                        purpose=purpose, target=target, email="a@b.pl", expires_at=None, now=now
                    )
            let_all_wait(now)
            StoredFile.objects.filter(content="").update(status=FileState.RECEIVED)  # of factories
            yield edition
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


def browser(*, trusts: bool = False) -> Client:
    """A clean browser, or one that has proved who sits before it for every link there is."""
    client = Client(raise_request_exception=True)
    if trusts:
        session = client.session
        session[links.SESSION_KEY] = list(CapabilityLink.objects.values_list("pk", flat=True))
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def asking(client: Client):
    """What `ops.faults.robots` asks with."""

    def ask(method: str, path: str, fields=None):
        if method == "POST":
            kind = "application/x-www-form-urlencoded"
            return client.post(path, urlencode(fields, doseq=True), content_type=kind)
        return client.generic(method, path)

    return ask


def addresses() -> list[tuple[str, str]]:
    """(name, path) of every address outside the panel, in Polish; links are fresh ones."""
    doors = {kind: links_of(kind, 1)[0].path.rstrip("/").rsplit("/", 1)[-1] for kind in ADDRESSES}
    doors = {kind: token.removesuffix(".ics") for kind, token in doors.items()}
    found, unknown = [], []
    for name, pattern in patterns():
        purpose = getattr(pattern.callback, "link_purpose", "")
        wanted = set(pattern.pattern.converters)
        if name in PUBLIC:
            found.append((name, reverse(name)))
        elif name in WITH_NUMBER:
            found.append((name, reverse(name, kwargs=WITH_NUMBER[name])))
        elif purpose in ADDRESSES and wanted <= {"token", "slug", "page", "pk"}:
            given = {"token": doors[purpose]} | ({"pk": 1} if "pk" in wanted else {})
            extra = wanted & {"slug", "page"}
            for slug in SLUGS[name] if extra else [""]:
                found.append((name, reverse(name, kwargs=given | dict.fromkeys(extra, slug))))
        elif name in ROOMS_WITH_ACCOUNT or name.startswith(PHONE):
            given = {key: "2026-09-07" if key == "on" else 1 for key in wanted}
            if "on" not in wanted:
                found.append((name, reverse(name, kwargs=given)))
        elif name in WITH_TOKEN:
            kind = "unsubscribe" if "unsubscribe" in name else "login"
            found.append((name, links_of(kind, 1)[0].path))
        elif name.endswith(MACHINES):
            continue  # they take what a provider posts; a look is refused before anything is done
        else:
            unknown.append(name)
    assert unknown == [], "say above what these addresses are"
    return found


def test_every_kind_of_link_is_known():
    """A new kind of link joins the robots' tests, or this fails."""
    assert (purposes(), len(kinds())) == (set(ADDRESSES), len(ADDRESSES) + len(OTHERS))


@pytest.mark.parametrize("trusts", [False, True])
def test_looking_at_every_page_changes_no_row_and_grants_nothing(house, trusts):
    """SEC-M2: GET, HEAD and OPTIONS, by a stranger and by somebody who may read."""
    pages = addresses()
    client = browser(trusts=trusts)
    before = fingerprint()
    statuses, cookies = {}, set()

    for name, path in pages:
        for method in robots.LOOKING:
            answer = client.generic(method, path)
            statuses.setdefault(answer.status_code, []).append((method, name))
            cookies |= {key for key in answer.cookies if answer.cookies[key].value}

    assert changed(before, fingerprint()) == []
    assert cookies - GRANTS_NOTHING == set()
    assert set(statuses) <= {200, 301, 302, 400, 403, 404, 405, 409, 503}
    assert len(statuses[200]) > (100 if trusts else 50)


# A session that is used lives on, and what is personal is read on the record (SEC-2, SEC-A).
OF_LOOKING_AT_THE_DESK = {"core_ratecount", "django_session", "core_auditevent"}
DEEDS_OF_LOOKING = ("read", "exported", "looked_at", "downloaded", "shown")


def crawl(client: Client, start: str) -> dict[str, tuple[int, str]]:
    """Every page that links lead to, one of each shape; path -> status, and where it is linked."""
    waiting, seen, shapes = [(start, "")], {}, set()
    while waiting:
        path, linked_on = waiting.pop(0)
        where = urlsplit(path)
        shape = re.sub(r"\d+", "0", where.path), frozenset(parse_qs(where.query))
        if shape in shapes or shape[1] & {"o", "p"}:
            continue
        shapes.add(shape)
        answer = client.get(path)
        seen[path] = answer.status_code, linked_on
        if "html" in answer.headers.get("Content-Type", "") and not answer.streaming:
            reader = Reader()
            reader.feed(answer.content.decode())
            waiting += [
                (there, path)
                for link in reader.links
                if (there := urldefrag(urljoin(path, link)).url).startswith(start)
            ]
    return seen


@pytest.mark.parametrize("role", sorted(roles.STAFF_ROLES))
def test_looking_at_every_page_of_the_panel_changes_no_row(house, role):
    """SEC-M2, A036: whoever walks through the desk by links alone changes nothing.

    And every link that a role is shown opens for it: none is refused, none leads nowhere.
    """
    roles.sync_permissions()
    client = sign_in(Client(), UserFactory(email=f"{role}@fsm.example", role=role))
    before = fingerprint(OF_LOOKING_AT_THE_DESK)
    last = AuditEvent.objects.order_by("pk").last().pk

    pages = crawl(client, "/admin/")

    assert changed(before, fingerprint(OF_LOOKING_AT_THE_DESK)) == []
    deeds = set(AuditEvent.objects.filter(pk__gt=last).values_list("action", flat=True))
    assert [deed for deed in deeds if not deed.endswith(DEEDS_OF_LOOKING)] == []
    assert {path: found for path, found in pages.items() if found[0] >= 400} == {}
    assert len(pages) > 60


def test_a_changed_row_does_not_go_unnoticed(house):
    """The measure itself: one letter in one column, one row more."""
    before = fingerprint()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE programme_gmina SET name = name || '.' WHERE teryt = '0201011'")

    assert changed(before, fingerprint()) == ["programme_gmina"]


@pytest.mark.parametrize("kind", kinds())
def test_scanner_that_looks_spends_no_link(house, kind):
    """FT-S1: HEAD, GET, OPTIONS on each link of a kind; each still works for the person."""
    doors = links_of(kind, 5)
    before = fingerprint()

    for door in doors:
        robots.look(asking(browser()), door.path)

    assert changed(before, fingerprint()) == []
    assert [door.still_works() for door in doors] == [True] * 5


@pytest.mark.parametrize("kind", kinds())
def test_robot_that_sends_every_form_gets_no_session_and_spends_no_link(house, kind):
    """FT-S2: no session is opened or trusted; the link works afterwards; the deed is not done."""
    doors = links_of(kind, 2)
    before = fingerprint({"core_ratecount", *MAY_COME_OF_A_ROBOT})

    statuses = [robots.submit_everything(asking(browser()), door.path) for door in doors]

    opened = [session.get_decoded() for session in Session.objects.all()]
    assert [
        known for known in opened if "_auth_user_id" in known or links.SESSION_KEY in known
    ] == []
    # One click must be enough to be rid of bulk letters (RFC 8058); nothing else is lost by it.
    spent = kind == "unsubscribe"
    assert [door.still_works() for door in doors] == [not spent, not spent]
    of_this = {"mailing_suppression", "core_auditevent"} if spent else set()
    assert set(changed(before, fingerprint({"core_ratecount", *MAY_COME_OF_A_ROBOT}))) == of_this
    assert max(status for each in statuses for status in [200, *each]) < 500


# A code that a robot asks for goes to the address on file, at most five an hour; sessions hold that
# it was asked for, and nothing else (see above).
MAY_COME_OF_A_ROBOT = {"core_linkcode", "mailing_letter", "mailing_attempt", "django_session"}
