"""Whatever is posted to the forms of this room and of the meetings, the answer is a page."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.forms import people as people_forms
from core import links
from matching import forms
from meetings import forms as meetings_forms
from tests.conftest import sign_in
from tests.factories.core import UserFactory
from tests.factories.matching import (
    DiaryEntryFactory,
    MatchVersionFactory,
    PlacementFactory,
    ProposalFactory,
    ScheduleItemFactory,
)
from tests.factories.meetings import (
    DeclarationFactory,
    InformationSessionFactory,
    SessionChoiceFactory,
)
from tests.naughty import NAUGHTY

pytestmark = pytest.mark.django_db
PATIENT = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NOW = datetime(2026, 9, 7, 8, tzinfo=UTC)
VALUES = st.one_of(
    st.sampled_from(NAUGHTY),
    st.text(max_size=40),
    st.sampled_from(["yes", "no", "neither", "wait:1", "1", "5", "9:00", "25:61", "september"]),
    st.sampled_from(["1234563218", "offer", "7", "9", "2026", "a@b.pl", "6,5"]),
)
DATE_PARTS = ["day_day", "day_month", "day_year", "day_0", "day_1", "day_2", "\x00", ""]


def posted(form) -> st.SearchStrategy:
    """Field names of the form and foreign ones, each with no, one or several values."""
    names = st.sampled_from([*form.base_fields, *DATE_PARTS, "q_general", "host", "intern"])
    return st.dictionaries(names, st.lists(VALUES, max_size=2), max_size=9)


@pytest.fixture
def client(monkeypatch) -> Client:
    """Django's own client: what was typed may look like template code in the answer.

    The browser is known, so that the values reach the verbs.
    """
    monkeypatch.setattr(links, "is_trusted", lambda request, link, **_: True)
    with time_machine.travel(NOW, tick=False):
        yield Client()


def door(purpose, target, name):
    with transaction.atomic():
        token = links.create(
            purpose=purpose, target=target, email="a@b.pl", expires_at=None, now=NOW
        )
    return reverse(name, args=[token])


@pytest.fixture
def addresses(client):
    """Where each form is posted, in an edition whose days are today."""
    choice = SessionChoiceFactory()
    InformationSessionFactory(
        edition=choice.survey.edition, starts_at=datetime(2026, 9, 20, 8, tzinfo=UTC)
    )
    placement = PlacementFactory()
    item, entry = ScheduleItemFactory(placement=placement), DiaryEntryFactory(placement=placement)
    return {
        "choose": door("session", choice, "meetings:choose"),
        "declare": door("declaration", DeclarationFactory(), "meetings:declare"),
        "mentor": door("mentor", DeclarationFactory(sent=True), "meetings:mentor_answer"),
        "answer": door("proposal.host", ProposalFactory(published=True), "matching:answer_host"),
        "plan": reverse("matching:week_new", args=[placement.pk]),
        "change": reverse("matching:week_edit", args=[placement.pk, item.pk]),
        "comment": reverse("matching:week_comment", args=[placement.pk, item.pk]),
        "write": reverse("matching:diary_write", args=[placement.pk]),
        "return": reverse("matching:diary_return", args=[placement.pk, entry.pk]),
        "report": reverse("matching:report", args=[placement.pk]),
        "placement": placement,
    }


FORMS = {
    "choose": (meetings_forms.ChoiceForm, None),
    "declare": (meetings_forms.DeclarationForm, None),
    "mentor": (people_forms.MentorAnswerForm, None),
    "answer": (forms.AnswerForm, None),
    "plan": (forms.ItemForm, "mentor"),
    "change": (forms.ItemForm, "mentor"),
    "comment": (forms.CommentForm, "intern"),
    "write": (forms.DiaryForm, "intern"),
    "return": (forms.RemarkForm, "mentor"),
    "report": (forms.ReportForm, "intern"),
}


@pytest.mark.parametrize("name", FORMS)
def test_no_post_to_a_public_form_is_an_error_of_ours(name, addresses, client):
    form, person = FORMS[name]
    if person:
        client.force_login(getattr(addresses["placement"], person))

    @PATIENT
    @given(data=posted(form))
    def post(data):
        with transaction.atomic():
            assert client.post(addresses[name], data).status_code in (200, 302)
            transaction.set_rollback(True)

    post()


PANEL = {
    "matching_run": forms.RunForm,
    "matching_open_version": forms.RunForm,
    "matching_pair": forms.PairForm,
    "matching_explanation": forms.ExplanationForm,
    "matching_dissolve": forms.DissolveForm,
    "meetings_session_day": meetings_forms.AttendanceForm,
    "meetings_remind": meetings_forms.RemindForm,
    "meetings_informationsession_add": meetings_forms.SessionForm,
}


@pytest.mark.parametrize("name", PANEL)
def test_no_post_to_a_form_of_the_panel_is_an_error_of_ours(name, client):
    proposal = ProposalFactory(version=MatchVersionFactory())
    edition = proposal.version.edition
    session = InformationSessionFactory(edition=edition, taken=1)
    SessionChoiceFactory(survey__edition=edition, session=session, status="chosen")
    record = {
        "matching_run": [edition.pk],
        "matching_open_version": [edition.pk],
        "matching_pair": [proposal.version_id],
        "matching_explanation": [proposal.pk],
        "matching_dissolve": [proposal.pk],
        "meetings_session_day": [session.pk],
        "meetings_remind": [edition.pk],
        "meetings_informationsession_add": [],
    }[name]
    address = reverse(f"admin:{name}", args=record)
    sign_in(client, UserFactory(role="coordinator"))

    @PATIENT
    @given(data=posted(PANEL[name]))
    def post(data):
        with transaction.atomic():
            assert client.post(address, data).status_code in (200, 302)
            transaction.set_rollback(True)

    post()
