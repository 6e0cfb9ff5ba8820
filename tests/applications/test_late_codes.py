"""A code lets one municipality send after the deadline (A17)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from applications.clock import database_now
from applications.models import (
    HostInvitation,
    HostSurvey,
    LateCode,
    LateCodeUse,
    LateDraft,
)
from applications.services import host as services
from applications.services import late_codes
from core import audit
from core.models import AuditEvent
from mailing.models import Letter
from tests.applications.test_host_colleagues import enter_code
from tests.applications.test_host_deadline import close
from tests.applications.test_host_views import LINK, fill_in, link_to
from tests.conftest import StrictClient
from tests.factories.applications import (
    HostInvitationFactory,
    HostSurveyFactory,
    host_answers,
)
from tests.factories.programme import EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db
AFTER = "/admin/applications/gminy/po-terminie/"
MAKE = AFTER + "kod/"


@pytest.fixture
def edition():
    """Closed an hour ago."""
    now = database_now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=20),
        survey_closes_at=now - timedelta(hours=1),
    )


@pytest.fixture
def make(edition, coordinator):
    """A function that makes a code of this edition: (record, characters)."""

    def made(**changes):
        now = database_now()
        fields = {
            "note": "Telefon z urzędu",
            "expires_at": now + timedelta(days=2),
            "actor": coordinator,
            "now": now,
        }
        return late_codes.make_code(edition, **{**fields, **changes})

    return made


def draft_of(edition, **fields) -> HostSurvey:
    return HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={}, **fields)


def test_code_is_long_and_only_its_digest_is_kept(make):
    """A17: 16 of 31 characters are 79 bits; the same code twice would be a wonder."""
    code, letters = make()
    _other, others = make()

    plain = letters.replace("-", "")
    stored = str(list(LateCode.objects.values())) + str(list(AuditEvent.objects.values("data")))
    assert (len(plain), set(plain) <= set(late_codes.ALPHABET)) == (16, True)
    assert plain != others.replace("-", "")
    assert (plain in stored, letters in stored, code.ending) == (False, False, plain[-4:])


def test_municipality_sends_with_the_code_and_only_it(edition, make):
    """A17: the one with the code; another one is still too late."""
    draft, other = draft_of(edition), draft_of(edition)
    code, letters = make()

    late_codes.use_code(edition, gmina=draft.gmina, typed=f" {letters.lower()} ")
    sent = services.submit_survey(draft)
    with pytest.raises(services.SurveyClosed):
        services.submit_survey(other)

    receipt = Letter.objects.get(letter="applications/survey_receipt")
    code.refresh_from_db()
    assert (sent.status, sent.is_late, code.uses) == ("submitted", True, 1)
    assert "po terminie, na podstawie kodu spóźnienia" in receipt.text
    assert [each.action for each in audit.history(code).order_by("pk")] == [
        "applications.latecode.made",
        "applications.latecode.used",
    ]


def test_late_draft_goes_with_the_code(edition, make):
    """FT-21, A17: what came too late is what is sent."""
    draft = draft_of(edition)
    with pytest.raises(services.SurveyClosed):
        services.save_page(draft, page="uwagi", answers={"uwagi": "Spóźnione."})
    _code, letters = make()

    late_codes.use_code(edition, gmina=draft.gmina, typed=letters)
    sent = services.submit_survey(draft)

    assert sent.answers["uwagi"] == "Spóźnione."
    assert LateDraft.objects.get().settled_at is not None


def test_late_draft_is_sent_from_its_check_page(client, edition, make):
    """FT-21, A17: the page shows what came late, and its own button sends just that."""
    invitation = HostInvitationFactory(edition=edition)
    close(edition, timedelta(hours=-1))
    link = link_to(invitation, invitation.email)
    client.post(link, {"email": invitation.email})
    end = fill_in(client, link, host_answers())
    close(edition, timedelta(hours=1))
    client.post(link + "uwagi/", {"uwagi": "Spóźnione."})
    _code, letters = make()
    client.post(link + "kod-po-terminie/", {"code": letters})

    sending = client.get(end).context["sending"]
    receipt = client.post(end, sending)

    assert receipt.status_code == 302
    assert receipt["Location"] == link + "wyslano/"
    assert HostSurvey.objects.get().answers["uwagi"] == "Spóźnione."


@pytest.mark.parametrize("why", ["unknown", "ended", "revoked", "another", "edition", "used"])
def test_code_that_does_not_work_lets_nobody_in(edition, make, coordinator, why):
    draft, now = draft_of(edition), database_now()
    code, letters = make(
        **({"gmina": GminaFactory()} if why == "another" else {}),
        **({"now": now - timedelta(days=9), "expires_at": now} if why == "ended" else {}),
    )
    where = edition
    if why == "unknown":
        letters = letters[:-1] + ("A" if letters[-1] != "A" else "B")
    if why == "revoked":
        late_codes.revoke_code(code, actor=coordinator, now=now)
    if why == "edition":
        where = EditionFactory(year=edition.year + 1)
    if why == "used":
        late_codes.use_code(edition, gmina=GminaFactory(), typed=letters)

    with pytest.raises(late_codes.BadCode):
        late_codes.use_code(where, gmina=draft.gmina, typed=letters)
    with pytest.raises(services.SurveyClosed):
        services.submit_survey(draft)


def test_same_municipality_counts_once(edition, make):
    gmina = GminaFactory()
    code, letters = make(uses_allowed=2)

    first = late_codes.use_code(edition, gmina=gmina, typed=letters)
    again = late_codes.use_code(edition, gmina=gmina, typed=letters)
    late_codes.use_code(edition, gmina=GminaFactory(), typed=letters)

    code.refresh_from_db()
    assert (first, code.uses) == (again, 2)


def test_code_ends_at_its_own_minute_without_grace(edition, make):
    draft = draft_of(edition)
    code, letters = make()
    late_codes.use_code(edition, gmina=draft.gmina, typed=letters)

    services.save_page(
        draft,
        page="uwagi",
        answers={"uwagi": "W czasie."},
        now=code.expires_at - timedelta(milliseconds=1),
    )
    with pytest.raises(services.SurveyClosed):
        services.submit_survey(draft, now=code.expires_at)

    assert HostSurvey.objects.get().draft_answers["uwagi"] == "W czasie."


def test_code_taken_back_closes_what_was_not_sent(edition, make, coordinator):
    draft = draft_of(edition)
    code, letters = make()
    late_codes.use_code(edition, gmina=draft.gmina, typed=letters)

    late_codes.revoke_code(code, actor=coordinator, now=database_now())

    with pytest.raises(services.SurveyClosed):
        services.submit_survey(draft)


@pytest.mark.parametrize(
    "wrong", [{"uses": 2}, {"uses_allowed": 0}, {"note": ""}], ids=["uses", "none", "note"]
)
def test_database_refuses_a_code_that_cannot_be(make, wrong):
    code, _letters = make()

    with pytest.raises(IntegrityError), transaction.atomic():
        LateCode.objects.filter(pk=code.pk).update(**wrong)


# --- On the pages


def test_code_is_typed_on_the_closed_page_behind_the_link(client, edition, make):
    """A17: no account; the same page is open afterwards, to the end of the code."""
    invitation = HostInvitationFactory(edition=edition)
    close(edition, timedelta(hours=-1))
    link = link_to(invitation, invitation.email)
    client.post(link, {"email": invitation.email})
    end = fill_in(client, link, host_answers())
    close(edition, timedelta(hours=1))
    client.post(end)
    _code, letters = make()

    closed = client.get("/en" + link).content.decode()
    wrong = client.post("/en" + link + "kod-po-terminie/", {"code": "ABCD"})
    right = client.post(link + "kod-po-terminie/", {"code": letters})
    opened = client.get("/en" + link).content.decode()
    receipt = client.post(end)

    assert "Have you received a code from us?" in closed
    assert "This code does not work. Check it, or write to us." in wrong.content.decode()
    assert right["Location"] == link
    assert "Have you received a code from us?" not in opened
    assert receipt["Location"] == link + "wyslano/"
    assert HostSurvey.objects.get().status == "submitted"


def test_municipality_without_a_link_asks_for_one_with_the_code(client, edition, make):
    """A17: from the public page to the survey; the letter names the end of the code."""
    gmina = GminaFactory(name="Serock")
    _code, letters = make(gmina=gmina)
    page = f"/ankieta/gmina/{gmina.teryt}/"

    door = client.get("/en/ankieta/").content.decode()
    closed = client.get("/en" + page).content.decode()
    right = client.post(page + "kod/", {"code": letters})
    opened = client.get("/en" + page).content.decode()

    assert "Choose your municipality. On the next page you can type the code." in door
    assert ('name="code"' in closed, 'name="email"' in closed) == (True, False)
    assert right["Location"] == page
    assert ('name="code"' in opened, 'name="email"' in opened) == (False, True)
    services.request_survey_link(edition, gmina=gmina, email="a@serock.example", now=database_now())
    letter = Letter.objects.get(letter="applications/survey_link")
    assert LINK.search(letter.text)
    begin = client.get(LINK.search(letter.text)[1])
    assert begin.context["is_open"] is True
    assert HostInvitation.objects.get().email == "a@serock.example"


def test_stranger_at_the_link_of_a_begun_survey_types_no_code(edition, make):
    """The draft is another browser's: first the code from the letter."""
    survey = draft_of(edition)
    _code, letters = make()
    link = link_to(survey, survey.email)

    response = StrictClient().post(link + "kod-po-terminie/", {"code": letters})

    assert response["Location"] == link
    assert LateCodeUse.objects.count() == 0


