"""What mentors and interns see and may do; everybody else gets the page of a missing record."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from core import links
from matching import services
from matching.enums import DiaryStatus, PlacementStatus
from tests.conftest import no_writes
from tests.factories.matching import DiaryEntryFactory, PlacementFactory, ScheduleItemFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 7, 5, 40, tzinfo=UTC)
READ = ["today", "week", "diary", "report"]
ITEM = {
    "day_0": "8",
    "day_1": "9",
    "day_2": "2026",
    "begins": "9:00",
    "ends": "11:00",
    "title": "Sesja rady",
}


@pytest.fixture(autouse=True)
def _first_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def placement():
    return PlacementFactory()


def page(name, placement, *more):
    """The Polish address, whatever language the page before was in."""
    with translation.override("pl"):
        return reverse(f"matching:{name}", args=[placement.pk, *more])


def dated(form_page, **values):
    """Names of the three date fields as the widget of this form gives them."""
    widget = form_page.context["form"]["day"]
    names = [
        part["name"]
        for part in widget.field.widget.get_context("day", None, {})["widget"]["subwidgets"]
    ]
    return dict(zip(names, ("8", "9", "2026"), strict=True)) | values


def test_mentor_sees_today_with_place_and_whom_to_call(placement, mentor_of):
    """Moment 8: the plan, the address, a number, one tap."""
    ScheduleItemFactory(placement=placement)
    placement.application.answers["telefon"] = "+380501234567"
    placement.application.save(update_fields=["answers"])

    client = mentor_of(placement)
    with no_writes():
        html = client.get(page("today", placement)).content.decode()

    assert "09:00–11:00" in html
    assert "Sienkiewicza 16, pokój 12" in html
    assert placement.intern.full_name in html
    assert "tel:+380501234567" in html
    assert page("arrived", placement) in html


@pytest.mark.parametrize("language", ["pl", "uk", "en"])
@pytest.mark.parametrize("name", READ)
def test_pages_of_the_phone_open_and_write_nothing(name, language, placement, mentor_of, intern_of):
    """SEC-M2: GET and HEAD; for both people, in three languages."""
    ScheduleItemFactory(placement=placement)
    DiaryEntryFactory(placement=placement)
    prefix = "" if language == "pl" else f"/{language}"

    for client in (mentor_of(placement), intern_of(placement)):
        with no_writes():
            response = client.get(prefix + page(name, placement))
            client.head(prefix + page(name, placement))
        assert response.status_code == 200


def test_arrival_is_one_tap(placement, intern_of):
    """P16."""
    client = intern_of(placement)

    client.post(page("arrived", placement))
    client.post(page("arrived", placement))

    placement.refresh_from_db()
    assert (placement.status, placement.arrived_at) == (PlacementStatus.UNDER_WAY, NOW)


def _bytes(response, address) -> str:
    """The page without its own address (links to the other languages) and its random nonce."""
    html = response.content.decode().replace(address, "")
    return re.sub(r'nonce="[^"]+"', "", html)


def test_stranger_gets_the_page_of_a_missing_record(placement, signed_in, stranger, client):
    """Other mentors and interns are strangers too; nothing tells that the record exists."""
    others = PlacementFactory()
    names = [*READ, "week_new", "diary_write", "certificate"]
    here = page("today", placement)
    missing = here.replace(str(placement.pk), "999999")

    for person in (stranger, others.mentor, others.intern):
        visitor = signed_in(person)
        assert {visitor.get(page(name, placement)).status_code for name in names} == {404}
        assert visitor.post(page("arrived", placement)).status_code == 404
        assert _bytes(visitor.get(here), here) == _bytes(visitor.get(missing), missing)
    assert client.get(page("today", placement)).status_code == 302
    placement.refresh_from_db()
    assert placement.status == PlacementStatus.PLANNED


def test_mentor_cannot_write_the_diary(placement, mentor_of):
    """P15, P19: the diary is the intern's."""
    client = mentor_of(placement)

    assert client.get(page("diary_write", placement)).status_code == 404
    assert client.post(page("diary_write", placement), {"activity": "X"}).status_code == 404
    assert placement.diary.count() == 0


