"""W12: what a web worker loads when it starts, and what it leaves until somebody needs it."""

import subprocess
import sys

LEFT_ALONE = {"numpy", "highspy", "typst", "openpyxl", "holidays", "PIL", "pikepdf"}
LOAD_EVERYTHING = """
import sys
from win4ua.wsgi import application
from django.urls import get_resolver
def walk(resolver):
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            walk(each)
walk(get_resolver())
print(*sorted(name for name in sys.modules if "." not in name))
"""


def test_web_worker_loads_no_library_of_rare_deeds():
    """All addresses are known and no library of matching, documents or tables is in memory.

    Each costs a worker 2 to 17 MB; the deed that needs one loads it.
    """
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", LOAD_EVERYTHING], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())

    assert {"django", "matching", "applications", "celery"} <= loaded
    assert loaded & LEFT_ALONE == set()