def test_guessing_is_limited(client, edition, make):
    """A17: ten tries an hour from one place, the right one among them or not."""
    gmina = GminaFactory()
    _code, letters = make()
    address = f"/ankieta/gmina/{gmina.teryt}/kod/"

    answers = [client.post(address, {"code": f"ABCD-{n:04}"}).status_code for n in range(10)]
    eleventh = client.post(address, {"code": letters})

    assert answers == [200] * 10
    assert eleventh.status_code == 429
    assert LateCodeUse.objects.count() == 0


def test_getting_the_address_of_the_code_changes_nothing(client, edition, no_writes):
    gmina = GminaFactory()

    with no_writes():
        response = client.get(f"/ankieta/gmina/{gmina.teryt}/kod/")

    assert response["Location"] == f"/ankieta/gmina/{gmina.teryt}/"


# --- The panel


def test_coordinator_makes_a_code_that_is_shown_once(coordinator_client, edition):
    gmina = GminaFactory(name="Serock")
    day = database_now() + timedelta(days=3)
    data = {
        "note": "Awaria prądu w urzędzie",
        "gmina": gmina.teryt,
        "uses_allowed": "1",
        "expires_on_day": day.day,
        "expires_on_month": day.month,
        "expires_on_year": day.year,
    }

    refused = coordinator_client.post(MAKE, {**data, "note": "", "uses_allowed": "3"})
    made = coordinator_client.post(MAKE, data)
    again = coordinator_client.get(AFTER).content.decode()

    code = LateCode.objects.get()
    letters = made.context["letters"]
    assert set(refused.context["form"].errors) == {"note", "uses_allowed"}
    assert late_codes.digest(letters) == code.digest
    assert (letters in made.content.decode(), letters in again) == (True, False)
    assert (code.gmina, code.note) == (gmina, "Awaria prądu w urzędzie")
    assert f"…{code.ending}" in again


