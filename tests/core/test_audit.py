"""The audit trail: append-only, sealed in order, verifiable (SEC-A)."""

import json
import random
import threading
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from core import audit
from core.models import AuditEvent, AuditSeal
from tests.factories.core import UserFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def write_lines(user, count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            audit.record(action="core.user.tested", target=user, actor=user, number=number)


def test_record_outside_a_transaction_is_refused(stranger):
    with pytest.raises(RuntimeError, match=r"audit\.record\(\) must run inside"):
        audit.record(action="core.user.tested", target=stranger)


def test_history_is_newest_first(stranger):
    write_lines(stranger, 3)

    assert [line.data for line in audit.history(stranger)] == [
        {"number": 2},
        {"number": 1},
        {"number": 0},
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET action = 'x'",
        "DELETE FROM core_auditevent",
        "TRUNCATE core_auditevent CASCADE",
        "UPDATE core_auditseal SET digest = 'x'",
        "DELETE FROM core_auditseal",
        "TRUNCATE core_auditseal",
    ],
)
@pytest.mark.django_db(transaction=True)
def test_database_refuses_to_change_history(statement):
    write_lines(UserFactory(), 2)
    audit.seal(NOW)

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert (AuditEvent.objects.count(), AuditSeal.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_sealing_numbers_lines_without_gap_and_verifies():
    write_lines(UserFactory(), 5)

    sealed = audit.seal(NOW)

    assert sealed == 5
    assert list(AuditSeal.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    assert audit.verify(heads={}) == audit.Verdict(sealed=5, waiting=0)
    assert audit.seal(NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_line_that_commits_late_is_sealed_after_lines_that_came_first():
    """Transactions commit out of the order of their keys; none may be jumped over for good."""
    user = UserFactory()
    written, go_on = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                audit.record(action="core.user.slow", target=user)
                written.set()
                go_on.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    assert written.wait(20)
    write_lines(user, 1)

    early = audit.seal(NOW)
    go_on.set()
    thread.join()
    late = audit.seal(NOW)

    order = AuditSeal.objects.order_by("seq").values_list("event__action", flat=True)
    assert (early, late) == (1, 1)
    assert list(order) == ["core.user.tested", "core.user.slow"]
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "core.user.slow",
        "core.user.tested",
    ]
    assert audit.verify(heads={}).is_sound


@pytest.mark.django_db(transaction=True)
def test_hundred_writers_at_once_leave_no_gap_and_no_fork():
    """SEC-A: 100 concurrent writers, with four sealers racing them."""
    user = UserFactory()
    failed: list[str] = []

    def run(deed) -> None:
        try:
            deed()
        except Exception as error:
            failed.append(repr(error))
            raise
        finally:
            connections.close_all()

    writers = [lambda: write_lines(user, 3) for _ in range(100)]
    sealers = [lambda: [audit.seal(NOW) for _ in range(10)] for _ in range(4)]
    deeds = writers + sealers
    random.Random(1).shuffle(deeds)
    for start in range(0, len(deeds), 40):  # PostgreSQL here takes a hundred connections
        threads = [threading.Thread(target=run, args=[deed]) for deed in deeds[start : start + 40]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    audit.seal(NOW)

    assert failed == []
    seqs = list(AuditSeal.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, 301))
    assert audit.verify(heads={}) == audit.Verdict(sealed=300, waiting=0)


def as_superuser(statement: str, values: list) -> None:
    """Change history the way somebody with all rights on the server could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)


def edit(draw: random.Random, ids: list[int]) -> None:
    column, value = draw.choice(
        [("action", "core.user.other"), ("data", json.dumps({"number": -1})), ("target_id", 10**9)]
    )
    as_superuser(
        f"UPDATE core_auditevent SET {column} = %s WHERE id = %s", [value, draw.choice(ids)]
    )


def delete(draw: random.Random, ids: list[int]) -> None:
    victim = draw.choice(ids)
    as_superuser("DELETE FROM core_auditevent WHERE id = %s", [victim])
    if draw.random() < 0.5 and victim != ids[-1]:
        as_superuser("DELETE FROM core_auditseal WHERE event_id = %s", [victim])


def swap(draw: random.Random, ids: list[int]) -> None:
    one, other = draw.sample(ids, 2)
    as_superuser(
        "UPDATE core_auditseal SET event_id = CASE event_id WHEN %s THEN -%s ELSE -%s END"
        " WHERE event_id IN (%s, %s)",
        [one, other, one, one, other],
    )
    as_superuser("UPDATE core_auditseal SET event_id = -event_id WHERE event_id < 0", [])


def cut_tail(draw: random.Random, ids: list[int]) -> None:
    first = draw.choice(ids[1:])
    as_superuser("DELETE FROM core_auditseal WHERE event_id >= %s", [first])
    as_superuser("DELETE FROM core_auditevent WHERE id >= %s", [first])


@pytest.mark.parametrize("tamper", [edit, delete, swap, cut_tail])
@pytest.mark.django_db(transaction=True)
def test_tampering_with_all_rights_is_found(tamper, tmp_path):
    """SEC-A: 25 random tamperings of each kind, all found; the tail thanks to the exported head."""
    write_lines(UserFactory(), 12)
    audit.seal(NOW)
    audit.write_head(NOW, tmp_path / "heads.jsonl")
    heads = audit.read_heads(tmp_path / "heads.jsonl")
    ids = list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))
    draw = random.Random(20260310)
    events = list(AuditEvent.objects.order_by("pk").values())
    seals = list(AuditSeal.objects.order_by("pk").values())
    assert audit.verify(heads).is_sound

    found = 0
    for _ in range(25):
        tamper(draw, ids)
        found += not audit.verify(heads).is_sound
        as_superuser("TRUNCATE core_auditseal, core_auditevent", [])
        AuditEvent.objects.bulk_create(AuditEvent(**event) for event in events)
        AuditSeal.objects.bulk_create(AuditSeal(**seal) for seal in seals)

    assert found == 25
    assert audit.verify(heads).is_sound


@pytest.mark.django_db(transaction=True)
def test_cut_tail_without_the_exported_head_is_not_found():
    """The reason why heads are written to a second place."""
    write_lines(UserFactory(), 6)
    audit.seal(NOW)
    last = AuditEvent.objects.order_by("-pk").first().pk

    as_superuser("DELETE FROM core_auditseal WHERE event_id = %s", [last])
    as_superuser("DELETE FROM core_auditevent WHERE id = %s", [last])

    assert audit.verify(heads={}).is_sound


@pytest.mark.django_db(transaction=True)
def test_verify_audit_names_the_first_broken_line(settings, tmp_path, capsys):
    settings.VAR_DIR = tmp_path
    write_lines(UserFactory(), 3)
    audit.seal(NOW)

    call_command("verify_audit")
    assert capsys.readouterr().out == "audit trail is whole: 3 lines sealed, 0 waiting\n"

    second = AuditEvent.objects.order_by("pk")[1]
    as_superuser("UPDATE core_auditevent SET action = 'x' WHERE id = %s", [second.pk])
    with pytest.raises(CommandError) as refused:
        call_command("verify_audit")
    assert str(refused.value) == f"audit line {second.pk} does not fit its seal 2"
    assert refused.value.returncode == 1
