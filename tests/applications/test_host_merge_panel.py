"""Staff compare versions, and merge two surveys side by side."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications import merge_plan, version_history
from applications.enums import SurveyStatus
from applications.models import HostSurvey
from applications.services import host as services
from applications.services import host_merge
from core import links
from tests.applications.test_host_duplicates import leading, second  # noqa: F401 - fixtures
from tests.factories.applications import HostInvitationFactory
from tests.factories.programme import EditionFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
OLD = "Prowadzimy punkt selektywnego zbierania odpadów, czynny trzy dni w tygodniu. " * 2
NEW = OLD.replace("trzy", "cztery", 1)


@pytest.fixture
def edition():
    return EditionFactory()


def page(name: str, survey, *more) -> str:
    return reverse(f"admin:applications_{name}", args=[survey.pk, *more])


@pytest.fixture
def corrected(leading):  # noqa: F811 - a fixture
    """Three versions: a number changed, then a text added, then a word of it changed."""
    for at, answers in ((11, {"praktyki": OLD}), (12, {"praktyki": NEW, "jednostki": ["osp"]})):
        services.save_page(leading, page="praktyki", answers=answers, now=NOW.replace(hour=at))
        leading = services.submit_survey(  # noqa: F811
            leading, now=NOW.replace(hour=at), by="a.nowak@brzeziny.example"
        )
    return leading


def test_record_lists_every_version_with_who_when_and_how(coordinator_client, corrected):
    """A9."""
    response = coordinator_client.get(page("hostsurvey_change", corrected))

    assert [(line.position, line.by, line.how) for line in response.context["version_lines"]] == [
        (3, "a.nowak@brzeziny.example", "Poprawka przez osobisty odnośnik"),
        (2, "a.nowak@brzeziny.example", "Poprawka przez osobisty odnośnik"),
        (1, "", "Wysłanie przez osobisty odnośnik"),
    ]
    assert (
        response.context["version_lines"][0].at == "wtorek, 10 marca 2026, 13:00 (czas warszawski)"
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?before=1&after=2", [("Opis", "added")]),
        ("?before=2&after=3", [("Opis", "changed"), ("Jednostki,", "added")]),
        ("?before=3&after=1", [("Opis", "removed"), ("Jednostki,", "removed")]),
        ("", [("Opis", "changed"), ("Jednostki,", "added")]),
        ("?before=2&after=2", []),
    ],
)
def test_any_two_versions_are_compared(coordinator_client, corrected, query, expected):
    """A9: added, removed, changed; without a choice the last two."""
    changes = coordinator_client.get(page("survey_versions", corrected) + query).context["changes"]

    assert [(each.label.split()[0], each.kind) for each in changes] == [
        (label.replace("Opis", "Krótki"), kind) for label, kind in expected
    ]


def test_long_text_shows_the_words_that_changed(coordinator_client, corrected):
    """A9: one word of twenty."""
    [change, _other] = coordinator_client.get(
        page("survey_versions", corrected) + "?before=2&after=3"
    ).context["changes"]

    moved = [(piece.kind, piece.text) for piece in change.pieces if piece.kind != "same"]
    assert moved == [("out", "trzy "), ("in", "cztery ")]
    assert "".join(piece.text for piece in change.pieces if piece.kind != "out") == NEW


def test_word_difference_knows_new_lines_and_ends():
    pieces = version_history.word_difference("Ala ma kota", "Ala\nma psa i kota")

    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "Ala\nma "),
        ("in", "psa i "),
        ("same", "kota"),
    ]


@pytest.mark.parametrize("query", ["?before=1&after=9", "?before=x&after=1", "?before=&after=-1"])
def test_version_that_does_not_exist_is_not_found(coordinator_client, corrected, query):
    assert coordinator_client.get(page("survey_versions", corrected) + query).status_code == 404


def test_decision_leads_to_what_it_rested_on_and_what_changed_since(
    coordinator_client, coordinator, corrected
):
    """A9, A21: the version judged, and the difference to the newest."""
    services.decide_eligibility(corrected, actor=coordinator, now=NOW)
    services.save_page(corrected, page="uwagi", answers={"uwagi": "Dziękujemy."}, now=NOW)
    services.submit_survey(corrected, now=NOW)

    html = coordinator_client.get(page("hostsurvey_change", corrected)).content.decode()

    assert page("survey_version", corrected, 3) in html
    assert f"{page('survey_versions', corrected)}?before=3&amp;after=4" in html


def test_auditor_compares_without_names(signed_in, auditor, corrected):
    """P04: something that could leak stands in both versions and in the change."""
    services.save_page(
        corrected, page="kierownik", answers={"kierownik_nazwisko": "Wiśniewska"}, now=NOW
    )
    corrected = services.submit_survey(corrected, now=NOW)
    client = signed_in(auditor)

    compared = client.get(page("survey_versions", corrected) + "?before=3&after=4")
    one = client.get(page("survey_version", corrected, 4))

    assert compared.context["changes"] == []
    for response in (compared, one):
        html = response.content.decode()
        assert "Wiśniewska" not in html
        assert "a.nowak@brzeziny.example" not in html


# --- Merging


def test_page_shows_only_what_differs_side_by_side(coordinator_client, second):  # noqa: F811
    """A13: and nothing is chosen beforehand."""
    rows = coordinator_client.get(page("merge_surveys", second)).context["rows"]

    assert [
        (row["question"].key, row["question"].left, row["question"].right, row["chosen"])
        for row in rows
    ] == [
        ("kontakt_email", ["a.nowak@brzeziny.example"], ["j.kot@brzeziny.example"], ""),
        ("liczba_stazystow", ["1"], ["2"], ""),
    ]


def test_a_question_without_a_choice_is_named(coordinator_client, second):  # noqa: F811
    """A5."""
    response = coordinator_client.post(
        page("merge_surveys", second), {"do": "preview", "kontakt_email": "left", "seen": "x"}
    )

    assert list(response.context["form"].errors) == ["liczba_stazystow"]
    assert 'href="#id_liczba_stazystow_0"' in response.content.decode()


@pytest.mark.parametrize("side", ["left", "right"])
def test_one_button_takes_a_whole_side_and_merges_nothing(coordinator_client, second, side):  # noqa: F811
    rows = coordinator_client.post(page("merge_surveys", second), {"all": side}).context["rows"]

    assert {row["chosen"] for row in rows} == {side}
    assert HostSurvey.objects.get(pk=second.pk).status == SurveyStatus.DUPLICATE


def test_preview_then_merge(coordinator_client, leading, second):  # noqa: F811
    """A13: the preview says what changes and saves nothing."""
    address = page("merge_surveys", second)
    mark = coordinator_client.get(address).context["seen"]
    chosen = {"seen": mark, "kontakt_email": "left", "liczba_stazystow": "right"}

    preview = coordinator_client.post(address, chosen | {"do": "preview"})
    between = HostSurvey.objects.get(pk=second.pk).status
    done = coordinator_client.post(address, chosen | {"do": "merge"}, follow=True)

    assert [(c.before, c.after) for c in preview.context["changes"]] == [("1", "2")]
    assert between == SurveyStatus.DUPLICATE
    assert HostSurvey.objects.get(pk=second.pk).status == SurveyStatus.MERGED
    assert done.redirect_chain == [(page("hostsurvey_change", leading), 302)]
    assert "Listy czekają w skrzynce nadawczej" in done.content.decode()


def test_merge_of_what_has_changed_meanwhile_is_said_in_words(coordinator_client, second):  # noqa: F811
    chosen = {"seen": "x", "kontakt_email": "left", "liczba_stazystow": "right", "do": "merge"}

    done = coordinator_client.post(page("merge_surveys", second), chosen, follow=True)

    assert "zmieniła się w międzyczasie" in done.content.decode()
    assert HostSurvey.objects.get(pk=second.pk).status == SurveyStatus.DUPLICATE


def test_button_takes_the_merge_back(coordinator_client, second):  # noqa: F811
    address = page("merge_surveys", second)
    mark = coordinator_client.get(address).context["seen"]
    chosen = {"seen": mark, "kontakt_email": "left", "liczba_stazystow": "right", "do": "merge"}
    coordinator_client.post(address, chosen)

    coordinator_client.post(page("take_back_merge", second))

    assert HostSurvey.objects.get(pk=second.pk).status == SurveyStatus.DUPLICATE


@pytest.mark.parametrize("name", ["merge_surveys", "take_back_merge"])
def test_auditor_merges_nothing(signed_in, auditor, second, name):  # noqa: F811
    assert signed_in(auditor).post(page(name, second), {"do": "merge"}).status_code == 403


def test_survey_that_is_no_duplicate_has_no_such_page(coordinator_client, leading):  # noqa: F811
    assert coordinator_client.get(page("merge_surveys", leading)).status_code == 404


# --- A colleague who insists


def link_of(invitation) -> str:
    with transaction.atomic():
        return services.new_link(invitation, email=invitation.email, now=timezone.now())


@pytest.fixture
def open_now(edition):
    """Open by the clock of the database."""
    now = timezone.now()
    edition.survey_opens_at, edition.survey_closes_at = now - timedelta(days=9), now + timedelta(9)
    edition.applications_open_at, edition.applications_close_at = now, now + timedelta(days=30)
    edition.save()


@pytest.fixture
def colleague(open_now, leading):  # noqa: F811
    return HostInvitationFactory(edition=leading.edition, organisation=leading.organisation)


def test_colleague_writes_a_survey_of_her_own_and_sees_nothing_of_the_other(
    client,
    leading,  # noqa: F811
    colleague,
):
    """A13, A22: from the page that says a colleague has begun."""
    token = link_of(colleague)

    lead = client.get(f"/ankieta/l/{token}/").content.decode()
    begun = client.post(f"/ankieta/l/{token}/osobna/", {"email": colleague.email}, follow=True)

    mine = HostSurvey.objects.get(invitation=colleague)
    assert f"/ankieta/l/{token}/osobna/" in lead
    assert begun.redirect_chain == [(f"/ankieta/l/{token}/gmina/", 302)]
    assert (mine.status, mine.draft_answers) == (SurveyStatus.DUPLICATE, {})
    assert "Sekretarz gminy" not in begun.content.decode()


def test_separate_survey_needs_the_address_of_the_letter(client, leading, colleague, no_writes):  # noqa: F811
    """SEC-M2, SEC-M3: looking at the page writes nothing, another address begins nothing."""
    token = link_of(colleague)

    with no_writes():
        client.get(f"/ankieta/l/{token}/osobna/")
    client.post(f"/ankieta/l/{token}/osobna/", {"email": "ktos@inny.example"})

    assert HostSurvey.objects.filter(duplicate_of=leading).count() == 0


def test_there_is_no_separate_survey_where_nobody_has_begun(client, edition, open_now):
    invitation = HostInvitationFactory(edition=edition)
    token = link_of(invitation)

    page = client.get(f"/ankieta/l/{token}/osobna/")

    assert page["Location"] == f"/ankieta/l/{token}/"


@pytest.mark.parametrize("status", ["duplicate", "merged"])
def test_sender_of_a_duplicate_reads_what_happens_now(
    client,
    second,  # noqa: F811
    coordinator,
    status,
):
    """P17: a duplicate that was sent, and one that was merged."""
    if status == "merged":
        host_merge.merge_surveys(
            second,
            choices={},
            seen=merge_plan.fingerprint(second.duplicate_of.answers, second.answers),
            actor=coordinator,
            now=timezone.now(),
        )
    with transaction.atomic():
        token = services.new_link(second, email=second.email, now=timezone.now())
        link = links.resolve(purpose="survey", token=token, now=timezone.now())
        code = links.issue_code(link, now=timezone.now())
    client.post(f"/ankieta/l/{token}/kod/", {"code": code})

    html = client.get(f"/ankieta/l/{token}/").content.decode()

    words = {"duplicate": "Porównujemy dwie ankiety", "merged": "Tę ankietę połączono"}
    assert words[status] in html
    assert second.number in html