def test_intern_cannot_plan_and_cannot_confirm(placement, intern_of):
    """P15: the plan is the mentor's, and so is the confirmation."""
    item, entry = ScheduleItemFactory(placement=placement), DiaryEntryFactory(placement=placement)
    client = intern_of(placement)

    answers = {
        client.post(page("week_new", placement), ITEM).status_code,
        client.post(page("week_edit", placement, item.pk), ITEM).status_code,
        client.post(page("week_remove", placement, item.pk)).status_code,
        client.post(page("diary_confirm", placement, entry.pk)).status_code,
        client.post(page("diary_return", placement, entry.pk), {"remark": "X"}).status_code,
    }

    assert answers == {404}
    entry.refresh_from_db()
    assert (entry.status, placement.schedule.count()) == (DiaryStatus.WRITTEN, 1)


def test_entry_of_another_internship_is_not_found(placement, mentor_of):
    foreign = DiaryEntryFactory()
    item = ScheduleItemFactory()
    client = mentor_of(placement)

    assert client.post(page("diary_confirm", placement, foreign.pk)).status_code == 404
    assert client.post(page("week_remove", placement, item.pk)).status_code == 404


def test_mentor_plans_and_an_overlap_is_said_beside_the_field(placement, mentor_of):
    client = mentor_of(placement)
    address = page("week_new", placement)
    data = dated(client.get(address), begins="9:00", ends="11:00", title="Sesja rady")

    saved = client.post(address, data)
    refused = client.post(address, {**data, "begins": "10:30", "ends": "12:00"})
    backwards = client.post(address, {**data, "begins": "15:00", "ends": "14:00"})

    assert saved.status_code == 302
    assert [item.title for item in placement.schedule.all()] == ["Sesja rady"]
    assert refused.context["form"].errors == {"begins": ["W tym czasie jest już coś w planie."]}
    assert set(backwards.context["form"].errors) == {"ends"}
    assert "Sesja rady" in refused.content.decode()


def test_mentor_changes_and_removes_an_entry(placement, mentor_of):
    item = ScheduleItemFactory(placement=placement)
    client = mentor_of(placement)
    address = page("week_edit", placement, item.pk)

    client.post(address, dated(client.get(address), begins="8:00", ends="9:00", title="Narada"))
    item.refresh_from_db()
    assert (item.title, f"{item.starts_at:%d %H:%M}") == ("Narada", "08 06:00")

    client.post(page("week_remove", placement, item.pk))
    assert placement.schedule.count() == 0


def test_intern_comments_and_the_mentor_reads_it(placement, intern_of, mentor_of):
    """P4."""
    item = ScheduleItemFactory(placement=placement)

    intern_of(placement).post(
        page("week_comment", placement, item.pk), {"comment": "Чи брати зошит?"}
    )

    assert "Чи брати зошит?" in mentor_of(placement).get(page("week", placement)).content.decode()
    assert mentor_of(placement).get(page("week_comment", placement, item.pk)).status_code == 404


def test_intern_writes_the_mentor_returns_then_confirms(placement, intern_of, mentor_of):
    intern, mentor = intern_of(placement), mentor_of(placement)
    address = page("diary_write", placement)
    data = dated(intern.get(address), hours="6,5", activity="Сесія ради")
    intern.post(address, data)
    entry = placement.diary.get()

    mentor.post(page("diary_return", placement, entry.pk), {"remark": "Brak godzin"})
    assert "Brak godzin" in intern.get(page("diary", placement)).content.decode()
    intern.post(address, {**data, "hours": "7"})
    mentor.post(page("diary_confirm", placement, entry.pk))
    late = intern.post(address, data)

    entry.refresh_from_db()
    assert (entry.status, str(entry.hours)) == (DiaryStatus.CONFIRMED, "7.00")
    assert set(late.context["form"].errors) == {"day"}


def test_report_is_kept_after_a_return(placement, intern_of, coordinator):
    """Nothing typed is lost when a coordinator asks for a correction."""
    client, address = intern_of(placement), page("report", placement)
    fields = client.get(address).context["form"].fields
    answers = {
        name: "4" if hasattr(field, "choices") else f"Відповідь {name}"
        for name, field in fields.items()
    }

    assert client.post(address, {"satisfaction": ""}).context["form"].errors != {}
    assert client.post(address, answers).status_code == 302
    report = placement.reports.get()
    assert report.satisfaction == 4
    services.return_report(report, remark="Більше прикладів", actor=coordinator)
    again = client.get(address)

    assert "Більше прикладів" in again.content.decode()
    assert {name: str(again.context["form"][name].value()) for name in answers} == answers


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "2026-02-30", "2026-09-06"])
def test_day_outside_the_internship_is_not_found(on, placement, mentor_of):
    address = page("today", placement) + f"dzien/{on}/"

    assert mentor_of(placement).get(address).status_code == 404


