"""Saving the survey: while one types, from two windows, without cookies, after hours of rest."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from applications import survey_merge, survey_plan
from applications.models import HostSurvey, LateDraft
from applications.services import host as services
from core.models import AuditEvent
from mailing.models import Letter
from tests.conftest import StrictClient
from tests.factories.applications import HostInvitationFactory, host_answers
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db
FIRST = {"nazwa_urzedowa": "Gmina Brzeziny", "ludnosc": "12 000", "czlonkostwo": ["zgwrp"]}
ADDRESS = {
    "adres_ulica": "Sienkiewicza 16",
    "adres_kod": "95-060",
    "adres_miejscowosc": "Brzeziny",
}


@pytest.fixture
def edition():
    """Open now by the clock of the database."""
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


@pytest.fixture
def invitation(edition):
    return HostInvitationFactory(edition=edition)


@pytest.fixture
def link(invitation):
    with transaction.atomic():
        token = services.new_link(invitation, email=invitation.email, now=timezone.now())
    return f"/ankieta/l/{token}/"


@pytest.fixture
def begun(client, link, invitation):
    """A browser that has confirmed the address of the letter."""
    client.post(link, {"email": invitation.email})
    return client


@pytest.fixture
def window(link, invitation):
    """A function: another window of somebody who may answer."""

    def opened() -> StrictClient:
        browser = StrictClient()
        browser.cookies = known.cookies
        return browser

    known = StrictClient()
    known.post(link, {"email": invitation.email})
    known.post(link + "gmina/", FIRST)
    return opened


def autosave(browser, address: str, typed: dict):
    return browser.post(address + "zapis/", typed, headers={"Accept": "application/json"})


def seen_on(browser, address: str) -> str:
    """The hidden field: what the page was opened with."""
    return browser.get(address).context["seen"]


def draft() -> dict:
    return HostSurvey.objects.get().draft_answers


# --- While one types


def test_autosave_keeps_what_is_valid_and_names_the_rest(begun, link):
    """A24: half a page is kept; the wrong field is named in words and stops nothing."""
    begun.post(link + "gmina/", FIRST)

    answer = autosave(begun, "/en" + link + "adres/", {**ADDRESS, "adres_kod": "950x"})

    assert answer.status_code == 200
    assert re.fullmatch(
        r"Saved at \d\d:\d\d\. Not kept yet, because it needs correcting: Postcode\.",
        answer.json()["saved_at_text"],
    )
    assert draft()["adres_ulica"] == "Sienkiewicza 16"
    assert "adres_kod" not in draft()


def test_first_typed_answer_begins_the_survey(begun, link):
    """A12: opening creates nothing, typing does."""
    seen = seen_on(begun, link + "gmina/")

    autosave(begun, link + "gmina/", {"nazwa_urzedowa": "Miasto Brzeziny", "seen": seen})

    assert draft() == {"nazwa_urzedowa": "Miasto Brzeziny"}
    assert HostSurvey.objects.get().status == "draft"


def test_what_the_register_suggests_is_no_answer_until_it_is_confirmed(begun, link, invitation):
    """Nobody typed anything: no survey comes into being, and no figure is taken as confirmed."""
    page = begun.get(link + "gmina/")
    untouched = {
        "nazwa_urzedowa": invitation.organisation.name,
        "ludnosc": "12000",
        "seen": page.context["seen"],
    }

    autosave(begun, link + "gmina/", untouched)
    before = HostSurvey.objects.count()
    autosave(begun, link + "gmina/", {**untouched, "czlonkostwo": ["zmp"]})

    assert before == 0
    assert draft() == {"czlonkostwo": ["zmp"]}


def test_nothing_is_begun_above_the_limit_by_typing(begun, link):
    """A10."""
    answer = autosave(begun, "/en" + link + "gmina/", {**FIRST, "ludnosc": "80001"})

    assert HostSurvey.objects.count() == 0
    assert answer.json()["saved_at_text"] == (
        "Not kept yet, because it needs correcting: Number of inhabitants."
    )


def test_later_pages_are_not_saved_before_the_population_is_known(begun, link):
    """A10: the rule stands before the rest of the questions, for a page's script as well."""
    answer = autosave(begun, link + "adres/", ADDRESS)

    assert answer.status_code == 404
    assert HostSurvey.objects.count() == 0


