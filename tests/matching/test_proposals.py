"""From approval to the answers of both sides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import CapabilityLink
from core.states import TransitionNotAllowed
from mailing.models import Letter
from mailing.placeholders import JOINER
from matching import selectors, services
from matching.enums import ProposalStatus, SideAnswer, VersionStatus
from matching.models import MatchVersion, Placement, Proposal
from tests.factories.applications import InternApplicationFactory
from tests.factories.matching import MatchVersionFactory, PlacementFactory, ProposalFactory
from tests.factories.meetings import DeclarationFactory
from tests.factories.programme import EditionFactory
from tests.matching.conftest import RUN_AT

pytestmark = pytest.mark.django_db


def answer(proposal, side, accepts=True, reason=""):
    return services.answer_proposal(proposal, side=side, accepts=accepts, reason=reason, now=RUN_AT)


def test_author_cannot_approve(run, pool, coordinator):
    """M16: in the service, and in the database whatever the service does."""
    pool(hosts=1, interns=1)
    version = run()

    with pytest.raises(services.OwnWork):
        services.approve_version(version, actor=coordinator, now=RUN_AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchVersion.objects.filter(pk=version.pk).update(approved_by=coordinator)

    version.refresh_from_db()
    assert (version.status, version.approved_by) == (VersionStatus.DRAFT, None)


def test_nothing_is_published_without_approval(run, pool, second_coordinator):
    pool(hosts=1, interns=1)
    version = run()

    with pytest.raises(TransitionNotAllowed):
        services.publish_version(version, actor=second_coordinator, now=RUN_AT)

    assert CapabilityLink.objects.filter(purpose__startswith="proposal").count() == 0
    assert Letter.objects.count() == 0


def test_publication_leaves_drafts_in_the_outbox(published):
    """M5, M15: two letters that differ, both wait for a person; none is sent by itself."""
    letters = list(Letter.objects.order_by("letter"))

    assert [(one.letter, one.status) for one in letters] == [
        ("matching/proposal_host", Letter.Status.DRAFT),
        ("matching/proposal_intern", Letter.Status.DRAFT),
    ]
    assert (letters[0].language, letters[1].language) == ("pl", "uk")
    days = timedelta(days=published.version.edition.proposal_answer_days)
    assert published.answer_by_at == RUN_AT + days


def test_each_letter_writes_the_hromada_in_the_letters_of_its_reader(published):
    """E19: a Polish office has no Cyrillic in its letter."""
    host = Letter.objects.get(letter="matching/proposal_host").text.replace(JOINER, "")
    answer(published, "host")
    answer(published, "intern")
    accepted = Letter.objects.get(letter="matching/accepted_host").text.replace(JOINER, "")

    hromada = published.application.hromada
    for text in (host, accepted):
        assert (hromada.name_en in text, hromada.name in text) == (True, False)


def test_letters_before_the_answers_name_nobody_of_the_other_side(published):
    """M15: contact data only after both have said yes."""
    host, intern = Letter.objects.order_by("letter")

    for secret in (published.application.last_name, published.application.email):
        assert secret not in (host.text + host.html).replace(JOINER, "")
    mentor = published.declaration.mentor
    for secret in (mentor.last_name, mentor.email, published.declaration.survey.contact.email):
        assert secret not in (intern.text + intern.html).replace(JOINER, "")


def test_two_yeses_make_a_placement_with_dates(published):
    """The first window that suits both; the letters now hold names."""
    assert answer(published, "host") is None
    placement = answer(published, "intern")

    published.refresh_from_db()
    assert published.status == ProposalStatus.ACCEPTED
    window = published.version.edition.windows.get(code="september")
    assert (placement.starts_on, placement.ends_on) == (window.starts_on, window.ends_on)
    assert placement.mentor == published.declaration.mentor_user
    assert placement.intern.email == published.application.email
    assert not placement.intern.has_usable_password()
    written = Letter.objects.filter(letter__startswith="matching/accepted").order_by("letter")
    assert [(one.letter, one.to, one.status) for one in written] == [
        ("matching/accepted_host", published.declaration.survey.contact.email, "draft"),
        ("matching/accepted_intern", published.application.email, "draft"),
        ("matching/accepted_mentor", placement.mentor.email, "draft"),
    ]
    assert placement.mentor.email in written[1].text.replace(JOINER, "")


def test_no_common_window_keeps_the_answer_out(published):
    """An intern whose dates changed since: nothing is half done."""
    answer(published, "host")
    published.application.answers["terminy"] = ["october"]
    published.application.save(update_fields=["answers"])

    with pytest.raises(services.NoCommonDates):
        answer(published, "intern")

    published.refresh_from_db()
    assert (published.status, published.intern_answer) == (ProposalStatus.PUBLISHED, "")
    assert Placement.objects.count() == 0


def test_a_side_answers_once(published):
    answer(published, "host")

    with pytest.raises(services.AlreadyAnswered):
        answer(published, "host", accepts=False)


@pytest.mark.parametrize(
    ("side", "told"), [("host", "declined_intern"), ("intern", "declined_host")]
)
def test_decline_is_told_to_the_other_side_only(published, side, told):
    """M13, M14: the reason stays with the coordinators, the pair waits for a replacement."""
    answer(published, side, accepts=False, reason="Remont urzędu")

    published.refresh_from_db()
    letter = Letter.objects.get(letter__startswith="matching/declined")
    assert published.status == ProposalStatus.DECLINED
    assert (letter.letter, letter.status) == (f"matching/{told}", Letter.Status.DRAFT)
    assert "Remont" not in letter.text
    assert list(selectors.to_replace(published.version.edition)) == [published]


def test_answer_to_a_declined_pair_is_refused(published):
    answer(published, "intern", accepts=False, reason="Ні")

    with pytest.raises(TransitionNotAllowed):
        answer(published, "host")


def test_silence_lapses_after_the_limit(published):
    """M13: to the second; the links close; the coordinators' list shows it."""
    edition, limit = published.version.edition, published.answer_by_at

    assert services.lapse_unanswered(edition, now=limit - timedelta(seconds=1)) == 0
    assert services.lapse_unanswered(edition, now=limit) == 1

    published.refresh_from_db()
    assert published.status == ProposalStatus.LAPSED
    assert not CapabilityLink.objects.filter(
        purpose__startswith="proposal", revoked_at=None
    ).exists()
    assert list(selectors.to_replace(edition)) == [published]


