"""C3: a partner hromada that the register lacks is typed, shown as such, found later by staff."""

import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from applications import answer_sheet, returned_questions, survey_plan
from applications.models import HostSurvey, PartnerMatch
from applications.profiles import host_profile
from applications.selectors.host_partners import unlisted_partners
from applications.services import host_partners as services
from core.models import AuditEvent
from tests.applications.test_host_views import FIRST, begun, edition, invitation, link  # noqa: F401
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.programme import HromadaFactory

pytestmark = pytest.mark.django_db
TYPED = "Нова Долина, obwód winnicki"
ROW = {"od_roku": "2019", "kolejny": "nie"}


@pytest.fixture
def asked(begun, link):  # noqa: F811
    """The browser of an official in front of the page of the first partner."""
    begun.post(link + "gmina/", FIRST)
    begun.post(
        link + "doswiadczenie/", {"poprzednie_edycje": ["nie"], "wspolpraca_ua": "bez_umowy"}
    )
    return begun


def stored() -> dict:
    return HostSurvey.objects.get().draft_answers["partnerzy"][0]


def test_partner_missing_from_the_register_does_not_block(asked, link):  # noqa: F811
    """C3: not found once, then the name and the oblast as typed; the survey goes on."""
    refused = asked.post(link + "partner-1/", {**ROW, "hromada": "Нова Долина"})
    form = refused.context["form"]

    done = asked.post(link + "partner-1/", {**ROW, "hromada": "", "spoza_listy": TYPED})

    assert list(form.errors) == ["hromada"]
    assert list(form.fields)[:2] == ["hromada", "spoza_listy"]
    assert done["Location"] == link + "staz-partner/"
    assert stored() == {"spoza_listy": TYPED, "od_roku": 2019, "zakres": "", "kolejny": "nie"}
    answers = HostSurvey.objects.get().draft_answers
    assert "partner-1" not in survey_plan.missing(answers)


def test_second_way_is_not_offered_before_it_is_needed(asked, link):  # noqa: F811
    HromadaFactory(name="Козельщинська")

    page = asked.get(link + "partner-1/")
    found = asked.post(link + "partner-1/", {"hromada": "Козельщинська", "od_roku": "x"})

    assert "spoza_listy" not in page.context["form"].fields
    assert "spoza_listy" not in found.context["form"].fields


def test_what_did_not_fit_may_stay_beside_the_own_words(asked, link):  # noqa: F811
    asked.post(link + "partner-1/", {**ROW, "hromada": "Нова Долина", "spoza_listy": TYPED})

    assert stored()["spoza_listy"] == TYPED
    assert "katottg" not in stored()


def test_none_of_the_offered_ones_asks_for_the_name(asked, link):  # noqa: F811
    """Only alike ones were found: "None of these" opens the second way, and is not the end."""
    HromadaFactory(name="Козельщинська", name_en="Kozelshchynska")
    typed = {**ROW, "hromada": "Козелщинсько", "hromada_wybor": "zadna"}

    refused = asked.post(link + "partner-1/", typed)
    done = asked.post(link + "partner-1/", {**typed, "spoza_listy": TYPED})

    assert list(refused.context["form"].errors) == ["spoza_listy"]
    assert done["Location"] == link + "staz-partner/"
    assert stored()["spoza_listy"] == TYPED


@pytest.mark.parametrize(
    ("typed", "field"), [({}, "hromada"), ({"spoza_listy": "ab"}, "spoza_listy")]
)
def test_something_must_be_named(asked, link, typed, field):  # noqa: F811
    refused = asked.post(link + "partner-1/", {**ROW, **typed})

    assert list(refused.context["form"].errors) == [field]


def test_hromada_of_the_register_takes_the_place_of_the_typed_one(asked, link):  # noqa: F811
    """Both ways never stand side by side in the answer."""
    known = HromadaFactory(name="Козельщинська")
    asked.post(link + "partner-1/", {**ROW, "spoza_listy": TYPED})

    shown = asked.get(link + "partner-1/").context["form"]
    asked.post(link + "partner-1/", {**ROW, "hromada": "Козельщинська", "spoza_listy": TYPED})

    assert (shown["hromada"].value(), shown["spoza_listy"].value()) == ("", TYPED)
    assert (stored()["katottg"], "spoza_listy" in stored()) == (known.katottg, False)

    asked.post(link + "partner-1/", {**ROW, "spoza_listy": TYPED})

    assert (stored()["spoza_listy"], "katottg" in stored()) == (TYPED, False)


def with_partner(**row) -> dict:
    partner = {"spoza_listy": TYPED, "od_roku": 2019, "zakres": "", "kolejny": "nie", **row}
    return host_answers(wspolpraca_ua="umowa", partnerzy=[partner], staz_partner="tak")


@pytest.fixture
def sent(edition):  # noqa: F811
    return HostSurveyFactory(edition=edition, submitted=True, answers=with_partner())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", "Nowa (spoza rejestru)"),
        ("uk", "Nowa (поза реєстром)"),
        ("en", "Nowa (not in the register)"),
    ],
)
def test_answer_says_that_the_register_lacks_it(edition, language, words):  # noqa: F811
    """Checked, sent, printed and read by staff: one row, and it is not called missing."""
    answers = with_partner(spoza_listy="Nowa")
    survey = HostSurveyFactory(edition=edition, draft_answers=answers)
    with override(language):
        sheet = answer_sheet.of_survey(survey, answers, now=timezone.now())

    [page] = [part for part in sheet if part.slug == "partner-1"]
    row = page.rows[0]

    assert [each.name for each in page.rows] == ["hromada", "od_roku", "zakres", "kolejny"]
    assert (row.value, row.is_missing) == (words, False)


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "Троїцька (Troitska)"), ("uk", "Троїцька"), ("en", "Троїцька (Troitska)")],
)
def test_hromada_of_the_register_can_be_read_by_who_typed_it(edition, language, words):  # noqa: F811
    """An office that wrote "troit" sees in its own letters which hromada was taken."""
    answers = with_partner(spoza_listy="", katottg="UA46020000010000010001", nazwa="Троїцька")
    survey = HostSurveyFactory(edition=edition, draft_answers=answers)
    with override(language):
        sheet = answer_sheet.of_survey(survey, answers, now=timezone.now())

    [page] = [part for part in sheet if part.slug == "partner-1"]

    assert page.rows[0].value == words


