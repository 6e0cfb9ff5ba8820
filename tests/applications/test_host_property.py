"""Whatever is posted to the survey, the answer is a page and never an error of ours."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.forms.host_pages import PAGE_FORMS
from applications.models import HostSurvey
from applications.services import host as services
from applications.survey_plan import PAGES
from core import links
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory, HromadaFactory
from tests.naughty import NAUGHTY

pytestmark = pytest.mark.django_db
PATIENT = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
VALUES = st.one_of(
    st.sampled_from(NAUGHTY),
    st.text(max_size=40),
    st.sampled_from(["tak", "nie", "1", "waste", "september", "on", "B2", "umowa", "2019"]),
)
ODD_NAMES = ["rank", "leave", "back", "csrfmiddlewaretoken", "tematy", "", "\x00", "ludnosc"]


def posted(page: str) -> st.SearchStrategy:
    """Field names of the page and foreign ones, each with no, one or several values."""
    names = st.sampled_from([*PAGE_FORMS[page].base_fields, *ODD_NAMES])
    return st.dictionaries(names, st.lists(VALUES, max_size=3), max_size=8)


@pytest.fixture
def client() -> Client:
    """Django's own client: what was typed may look like template code in the answer."""
    return Client()


@pytest.fixture
def survey():
    now = timezone.now()
    edition = EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )
    HromadaFactory.create_batch(2)
    answers = host_answers(
        wspolpraca_ua="umowa",
        partnerzy=[
            {"katottg": f"UA4602001000001000{place}", "od_roku": 2019, "kolejny": "tak"}
            for place in range(1, 5)
        ],
        mentor_jest="tak",
    )
    return HostSurveyFactory(edition=edition, draft_answers=answers, answers={})


@pytest.fixture
def address(survey, client, monkeypatch):
    """The survey's link, in a browser that may read it."""
    monkeypatch.setattr(links, "is_trusted", lambda request, link, **_: True)
    with transaction.atomic():
        token = services.new_link(survey, email=survey.email, now=timezone.now())
    return f"/ankieta/l/{token}/"


@pytest.mark.parametrize("page", [page.slug for page in PAGES])
def test_page_survives_anything(client, address, survey, page):
    """FT-41: no error of ours, and nothing invalid is stored."""

    @PATIENT
    @given(data=posted(page))
    def run(data):
        answer = client.post(f"{address}{page}/", data)

        assert answer.status_code in (200, 302)
        kept = HostSurvey.objects.get().draft_answers
        assert isinstance(kept.get("ludnosc", 1), int)
        assert len(str(kept)) < 40_000

    run()


@pytest.mark.parametrize("text", NAUGHTY)
def test_text_is_stored_as_typed_or_refused_in_words(client, address, survey, text):
    """A002: escaped at output, never changed at input beyond control characters."""
    answer = client.post(f"{address}uwagi/", {"uwagi": text})

    survey.refresh_from_db()
    if answer.status_code == 302 and survey.draft_answers.get("uwagi"):
        shown = client.get(f"{address}sprawdz/").content.decode()
        assert "<script>alert(" not in shown
    elif answer.status_code == 200:
        assert list(answer.context["form"].errors) == ["uwagi"]


@PATIENT
@given(typed=VALUES, chosen=VALUES, entrance=VALUES)
def test_entrance_survives_anything(client, typed, chosen, entrance):
    asked = {"gmina": typed, "gmina_value": chosen, "z": entrance}
    answer = client.get("/ankieta/", asked)
    hints = client.get("/ankieta/podpowiedzi/", {"q": typed})

    assert (answer.status_code in (200, 302), hints.status_code in (200, 429)) == (True, True)


@PATIENT
@given(email=VALUES, code=VALUES)
def test_start_and_code_survive_anything(client, address, survey, email, code):
    gmina = survey.gmina.teryt

    answers = [
        client.post(f"/ankieta/gmina/{gmina}/", {"email": email, "nickname": code}).status_code,
        client.post(address, {"email": email}).status_code,
        client.post(f"{address}kod/", {"code": code}).status_code,
    ]

    assert set(answers) <= {200, 302, 429}


@pytest.mark.parametrize(
    "body",
    [b"uwagi=%ED%A0%80", b"uwagi=%FF%FE", b"%00=%00", b"&&&===", b"uwagi=" + b"x" * 1_000_000],
)
def test_bytes_that_are_no_text_are_survived(client, address, body):
    """FT-41: lone surrogates, invalid UTF-8, one megabyte."""
    answer = client.generic(
        "POST", f"{address}uwagi/", body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code in (200, 302, 400)


@pytest.mark.parametrize("path", ["%00", "..%2f", "1012011%00", "Łódź", "x" * 3000])
def test_odd_addresses_are_not_found(client, path):
    statuses = [
        client.get(f"/ankieta/gmina/{path}/").status_code,
        client.get(f"/ankieta/l/{path}/").status_code,
    ]

    assert set(statuses) <= {404, 410}


def test_too_many_fields_are_a_bad_request(address, survey):
    answer = Client().post(f"{address}uwagi/", {f"f{n}": "x" for n in range(1_100)})

    assert answer.status_code == 400