def test_choice_made_by_mistake_drops_nothing_while_one_types(begun, link):
    """A6 counts when the page is left, not at every press of a button."""
    begun.post(link + "gmina/", FIRST)
    begun.post(link + "mentor/", {"mentor_jest": "tak"})
    begun.post(link + "mentor-osoba/", {"mentor_imie": "Jan", "leave": "1"})

    autosave(begun, link + "mentor/", {"mentor_jest": "jeszcze_nie"})
    typed = draft().get("mentor_imie")
    begun.post(link + "mentor/", {"mentor_jest": "jeszcze_nie"})

    assert typed == "Jan"
    assert "mentor_imie" not in draft()


def test_typing_writes_no_line_into_the_audit_trail_and_leaving_does(begun, link):
    begun.post(link + "gmina/", FIRST)
    written = AuditEvent.objects.filter(action="applications.hostsurvey.saved")
    before = written.count()

    autosave(begun, link + "adres/", ADDRESS)
    typed = written.count() - before
    begun.post(link + "adres/", ADDRESS)

    assert (typed, written.count() - before) == (0, 1)


def test_autosave_is_only_for_the_browser_that_is_known(begun, link, no_writes):
    """SEC-M1: a forwarded link neither reads nor writes; the script is told where to go."""
    begun.post(link + "gmina/", {**FIRST, "nazwa_urzedowa": "Kanarek z Brzezin"})
    before = draft()

    answer = autosave(StrictClient(), link + "adres/", ADDRESS)
    with no_writes():
        shown = begun.get(link + "adres/zapis/")

    assert (answer.status_code, answer.json()) == (401, {"goto": link + "kod/"})
    assert shown.status_code == 405
    assert draft() == before


def test_autosave_asks_for_the_proof_of_origin(link, invitation):
    strict = Client(enforce_csrf_checks=True)

    assert autosave(strict, link + "gmina/", FIRST).status_code == 403


def test_sixty_first_autosave_of_a_minute_waits(begun, link):
    begun.post(link + "gmina/", FIRST)

    statuses = [autosave(begun, link + "adres/", ADDRESS).status_code for _n in range(61)]

    assert statuses == [200] * 60 + [429]


@pytest.mark.parametrize("page", ["nie-ma-takiej", "mentor-osoba"])
def test_page_that_is_not_asked_is_not_saved(begun, link, page):
    begun.post(link + "gmina/", FIRST)

    assert autosave(begun, link + page + "/", {"mentor_imie": "Jan"}).status_code == 404


def test_after_closing_typing_is_refused(begun, link, edition):
    begun.post(link + "gmina/", FIRST)
    edition.survey_closes_at = timezone.now() - timedelta(minutes=16)
    edition.save()

    answer = autosave(begun, link + "adres/", ADDRESS)

    assert (answer.status_code, answer.json()) == (401, {"goto": link})
    assert "adres_ulica" not in draft()


def test_late_answers_of_two_windows_are_not_dropped_for_a_choice_nobody_can_make(
    window, link, edition
):
    """FT-18, FT-21: after the grace nobody is asked to choose; what was typed last is kept."""
    first, second = window(), window()
    seen = seen_on(first, link + "adres/")
    edition.survey_closes_at = timezone.now() - timedelta(hours=1)
    edition.save()

    first.post(link + "adres/", {**ADDRESS, "seen": seen})
    second.post(link + "adres/", {**ADDRESS, "adres_ulica": "Kanarkowa 1", "seen": seen})

    assert LateDraft.objects.get().answers["adres_ulica"] == "Kanarkowa 1"


# --- W3: what a save costs


