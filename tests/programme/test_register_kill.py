"""An import of the register that dies by SIGKILL leaves nothing behind (FT-35, X3)."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from core.models import AuditEvent
from programme.models import Gmina, GminaPopulation, RegisterImport
from programme.services.register_uploads import apply_import, prepare_import
from tests.factories.core import UserFactory
from tests.programme import registers

NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)
# Dies after so many statements that write, in the middle of the transaction.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from django.utils import timezone
from core.models import User
from programme.models import RegisterImport
from programme.services.register_uploads import apply_import
left = int(sys.argv[2])

def dies(execute, sql, params, many, context):
    global left
    if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
    return execute(sql, params, many, context)

record = RegisterImport.objects.get(pk=int(sys.argv[1]))
with connection.execute_wrapper(dies):
    apply_import(record, actor=User.objects.get(pk=record.actor_id), now=timezone.now())
"""


@pytest.fixture
def waiting():
    return prepare_import(
        RegisterImport.GMINAS,
        files={
            "terc": ("TERC.csv", registers.terc(registers.terc_lines())),
            "population": ("bdl.csv", registers.bdl()),
        },
        actor=UserFactory(),
        now=NOW,
        population_on=date(2024, 12, 31),
    )


def run(record, left):
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(record.pk), str(left)],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_import_that_is_killed_anywhere_is_all_or_nothing(waiting):
    """Killed at the first row, between units and figures, and at the last statement."""
    before = AuditEvent.objects.count()

    for left in (0, 3, 7, 11):
        killed = run(waiting, left)

        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert (Gmina.objects.count(), GminaPopulation.objects.count()) == (0, 0)
        assert AuditEvent.objects.count() == before
        waiting.refresh_from_db()
        assert (waiting.applied_at, waiting.files.count()) == (None, 2)

    whole = run(waiting, 10_000)  # the negative control: let alone, everything is there

    assert whole.returncode == 0, whole.stderr
    assert (Gmina.objects.count(), GminaPopulation.objects.count()) == (2_400, 2_400)
    again = prepare_import(
        RegisterImport.GMINAS,
        files={
            "terc": ("TERC.csv", registers.terc(registers.terc_lines())),
            "population": ("bdl.csv", registers.bdl()),
        },
        actor=waiting.actor,
        now=NOW,
        population_on=date(2024, 12, 31),
    )
    assert apply_import(again, actor=waiting.actor, now=NOW).is_empty
    assert (Gmina.objects.count(), GminaPopulation.objects.count()) == (2_400, 2_400)
