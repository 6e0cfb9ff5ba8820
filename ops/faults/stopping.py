"""FT-38: somebody presses "stop" in the middle of a mailing to ten thousand."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from ops.bench.servers import Servers, Sink
from ops.faults.result import Result
from ops.visitor import wait_for

LETTERS = 10_000
WORKERS = 4
FOR_THE_CONTROL = 1_000
QUIET_SECONDS = 15  # so long nothing more may leave after the pause
PATIENCE_SECONDS = 900
WORDS = {
    f"{part}_{code}": text
    for code in ("pl", "uk", "en")
    for part, text in (("subject", "FT-38"), ("body", "{salutation},\n\nFT-38."))
}


def run(servers: Servers, share: float) -> Result:
    """At most as many more leave as workers have in hand; then all the rest, each once."""
    from django.conf import settings

    settings.MAILING_PER_MINUTE = settings.MAILING_PER_HOUR = 10_000_000
    many = max(400, int(LETTERS * share))
    sink = _Watched(servers.start_sink())
    mailing, olena = _mailing(many, "whole")
    began = time.monotonic()
    _write_all(mailing, many)
    written = time.monotonic() - began
    _start_workers(servers)
    after = _pause_at(sink, mailing, olena, wanted=int(many * 0.4))
    held = _state(mailing, "held")
    left = sink.many
    _go_on(mailing, olena)
    is_whole = wait_for(lambda: _finished(mailing), seconds=PATIENCE_SECONDS)
    sent = _addressed(sink, "whole")
    control = _control(servers, sink)
    return Result(
        "FT-38",
        {
            "letters": many,
            "workers": WORKERS,
            "written_per_second": round(many / written),
            "left_before_the_pause": left - after,
            "left_after_it": after,
            "held": held,
            "lost": many - len(sent),
            "twice": sum(times > 1 for times in sent.values()),
            "control_left_after_it": control,
        },
        {
            "at_most_in_hand": after <= WORKERS,
            "paused_in_the_middle": 0 < held < many,
            "all_in_the_end": is_whole and len(sent) == many,
            "none_twice": set(sent.values()) == {1},
            "the_control_fails": control > WORKERS,
        },
    )


class _Watched:
    """The mail server, and when each letter came."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.times: list[float] = []
        take = sink.handle_DATA

        async def take_and_note(*arguments: Any) -> str:
            self.times.append(time.perf_counter())
            return await take(*arguments)

        sink.handle_DATA = take_and_note  # type: ignore[assignment, method-assign]

    @property
    def many(self) -> int:
        """Letters so far."""
        return len(self.times)

    def since(self, moment: float) -> int:
        """Letters that came after the moment."""
        return sum(each > moment for each in self.times)


def _person(name: str) -> Any:
    from core import roles
    from core.models import User

    roles.sync_permissions()
    user = User.objects.filter(email=f"{name}@fsm.example").first()
    if user is None:
        user = User.objects.create_user(f"{name}@fsm.example", first_name=name, last_name=name)
        roles.grant_role(user, roles.COORDINATOR)
    return User.objects.get(pk=user.pk)


def _mailing(many: int, name: str) -> tuple[Any, Any]:
    """A mailing to a list of so many, let go by a second person, whose time has come."""
    from django.utils import timezone

    from mailing.models import ListedRecipient, Mailing, RecipientList
    from mailing.services import mailing_rows, mailings

    now = timezone.now() - timedelta(minutes=1)
    olena, halina = _person("olena"), _person("halina")
    people = RecipientList.objects.create(
        title=name, name="list.xlsx", sha256="0" * 64, actor=olena, prepared_at=now, kept_at=now
    )
    ListedRecipient.objects.bulk_create(
        [
            ListedRecipient(
                of=people,
                line=line,
                email=f"{name}{line:05}@gmina.example",
                name=f"Anna {line}",
                language="pl",
                salutation="Szanowna Pani",
            )
            for line in range(1, many + 1)
        ],
        batch_size=1_000,
    )
    mailing = mailings.draft_mailing(
        title=name,
        letter="mailing/notice",
        audience="mailing/list",
        wish={"list": people.pk},
        words=WORDS,
        pace=mailings.Pace(hold_minutes=0),
        actor=olena,
        now=now,
    )
    mailing_rows.work_out(mailing, actor=olena, now=now)
    Mailing.objects.filter(pk=mailing.pk).update(previewed_at=now, tested_at=now)
    mailing.refresh_from_db()
    mailings.propose(mailing, actor=olena, now=now)
    mailings.approve(mailing, seen=now, actor=halina, now=now)
    return mailing, olena


def _write_all(mailing: Any, many: int) -> None:
    from django.utils import timezone

    from mailing.services import mailing_sending

    while _state(mailing, "planned"):
        mailing_sending.send_next(now=timezone.now(), seconds=60)


def _state(mailing: Any, state: str) -> int:
    from mailing import mailing_selectors

    return mailing_selectors.counts(mailing)[state]


def _pause_at(sink: _Watched, mailing: Any, actor: Any, *, wanted: int) -> int:
    """Wait until so many have come, pause, and count what comes after the pause is committed."""
    from django.utils import timezone

    from mailing.models import Mailing
    from mailing.services import mailing_sending

    before = sink.many
    _tell_workers()
    if not wait_for(lambda: sink.many - before >= wanted, seconds=PATIENCE_SECONDS, pause=0.01):
        raise RuntimeError("the workers send nothing")
    fresh = Mailing.objects.get(pk=mailing.pk)
    mailing_sending.pause(fresh, actor=actor, now=timezone.now(), reason="FT-38")
    committed = time.perf_counter()
    _tell_workers()
    time.sleep(QUIET_SECONDS)
    return sink.since(committed)


def _go_on(mailing: Any, actor: Any) -> None:
    from django.utils import timezone

    from mailing.models import Mailing
    from mailing.services import mailing_sending

    mailing_sending.go_on(Mailing.objects.get(pk=mailing.pk), actor=actor, now=timezone.now())
    while _state(mailing, "held"):
        mailing_sending.send_next(now=timezone.now(), seconds=60)


def _finished(mailing: Any) -> bool:
    from django.utils import timezone

    from mailing.models import Mailing
    from mailing.services import mailing_sending

    _tell_workers()
    mailing_sending.send_next(now=timezone.now())
    return Mailing.objects.get(pk=mailing.pk).status == "finished"


def _tell_workers() -> None:
    """What a hint does, for each of them."""
    from mailing.tasks import send_due

    for _worker in range(WORKERS):
        send_due.apply_async()


def _addressed(sink: _Watched, name: str) -> dict[str, int]:
    return {to: many for to, many in sink.sink.taken.items() if to.startswith(name)}


def _start_workers(servers: Servers) -> None:
    for number in range(WORKERS):
        servers.start_worker(concurrency=1, name=f"worker-{number}")


def _control(servers: Servers, sink: _Watched) -> int:
    """Negative control: without holding what waits, all the rest leaves after the pause."""
    for number in range(WORKERS):
        servers.stop(f"worker-{number}")
    mailing, olena = _mailing(FOR_THE_CONTROL, "control")
    _write_all(mailing, FOR_THE_CONTROL)
    _start_workers(servers)
    with _nothing_held():
        return _pause_at(sink, mailing, olena, wanted=FOR_THE_CONTROL // 10)


@contextmanager
def _nothing_held() -> Iterator[None]:
    from mailing.services import mailing_sending

    with mock.patch.object(mailing_sending, "hold_letters", return_value=0):
        yield