def test_new_publication_supersedes_the_one_before(published, pool, second_coordinator, run):
    pool(hosts=1, interns=0)
    InternApplicationFactory(edition=published.version.edition, ready=True)
    second = run("Druga")
    services.approve_version(second, actor=second_coordinator, now=RUN_AT)

    services.publish_version(second, actor=second_coordinator, now=RUN_AT)

    published.version.refresh_from_db()
    published.refresh_from_db()
    assert published.version.status == VersionStatus.SUPERSEDED
    assert published.status == ProposalStatus.PUBLISHED


@pytest.mark.django_db(transaction=True)
def test_both_sides_at_the_same_instant_make_one_placement():
    """Real threads: the answers queue up on the pair, the second one makes the placement."""
    EditionFactory()
    proposals = [ProposalFactory(published=True) for _n in range(4)]
    for proposal in proposals:
        start = Barrier(2)

        def say_yes(side, proposal=proposal, start=start):
            start.wait(timeout=10)
            try:
                return answer(proposal, side)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            made = list(threads.map(say_yes, ["host", "intern"]))

        assert sum(one is not None for one in made) == 1
    assert Placement.objects.count() == len(proposals)
    assert Proposal.objects.filter(status=ProposalStatus.ACCEPTED).count() == len(proposals)


@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_the_same_instant_never_make_a_placement():
    EditionFactory()
    proposal = ProposalFactory(published=True)
    start = Barrier(2)

    def say(side, accepts):
        start.wait(timeout=10)
        try:
            answer(proposal, side, accepts=accepts, reason="Nie")
        except TransitionNotAllowed:
            return "late"
        finally:
            connection.close()
        return "heard"

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(say, ["host", "intern"], [True, False]))

    proposal.refresh_from_db()
    assert (proposal.status, proposal.intern_answer) == (
        ProposalStatus.DECLINED,
        SideAnswer.DECLINES,
    )
    assert Placement.objects.count() == 0


