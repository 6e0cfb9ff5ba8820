"""Fetching gminas and their population from the web service of Statistics Poland.

Every page that comes is kept at once, so a fetch goes on where it stopped: after a crash, after a
pause that the service asked for, after a night without a network. What has come whole becomes an
import that waits for a person, like the files of an upload.
"""

import math
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from core import audit, limits
from core.models import User
from core.states import hold, move
from programme import hints
from programme.bdl_client import BdlClient, ServiceAway, SlowDown
from programme.models import RegisterFetch, RegisterFetchPage, RegisterImport
from programme.models.fetches import FetchPart, FetchStatus
from programme.registers import RegisterRefused, bdl_service
from programme.services.register_uploads import prepare_import

LEASE = timedelta(minutes=4)  # longer than a task may live
ATTEMPTS_MOST = 6
RESTARTS_MOST = 2
LONGEST_PAUSE = 900
PAGED = (FetchPart.VOIVODESHIPS, FetchPart.POWIATS, FetchPart.GMINAS)
Clock = Callable[[], datetime]


class AlreadyFetching(Exception):
    """The register is being fetched already."""


def start_fetch(*, year: int | None, actor: User | None, now: datetime) -> RegisterFetch:
    """Begin to fetch the figures of a year (the newest when none is given).

    A worker is told after commit. Raises `AlreadyFetching`.
    """
    try:
        with transaction.atomic():
            fetch = RegisterFetch.objects.create(
                year=year,
                variable=settings.BDL_VARIABLE,
                started_at=now,
                started_by=actor,
                expected={"page_size": settings.BDL_PAGE_SIZE},
            )
            audit.record(
                action="programme.registerfetch.started",
                target=fetch,
                actor=actor,
                now=now,
                year=year,
            )
            hints.fetch_goes_on(fetch.pk)
    except IntegrityError as error:
        raise AlreadyFetching from error
    return fetch


@transaction.atomic
def resume_fetch(fetch: RegisterFetch, *, actor: User | None, now: datetime) -> RegisterFetch:
    """Go on with a fetch that stopped; what has come stays. Raises `AlreadyFetching`."""
    try:
        with transaction.atomic():
            move(
                fetch,
                FetchStatus.FETCHING,
                actor=actor,
                now=now,
                problem="",
                attempts=0,
                restarts=0,
                not_before=None,
                claimed_until=None,
            )
    except IntegrityError as error:
        raise AlreadyFetching from error
    hints.fetch_goes_on(fetch.pk)
    return fetch


@transaction.atomic
def drop_fetch(fetch: RegisterFetch, *, actor: User, now: datetime) -> RegisterFetch:
    """Throw away what has come so far."""
    move(fetch, FetchStatus.DROPPED, actor=actor, now=now)
    fetch.pages.all().delete()
    return fetch


def due_fetches(now: datetime) -> QuerySet[RegisterFetch]:
    """Fetches that may go on now and that nobody is working on."""
    return (
        RegisterFetch.objects.filter(status=FetchStatus.FETCHING)
        .filter(Q(not_before=None) | Q(not_before__lte=now))
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
    )


def work_on(
    fetch_id: int, *, clock: Clock, seconds: float, client: BdlClient | None = None
) -> bool:
    """Ask for pages for so many seconds; whether there is more to ask for at once.

    Two workers never do this together: the row is leased. Whatever the service does ends in a
    pause with its reason, or in the status "stopped by a problem"; a person is told in words.
    """
    now = clock()
    if not due_fetches(now).filter(pk=fetch_id).update(claimed_until=now + LEASE, not_before=None):
        return False
    fetch = RegisterFetch.objects.select_related("started_by").get(pk=fetch_id)
    language = fetch.started_by.language if fetch.started_by else translation.get_language()
    with translation.override(language):
        try:
            more = _work(fetch, client or BdlClient(), clock, time.monotonic() + seconds)
        except SlowDown as slow:
            more = _stumble(fetch, "", timedelta(seconds=slow.seconds), clock())
        except limits.TooMany as many:
            more = _pause(fetch, many.retry_after, clock())
        except ServiceAway as away:
            pause = min(15 * 2**fetch.attempts, LONGEST_PAUSE)
            more = _stumble(fetch, str(away), timedelta(seconds=pause), clock())
        except RegisterRefused as refused:
            more = _fail(fetch, str(refused), clock())
    RegisterFetch.objects.filter(pk=fetch_id).update(claimed_until=None)
    return more


def _work(fetch: RegisterFetch, client: BdlClient, clock: Clock, until: float) -> bool:
    while time.monotonic() < until:
        step = next_step(fetch)
        if step is None:
            _finish(fetch, clock())
            return False
        part, number = step
        _count_request(clock())
        take = _take_years if part == FetchPart.YEARS else partial(_take_page, number=number)
        if not take(fetch, part, client, clock):
            return False
    return True


def next_step(fetch: RegisterFetch) -> tuple[str, int] | None:
    """Part and number of the page to ask for next; None when everything has come."""
    have: dict[str, int] = {}
    for part in fetch.pages.values_list("part", flat=True):
        have[part] = have.get(part, 0) + 1
    if not have.get(FetchPart.YEARS):
        return FetchPart.YEARS, 0
    for part in PAGED:
        if have.get(part, 0) < pages_of(fetch, part):
            return part, have.get(part, 0)
    return None


def pages_of(fetch: RegisterFetch, part: str) -> int:
    """How many pages the part has; one as long as the service has not told."""
    total = fetch.expected.get(part)
    return max(1, math.ceil(total / fetch.expected["page_size"])) if total is not None else 1