def test_returned_partner_can_be_answered_either_way():
    """A16: the question of the hromada opens the typed name as well."""
    before, after = with_partner(), with_partner(spoza_listy="Інша")

    taken = returned_questions.restrict(before, after, [("partner-1", "hromada")])

    assert taken["partnerzy"][0]["spoza_listy"] == "Інша"


def find(survey, hromada, actor, typed=TYPED):
    return services.match_partner(
        survey, typed=typed, hromada=hromada, actor=actor, now=timezone.now()
    )


def test_staff_find_it_in_the_register_and_matching_sees_it(sent, edition, coordinator):  # noqa: F811
    hromada, other = HromadaFactory(), HromadaFactory()
    before = host_profile(sent).partners

    find(sent, other, coordinator)
    find(sent, hromada, coordinator)
    fresh = HostSurvey.objects.get(pk=sent.pk)
    [partner] = host_profile(fresh).partners

    assert before == ()
    assert (partner.katottg, partner.since, partner.has_agreement) == (hromada.katottg, 2019, True)
    assert fresh.answers == sent.answers, "the answer stays as it was typed"
    assert PartnerMatch.objects.count() == 1
    assert [each.match.hromada for each in unlisted_partners(edition)] == [hromada]
    kept = AuditEvent.objects.filter(action="applications.hostsurvey.partner_found")
    assert kept.count() == 2


def test_match_ends_with_the_text_that_it_was_made_for(sent, coordinator):
    find(sent, HromadaFactory(), coordinator)
    HostSurvey.objects.filter(pk=sent.pk).update(answers=with_partner(spoza_listy="Інша"))
    fresh = HostSurvey.objects.get(pk=sent.pk)

    assert host_profile(fresh).partners == ()
    with pytest.raises(services.NotTyped):
        find(fresh, HromadaFactory(), coordinator)


def test_nothing_is_no_partner(sent, coordinator):
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerMatch.objects.create(
            survey=sent,
            typed="",
            hromada=HromadaFactory(),
            matched_by=coordinator,
            matched_at=timezone.now(),
        )


def test_pages_of_the_panel_find_it(coordinator_client, sent, edition):  # noqa: F811
    """Staff see who waits, search in either alphabet, and keep one."""
    hromada = HromadaFactory(name="Нова Долина", name_en="Nova Dolyna")
    place = reverse("admin:applications_match_partner", args=[sent.pk, 1])
    address = reverse("admin:applications_partners") + f"?edition={edition.year}"

    waiting = coordinator_client.get(address).context["rows"]
    record = coordinator_client.get(
        reverse("admin:applications_hostsurvey_change", args=[sent.pk])
    ).content.decode()
    offered = coordinator_client.get(place + "?q=Nowa+Dolyna").context["found"]
    empty = coordinator_client.post(place, {})
    kept = coordinator_client.post(place, {"hromada": hromada.katottg})

    assert [(each.typed, each.match) for each in waiting] == [(TYPED, None)]
    assert record.count(place) == 1
    assert offered == [hromada]
    assert list(empty.context["form"].errors) == ["hromada"]
    assert kept["Location"] == address
    assert PartnerMatch.objects.get().hromada == hromada
    assert coordinator_client.get(place.replace("/1/", "/2/")).status_code == 404


def test_auditor_does_not_find(signed_in, auditor, sent):
    place = reverse("admin:applications_match_partner", args=[sent.pk, 1])

    client = signed_in(auditor)

    assert client.get(place).status_code == 403
    assert client.post(place, {"hromada": "x"}).status_code == 403


def test_list_costs_the_same_for_one_and_for_three(
    coordinator_client,
    edition,  # noqa: F811
    django_assert_num_queries,
    django_assert_max_num_queries,
):
    address = reverse("admin:applications_partners") + f"?edition={edition.year}"

    def queries(count: int) -> int:
        for _each in range(count):
            HostSurveyFactory(edition=edition, submitted=True, answers=with_partner())
        with django_assert_max_num_queries(60) as captured:
            assert coordinator_client.get(address).status_code == 200
        return len(captured)

    one = queries(1)

    assert queries(2) == one


def test_table_holds_what_was_typed_and_what_was_found(coordinator_client, sent, coordinator):
    find(sent, HromadaFactory(name="Нова", katottg="UA46020010000010001"), coordinator)
    answer = coordinator_client.post(
        reverse("admin:applications_hostsurvey_changelist"),
        {"action": "answers_xlsx", "_selected_action": [sent.pk]},
    )

    heads, row = load_workbook(io.BytesIO(answer.content)).active.values
    cells = dict(zip(heads, row, strict=True))

    assert cells["Hromada partnerska 1: Hromada: nazwa lub kod KATOTTG"] == (
        f"{TYPED} (spoza rejestru)"
    )
    assert cells["wpisane hromady partnerskie odszukane w rejestrze"] == (
        f"{TYPED}: Нова (UA46020010000010001)"
    )
