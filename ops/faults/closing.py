"""FT-21: the closing minute, to the millisecond, by the clock of the database.

The clock of the database is made to stand still at an instant: `clock_timestamp()` is found first
in a schema of our own. Everything else, the clock of the web server included, goes on as it is.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from ops.bench.journey import NUMBER
from ops.bench.servers import Servers
from ops.bench.stage import Office
from ops.faults.people import at_the_desk, ready_to_send, trusted
from ops.faults.result import Result
from ops.visitor import Fields, Visitor, filled, main_form

OFFICES = 20  # for each instant and each deed
AT_ONCE = 4
MINUTE, MILLISECOND = timedelta(minutes=1), timedelta(milliseconds=1)
GRACE = 15 * MINUTE
OPENED_BEFORE = 10 * MINUTE
IN_TIME, LATE, TOO_LATE = "in time", "in grace", "kept beside"
INSTANTS = {
    "-1ms": (-MILLISECOND, IN_TIME),
    "0": (timedelta(0), LATE),
    "+14:59": (GRACE - timedelta(seconds=1), LATE),
    "+15:00": (GRACE, TOO_LATE),
    "+15:01": (GRACE + timedelta(seconds=1), TOO_LATE),
}
DEEDS = ("send", "save")
TYPED = {"uwagi": "Uwagi z ostatniej minuty.", "zrodlo": "email_zmp"}
CLOCK = """
    CREATE SCHEMA fault;
    CREATE TABLE fault.clock (stands_at timestamptz);
    INSERT INTO fault.clock VALUES (NULL);
    CREATE FUNCTION fault.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
        'SELECT coalesce((SELECT stands_at FROM fault.clock), pg_catalog.clock_timestamp())';