def test_feed_is_made_by_post_and_read_without_login(placement, mentor_of, client):
    """P17: the address opens for a calendar that has no account, until a new one is made."""
    ScheduleItemFactory(placement=placement)
    mentor = mentor_of(placement)
    assert mentor.get(page("week_feed", placement)).status_code == 405
    first = mentor.post(page("week_feed", placement)).context["address"]
    path = first.split("//", 1)[1].partition("/")[2]

    with no_writes():
        feed = client.get(f"/{path}")
    mentor.post(page("week_feed", placement))

    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    assert client.get(f"/{path}").status_code == 410


def test_home_leads_straight_to_the_one_internship(placement, mentor_of, signed_in, stranger):
    home = reverse("matching:home")

    assert mentor_of(placement).get(home)["Location"] == page("today", placement)
    assert signed_in(stranger).get(home).status_code == 200


@pytest.mark.parametrize("item_count", [1, 3])
@pytest.mark.parametrize("name", ["today", "week", "diary"])
def test_phone_page_costs_the_same_for_one_and_three(
    name, item_count, placement, mentor_of, django_assert_max_num_queries
):
    for number in range(item_count):
        ScheduleItemFactory(
            placement=placement,
            starts_at=NOW.replace(hour=6 + number),
            ends_at=NOW.replace(hour=7 + number, minute=0),
            theme=placement.edition.themes.first(),
        )
        DiaryEntryFactory(placement=placement, day=NOW.replace(day=7 + number).date())
    client = mentor_of(placement)
    client.get(page(name, placement))

    with django_assert_max_num_queries(6):
        response = client.get(page(name, placement))

    assert response.status_code == 200


# --- Answers by link


@pytest.fixture
def door():
    """A function: the address of the answer of one side."""
    from django.db import transaction

    def make(proposal, side, email):
        with transaction.atomic():
            token = links.create(
                purpose=f"proposal.{side}", target=proposal, email=email, expires_at=None, now=NOW
            )
        return reverse(f"matching:answer_{side}", args=[token])

    return make


def test_answer_by_link_opens_without_writing_and_counts_once(published, door, client):
    """M13, S7: a scanner changes nothing; a decline needs a reason; a second answer is told."""
    address = door(published, "host", "urzad@gmina.example")
    with no_writes():
        seen = client.get(address).content.decode()
        client.head(address)
    assert published.application.hromada.name in seen
    for secret in (published.application.last_name, published.application.email):
        assert secret not in seen

    wrong = client.post(address, {"answer": "no", "address_start": "xyz"})
    assert set(wrong.context["form"].errors) == {"reason", "address_start"}
    assert client.post(address, {"answer": "yes", "address_start": "urz"}).status_code == 302
    assert client.post(address, {"answer": "no", "reason": "Zmiana"}).status_code == 302

    published.refresh_from_db()
    assert (published.host_answer, published.status) == ("accepts", "published")


def test_pair_is_hidden_until_it_is_published(pool, run, second_coordinator):
    """M5: an approved pair has no link, and so no page."""
    from core.models import CapabilityLink

    pool(hosts=1, interns=1)
    version = run()
    services.approve_version(version, actor=second_coordinator, now=NOW)

    assert CapabilityLink.objects.filter(purpose__startswith="proposal").count() == 0


@pytest.mark.parametrize("name", ["answer_host", "answer_intern", "feed_mentor", "feed_intern"])
def test_broken_link_shows_a_kind_page(name, client):
    assert client.get(reverse(f"matching:{name}", args=["nonsense"])).status_code == 410


def test_day_that_came_back_is_improved_not_written_anew(placement, intern_of):
    """P15: what was written stands in the form; a confirmed day is not offered."""
    entry = DiaryEntryFactory(placement=placement, status=DiaryStatus.RETURNED)
    client = intern_of(placement)
    improve = f"{page('diary_write', placement)}?day=2026-09-07"

    listed = client.get(page("diary", placement)).content.decode()
    offered = client.get(improve).context["form"]["activity"].value()
    entry.status = DiaryStatus.CONFIRMED
    entry.save()
    later = client.get(page("diary", placement)).content.decode()

    assert (improve in listed, improve in later) == (True, False)
    assert offered == entry.activity
    assert client.get(improve).context["form"]["activity"].value() is None
    assert client.get(f"{page('diary_write', placement)}?day=x").status_code == 200
