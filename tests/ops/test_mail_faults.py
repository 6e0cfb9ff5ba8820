"""E9, E16: the faults of mail at their smallest, with real workers, PostgreSQL and Redis.

`make faults` plays them whole, and the slower ones: two beats, a broker that is gone, storms.
"""

import os
import subprocess
import sys

import pytest

from ops.faults.__main__ import FAULTS
from tests.ops.processes import ROOT

SECONDS = 540
OF_THE_HOUSE = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
OF_MAIL = [f"FT-{n:02}" for n in (1, 2, 3, 4, 5, 6, 28, 29, 30, 31, 32, 33)] + ["L02"]


def test_every_fault_of_mail_is_among_those_that_are_played():
    assert set(OF_MAIL) <= set(FAULTS)


@pytest.mark.parametrize("name", ["FT-29", "FT-33"])
def test_fault_is_survived_at_its_smallest(name):
    """FT-29: poisoned letters; FT-33: workers replaced, and one that is killed as the control."""
    environment = {key: value for key, value in os.environ.items() if key not in OF_THE_HOUSE}
    done = subprocess.run(
        [sys.executable, "-m", "ops.faults", name],
        cwd=ROOT,
        env={**environment, "FAULTS_SHARE": "0.01", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.stdout.startswith(f"{name}  pass  "), done.stdout + done.stderr[-3000:]
    assert done.returncode == 0