def test_page_shows_late_drafts_returns_and_codes(coordinator_client, edition, make, coordinator):
    """A16, A17, FT-21: what waits after the deadline, each with its next step."""
    late = draft_of(edition)
    with pytest.raises(services.SurveyClosed):
        services.submit_survey(late)
    code, letters = make(uses_allowed=2)
    late_codes.use_code(edition, gmina=GminaFactory(name="Serock"), typed=letters)
    elsewhere = draft_of(
        EditionFactory(year=edition.year - 1, survey_closes_at=edition.survey_closes_at)
    )
    with pytest.raises(services.SurveyClosed):
        services.submit_survey(elsewhere)

    page = coordinator_client.get(AFTER, {"edition": edition.year})
    home = coordinator_client.get("/admin/", {"edition": edition.year}).context["desk"]
    coordinator_client.post(
        reverse("admin:applications_note_late_draft", args=[late.late_draft.pk])
    )
    coordinator_client.post(reverse("admin:applications_revoke_late_code", args=[code.pk]))
    after = coordinator_client.get(AFTER, {"edition": edition.year})

    assert [row.survey for row in page.context["drafts"]] == [late]
    [row] = page.context["codes"]
    assert (row.uses, row.is_live, row.used_by[0].split(",")[0]) == (1, True, "Serock")
    tiles = {tile.label: tile.value for tile in [*home.mine.tiles, *home.theirs.tiles]}
    assert (tiles["spóźnione wersje robocze"], tiles["użyte kody spóźnienia"]) == (1, 1)
    assert [list(after.context["drafts"]), after.context["codes"][0].is_live] == [[], False]


