"""Periods of internships that forms offer: none that has begun, unless it was chosen before."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.utils import timezone
from django.utils.translation import override

from applications.forms.host_pages import PAGE_FORMS
from applications.forms.intern_plan import DatesForm
from applications.host_export import Questionnaire
from applications.models import HostSurvey
from applications.selectors.host import survey_context
from applications.services import host as services
from meetings.enums import DeclarationStatus
from programme.placement_windows import offer, windows_to_offer
from tests.factories.applications import HostSurveyFactory, InternApplicationFactory, host_answers
from tests.factories.meetings import DeclarationFactory
from tests.factories.programme import EditionFactory, GminaFactory
from tests.meetings.test_views import door

pytestmark = pytest.mark.django_db
FIRST_DAY = date(2026, 9, 7)


@pytest.fixture
def edition():
    """september: 7 September to 2 October 2026; october: 5 to 30 October."""
    return EditionFactory(year=2026)


def offered(edition, day: date, *chosen: str) -> list[tuple[str, str]]:
    return list(windows_to_offer(edition, today=day, language="en", chosen=list(chosen)))


SEPTEMBER = ("september", "7 September 2026 – 2 October 2026")
OCTOBER = ("october", "5 October 2026 – 30 October 2026")


@pytest.mark.parametrize(
    ("day", "chosen", "expected"),
    [
        (FIRST_DAY - timedelta(days=1), (), [SEPTEMBER, OCTOBER]),
        (FIRST_DAY, (), [OCTOBER]),
        (date(2026, 10, 5), (), []),
        (
            FIRST_DAY,
            ("september",),
            [("september", f"{SEPTEMBER[1]} (has already begun)"), OCTOBER],
        ),
        (
            date(2026, 10, 3),
            ("september",),
            [("september", f"{SEPTEMBER[1]} (is already over)"), OCTOBER],
        ),
        (FIRST_DAY, ("october",), [OCTOBER]),
    ],
)
def test_period_is_offered_until_the_day_before_it_begins(edition, day, chosen, expected):
    """E2: begun or over is not offered; one that was chosen stays with a note."""
    with override("en"):
        assert offered(edition, day, *chosen) == expected


def page_of_dates(edition, answers: dict, now: datetime, typed: dict | None = None):
    context = survey_context(edition, GminaFactory(), language="pl", now=now)
    return PAGE_FORMS["przyjecie"](typed, context=context, answers=answers)


def test_host_cannot_choose_what_has_begun_and_is_not_blocked_by_what_she_chose(edition):
    """E2: on 7 September, Warsaw time, an hour after midnight (23:00 UTC of the day before)."""
    now = datetime(2026, 9, 6, 23, tzinfo=UTC)
    typed = {"liczba_stazystow": "1", "terminy": ["september"], "stanowisko_pracy": "tak"}

    new = page_of_dates(edition, {}, now, typed)
    earlier = page_of_dates(edition, {}, now - timedelta(hours=2), typed)
    kept = page_of_dates(edition, {"terminy": ["september"]}, now, typed)

    assert list(new.errors) == ["terminy"]
    assert earlier.errors == {}
    assert kept.errors == {}
    assert (
        kept.fields["terminy"].choices[0][1].startswith("7 września 2026 – 2 października 2026 (")
    )


def test_host_may_say_that_dates_are_to_be_agreed_when_none_is_left(edition):
    page = page_of_dates(edition, {}, datetime(2026, 12, 1, tzinfo=UTC))

    assert [code for code, _words in page.fields["terminy"].choices] == ["do_uzgodnienia"]


def test_survey_with_a_period_that_has_begun_is_sent():
    """The deadline may lie behind the first day of a period; what was chosen does not block."""
    now = timezone.now()
    edition = EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        windows=(("september", now.date() - timedelta(days=1), now.date() + timedelta(days=20)),),
    )
    draft = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})

    services.submit_survey(draft, now=now)

    assert HostSurvey.objects.get().answers["terminy"] == ["september"]


def test_table_of_surveys_names_every_period(edition):
    with override("pl"):
        sheet = Questionnaire(edition, datetime(2026, 12, 1, tzinfo=UTC))
    cells = sheet.cells(host_answers(terminy=["september", "october"]))

    assert cells["przyjecie", "terminy"] == (
        "7 września 2026 – 2 października 2026; 5 października 2026 – 30 października 2026"
    )


def test_candidate_is_offered_what_has_not_begun(edition, time_machine):
    """З1: the same on the side of the hromadas."""
    application = InternApplicationFactory(edition=edition)
    time_machine.move_to(datetime(2026, 9, 8, tzinfo=UTC))

    application.answers = application.answers | {"terminy": []}
    new = DatesForm(application=application).fields["terminy"].choices
    application.answers = application.answers | {"terminy": ["september"]}
    kept = DatesForm(application=application).fields["terminy"].choices

    assert [code for code, _words in new] == ["october"]
    assert [code for code, _words in kept] == ["september", "october"]


def test_nobody_is_stopped_when_no_period_is_left():
    field = forms.MultipleChoiceField()

    offer(field, ())

    assert (field.required, field.clean([])) == (False, [])


def test_declaration_offers_what_has_not_begun(client, time_machine):
    """What the office chose before is shown only to a browser that it is known by."""
    time_machine.move_to(datetime(2026, 9, 8, tzinfo=UTC), tick=False)
    declaration = DeclarationFactory()
    address = declaration.survey.contact.email
    declaration.survey.edition.windows.update_or_create(
        code="september", defaults={"starts_on": "2026-09-07", "ends_on": "2026-10-02"}
    )

    form = client.get(door("declaration", declaration, address, "meetings:declare")).context["form"]

    assert declaration.status == DeclarationStatus.ASKED
    assert "september" in declaration.survey.answers["terminy"]
    assert [code for code, _words in form.fields["windows"].choices] == ["october"]
