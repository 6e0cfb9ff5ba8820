"""No input gives HTTP 500: naughty strings in every field of every page, in any mixture."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from applications.forms.intern_pages import BY_SLUG
from applications.models import InternApplication
from applications.services import interns as services
from core import links
from tests.conftest import sign_in
from tests.factories.applications import EvaluationFactory, InternApplicationFactory
from tests.factories.programme import EditionFactory, GminaFactory
from tests.naughty import NAUGHTY

pytestmark = pytest.mark.django_db
HOSTILE = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
words = st.sampled_from(NAUGHTY) | st.text(max_size=40)


@pytest.fixture
def edition():
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


def make_link(application, purpose: str) -> str:
    with transaction.atomic():
        return links.create(
            purpose=purpose,
            target=application,
            email=application.email,
            expires_at=None,
            now=timezone.now(),
        )


@pytest.fixture
def inside(edition):
    """A browser behind the link of a draft, and the address of a page."""
    GminaFactory()
    application = InternApplicationFactory(edition=edition, begun=False)
    token = make_link(application, services.LINK)
    browser = Client()
    browser.post(
        reverse("applications:intern_door", args=[token]), {"letters": application.email[:3]}
    )
    return browser, token


def names_of(slug: str, edition) -> list[str]:
    """Every name that a browser could post on a page."""
    blank = InternApplication(edition=edition, hromada=None, email="x@y.example")
    names = []
    if slug == "organ":
        return [*BY_SLUG[slug].base_fields, "action", "back"]
    for name, field in BY_SLUG[slug](application=blank).fields.items():
        suffixes = getattr(field.widget, "widgets_names", [""])
        names += [f"{name}{suffix}" for suffix in suffixes]
    return [*names, "action", "back", "rank"]


@pytest.mark.parametrize("slug", sorted(BY_SLUG))
def test_no_page_of_the_application_breaks(inside, edition, slug):
    browser, token = inside
    page = reverse("applications:intern_page", args=[token, slug])
    names = names_of(slug, edition)

    @HOSTILE
    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(names, words)))
    def post(data):
        assert browser.post(page, data).status_code in (200, 302)
        assert browser.get(page).status_code in (200, 302)

    post()
    assert browser.get(reverse("applications:intern_check", args=[token])).status_code == 200


@HOSTILE
@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("hromada", "hromada_found", "hromada_value", "email"), words)
    )
)
def test_the_entrance_does_not_break(edition, data):
    assert Client().post("/zayavka/", data).status_code in (200, 302, 429)


@HOSTILE
@given(words)
def test_the_search_does_not_break(edition, text):
    assert Client().get("/zayavka/hromady/", {"q": text}).status_code in (200, 429)


@HOSTILE
@given(answer=words, reason=words, letters=words)
def test_the_page_of_the_head_does_not_break(edition, answer, reason, letters):
    application = InternApplicationFactory(edition=edition, submitted=True)
    page = reverse("applications:intern_head", args=[make_link(application, services.HEAD_LINK)])

    data = {"answer": answer, "reason": reason, "letters": letters}

    assert Client().post(page, data).status_code in (200, 302)


@HOSTILE
@given(st.lists(words, min_size=9, max_size=9))
def test_the_sheet_does_not_break(edition, values):
    application = InternApplicationFactory(edition=edition, under_evaluation=True)
    evaluation = EvaluationFactory(application=application, impartial=True)
    criteria = [f"points_{each.code}" for each in edition.merit_criteria.order_by("pk")]
    browser = sign_in(Client(), evaluation.evaluator)

    data = dict(zip([*criteria, "comment", "action"], values, strict=False))

    page = reverse("applications:evaluation", args=[evaluation.pk])
    assert browser.post(page, data).status_code in (200, 302)


@HOSTILE
@given(data=st.lists(words, min_size=6, max_size=6))
def test_forms_of_the_panel_do_not_break(coordinator, edition, data):
    browser = sign_in(Client(), coordinator)
    application = InternApplicationFactory(edition=edition, head_confirmed=True)
    keys = ("reason", "points", "bonus", "places", "due_on_day", "fields_to_correct")
    names = ("return_application", "record_interview", "assign_evaluators", "travel_checklist")

    for name in names:
        page = reverse(f"admin:applications_{name}", args=[application.pk])
        answer = browser.post(page, dict(zip(keys, data, strict=True)))
        assert answer.status_code in (200, 302)
