"""Rules of the house, kept by tests instead of memory."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.template.loader import get_template
from django.test import override_settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from mailing import registry
from win4ua.celery import app

ROOMS = settings.ROOMS
ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
OURS = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
SOURCES = [
    path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]

# Doors without a login and without a personal link. Every other address asks for one.
PUBLIC = {
    "admin:login",
    "applications:gmina_suggestions",
    "applications:intern_hromadas",
    "applications:intern_link_sent",
    "applications:intern_start",
    "applications:survey_blank",
    "applications:survey_door",
    "applications:late_code_of_gmina",  # rate limited; a code of 79 bits
    "applications:survey_gmina",
    "applications:survey_link_sent",
    "applications:survey_unlisted",
    "favicon",
    "healthz",
    "mailing:sign_in",
    "mailing:sign_in_code",
    "mailing:sign_in_link",
    "mailing:unsubscribe",
    "programme:accessibility",
    "programme:documents",
    "programme:file",
    "programme:home",
    "programme:privacy",
    "programme:questions",
    "programme:sign",
    "robots",
    "sign_in",
    "sign_in_code",
    "sign_in_link",
    "sign_out",
    "sitemap",
}
# Django itself, or a library, looks these templates up by name.
LOOKED_UP = re.compile(r"^(admin|registration|win4ua)/|^(400|403|403_csrf|404|500)\.html$")


def addresses(patterns=None, path: str = "", space: str = "") -> Iterator[tuple[str, str, object]]:
    """Every address of the house: (path, name with its namespaces, view)."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            deeper = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, here, deeper)
        elif isinstance(pattern, URLPattern):
            yield here, f"{space}{pattern.name}", pattern.callback


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_have_names():
    unnamed = [path for room in ROOMS for path in (ROOT / room / "migrations").glob("*_auto_*.py")]

    assert unnamed == []


def test_imports_point_upstream():
    lint = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "model", [model for model in OURS if hasattr(model, "STEPS")], ids=lambda m: m._meta.label
)
def test_map_of_a_life_knows_its_statuses(model):
    known = set(
        model._meta.get_field("status").flatchoices
        and dict(model._meta.get_field("status").flatchoices)
    )
    walked = set(model.STEPS) | {step for steps in model.STEPS.values() for step in steps}
    first = {model._meta.get_field("status").default}

    assert {str(status) for status in walked} <= known
    reachable, edge = set(), {str(status) for status in first}
    while edge:
        reachable |= edge
        edge = {str(to) for at in edge for to in model.STEPS.get(at, ())} - reachable
    assert known - reachable == set()


@pytest.mark.parametrize(
    "model",
    [model for model in OURS if any(field.name == "status" for field in model._meta.fields)],
    ids=lambda m: m._meta.label,
)
def test_status_has_a_check_constraint(model):
    checked = [
        constraint.name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        and "status__in" in str(constraint.condition)
    ]

    assert len(checked) >= 1


def test_domain_models_have_no_hidden_order():
    assert [model._meta.label for model in OURS if model._meta.ordering] == []


def test_sums_are_never_floats():
    floats = [
        field
        for model in OURS
        for field in model._meta.fields
        if isinstance(field, models.FloatField) and re.search("amount|sum|cost|price", field.name)
    ]

    assert floats == []


def test_every_address_asks_for_login_or_link_or_is_a_known_door():
    open_doors = {
        name
        for _path, name, view in addresses()
        if not getattr(view, "login_required", True)
        and not hasattr(view, "link_purpose")
        and not hasattr(view, "asks_for_secret")
    }

    assert open_doors - PUBLIC == set()


def test_every_known_door_exists():
    assert PUBLIC - {name for _path, name, _view in addresses()} == set()


def test_panel_has_one_door():
    open_doors = {
        name
        for _path, name, view in addresses()
        if name.startswith("admin:") and not getattr(view, "login_required", True)
    }

    assert open_doors == {"admin:login"}