@pytest.mark.parametrize("item_count", [1, 3])
def test_page_asks_as_much_for_three_as_for_one(
    coordinator_client, edition, make, item_count, django_assert_max_num_queries
):
    for _number in range(item_count):
        with pytest.raises(services.SurveyClosed):
            services.submit_survey(draft_of(edition))
        _code, letters = make()
        late_codes.use_code(edition, gmina=GminaFactory(), typed=letters)

    with django_assert_max_num_queries(20):
        page = coordinator_client.get(AFTER)

    assert len(page.context["drafts"]) == len(page.context["codes"]) == item_count


def test_record_shows_what_came_late(coordinator_client, edition):
    """FT-21: question by question against the draft as it was at the closing."""
    draft = draft_of(edition)
    with pytest.raises(services.SurveyClosed):
        services.save_page(draft, page="uwagi", answers={"uwagi": "Za późno."})

    page = coordinator_client.get(reverse("admin:applications_hostsurvey_change", args=[draft.pk]))

    assert [row[1:] for row in page.context["late_lines"].rows] == [
        ("Brak odpowiedzi", "Za późno.")
    ]


def test_auditor_sees_no_late_drafts(auditor, signed_in, edition):
    client = signed_in(auditor)

    assert [client.get(AFTER).status_code, client.post(MAKE, {}).status_code] == [403, 403]


# --- Two municipalities at once


def _at_once(edition, letters: str, gminas: list) -> list[str]:
    barrier = Barrier(len(gminas))

    def run(gmina):
        barrier.wait()
        try:
            late_codes.use_code(edition, gmina=gmina, typed=letters)
            return "in"
        except late_codes.BadCode:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gminas)) as pool:
        return sorted(pool.map(run, gminas))