def test_database_refuses_an_accepted_pair_without_two_yeses():
    proposal = ProposalFactory(published=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(status=ProposalStatus.ACCEPTED)


def test_database_refuses_a_second_host_for_a_published_intern():
    proposal = ProposalFactory(published=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalFactory(
            version=MatchVersionFactory(),
            application=proposal.application,
            status=ProposalStatus.PUBLISHED,
        )


# --- By hand


def test_pair_is_made_with_no_optimiser_at_all(pool, edition, coordinator):
    """M6, M7: the score is opened all the same."""
    (host,), (intern,) = pool(hosts=1, interns=1)
    version = services.open_version(edition, name="Ręcznie", actor=coordinator, now=RUN_AT)

    proposal = services.pair_by_hand(
        version, declaration=host, application=intern, actor=coordinator
    )

    version.refresh_from_db()
    assert version.is_by_hand
    assert not version.is_proven
    assert version.objective == proposal.score == sum(row[1] for row in proposal.breakdown)
    assert proposal.explanation_pl != ""


@pytest.mark.parametrize(
    "limit", ["not_in_pool", "hard_rule", "banned", "intern_taken", "host_full", "places"]
)
def test_pair_by_hand_breaks_no_limit(limit, pool, edition, coordinator):
    """M2: by hand or not, the limits are the same; each refusal says which."""
    hosts, interns = pool(hosts=2, interns=2)
    version = services.open_version(edition, name="Ręcznie", actor=coordinator, now=RUN_AT)
    made = {"declaration": hosts[0], "application": interns[0]}
    wanted = dict(made)
    if limit == "not_in_pool":
        wanted["application"] = InternApplicationFactory(edition=edition, submitted=True)
    elif limit == "hard_rule":
        interns[0].answers["terminy"] = ["october"]
        interns[0].save(update_fields=["answers"])
    elif limit == "banned":
        rule = {"kind": "ban", "reason": "Konflikt", "actor": coordinator, "now": RUN_AT}
        services.set_rule(edition, **made, **rule)
    else:
        if limit == "places":
            edition.places = 1
            edition.save(update_fields=["places"])
            version.edition.refresh_from_db()
        services.pair_by_hand(version, **made, actor=coordinator)
        wanted = {
            "intern_taken": {"declaration": hosts[1], "application": interns[0]},
            "host_full": {"declaration": hosts[0], "application": interns[1]},
            "places": {"declaration": hosts[1], "application": interns[1]},
        }[limit]

    with pytest.raises(services.PairRefused) as refused:
        services.pair_by_hand(version, **wanted, actor=coordinator)

    assert refused.value.limit == limit


def test_change_by_hand_does_not_pass_for_a_proof(pool, run, coordinator):
    """The bound stays what was proven; the sum falls short of it."""
    pool(hosts=2, interns=2)
    version = run()
    before = version.objective

    services.dissolve(
        version.proposals.first(), reason="Prośba urzędu", actor=coordinator, now=RUN_AT
    )

    version.refresh_from_db()
    assert (version.bound, version.is_unique) == (before, False)
    assert version.objective < before
    assert not version.is_proven


def test_published_version_takes_no_pair_by_hand(published, pool, coordinator):
    (host,), _interns = pool(hosts=1, interns=0)

    with pytest.raises(TransitionNotAllowed):
        services.pair_by_hand(
            published.version,
            declaration=host,
            application=published.application,
            actor=coordinator,
        )


def test_dissolved_pair_closes_its_links_and_frees_both(published, coordinator):
    """M6, M14: its history stays."""
    services.dissolve(published, reason="Prośba urzędu", actor=coordinator, now=RUN_AT)

    published.refresh_from_db()
    edition = published.version.edition
    assert published.status == ProposalStatus.REPLACED
    assert not CapabilityLink.objects.filter(
        purpose__startswith="proposal", revoked_at=None
    ).exists()
    assert list(selectors.pool_interns(edition)) == [published.application]


def test_pair_with_an_internship_is_not_simply_dissolved(coordinator):
    placement = PlacementFactory(under_way=True)

    with pytest.raises(TransitionNotAllowed):
        services.dissolve(placement.proposal, reason="Pomyłka", actor=coordinator, now=RUN_AT)
    services.break_off_placement(placement, reason="Powrót", actor=coordinator, now=RUN_AT)
    services.dissolve(placement.proposal, reason="Powrót", actor=coordinator, now=RUN_AT)

    placement.proposal.refresh_from_db()
    assert placement.proposal.status == ProposalStatus.REPLACED


def test_explanation_is_edited_only_before_approval(pool, run, coordinator, second_coordinator):
    """M17."""
    pool(hosts=1, interns=1)
    version = run()
    proposal = version.proposals.get()

    services.edit_explanation(
        proposal, polish="Wspólny temat: odpady.", ukrainian="Відходи.", actor=coordinator
    )
    services.approve_version(version, actor=second_coordinator, now=RUN_AT)
    with pytest.raises(TransitionNotAllowed):
        services.edit_explanation(proposal, polish="X", ukrainian="X", actor=coordinator)

    proposal.refresh_from_db()
    assert proposal.explanation_pl == "Wspólny temat: odpady."


def test_replacement_is_a_draft_that_a_second_person_approves(published, coordinator):
    """M14: the declined pair keeps its reason; no other pair is touched."""
    edition = published.version.edition
    other = ProposalFactory(accepted=True)
    answer(published, "host", accepts=False, reason="Remont urzędu")
    host = DeclarationFactory(survey__edition=edition, accepted=True)
    published.refresh_from_db()

    version = services.replace_pair(
        published,
        declaration=host,
        application=published.application,
        actor=coordinator,
        now=RUN_AT,
    )

    published.refresh_from_db()
    other.refresh_from_db()
    assert (published.status, published.host_reason) == (
        ProposalStatus.REPLACED,
        "Remont urzędu",
    )
    assert (version.status, version.author) == (VersionStatus.DRAFT, coordinator)
    assert [(one.declaration, one.application) for one in selectors.proposals_of(version)] == [
        (host, published.application)
    ]
    assert other.status == ProposalStatus.ACCEPTED
    with pytest.raises(services.OwnWork):
        services.approve_version(version, actor=coordinator, now=RUN_AT)


def test_replacement_that_breaks_a_limit_leaves_the_declined_pair_on_the_list(
    published, coordinator
):
    answer(published, "host", accepts=False, reason="Remont urzędu")
    published.refresh_from_db()

    with pytest.raises(services.PairRefused):
        services.replace_pair(
            published,
            declaration=published.declaration,
            application=published.application,
            actor=coordinator,
            now=RUN_AT,
        )

    published.refresh_from_db()
    assert published.status == ProposalStatus.DECLINED