def _count_request(now: datetime) -> None:
    """One request more within the documented quotas; raises `TooMany` when one is used up."""
    quotas: Any = settings.BDL_QUOTAS
    for seconds, most in quotas.items():
        limits.hit(
            action=f"bdl.{seconds}",
            key=settings.BDL_CLIENT_ID or "anonymous",
            limit=int(most),
            per=timedelta(seconds=int(seconds)),
            now=now,
        )


def _take_years(fetch: RegisterFetch, part: str, client: BdlClient, clock: Clock) -> bool:
    payload = client.get(f"variables/{fetch.variable}")
    years = bdl_service.read_years(payload, fetch.variable)
    if fetch.year is not None and fetch.year not in years:
        raise RegisterRefused(
            None,
            _("There are no figures of the year %(year)d; the newest are of %(newest)d.")
            % {"year": fetch.year, "newest": years[-1]},
        )
    return _keep(fetch, part, 0, years, clock(), year=fetch.year or years[-1])


def _take_page(
    fetch: RegisterFetch, part: str, client: BdlClient, clock: Clock, *, number: int
) -> bool:
    size = fetch.expected["page_size"]
    paging = {"page": number, "page-size": size}
    if part == FetchPart.GMINAS:
        payload = client.get(
            f"data/by-variable/{fetch.variable}",
            **{"unit-level": bdl_service.LEVELS[part], "year": fetch.year} | paging,
        )
    else:
        payload = client.get("units", **{"level": bdl_service.LEVELS[part]} | paging)
    page = bdl_service.read_page(
        payload, part=part, number=number, page_size=size, year=fetch.year or 0
    )
    if fetch.expected.get(part, page.total) != page.total:
        return _begin_part_anew(fetch, part, clock())
    expected = fetch.expected | {part: page.total}
    return _keep(fetch, part, number, page.rows, clock(), expected=expected)


@transaction.atomic
def _keep(
    fetch: RegisterFetch, part: str, number: int, rows: list[Any], now: datetime, **changes: Any
) -> bool:
    """Keep a page; False when somebody has thrown the fetch away meanwhile."""
    still = RegisterFetch.objects.select_for_update().filter(
        pk=fetch.pk, status=FetchStatus.FETCHING
    )
    changes |= {"heard_at": now, "attempts": 0, "problem": "", "claimed_until": now + LEASE}
    if not still.exists() or not still.update(**changes):
        return False
    RegisterFetchPage.objects.bulk_create(
        [RegisterFetchPage(fetch=fetch, part=part, number=number, rows=rows, fetched_at=now)],
        ignore_conflicts=True,
    )
    for name, value in changes.items():
        setattr(fetch, name, value)
    return True


@transaction.atomic
def _begin_part_anew(fetch: RegisterFetch, part: str, now: datetime) -> bool:
    """The service changed its figures between two pages: this part is asked for from its start."""
    if fetch.restarts >= RESTARTS_MOST:
        raise RegisterRefused(
            None,
            _(
                "The service of Statistics Poland kept changing its figures while they were "
                "fetched. Try again later."
            ),
        )
    fetch.pages.filter(part=part).delete()
    fetch.expected = {name: fetch.expected[name] for name in fetch.expected if name != part}
    fetch.restarts += 1
    fetch.heard_at = now
    fetch.save(update_fields=["expected", "restarts", "heard_at"])
    return True


def _rows_of(fetch: RegisterFetch, part: str) -> list[Any]:
    pages = fetch.pages.filter(part=part).order_by("number", "pk")
    return [row for page in pages for row in page.rows]


def _finish(fetch: RegisterFetch, now: datetime) -> None:
    """Everything has come: make the import that a person looks at and applies."""
    year = fetch.year or 0
    content = bdl_service.pack(
        year=year,
        variable=fetch.variable,
        voivodeships=_rows_of(fetch, FetchPart.VOIVODESHIPS),
        powiats=_rows_of(fetch, FetchPart.POWIATS),
        gminas=_rows_of(fetch, FetchPart.GMINAS),
    )
    name = f"{settings.BDL_URL} {fetch.variable} {year}{bdl_service.SUFFIX}"
    with transaction.atomic():
        still = RegisterFetch.objects.select_for_update().filter(pk=fetch.pk)
        if not still.filter(status=FetchStatus.FETCHING).exists():
            return  # thrown away meanwhile, and with it what had come
        hold(fetch)
        record = prepare_import(
            RegisterImport.GMINAS,
            files={"service": (name, content)},
            actor=fetch.started_by,
            now=now,
            population_on=date(year, 12, 31),
        )
        move(fetch, FetchStatus.FETCHED, actor=fetch.started_by, now=now, register_import=record)
        fetch.pages.all().delete()


def _pause(fetch: RegisterFetch, pause: timedelta, now: datetime) -> bool:
    RegisterFetch.objects.filter(pk=fetch.pk).update(not_before=now + pause)
    return False


def _stumble(fetch: RegisterFetch, problem: str, pause: timedelta, now: datetime) -> bool:
    """Try again later, but not for ever."""
    attempts = fetch.attempts + 1
    if attempts >= ATTEMPTS_MOST:
        again = _("The service of Statistics Poland asks us to wait again and again.")
        return _fail(fetch, problem or again, now)
    RegisterFetch.objects.filter(pk=fetch.pk).update(
        attempts=attempts, problem=problem, not_before=now + pause
    )
    return False


def _fail(fetch: RegisterFetch, problem: str, now: datetime) -> bool:
    with transaction.atomic():
        fetch.refresh_from_db()
        if fetch.status == FetchStatus.FETCHING:
            move(fetch, FetchStatus.FAILED, now=now, problem=problem, not_before=None)
    return False
