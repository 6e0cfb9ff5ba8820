"""Deeds at many letters: what is ticked, whom it reaches, and when it takes two (E3, E15, P26)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core import audit
from core.models import User
from core.states import TransitionNotAllowed
from mailing import services
from mailing.models import Letter, ReleaseProposal
from mailing.services import releases
from tests.factories.mailing import WRITTEN_AT, LetterFactory, SuppressionFactory
from tests.mailing.conftest import staff_client

pytestmark = pytest.mark.django_db

OUTBOX = "/admin/mailing/outbox/"
PLAN = "/admin/mailing/outbox/plan/"


@pytest.fixture
def halina(db):
    """The second coordinator."""
    return staff_client("coordinator", "halina@win4ua.example")


@pytest.fixture
def jan(db):
    """Looks after accounts: tries failed letters again, releases nothing."""
    return staff_client("administrator", "jan@win4ua.example")


def address(deed: str, *letters: Letter, **more: str) -> str:
    query = [("deed", deed), *(("letters", letter.pk) for letter in letters), *more.items()]
    return f"{PLAN}?{urlencode(query)}"


def statuses() -> dict[str, int]:
    found: dict[str, int] = {}
    for status in Letter.objects.values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


def walk(client, url: str) -> None:
    """Look at the plan, then press its button: as a person does."""
    shown = client.get(url)
    assert shown.status_code == 200
    action = shown.context["action"]
    client.post(f"{PLAN}{action}", {"shown": shown.context["plan"].numbers})


# --- What is chosen


@pytest.mark.parametrize(
    ("deed", "trait", "ends"),
    [
        ("release", "draft", "queued"),
        ("cancel", "draft", "cancelled"),
        ("retry", "failed", "queued"),
    ],
)
def test_only_ticked_letters_are_touched(olena, deed, trait, ends):
    ticked = LetterFactory.create_batch(2, **{trait: True})
    left = LetterFactory(**{trait: True})

    walk(olena, address(deed, *ticked))

    assert {Letter.objects.get(pk=one.pk).status for one in ticked} == {ends}
    left.refresh_from_db()
    assert left.status == ("failed" if trait == "failed" else "draft")
    assert {audit.history(one).get().actor for one in ticked} == {olena.user}


def test_plan_shows_both_halves_before_anything_happens(olena):
    """E3 and habit 5."""
    SuppressionFactory(email="stop@gmina.example")
    stopped = LetterFactory(draft=True, bulk=True, to="stop@gmina.example")
    sent = LetterFactory(sent=True)
    drafts = LetterFactory.create_batch(2, draft=True)
    url = address("release", stopped, sent, *drafts)

    plan = olena.get(url).context["plan"]

    assert {letter.pk for letter in plan.will} == {draft.pk for draft in drafts}
    assert [letter.pk for letter, _why in plan.will_not] == [sent.pk, stopped.pk]
    assert statuses() == {"draft": 3, "accepted": 1}


def test_letter_written_after_the_plan_was_shown_stays(olena):
    """E3: all of the filter, but nothing that nobody has seen."""
    LetterFactory.create_batch(2, draft=True)
    url = address("release", shelf="drafts", select_all="1")
    shown = olena.get(url)
    late = LetterFactory(draft=True)

    olena.post(url, {"shown": shown.context["plan"].numbers})

    assert statuses() == {"queued": 2, "draft": 1}
    assert Letter.objects.get(status="draft") == late


def test_letter_that_comes_into_sight_later_stays_whatever_its_key(olena):
    """E3: keys are given when a deed begins to write, and the letter is seen when it ends."""
    early = LetterFactory(status="cancelled")
    LetterFactory.create_batch(2, draft=True)
    url = address("release", shelf="drafts", select_all="1")
    shown = olena.get(url)
    Letter.objects.filter(pk=early.pk).update(status="draft")

    olena.post(url, {"shown": shown.context["plan"].numbers})

    assert statuses() == {"queued": 2, "draft": 1}
    assert Letter.objects.get(status="draft") == early


def test_filtered_part_of_the_drafts_is_released(olena):
    """E3."""
    LetterFactory(draft=True, to="wolka@gmina.example")
    other = LetterFactory(draft=True, to="inna@gmina.example")

    walk(olena, address("release", shelf="drafts", q="wolka", select_all="1"))

    assert Letter.objects.get(status="draft") == other


@pytest.mark.parametrize("query", ["", "deed=x", "deed=", "letters=1"])
def test_unknown_deed_is_not_found(olena, query):
    assert olena.get(f"{PLAN}?{query}").status_code == 404


@pytest.mark.parametrize("ticked", ["x", "-1", "9" * 40, "٣", "%00"])
def test_rubbish_in_the_choice_chooses_nothing(olena, ticked):
    LetterFactory(draft=True)

    shown = olena.get(f"{PLAN}?deed=release&letters={ticked}")
    olena.post(f"{PLAN}?deed=release&letters={ticked}", {"shown": ticked})

    assert shown.context["plan"] == services.Plan()
    assert statuses() == {"draft": 1}


@pytest.mark.parametrize(
    ("shelf", "offered"),
    [
        ("", ["release", "cancel", "retry"]),
        ("drafts", ["release", "cancel"]),
        ("unclear", ["cancel"]),
        ("failed", ["cancel", "retry"]),
        ("waiting", ["cancel"]),
        ("sent", []),
        ("stopped", []),
    ],
)
def test_each_shelf_offers_what_fits(olena, shelf, offered):
    LetterFactory()

    page = olena.get(f"{OUTBOX}?shelf={shelf}")

    assert [deed["value"] for deed in page.context["deeds"]] == offered


def test_administrator_tries_again_and_releases_nothing(jan):
    """P26: the right to send differs from the right to mend (E15)."""
    failed, draft = LetterFactory(failed=True), LetterFactory(draft=True)

    offered = [deed["value"] for deed in jan.get(OUTBOX).context["deeds"]]
    refused = jan.post(address("release", draft), {"shown": str(draft.pk)}).status_code
    walk(jan, address("retry", failed))

    assert (offered, refused) == (["retry"], 403)
    assert statuses() == {"queued": 1, "draft": 1}


# --- More than one person may let go


def test_fifty_go_alone_and_fifty_one_do_not(olena):
    """P26, at the very line."""
    drafts = LetterFactory.create_batch(51, draft=True)

    with pytest.raises(services.NeedsSecondPerson):
        services.release_many(drafts, actor=olena.user, now=WRITTEN_AT)
    assert statuses() == {"draft": 51}
    services.release_many(drafts[:50], actor=olena.user, now=WRITTEN_AT)

    assert statuses() == {"queued": 50, "draft": 1}


def test_many_small_steps_are_no_way_around(olena):
    """The fifty-first of a kind within a day is refused, by list and one by one; then not."""
    drafts = LetterFactory.create_batch(51, draft=True)
    for start in (0, 25):
        services.release_many(drafts[start : start + 25], actor=olena.user, now=WRITTEN_AT)
    other_kind = LetterFactory(draft=True, letter="mailing/code")
    last, almost = drafts[50], WRITTEN_AT + timedelta(hours=23)

    with pytest.raises(services.NeedsSecondPerson):
        services.release(last, actor=olena.user, now=almost)
    with pytest.raises(services.NeedsSecondPerson):
        services.release_many([last], actor=olena.user, now=almost)
    services.release(other_kind, actor=olena.user, now=almost)
    assert statuses() == {"queued": 51, "draft": 1}
    services.release(last, actor=olena.user, now=WRITTEN_AT + timedelta(hours=25))

    assert statuses() == {"queued": 52}


def test_button_of_one_letter_says_why_it_does_not_go(olena):
    drafts = LetterFactory.create_batch(51, draft=True)
    now = timezone.now()
    services.release_many(drafts[:50], actor=olena.user, now=now)

    refused = olena.post(reverse("admin:mailing_release", args=[drafts[50].pk]), follow=True)

    assert [message.level_tag for message in refused.context["messages"]] == ["error"]
    assert statuses() == {"queued": 50, "draft": 1}


def test_proposed_letters_are_released_by_another_person_only(olena, halina):
    """E15, E20: Olena proposes 51 letters, cannot let them go herself; Halina can."""
    LetterFactory.create_batch(51, draft=True)
    walk(olena, address("release", shelf="drafts", select_all="1"))
    proposal = ReleaseProposal.objects.get()
    url = reverse("admin:mailing_release_proposed", args=[proposal.pk])

    assert (proposal.letters.count(), statuses()) == (51, {"draft": 51})
    own = olena.post(url, follow=True)
    said = [str(message) for message in own.context["messages"]]
    assert said[-1] == "You proposed it yourself: another person releases it."
    assert statuses() == {"draft": 51}
    halina.post(url)

    proposal.refresh_from_db()
    assert statuses() == {"queued": 51}
    assert (proposal.status, proposal.decided_by) == ("released", halina.user)
    lines = [(line.action, line.actor) for line in audit.history(proposal).order_by("pk")]
    assert lines == [
        ("mailing.releaseproposal.proposed", olena.user),
        ("mailing.releaseproposal.released", halina.user),
    ]


def test_what_a_second_person_released_does_not_count_as_alone(olena, halina):
    drafts = LetterFactory.create_batch(52, draft=True)
    proposal = services.propose_release(drafts[:51], actor=olena.user, now=WRITTEN_AT)
    services.release_proposed(proposal, actor=halina.user, now=WRITTEN_AT)

    services.release(drafts[51], actor=halina.user, now=WRITTEN_AT)

    assert statuses() == {"queued": 52}


def test_database_refuses_the_proposer_as_well(olena):
    """Nobody gets around it in Python either."""
    proposal = services.propose_release(
        LetterFactory.create_batch(2, draft=True), actor=olena.user, now=WRITTEN_AT
    )

    with pytest.raises(IntegrityError, match="release_by_a_second_person"), transaction.atomic():
        ReleaseProposal.objects.filter(pk=proposal.pk).update(
            status="released", decided_by=olena.user, decided_at=WRITTEN_AT
        )


def test_proposal_is_decided_once(olena, halina):
    letters = LetterFactory.create_batch(2, draft=True)
    proposal = services.propose_release(letters, actor=olena.user, now=WRITTEN_AT)
    same = ReleaseProposal.objects.get(pk=proposal.pk)
    services.withdraw_proposal(proposal, actor=olena.user, now=WRITTEN_AT)

    with pytest.raises(TransitionNotAllowed):
        services.release_proposed(same, actor=halina.user, now=WRITTEN_AT)

    assert statuses() == {"draft": 2}


def test_letter_stopped_meanwhile_does_not_go_with_the_rest(olena, halina):
    first, second = LetterFactory.create_batch(2, draft=True)
    proposal = services.propose_release([first, second], actor=olena.user, now=WRITTEN_AT)
    services.cancel(first, actor=olena.user, now=WRITTEN_AT)

    plan = services.release_proposed(proposal, actor=halina.user, now=WRITTEN_AT)

    assert [letter.pk for letter in plan.will] == [second.pk]
    assert statuses() == {"cancelled": 1, "queued": 1}


def test_letter_stands_in_one_waiting_proposal(olena):
    letters = LetterFactory.create_batch(2, draft=True)
    services.propose_release(letters, actor=olena.user, now=WRITTEN_AT)

    with pytest.raises(services.NothingToRelease):
        services.propose_release(letters, actor=olena.user, now=WRITTEN_AT)


def test_outbox_tells_of_proposals_that_wait(olena, halina):
    proposal = services.propose_release(
        LetterFactory.create_batch(3, draft=True), actor=olena.user, now=WRITTEN_AT
    )
    page = reverse("admin:mailing_proposal", args=[proposal.pk])

    shown = halina.get(OUTBOX)
    own, other = olena.get(page).content.decode(), halina.get(page).content.decode()

    assert [(one.pk, one.many) for one in shown.context["proposals"]] == [(proposal.pk, 3)]
    assert page in shown.content.decode()
    release = reverse("admin:mailing_release_proposed", args=[proposal.pk])
    assert (release in own, release in other) == (False, True)


def test_proposal_changes_nothing_by_being_opened(olena, marek):
    proposal = services.propose_release(
        LetterFactory.create_batch(2, draft=True), actor=olena.user, now=WRITTEN_AT
    )
    names = ("release_proposed", "withdraw_proposal")
    urls = [reverse(f"admin:mailing_{name}", args=[proposal.pk]) for name in names]

    assert [olena.get(url).status_code for url in urls] == [405, 405]
    assert [marek.post(url).status_code for url in urls] == [403, 403]
    assert marek.get(reverse("admin:mailing_proposal", args=[proposal.pk])).status_code == 403
    proposal.refresh_from_db()
    assert (proposal.status, statuses()) == ("waiting", {"draft": 2})


# --- Two requests at the same moment


def release_twice_at_once(actor: User, halves: list[list[Letter]]) -> list[str]:
    """Both halves in threads of their own; what each ended with."""
    gate = threading.Barrier(2)
    real = releases.needs_second_person

    def slowly(letters, **options):
        answer = real(letters, **options)
        threading.Event().wait(0.3)  # long enough for the other to count as well
        return answer

    def one(letters: list[Letter]) -> str:
        gate.wait(10)
        try:
            services.release_many(letters, actor=actor, now=WRITTEN_AT)
        except services.NeedsSecondPerson:
            return "refused"
        finally:
            connection.close()
        return "released"

    with (
        mock.patch.object(releases, "needs_second_person", slowly),
        ThreadPoolExecutor(2) as pool,
    ):
        return sorted(pool.map(one, halves))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_two_requests_at_once_do_not_double_the_limit(olena, is_guarded):
    """Thirty and thirty of one kind: one waits for the other and is refused.

    Without the lock (negative control) both go, and sixty letters leave by one person.
    """
    drafts = LetterFactory.create_batch(60, draft=True)
    halves = [drafts[:30], drafts[30:]]

    unlocked = mock.patch.object(User.objects, "select_for_update", return_value=User.objects)
    with nullcontext() if is_guarded else unlocked:
        ended = release_twice_at_once(olena.user, halves)

    assert ended == (["refused", "released"] if is_guarded else ["released", "released"])
    assert statuses().get("draft", 0) == (30 if is_guarded else 0)