class Statements:
    """What the database is asked, without BEGIN and COMMIT of the block itself."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        self.asked.append(sql)
        return execute(sql, params, many, context)


def cost(deed) -> list[str]:
    seen = Statements()
    with connection.execute_wrapper(seen):
        deed()
    return seen.asked


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["typing", "leaving"])
def test_saving_any_page_costs_at_most_eight_queries(begun, link, deed):
    """W3: every page that is asked of a whole survey; one block, so one lock, held briefly."""
    begun.post(link + "gmina/", FIRST)
    survey = HostSurvey.objects.get()
    survey.draft_answers = host_answers(mentor_jest="tak")
    survey.save()
    too_many = {}
    for page in survey_plan.pages_for(survey.draft_answers):
        typed = {key: survey.draft_answers.get(key, "") for key in page.keys} | {"seen": ""}
        address = f"{link}{page.slug}/"
        begun.post(address, typed)  # content types and the like are known now
        asked = cost(
            lambda address=address, typed=typed: (
                autosave(begun, address, typed) if deed == "typing" else begun.post(address, typed)
            )
        )
        if len(asked) > 8:
            too_many[page.slug] = asked
    assert too_many == {}


@pytest.mark.django_db(transaction=True)
def test_save_is_one_transaction(begun, link, monkeypatch):
    """W3: what fails after the answers were written takes them back as well."""
    begun.post(link + "gmina/", FIRST)

    def refuse(**_ignored):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr("applications.services.host_saving.audit.record", refuse)

    with pytest.raises(RuntimeError):
        begun.post(link + "adres/", ADDRESS)

    assert "adres_ulica" not in draft()


# --- Two windows, two colleagues


def test_different_fields_of_one_page_are_both_kept(window, link):
    """FT-18: each changed what the other did not."""
    first, second = window(), window()
    first.post(link + "adres/", {**ADDRESS, "seen": seen_on(first, link + "adres/")})
    seen = [seen_on(browser, link + "adres/") for browser in (first, second)]

    first.post(link + "adres/", {**ADDRESS, "adres_ulica": "Reymonta 1", "seen": seen[0]})
    answer = second.post(link + "adres/", {**ADDRESS, "adres_kod": "95-061", "seen": seen[1]})

    assert answer["Location"] == link + "numery/"
    assert (draft()["adres_ulica"], draft()["adres_kod"]) == ("Reymonta 1", "95-061")


@pytest.mark.parametrize(("chosen", "stays"), [("mine", "Mickiewicza 2"), ("theirs", "Reymonta 1")])
def test_same_field_changed_by_both_is_shown_twice_and_chosen(window, link, chosen, stays):
    """FT-18: the second person sees both values; nothing is overwritten before the choice."""
    first, second = window(), window()
    address = link + "adres/"
    seen = seen_on(second, address)
    first.post(address, {**ADDRESS, "adres_ulica": "Reymonta 1", "seen": seen})
    mine = {**ADDRESS, "adres_ulica": "Mickiewicza 2", "www": "https://brzeziny.example"}

    asked = second.post(address, {**mine, "seen": seen})
    html = asked.content.decode()
    between = dict(draft())
    again = dict(asked.context["typed"])
    again |= {"seen": asked.context["seen"], "choosing": asked.context["choosing"]}
    undecided = second.post(address, again)
    done = second.post(address, {**again, "version_adres_ulica": chosen})

    assert (asked.status_code, undecided.status_code) == (409, 409)
    assert [text in html for text in ("Reymonta 1", "Mickiewicza 2")] == [True, True]
    assert between["adres_ulica"] == "Reymonta 1"
    assert between["www"] == "https://brzeziny.example"
    assert [error["href"] for error in undecided.context["errors"]] == [
        "#id_version_adres_ulica_mine"
    ]
    assert done["Location"] == link + "numery/"
    assert draft()["adres_ulica"] == stays


def test_while_typing_the_colleagues_answer_stays_and_it_is_said(window, link):
    first, second = window(), window()
    address = link + "adres/"
    seen = seen_on(second, address)
    first.post(address, {**ADDRESS, "adres_ulica": "Reymonta 1", "seen": seen})

    answer = autosave(second, "/en" + address, {"adres_ulica": "Mickiewicza 2", "seen": seen})

    assert "A colleague has changed the same answers" in answer.json()["saved_at_text"]
    assert draft()["adres_ulica"] == "Reymonta 1"


def test_own_words_that_arrived_unanswered_are_not_taken_for_a_colleagues(window, link):
    """FT-19: the answer to the first save was lost with the network; the second one is no clash."""
    browser = window()
    address = link + "adres/"
    seen = seen_on(browser, address)
    autosave(browser, address, {"adres_ulica": "Reym", "seen": seen})

    without = browser.post(address, {**ADDRESS, "adres_ulica": "Reymonta 1", "seen": seen})
    told = autosave(
        browser,
        address,
        {"adres_ulica": "Reymonta 1", "seen": seen, "unsure": "adres_ulica=Reym&seen=x"},
    )

    assert without.status_code == 409  # the negative control: unknown, it would be one
    assert "colleague" not in told.json()["saved_at_text"]
    assert draft()["adres_ulica"] == "Reymonta 1"


def test_fingerprints_follow_what_was_saved(window, link):
    """One types, saves, types on: never a clash with oneself."""
    browser = window()
    address = link + "adres/"
    seen = seen_on(browser, address)

    for text in ("R", "Rey", "Reymonta 1"):
        seen = autosave(browser, address, {"adres_ulica": text, "seen": seen}).json()["seen"]
    left = browser.post(address, {**ADDRESS, "adres_ulica": "Reymonta 12", "seen": seen})

    assert left.status_code == 302
    assert draft()["adres_ulica"] == "Reymonta 12"


def test_clash_on_a_partner_shows_the_hromadas_by_name(window, link):
    """An answer that stands in a row of its own, with a name beside its code."""
    from tests.factories.programme import HromadaFactory

    for number, name in ((1, "Козельщинська"), (2, "Бориславська")):
        HromadaFactory(katottg=f"UA4602001000001000{number}", name=name)
    first, second = window(), window()
    first.post(
        link + "doswiadczenie/", {"poprzednie_edycje": ["nie"], "wspolpraca_ua": "bez_umowy"}
    )
    address = link + "partner-1/"
    seen = seen_on(second, address)
    typed = {"od_roku": "2019", "kolejny": "nie"}
    first.post(address, {**typed, "hromada": "UA46020010000010001", "seen": seen})

    asked = second.post(address, {**typed, "hromada": "UA46020010000010002", "seen": seen})
    again = dict(asked.context["typed"])
    again |= {"seen": asked.context["seen"], "choosing": asked.context["choosing"]}
    second.post(address, {**again, "version_katottg": "theirs"})

    assert [choice[2] for choice in asked.context["versions"][0]["choices"]] == [
        ["Бориславська (Boryslavska)"],
        ["Козельщинська (Kozelshchynska)"],
    ]
    assert draft()["partnerzy"][0]["katottg"] == "UA46020010000010001"


@pytest.mark.parametrize(
    ("mine", "theirs", "seen", "kept", "clashes"),
    [
        ({"a": "x"}, {}, {}, {"a": "x"}, {}),
        ({"a": "x"}, {"a": "y"}, {}, {"a": "x"}, {}),
        ({"a": "x"}, {"a": "y"}, {"a": "x"}, {}, {}),
        ({"a": "x"}, {"a": "y"}, {"a": "y"}, {"a": "x"}, {}),
        ({"a": "x"}, {"a": "y"}, {"a": "z"}, {}, {"a": ("x", "y")}),
        ({"a": ""}, {"a": "y"}, {"a": "y"}, {"a": ""}, {}),
        ({"a": ""}, {"a": "y"}, {"a": "z"}, {}, {"a": ("", "y")}),
        ({"a": "x"}, {}, {"a": "x"}, {}, {}),
        ({"a": False}, {}, {"a": ""}, {"a": False}, {}),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, {"a": ["x"]}, {}, {"a": (["x", "y"], ["y", "x"])}),
    ],
)
def test_merge_by_field(mine, theirs, seen, kept, clashes):
    """Three values of one field: mine, theirs, and what both began with."""
    marks = {key: survey_merge.fingerprint(value) for key, value in seen.items()}

    merged = survey_merge.merge(mine, theirs, marks)

    assert (merged.kept, merged.clashes) == (kept, clashes)


# --- Sessions, cookies, old pages (FT-20)


def rest(browser, **time) -> None:
    """Let the browser lie untouched."""
    session = browser.session
    for pk, (at, life) in session["trusted_links_idle"].items():
        session["trusted_links_idle"][pk] = [at - timedelta(**time).total_seconds(), life]
    session.save()


@pytest.mark.parametrize(
    ("hours", "seconds", "status"), [(3, 3590, 200), (4, 1, 302)], ids=["before", "after"]
)
def test_browser_left_for_four_hours_asks_for_the_code(begun, link, hours, seconds, status):
    """V7.1.1: the draft stays, the browser must show again who it is."""
    begun.post(link + "gmina/", FIRST)

    rest(begun, hours=hours, seconds=seconds)

    assert begun.get(link + "gmina/").status_code == status
    assert draft()["ludnosc"] == 12_000


def test_work_keeps_the_browser_known(begun, link):
    begun.post(link + "gmina/", FIRST)
    rest(begun, hours=3)
    autosave(begun, link + "adres/", ADDRESS)

    rest(begun, hours=3)

    assert begun.get(link + "adres/").status_code == 200


def code_from_mail() -> str:
    letter = Letter.objects.filter(letter="mailing/code").latest("pk")
    return re.search(r"\b(\d{6})\b", letter.text)[1]


def test_page_sent_after_the_session_ended_is_saved_after_the_code(begun, link):
    """FT-20: typed for five hours, sent, asked for the code: everything is there."""
    begun.post(link + "gmina/", FIRST)
    seen = seen_on(begun, link + "adres/")
    begun.cookies.clear()

    sent = begun.post(link + "adres/", {**ADDRESS, "seen": seen})
    kept_before_code = "adres_ulica" in draft()
    begun.post(link + "kod/wyslij/")
    let_in = begun.post(link + "kod/", {"code": code_from_mail()})

    assert sent["Location"] == link + "kod/"
    assert kept_before_code is False
    assert let_in["Location"] == link + "numery/"
    assert {key: draft()[key] for key in ADDRESS} == ADDRESS


def test_wrong_page_sent_after_the_session_ended_is_shown_as_typed(begun, link):
    """FT-20: what cannot be saved yet stands in the form, and what can is saved."""
    begun.post(link + "gmina/", FIRST)
    begun.cookies.clear()
    begun.post(link + "adres/", {**ADDRESS, "adres_kod": "950x"})
    begun.post(link + "kod/wyslij/")

    let_in = begun.post(link + "kod/", {"code": code_from_mail()})
    page = begun.get(let_in["Location"])
    begun.post(link + "adres/", ADDRESS)

    assert let_in["Location"] == link + "adres/"
    assert page.context["form"]["adres_kod"].value() == "950x"
    assert draft()["adres_kod"] == "95-060"
    assert begun.get(link + "adres/").context["form"].is_bound is False


def test_first_page_sent_without_a_cookie_is_saved_after_the_address(client, link, invitation):
    """FT-20: nothing was saved before, so the address of the letter is asked, not a code."""
    sent = client.post(link + "gmina/", FIRST)
    let_in = client.post(link, {"email": invitation.email})

    assert sent["Location"] == link
    assert let_in["Location"] == link + "adres/"
    assert draft()["nazwa_urzedowa"] == "Gmina Brzeziny"


def test_page_that_waits_for_the_code_until_after_the_closing_is_kept(begun, link, edition):
    """FT-20, FT-21: the code is entered too late; what was typed is a late draft, not an error."""
    begun.post(link + "gmina/", FIRST)
    begun.cookies.clear()
    begun.post(link + "adres/", ADDRESS)
    begun.post(link + "kod/wyslij/")
    edition.survey_closes_at = timezone.now() - timedelta(hours=1)
    edition.save()

    let_in = begun.post(link + "kod/", {"code": code_from_mail()})

    assert (let_in.status_code, let_in.headers.get("Location")) == (302, link)
    assert LateDraft.objects.get().answers["adres_ulica"] == "Sienkiewicza 16"
    assert "adres_ulica" not in draft()


def test_waiting_answers_belong_to_their_browser(begun, link):
    """SEC-M1: another browser that knows the code sees what is saved, not what waits elsewhere."""
    begun.post(link + "gmina/", FIRST)
    other = StrictClient()
    other.post(link + "adres/", {**ADDRESS, "adres_ulica": "Kanarkowa 1"})

    page = begun.get(link + "adres/").content.decode()

    assert "Kanarkowa" not in page
    assert "adres_ulica" not in draft()


def csrf_token_of(response) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.content.decode())[1]


def test_old_proof_of_origin_gives_back_what_was_typed(link, invitation):
    """FT-20: one press sends it again; nobody is shown an error page without her words."""
    browser = Client(enforce_csrf_checks=True)
    ours = {"Origin": "http://testserver"}
    token = csrf_token_of(browser.get(link))
    browser.post(link, {"email": invitation.email, "csrfmiddlewaretoken": token}, headers=ours)

    old = browser.post(link + "gmina/", {**FIRST, "csrfmiddlewaretoken": "x" * 64}, headers=ours)
    html = old.content.decode()
    typed = re.findall(r'<input type="hidden" name="(?!csrf)([^"]+)" value="([^"]*)">', html)
    again = browser.post(
        re.search(r'<form method="post" action="([^"]+)"', html)[1],
        {**dict(typed), "csrfmiddlewaretoken": csrf_token_of(old)},
        headers=ours,
    )

    assert old.status_code == 403
    assert old["Referrer-Policy"] == "no-referrer"
    assert typed == [
        ("nazwa_urzedowa", "Gmina Brzeziny"),
        ("ludnosc", "12 000"),
        ("czlonkostwo", "zgwrp"),
    ]
    assert again["Location"] == link + "adres/"
    assert draft()["ludnosc"] == 12_000


@pytest.mark.parametrize("origin", [{}, {"Origin": "https://elsewhere.example"}])
def test_form_of_another_site_is_not_offered_for_sending_again(link, origin):
    """A foreign page must not have its own values confirmed by our button."""
    foreign = Client(enforce_csrf_checks=True)

    answer = foreign.post(link + "gmina/", {"nazwa_urzedowa": "Podstawione"}, headers=origin)

    assert answer.status_code == 403
    assert "Podstawione" not in answer.content.decode()
