"""Whatever is posted to a small project, the answer is a page and never an error of ours."""

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import links
from grants.enums import EvaluationStatus
from grants.forms import WORD_PAGES, DocumentForm, LineForm, PartnerAnswerForm
from grants.models import SmallProject
from tests.factories.grants import GrantReportFactory, ProjectEvaluationFactory
from tests.grants.conftest import FEBRUARY, JANUARY
from tests.grants.doors import address, token_for
from tests.naughty import NAUGHTY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
PATIENT = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FIGURES = ["1", "0", "-1", "1e9", "1,5", "1.000,50", "9" * 30, "0.000001", "NaN", "Infinity", "١"]
VALUES = st.one_of(
    st.sampled_from(NAUGHTY),
    st.text(max_size=40),
    st.sampled_from([*FIGURES, "yes", "no", "PLN", "UAH", "grant", "own", "2027", "31", "2"]),
)
PARTS = ("day", "month", "year")
DATES = ("starts_on", "ends_on", "issued_on", "rate_on", "paid_on")


def posted(fields, **fixed: object) -> st.SearchStrategy:
    """Field names of a form and foreign ones; `fixed` ones may come right."""
    names = [*fields, *(f"{name}_{part}" for name in DATES if name in fields for part in PARTS)]
    odd = st.dictionaries(st.sampled_from([*names, "", "\x00", "draft"]), VALUES, max_size=10)
    right = st.fixed_dictionaries({}, optional={name: st.just(v) for name, v in fixed.items()})
    return st.tuples(right, odd).map(lambda pair: pair[0] | pair[1])


@pytest.mark.parametrize("slug", list(WORD_PAGES))
def test_pages_of_words_survive_anything(let_in, draft, slug):
    """FT-41"""
    here = address("page", token_for(draft), slug)

    @PATIENT
    @given(data=posted(WORD_PAGES[slug].base_fields))
    def run(data):
        assert let_in.post(here, data).status_code in (200, 302)

    run()


def test_lines_survive_anything(let_in, draft):
    """FT-41: and every line that was kept can be added up."""
    token = token_for(draft)
    category = draft.call.edition.budget_categories.order_by("pk").first()
    right = {
        "category": category.pk,
        "description": "Навчання",
        "unit": "день",
        "quantity": "2",
        "unit_price": "1500,00",
        "grant": "1000",
    }

    @PATIENT
    @given(data=posted(LineForm.base_fields, **right))
    def run(data):
        line = draft.lines.order_by("-pk").first()
        statuses = [
            let_in.post(address("budget", token), data).status_code,
            let_in.post(address("change_line", token, line.pk), data).status_code,
            let_in.get(address("check", token)).status_code,
            let_in.post(address("remove_line", token, line.pk)).status_code,
        ]
        assert set(statuses) <= {200, 302}
        if not draft.lines.exists():
            let_in.post(address("budget", token), right)

    run()


def test_partner_answer_survives_anything(let_in, draft, walk):
    project = walk.submitted(draft)
    here = address("partner", token_for(project, "project.partner"))

    @PATIENT
    @given(data=posted(PartnerAnswerForm.base_fields, answer="yes"))
    def run(data):
        assert let_in.post(here, data).status_code in (200, 302)

    run()


def test_documents_and_report_survive_anything(let_in, draft):
    report = GrantReportFactory(project=draft)
    token = token_for(report, "report")
    right = {
        "line": draft.lines.first().pk,
        "number": "ФВ/1",
        "seller": "ТОВ",
        "description": "Навчання",
        "currency": "UAH",
        "amount": "1000",
        "rate": "0,09",
        "source": "grant",
    }
    for name in ("issued_on", "rate_on", "paid_on"):
        right |= {f"{name}_day": "2", f"{name}_month": "12", f"{name}_year": "2026"}

    @PATIENT
    @given(data=posted(DocumentForm.base_fields, **right))
    def run(data):
        statuses = [
            let_in.post(address("document", token), data).status_code,
            let_in.get(address("report", token)).status_code,
        ]
        assert set(statuses) <= {200, 302}

    run()


def test_sheet_survives_anything(signed_in, evaluators):
    """FT-41: a draft keeps what can be kept."""
    sheet = ProjectEvaluationFactory(
        evaluator=evaluators[0], status=EvaluationStatus.IMPARTIAL, impartial_at=FEBRUARY
    )
    client = signed_in(evaluators[0])
    codes = sheet.project.call.edition.grant_criteria.values_list("code", flat=True)
    fields = [f"{kind}_{code}" for code in codes for kind in ("points", "comment")]
    here = reverse("grants:evaluation", args=[sheet.pk])

    @PATIENT
    @given(data=posted(fields, draft="1"))
    def run(data):
        assert client.post(here, data).status_code in (200, 302)
        assert client.get(here).status_code == 200

    run()


# The strict client takes template code in a page for a mistake of ours.
@pytest.mark.parametrize("text", [text for text in NAUGHTY if "{{" not in text])
def test_text_is_shown_as_text(let_in, draft, text):
    """SEC: escaped at output, whatever was typed into the title."""
    SmallProject.objects.filter(pk=draft.pk).update(title=text.replace("\x00", "")[:150])

    html = let_in.get(address("check", token_for(draft))).content.decode()

    assert "<script>alert(" not in html


@pytest.mark.parametrize(
    "token", ["x", "%00", "..%2f", "ż" * 50, "a" * 3000], ids=["x", "nul", "dots", "pl", "long"]
)
@pytest.mark.parametrize("door", ["projekt", "partner", "rozliczenie"])
def test_odd_tokens_get_the_kind_page(client, door, token):
    assert client.get(f"/{door}/{token}/").status_code in (404, 410)


def test_link_of_a_person_who_is_signed_in_as_another_is_refused(signed_in, stranger, draft):
    """SEC-M9"""
    with transaction.atomic():
        token = links.create(
            purpose="project", target=draft, email="rada@h.example", expires_at=None, now=JANUARY
        )

    assert signed_in(stranger).get(address("apply", token)).status_code == 409