LINK_PAGES = sorted(
    {name: path for path, name, view in addresses() if hasattr(view, "link_purpose")}.items()
)


@pytest.mark.parametrize(("name", "path"), LINK_PAGES, ids=[name for name, _path in LINK_PAGES])
@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.django_db
def test_unknown_link_gets_the_kind_page_and_writes_nothing(client, no_writes, name, path, method):
    """SEC-M2 for every page behind a personal link."""
    filled = {
        "token": "x" * 43,
        **dict.fromkeys(re.findall(r"<int:(\w+)>", path), 1),
        **dict.fromkeys(re.findall(r"<(?:str|slug):(?!token)(\w+)>", path), "x"),
    }
    try:
        address = reverse(name, kwargs=filled)
    except NoReverseMatch:
        pytest.fail(f"{name} takes something else: {path}")

    with no_writes():
        response = getattr(client, method)(address)

    if response.status_code == 405 and method != "post":
        return  # a deed without a page of its own
    assert (response.status_code, response["Referrer-Policy"]) == (410, "no-referrer")


def words_of_the_house() -> str:
    python = "\n".join(path.read_text("utf-8") for path in SOURCES)
    pages = "\n".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.*"))
    return python + pages


def test_every_template_is_used():
    words = words_of_the_house()
    pages = [path.relative_to(TEMPLATES).as_posix() for path in sorted(TEMPLATES.rglob("*.html"))]

    def is_used(page: str) -> bool:
        folder, _slash, name = page.rpartition("/")
        is_put_together = f"{folder}/{{" in words and f'"{name}"' in words
        return page in words or is_put_together

    assert [page for page in pages if not LOOKED_UP.match(page) and not is_used(page)] == []


@pytest.mark.parametrize(
    "page",
    [path.relative_to(TEMPLATES).as_posix() for path in sorted(TEMPLATES.rglob("*.html"))],
)
def test_every_template_compiles(page):
    assert get_template(page).template.name == page


def test_every_letter_exists_in_three_languages():
    """And every text on the disk belongs to a letter that some room lists in its `emails.py`."""
    letters = TEMPLATES / "emails"
    wanted = {f"{name}/{language}" for name in registry.kinds() for language in ("pl", "uk", "en")}

    written = {
        path.relative_to(letters).with_suffix("").as_posix()
        for path in letters.rglob("*.txt")
        if path.stem in ("pl", "uk", "en")
    }

    assert len(wanted) > 0
    assert written == wanted


def test_tasks_carry_names_only_and_forgive_new_ones():
    """Arguments by keyword, and `**_`, because a deploy may change them while jobs wait."""
    app.autodiscover_tasks(force=True)
    ours = {name: task for name, task in app.tasks.items() if name.split(".")[0] in ROOMS}
    kinds = {
        name: {parameter.kind for parameter in inspect.signature(task.run).parameters.values()}
        for name, task in ours.items()
    }
    keyword = {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}

    assert len(ours) > 0
    assert {name for name, found in kinds.items() if not found <= keyword} == set()
    assert {
        name for name, found in kinds.items() if inspect.Parameter.VAR_KEYWORD not in found
    } == set()


STARTED_BY_DEEDS = {
    "core.tasks.scan_file",
    "mailing.tasks.answer_sign_in",
    "mailing.tasks.deliver",
    "mailing.tasks.send_due",
    "mailing.tasks.settle_events",
    "programme.tasks.work_on_fetch",
}


def test_beat_starts_every_task_that_no_deed_starts():
    """A task that nobody starts looks like work done, and is none (L28)."""
    called = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    app.autodiscover_tasks(force=True)
    ours = {name for name in app.tasks if name.split(".")[0] in ROOMS}

    assert called | STARTED_BY_DEEDS == ours