@pytest.mark.django_db(transaction=True)
def test_code_for_two_lets_two_of_six_in(edition, make):
    """A17: uses never pass what is allowed, whoever comes at the same moment."""
    code, letters = make(uses_allowed=2)

    outcomes = _at_once(edition, letters, [GminaFactory() for _n in range(6)])

    code.refresh_from_db()
    assert outcomes == ["in"] * 2 + ["refused"] * 4
    assert (code.uses, LateCodeUse.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_too_many_would_get_in(edition, make, monkeypatch):
    """Negative control: each reads the row before anybody has counted."""
    _code, letters = make(uses_allowed=2)
    together = Barrier(6)

    def unheld(where, typed):
        row = LateCode.objects.filter(edition=where, digest=late_codes.digest(typed)).first()
        together.wait()
        return row

    monkeypatch.setattr(late_codes, "_held", unheld)

    _at_once(edition, letters, [GminaFactory() for _n in range(6)])

    assert LateCodeUse.objects.count() == 6


# --- One code for each form; nobody's wrong codes stand in the way of a municipality


def posted(day, **changes) -> dict:
    return {
        "note": "Awaria prądu w urzędzie",
        "gmina": "",
        "uses_allowed": "1",
        "expires_on_day": day.day,
        "expires_on_month": day.month,
        "expires_on_year": day.year,
        **changes,
    }


def test_form_sent_twice_makes_one_code(coordinator_client, edition):
    """A17: F5 and the back button; the next form makes the next code."""
    form = coordinator_client.get(AFTER).context["form"]
    data = posted(database_now() + timedelta(days=3), form_key=form["form_key"].value())

    made = coordinator_client.post(MAKE, data)
    again = coordinator_client.post(MAKE, data, follow=True)
    fresh = made.context["form"]["form_key"].value()
    coordinator_client.post(MAKE, {**data, "form_key": fresh})

    first, second = LateCode.objects.order_by("pk")
    assert late_codes.digest(made.context["letters"]) == first.digest
    assert again.redirect_chain[0][0].startswith(AFTER)
    assert first.ending in again.content.decode()
    assert made.context["letters"] not in again.content.decode()
    assert second.pk > first.pk


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_code(edition, coordinator):
    key, start = uuid4(), Barrier(2)

    def click(_place) -> str:
        start.wait(timeout=30)
        try:
            late_codes.make_code(
                edition,
                note="Telefon z urzędu",
                expires_at=database_now() + timedelta(days=1),
                form_key=key,
                actor=coordinator,
                now=database_now(),
            )
        except late_codes.AlreadyMade:
            return "already"
        else:
            return "made"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as clicks:
        outcome = sorted(clicks.map(click, range(2)))

    assert (outcome, LateCode.objects.count()) == (["already", "made"], 1)


@pytest.fixture
def guessed(edition):
    """A municipality of which strangers typed thirty wrong codes within the hour."""
    gmina = GminaFactory()
    for place in range(3):
        for n in range(10):
            StrictClient(REMOTE_ADDR=f"10.0.0.{place + 1}").post(
                f"/ankieta/gmina/{gmina.teryt}/kod/", {"code": f"ABCD-{n:04}"}
            )
    return gmina


def test_wrong_codes_of_strangers_do_not_block_the_own_link(guessed, edition, make):
    """SEC-M: the right code gets through by the link; a stranger is stopped."""
    _code, letters = make()
    invitation = HostInvitationFactory(edition=edition, organisation__gmina=guessed)
    link = link_to(invitation, invitation.email)
    public = f"/ankieta/gmina/{guessed.teryt}/kod/"

    stranger = StrictClient(REMOTE_ADDR="10.0.0.9").post(public, {"code": letters})
    own = StrictClient(REMOTE_ADDR="10.0.0.1").post(link + "kod-po-terminie/", {"code": letters})

    assert stranger.status_code == 429
    assert (own.status_code, own["Location"]) == (302, link)
    assert LateCodeUse.objects.get().gmina == guessed


def test_browser_that_knows_the_survey_types_the_code_on_the_public_page(guessed, edition, make):
    """SEC-M: the own browser counts as the own link."""
    _code, letters = make()
    draft = draft_of(edition, organisation__gmina=guessed)
    link = link_to(draft, draft.email)
    browser = StrictClient(REMOTE_ADDR="10.0.0.1")
    enter_code(browser, link)

    answer = browser.post(f"/ankieta/gmina/{guessed.teryt}/kod/", {"code": letters})

    assert answer.status_code == 302
    assert LateCodeUse.objects.get().gmina == guessed


def test_guessing_by_a_link_is_limited_too(edition, make):
    """SEC-R: ten an hour, and the eleventh is not even looked at."""
    _code, letters = make()
    invitation = HostInvitationFactory(edition=edition)
    address = link_to(invitation, invitation.email) + "kod-po-terminie/"

    answers = [
        StrictClient(REMOTE_ADDR=f"10.0.1.{n}").post(address, {"code": f"ABCD-{n:04}"}).status_code
        for n in range(10)
    ]
    eleventh = StrictClient(REMOTE_ADDR="10.0.1.99").post(address, {"code": letters})

    assert (answers, eleventh.status_code) == ([200] * 10, 429)
    assert LateCodeUse.objects.count() == 0


def test_code_is_for_the_municipality_that_was_found_by_name(coordinator_client):
    """A coordinator types a name; who fits alone is meant, and of namesakes one is to be chosen."""
    edition = EditionFactory()
    serock = GminaFactory(name="Serock")
    twins = [GminaFactory(name="Radomsko"), GminaFactory(name="Radomsko", kind="urban")]
    address = f"{reverse('admin:applications_make_late_code')}?edition={edition.year}"
    rest = {
        "note": "Awaria prądu",
        "uses_allowed": "1",
        "expires_on_day": "31",
        "expires_on_month": "12",
        "expires_on_year": "2099",
    }

    def refusal(**typed):
        page = coordinator_client.post(address, rest | typed)
        return page.context["form"].errors.get("gmina", [])

    assert refusal(gmina="serock") == []
    assert refusal(gmina="Radomsko, gmina miejska", gmina_value=twins[1].teryt) == []
    assert list(LateCode.objects.order_by("pk").values_list("gmina", flat=True)) == [
        serock.pk,
        twins[1].pk,
    ]
    [several] = refusal(gmina="Radomsko")
    assert [gmina.teryt in several for gmina in twins] == [True, True]
    assert len(refusal(gmina="Nieistniejąca Wola")) == 1
    assert LateCode.objects.count() == 2


def test_late_draft_leads_to_a_code_for_its_municipality_by_name(coordinator_client):
    edition = EditionFactory()
    gmina = GminaFactory(name="Serock")

    page = coordinator_client.get(
        reverse("admin:applications_host_after"), {"edition": edition.year, "gmina": gmina.teryt}
    ).content.decode()

    assert f'name="gmina_value" value="{gmina.teryt}"' in page
    assert 'value="Serock (' in page
