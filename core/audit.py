"""The audit trail: what happened to which record, by whom, written with the deed itself.

Lines are sealed into a chain of hashes by a job, in an order that only grows, so that no deed
waits for another (SEC-A). `verify()` recomputes the chain.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from psycopg2.extras import Json

from core.db import require_transaction
from core.models import AuditEvent, AuditSeal
from core.prepared import Statement

FIRST_DIGEST = "0" * 64
SEALER_LOCK = 0x5EA1
BATCH = 2_000
# Lines of finished transactions that have no seal: no others are visible here. A transaction that
# began earlier and ends later is not jumped over: its lines come next time, after these.
UNSEALED = """
    SELECT event.id FROM core_auditevent AS event
    WHERE NOT EXISTS (SELECT FROM core_auditseal AS seal WHERE seal.event_id = event.id)
    ORDER BY event.id LIMIT %s
"""
# Every deed writes one of these.
_WRITE = Statement(
    "audit_line",
    """
    INSERT INTO core_auditevent (at, actor_id, action, target_type_id, target_id, data)
    VALUES (%(at)s::timestamptz, %(actor)s::bigint, %(action)s::text, %(target_type)s::int,
            %(target_id)s::bigint, %(data)s::jsonb)
    RETURNING id
    """,
    *("at", "actor", "action", "target_type", "target_id", "data"),
)


def record(
    *,
    action: str,
    target: models.Model,
    actor: Any = None,
    now: datetime | None = None,
    **data: Any,
) -> AuditEvent:
    """Write down what happened, in the transaction that makes it happen.

    `actor` is a person with an account; somebody without one (a link, a job) is nobody. `now` is
    when, if not this moment. `data` holds identifiers and field names, never the values of
    restricted fields. Raises `RuntimeError` outside a transaction.
    """
    require_transaction("audit.record()")
    event = _line(action, target, actor, now, data)
    [(event.pk,)] = _WRITE.rows(
        at=event.at,
        actor=event.actor_id,
        action=action,
        target_type=event.target_type_id,
        target_id=event.target_id,
        data=Json(data),
    )
    event._state.adding = False
    return event


def record_each(
    details: Iterable[tuple[models.Model, Mapping[str, Any]]],
    *,
    action: str,
    actor: Any = None,
    now: datetime | None = None,
) -> list[AuditEvent]:
    """As `record()`, of several targets with their data at once: a line for each, in order."""
    require_transaction("audit.record_each()")
    lines = [_line(action, target, actor, now, data) for target, data in details]
    return AuditEvent.objects.bulk_create(lines)


def _line(
    action: str, target: models.Model, actor: Any, now: datetime | None, data: Mapping[str, Any]
) -> AuditEvent:
    who = actor if getattr(actor, "pk", None) is not None else None
    at = {} if now is None else {"at": now}
    return AuditEvent(action=action, target=target, actor=who, data=dict(data), **at)


def history(target: models.Model) -> models.QuerySet[AuditEvent]:
    """Everything that happened to one record, newest first."""
    kind = ContentType.objects.get_for_model(target)
    return (
        AuditEvent.objects.filter(target_type=kind, target_id=target.pk)
        .select_related("actor")
        .order_by("-pk")
    )


def canonical(event: AuditEvent) -> str:
    """One line as text that is the same on every machine."""
    kind = ContentType.objects.get_for_id(event.target_type_id)
    return json.dumps(
        {
            "id": event.pk,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": event.actor_id,
            "action": event.action,
            "target": f"{kind.app_label}.{kind.model}",
            "target_id": event.target_id,
            "data": event.data,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def link_digest(previous: str, event: AuditEvent, seq: int) -> str:
    """SHA-256 of the digest before, the line and its number (SEC-A)."""
    return hashlib.sha256(f"{previous}\n{canonical(event)}\n{seq}".encode()).hexdigest()


def seal(now: datetime) -> int:
    """Give every committed line without a seal its place in the chain; returns how many.

    One sealer at a time: who does not get the advisory lock leaves the work to the other.
    """
    sealed = 0
    while batch := _seal_batch(now):
        sealed += batch
    return sealed


@transaction.atomic
def _seal_batch(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(UNSEALED, [BATCH])
        waiting = [row[0] for row in cursor.fetchall()]
    last = AuditSeal.objects.order_by("-seq").first()
    seq, previous = (last.seq, last.digest) if last else (0, FIRST_DIGEST)
    events = AuditEvent.objects.in_bulk(waiting)
    seals = []
    for pk in waiting:
        seq += 1
        previous = link_digest(previous, events[pk], seq)
        seals.append(AuditSeal(event_id=pk, seq=seq, digest=previous, sealed_at=now))
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


@dataclass(frozen=True)
class Verdict:
    """What `verify()` found. `broken` is a sentence about the first broken place, or empty."""

    sealed: int
    waiting: int
    broken: str = ""

    @property
    def is_sound(self) -> bool:
        """The chain is whole."""
        return not self.broken


def head_file() -> Path:
    """Where the daily heads of the chain are written: a second place, outside the database."""
    return Path(settings.VAR_DIR) / "audit-heads.jsonl"


def write_head(now: datetime, path: Path | None = None) -> bool:
    """Append the number and digest of the newest seal to the file; False when there is none."""
    last = AuditSeal.objects.order_by("-seq").first()
    if last is None:
        return False
    path = path or head_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"at": now.isoformat(), "seq": last.seq, "digest": last.digest})
    with path.open("a", encoding="utf-8") as heads:
        heads.write(line + "\n")
    return True


def read_heads(path: Path | None = None) -> dict[int, str]:
    """Digests that were written down outside the database, by number in the chain."""
    path = path or head_file()
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return {line["seq"]: line["digest"] for line in lines}


def verify(heads: dict[int, str] | None = None) -> Verdict:
    """Recompute the whole chain and compare it with itself and with the heads written down."""
    heads = read_heads() if heads is None else heads
    with transaction.atomic():
        total = AuditSeal.objects.count()
        waiting = AuditEvent.objects.filter(seal=None).count()
        previous, expected = FIRST_DIGEST, 0
        seals = AuditSeal.objects.order_by("seq", "pk").values_list("seq", "event_id", "digest")
        for chunk in _chunks(seals):
            events = AuditEvent.objects.in_bulk([event_id for _seq, event_id, _digest in chunk])
            for seq, event_id, digest in chunk:
                expected += 1
                broken = _fault(seq, expected, events.get(event_id), previous, digest, heads)
                if broken:
                    return Verdict(total, waiting, broken)
                previous = digest
    missing = [seq for seq in sorted(heads) if seq > expected]
    if missing:
        return Verdict(
            total, waiting, f"seal {missing[0]} was written down, but the chain ends at {expected}"
        )
    return Verdict(total, waiting)


def _fault(
    seq: int,
    expected: int,
    event: AuditEvent | None,
    previous: str,
    digest: str,
    heads: dict[int, str],
) -> str:
    if seq != expected:
        return f"seal {expected} is missing: after it comes {seq}"
    if event is None:
        return f"the audit line of seal {seq} is missing"
    if link_digest(previous, event, seq) != digest:
        return f"audit line {event.pk} does not fit its seal {seq}"
    if heads.get(seq, digest) != digest:
        return f"seal {seq} differs from the one that was written down"
    return ""


def _chunks(seals: models.QuerySet):
    chunk = []
    for row in seals.iterator(chunk_size=BATCH):
        chunk.append(row)
        if len(chunk) == BATCH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


WORDS: dict[str, object] = {}


def describe(words: dict[str, object]) -> None:
    """A room says how its deeds read on a timeline: {"core.link.created": _("A link was made")}."""
    WORDS.update(words)


def words(action: str, target: models.Model) -> str:
    """A deed in words: what the room said, else the name of the status it led to."""
    if action in WORDS:
        return str(WORDS[action])
    reached = action.rsplit(".", 1)[-1]
    status = getattr(target, "Status", None)
    labels = dict(status.choices) if status is not None else {}
    return str(labels.get(reached, reached.replace("_", " ")))