def test_periodic_jobs_run_one_at_a_time():
    """`security.md` 4.2: two beats are harmless. A sign of life needs no lock, nor a database."""
    called = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    app.autodiscover_tasks(force=True)
    alone = {
        name for name, task in app.tasks.items() if getattr(task.run, "is_one_at_a_time", False)
    }

    assert alone == called - {"win4ua.tasks.note_life"}


BANS = {
    # The third writes what Django's templates write, letter by letter: test_form_renderer.py.
    r"\bmark_safe\(": {"core/markup.py", "core/second_factor.py", "core/form_renderer.py"},
    r"\bcsv\.writer\(|[^a-z_]Workbook\(": {"core/exports.py"},
    r"\bcsrf_exempt\b": {"mailing/views.py", "core/panel_site.py"},
    r"\bcache_page\b": set(),
    r"\bimport pickle\b": set(),
    r"\bsend_mail\(": set(),
    r"\bdatetime\.now\(\)|\butcnow\(": set(),
    r"\.raw\(": set(),
    r"request\.(POST|GET)\[": set(),
    r"filter\(\*\*request|order_by\(request": set(),
    r"__all__ = \(?[\"']__all__|fields = [\"']__all__": set(),
    r"\bTODO\b|\bFIXME\b": set(),
}


@pytest.mark.parametrize("ban", BANS, ids=str)
def test_what_is_banned_stands_only_where_it_is_allowed(ban):
    """security.md 3.3; each has at most its one module."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if re.search(ban, path.read_text("utf-8"))
    }

    assert found - BANS[ban] == set()


def test_templates_never_switch_off_escaping():
    found = [
        path.relative_to(TEMPLATES).as_posix()
        for path in sorted(TEMPLATES.rglob("*.html"))
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text("utf-8"))
    ]

    assert found == []


def test_lock_files_name_no_address():
    locks = [path for path in ROOT.glob("requirements*") if path.is_file()]

    assert [path.name for path in locks if re.search(r"https?://", path.read_text("utf-8"))] == []


@pytest.mark.parametrize("prefix", ["", "/uk", "/en"])
@pytest.mark.parametrize("kind", ["fails", "forbids", "misunderstands", "is-missing", "hurries"])
@override_settings(ROOT_URLCONF="tests.failing_urls", DEBUG=False)
@pytest.mark.django_db
def test_refusals_are_pages_of_ours_with_every_header(client, prefix, kind, caplog):
    """500, 403, 400 and 404: the strict client looks at headers and page."""
    client.raise_request_exception = False

    response = client.get(f"{prefix}/{kind}/")

    statuses = {"fails": 500, "forbids": 403, "misunderstands": 400, "is-missing": 404}
    statuses["hurries"] = 429
    assert response.status_code == statuses[kind]
    assert f'<html lang="{prefix.strip("/") or "pl"}">' in response.content.decode()
    assert "Traceback" not in response.content.decode()


# As short as they can be read at once: files by what they are about, views by their five moves.
FILE_LINES, VIEW_LINES = 400, 20
LONG_FILES = {
    "programme/defaults.py": "the usual rows of an edition in three languages: a table, not code",
}


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_files_are_about_one_thing():
    """Python, sheets and scripts of the house stay below 400 lines (conventions)."""
    assets = [*(ROOT / "static/css").glob("*.css"), *(ROOT / "static/js").glob("*.js")]

    long = {
        path.relative_to(ROOT).as_posix()
        for path in [*SOURCES, *assets]
        if lines_of(path) > FILE_LINES
    }

    assert long == set(LONG_FILES)


def test_views_have_five_moves():
    """Find, allow, form, one verb, redirect: at most 20 lines, the docstring not counted."""
    long = set()
    for path in (path for path in SOURCES if "views" in path.relative_to(ROOT).as_posix()):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body and body[-1].end_lineno - body[0].lineno + 1 > VIEW_LINES:
                    long.add(f"{path.relative_to(ROOT).as_posix()}:{node.name}")

    assert sorted(long) == []