"""


@dataclass
class Waiting:
    """A page that was opened before the closing and is sent after it."""

    office: Office
    window: Visitor
    deed: str
    path: str
    fields: Fields
    text: str
    refusal: str = ""
    has_receipt: bool = False


def run(servers: Servers, share: float) -> Result:
    """In time, late in grace, or kept beside the survey and shown to the desk: nothing is lost."""
    number = max(2, int(OFFICES * share))
    people = iter(ready_to_send(number * len(INSTANTS) * len(DEEDS) + 1))
    closes_at = _close_in(30 * MINUTE)
    told: dict[str, dict[str, int]] = {}
    statuses: list[int] = []
    clocks_shown = True
    with _own_clock(servers):
        for name, (after, expected) in INSTANTS.items():
            _stand(closes_at - OPENED_BEFORE)
            pages = [_open(servers, *next(people), deed) for deed in DEEDS for _ in range(number)]
            clocks_shown &= all(_shows_deadline(page.text, closes_at) for page in pages)
            _stand(closes_at + after)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                statuses += [status for each in pool.map(_send, pages) for status in each]
            if expected == TOO_LATE:
                clocks_shown &= all(_shows_both_clocks(page.refusal, closes_at) for page in pages)
            told[name] = dict(Counter(_came_of(page, closes_at + after) for page in pages))
        _stand(closes_at + GRACE)
        desk = _shown_at_the_desk(servers)
    control = _open(servers, *next(people), "send")
    statuses += _send(control)
    by_real_time = _came_of(control, closes_at)
    right = {name: {expected: 2 * number} for name, (_after, expected) in INSTANTS.items()}
    late = 2 * number * sum(expected == TOO_LATE for _after, expected in INSTANTS.values())
    return Result(
        "FT-21",
        {
            "posts": 2 * number * len(INSTANTS),
            **told,
            "late_drafts_at_the_desk": f"{desk} of {late}",
            "by_real_time": by_real_time,
            "http500": sum(status >= 500 for status in statuses),
        },
        {
            "each instant is judged right": told == right,
            "the desk sees what came late": desk == late,
            "the deadline is shown, to the late in both zones": clocks_shown,
            "without the standing clock it is in time": by_real_time == IN_TIME,
            "no error": all(status < 500 for status in statuses),
        },
    )


def _close_in(time: timedelta) -> datetime:
    """Let the edition close then, at a full minute, with the usual grace."""
    from applications.clock import database_now
    from programme.models import Edition

    closes_at = (database_now() + time).replace(second=0, microsecond=0)
    minutes = int(GRACE / MINUTE)
    Edition.objects.update(survey_closes_at=closes_at, grace_minutes=minutes)
    return closes_at


@contextmanager
def _own_clock(servers: Servers) -> Iterator[None]:
    """While this lasts, every new connection takes the time from our table."""
    from django.db import connection

    def begin_anew(path: str) -> None:
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
            cursor.execute(f"ALTER DATABASE {name} SET search_path = {path}")
        connection.close()
        servers.stop("web")
        servers.start_web()

    with connection.cursor() as cursor:
        cursor.execute(CLOCK)
    begin_anew("fault, pg_catalog, public")
    yield
    begin_anew("public")


def _stand(instant: datetime) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE fault.clock SET stands_at = %s", [instant])


def _open(servers: Servers, office: Office, link: int, deed: str) -> Waiting:
    window = trusted(servers, link)
    path = f"{office.path}{'sprawdz' if deed == 'send' else 'uwagi'}/"
    page = window.get(path)
    forms = [form for form in page.read().forms if form.method == "post"]
    bare = next((form for form in forms if not form.controls), None)
    form = main_form(forms) if deed == "save" or bare is None else bare
    fields = filled(form, TYPED if deed == "save" else {})
    return Waiting(office, window, deed, path, fields, page.text)


def _send(page: Waiting) -> list[int]:
    """Send the page as it was opened, go where the answer leads, and read it."""
    answer = page.window.post(page.path, page.fields)
    shown = page.window.follow(answer)
    page.refusal = shown.text
    page.has_receipt = bool(NUMBER.search(shown.text))
    page.window.close()
    return [answer.status, shown.status]


def _survey(page: Waiting) -> Any:
    from applications.models import HostSurvey

    return HostSurvey.objects.get(gmina__teryt=page.office.teryt)


def _came_of(page: Waiting, instant: datetime) -> str:
    """What the records say of a page that was sent, where they agree with what was shown."""
    from applications.models import LateDraft
    from mailing.models import Letter

    survey = _survey(page)
    late = LateDraft.objects.filter(survey=survey).first()
    letters = Letter.objects.filter(letter="applications/survey_receipt", to=page.office.email)
    if page.deed == "send":
        if late is None and survey.status == "submitted" and page.has_receipt and letters.exists():
            return LATE if survey.is_late else IN_TIME
        is_kept = late is not None and late.was_to_be_sent and late.answers == survey.draft_answers
        is_unsent = survey.status == "draft" and not survey.versions.exists()
    else:
        if late is None and survey.draft_answers["uwagi"] == TYPED["uwagi"]:
            return LATE if survey.saved_at >= survey.edition.survey_closes_at else IN_TIME
        is_kept = late is not None and late.answers == _asked_for(survey) | TYPED
        is_unsent = survey.draft_answers["uwagi"] != TYPED["uwagi"]
    is_dated = late is not None and late.first_at == instant
    is_kept = is_kept and is_unsent and is_dated and not letters.exists() and not page.has_receipt
    return TOO_LATE if is_kept else "lost"


def _asked_for(survey: Any) -> dict[str, Any]:
    """The answers of a draft without those that no page asks for now."""
    from applications import survey_plan
    from applications.selectors.questions import pages_of

    return dict(survey_plan.prune(survey.draft_answers, pages_of(survey.edition)))


def _shows_deadline(text: str, closes_at: datetime) -> bool:
    """The page says until when, in Warsaw."""
    from core import formats

    return formats.deadline(closes_at, "pl") in unescape(text)


def _shows_both_clocks(text: str, closes_at: datetime) -> bool:
    """Who is too late is told when it was, in Warsaw and in Kyiv."""
    from core import formats

    return formats.deadline_in_both(closes_at, "pl") in unescape(text)


def _shown_at_the_desk(servers: Servers) -> int:
    """How many late drafts a coordinator finds on the page of what came after the deadline."""
    from applications.models import LateDraft

    page = at_the_desk(servers).get("/admin/applications/gminy/po-terminie/")
    emails = LateDraft.objects.values_list("survey__email", flat=True)
    return sum(email in page.text for email in emails)
