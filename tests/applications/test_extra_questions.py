"""Questions that coordinators add for an edition: asked, checked, sent and kept like ours."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from applications import answer_sheet, survey_plan
from applications.forms.extra_questions import page_form
from applications.models import HostQuestion, HostQuestionOption, HostSurvey
from applications.selectors.host import survey_context
from applications.selectors.questions import pages_of, questions_of
from applications.services import host as services
from applications.services import questions as verbs
from mailing.models import Letter
from tests.applications.test_host_views import FIRST, link_to
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db
LANGUAGES = ("pl", "uk", "en")
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def edition():
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
    )


def add(edition, kind: str = "short_text", *, code: str = "rower", options=(), **more):
    """A question in three languages."""
    words = {f"label_{language}": f"{code} ({language})" for language in ("pl", "uk", "en")}
    question = HostQuestion.objects.create(
        edition=edition, kind=kind, code=code, **{"after": "kontakt", **words, **more}
    )
    for place, name in enumerate(options, start=1):
        names = {f"name_{language}": f"{name} ({language})" for language in ("pl", "uk", "en")}
        HostQuestionOption.objects.create(
            question=question, code=f"o{place}", position=place, **names
        )
    return question


def form_of(question: HostQuestion, typed: dict | None, answers: dict | None = None):
    context = survey_context(question.edition, GminaFactory(), language="pl", now=NOW)
    page = next(page for page in context.pages if question.key in page.keys)
    form = page_form(page)(typed, context=context, answers=answers or {})
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("kind", "more", "typed", "stored", "bad"),
    [
        ("short_text", {}, {"x_rower": " Tak, dwa "}, "Tak, dwa", {"x_rower": "a" * 201}),
        ("long_text", {}, {"x_rower": "Dużo"}, "Dużo", {"x_rower": "a" * 2001}),
        ("one", {"options": ["a", "b"]}, {"x_rower": "o2"}, "o2", {"x_rower": "o3"}),
        (
            "several",
            {"options": ["a", "b", "c"]},
            {"x_rower": ["o1", "o3"]},
            ["o1", "o3"],
            {"x_rower": ["o9"]},
        ),
        ("number", {"minimum": 2, "maximum": 40}, {"x_rower": "40"}, 40, {"x_rower": "41"}),
        ("number", {"minimum": 2, "maximum": 40}, {"x_rower": "2"}, 2, {"x_rower": "1"}),
        (
            "date",
            {},
            {"x_rower_day": "1", "x_rower_month": "5", "x_rower_year": "2027"},
            "2027-05-01",
            {"x_rower_day": "01", "x_rower_month": "05", "x_rower_year": "27"},
        ),
        ("yes_no", {}, {"x_rower": "nie"}, "nie", {"x_rower": "moze"}),
    ],
)
def test_each_kind_takes_a_good_answer_and_refuses_a_bad_one(
    edition, kind, more, typed, stored, bad
):
    question = add(edition, kind, **more)

    assert form_of(question, typed).to_answers() == {"x_rower": stored}
    assert list(form_of(question, bad).errors) == ["x_rower"]


def test_date_is_asked_in_three_fields_and_may_be_pasted_whole(edition):
    """W22: day, month, year; "1.5.2027" in the first is taken apart, 01/05/27 is refused."""
    question = add(edition, "date")

    html = str(form_of(question, None)["x_rower"])
    whole = form_of(question, {"x_rower_day": "1.5.2027"})
    short = form_of(question, {"x_rower_day": "01/05/27"})

    assert html.count('inputmode="numeric"') == 3
    assert whole.to_answers() == {"x_rower": "2027-05-01"}
    assert list(short.errors) == ["x_rower"]


@pytest.mark.parametrize(("language", "words"), [("pl", "(pl)"), ("uk", "(uk)"), ("en", "(en)")])
def test_words_are_those_of_the_language(edition, language, words):
    question = add(
        edition, "one", options=["a", "b"], hint_pl="h (pl)", hint_uk="h (uk)", hint_en="h (en)"
    )

    from django.utils import translation

    with translation.override(language):
        field = form_of(question, None).fields["x_rower"]

    assert (field.label, field.help_text) == (f"rower {words}", f"h {words}")
    assert [label for _code, label in field.choices] == [f"a {words}", f"b {words}"]


def test_questions_stand_on_pages_of_five_behind_the_page_named(edition):
    """W27: own pages, at most five questions, in the order of the edition."""
    for number in range(6):
        add(edition, code=f"q{number}", position=10 - number, after="adres")
    add(edition, code="inne", after="oswiadczenia", is_required=True)

    pages = pages_of(edition)

    slugs = [page.slug for page in pages]
    place = slugs.index("adres")
    assert slugs[place : place + 4] == ["adres", "adres-dodatkowe-1", "adres-dodatkowe-2", "numery"]
    assert pages[place + 1].optional == ("x_q5", "x_q4", "x_q3", "x_q2", "x_q1")
    assert slugs[-1] == "oswiadczenia-dodatkowe-1"
    assert survey_plan.missing(host_answers(), pages) == {"oswiadczenia-dodatkowe-1": ("x_inne",)}


def test_question_behind_a_hidden_page_is_hidden_too(edition):
    """A6: not required, does not block, is not stored."""
    add(edition, after="mentor-osoba", is_required=True)
    pages = pages_of(edition)

    hidden = survey_plan.prune(host_answers(x_rower="tak"), pages)
    shown = survey_plan.prune(host_answers(x_rower="tak", mentor_jest="tak"), pages)

    assert survey_plan.missing(host_answers(), pages) == {}
    assert ("x_rower" in hidden, "x_rower" in shown) == (False, True)


def test_answer_to_a_question_of_no_edition_is_never_stored(edition):
    """A safe prefix: what is posted beside the questions of the page is not taken."""
    add(edition, code="rower")
    page = survey_plan.page_of("kontakt-dodatkowe-1", pages_of(edition))

    merged = survey_plan.merge({}, page, {"x_rower": "a", "x_obce": "b", "ludnosc": 1})

    assert merged == {"x_rower": "a"}


def test_required_question_blocks_sending_and_its_answer_goes_everywhere(client, edition):
    """A3, A4, A5, A9: gap with its page, check, receipt copy, version, record."""
    question = add(edition, "one", options=["Tak", "Nie"], is_required=True)
    invitation = HostInvitationFactory(edition=edition)
    link = link_to(invitation, invitation.email)
    client.post(link, {"email": invitation.email})
    client.post(link + "gmina/", FIRST)
    survey = HostSurvey.objects.get()
    survey.draft_answers = host_answers()
    survey.save()

    refused = client.post(link + "sprawdz/")
    page = client.get(link + "kontakt-dodatkowe-1/")
    client.post(link + "kontakt-dodatkowe-1/", {"x_rower": "o2", "back": "check"})
    check = client.get(link + "sprawdz/").content.decode()
    sent = client.post(link + "sprawdz/")

    assert [row["href"] for row in refused.context["errors"]] == [
        f"{link}kontakt-dodatkowe-1/?back=check"
    ]
    assert page.content.decode().count("rower (pl)") == 1
    assert check.count("Nie (pl)") == 1
    assert sent["Location"] == link + "wyslano/"
    survey.refresh_from_db()
    assert survey.answers[question.key] == "o2"
    assert survey.versions.get().answers[question.key] == "o2"
    receipt = Letter.objects.get(letter="applications/survey_receipt").text
    assert receipt.count("rower (pl): Nie (pl)") == 1


def test_record_and_differences_know_the_question(coordinator_client, edition):
    """A9: the panel shows the answer, and what a correction changed in it."""
    add(edition, "date")
    survey = HostSurveyFactory(edition=edition, draft_answers=host_answers(x_rower="2027-05-01"))
    survey = services.submit_survey(survey, now=timezone.now())
    survey.draft_answers = survey.answers | {"x_rower": "2027-05-02"}
    survey.save()
    survey = services.submit_survey(survey, now=timezone.now())

    record = coordinator_client.get(
        reverse("admin:applications_hostsurvey_change", args=[survey.pk])
    ).content.decode()
    compared = coordinator_client.get(
        reverse("admin:applications_survey_versions", args=[survey.pk]),
        {"before": 1, "after": 2},
    ).content.decode()

    assert (record.count("1 maja 2027"), record.count("2 maja 2027")) == (0, 1)
    assert (compared.count("1 maja 2027"), compared.count("2 maja 2027")) == (1, 1)


def test_question_switched_off_is_not_asked_and_its_answers_stay(client, edition):
    """Later switched off, not deleted: what was told stays told, in the record and when resent."""
    question = add(edition, "one", options=["Tak", "Nie"], is_required=True)
    survey = HostSurveyFactory(edition=edition, draft_answers=host_answers(x_rower="o1"))
    survey = services.submit_survey(survey, now=timezone.now())
    question.is_active = False
    question.save()
    survey.draft_answers = survey.answers | {"nocleg": "nie"}
    survey.save()

    survey = services.submit_survey(survey, now=timezone.now())

    assert survey.answers["x_rower"] == "o1"
    sheet = answer_sheet.of_survey(survey, survey.answers, now=timezone.now())
    assert [(part.title, row.value) for part in sheet[-1:] for row in part.rows] == [
        ("Pytania, których już nie zadajemy", "Tak (pl)")
    ]
    assert [page.slug for page in pages_of(edition)] == [p.slug for p in survey_plan.PAGES]


def test_option_switched_off_stays_for_whoever_chose_it(edition):
    question = add(edition, "one", options=["Tak", "Nie"])
    question.options.filter(code="o1").update(is_active=False)
    question = questions_of(edition).get()

    new = form_of(question, None).fields["x_rower"].choices
    old = form_of(question, None, {"x_rower": "o1"}).fields["x_rower"].choices

    assert [code for code, _label in new] == ["o2"]
    assert [code for code, _label in old] == ["o1", "o2"]


# --- The panel


def posted(question: HostQuestion | None = None, edition=None, **changes: object) -> dict:
    """What the panel's form sends."""
    known = question or HostQuestion(edition=edition, kind="short_text", after="kontakt")
    fields = {
        "edition": known.edition_id,
        "kind": known.kind,
        "after": known.after,
        "position": known.position,
        **{
            f"label_{code}": known.label_in(code) or f"Pytanie {code}"
            for code in ["pl", "uk", "en"]
        },
        **{f"hint_{code}": known.hint_in(code) for code in LANGUAGES},
        "minimum": "",
        "maximum": "",
        "is_active": "on",
        "options-TOTAL_FORMS": "0",
        "options-INITIAL_FORMS": "0",
    }
    return fields | changes


def options(*names: str) -> dict[str, object]:
    rows = {"options-TOTAL_FORMS": str(len(names))}
    for place, name in enumerate(names):
        rows |= {f"options-{place}-name_{code}": f"{name} {code}" for code in ("pl", "uk", "en")}
        rows |= {f"options-{place}-position": str(place), f"options-{place}-is_active": "on"}
    return rows


ADD = "admin:applications_hostquestion_add"


def test_coordinator_adds_a_question_with_its_answers(coordinator_client, edition):
    coordinator_client.post(
        reverse(ADD),
        posted(edition=edition, kind="several", label_pl="Jakie żłobki?") | options("Małe", "Duże"),
    )

    question = HostQuestion.objects.get()
    assert (question.code, question.key) == ("jakie_zlobki", "x_jakie_zlobki")
    assert [(each.code, each.name_pl) for each in question.options.order_by("pk")] == [
        ("o1", "Małe pl"),
        ("o2", "Duże pl"),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "one"}, "Prosimy podać co najmniej dwie odpowiedzi do wyboru."),
        (options("Tak", "Nie"), "Odpowiedzi do wyboru ma tylko pytanie z wyborem."),
        ({"minimum": "3"}, "Tylko pytanie o liczbę ma najmniejszą i największą wartość."),
        (
            {"kind": "number", "minimum": "3", "maximum": "2"},
            "Najmniejsza liczba jest większa od największej.",
        ),
        ({"hint_pl": "Tylko po polsku"}, "Prosimy wpisać wskazówkę we wszystkich trzech językach."),
        ({"after": "partner-1"}, "Wybierz poprawną wartość."),
    ],
)
def test_question_that_makes_no_sense_is_refused_in_words(
    coordinator_client, edition, changes, words
):
    page = coordinator_client.post(reverse(ADD), posted(edition=edition) | changes)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert HostQuestion.objects.count() == 0


@pytest.mark.parametrize("column", ["draft_answers", "answers"])
def test_kind_is_fixed_once_somebody_has_answered(coordinator_client, edition, column):
    """Only while nobody has answered can the kind change; words may be mended at any time."""
    question = add(edition)
    address = reverse("admin:applications_hostquestion_change", args=[question.pk])
    coordinator_client.post(address, posted(question, kind="long_text"))
    question.refresh_from_db()
    changed = question.kind
    HostSurveyFactory(edition=edition, **{column: {"x_rower": "tak"}})

    page = coordinator_client.post(address, posted(question, kind="date"))
    coordinator_client.post(address, posted(question, label_pl="Lepsze słowa"))

    question.refresh_from_db()
    assert "Ktoś już odpowiedział na to pytanie" in page.content.decode()
    assert (changed, question.kind, question.label_pl) == ("long_text", "long_text", "Lepsze słowa")


def test_service_refuses_another_kind_as_well(edition, coordinator):
    """The check of the form may be older than the answer."""
    question = add(edition)
    HostSurveyFactory(edition=edition, draft_answers={"x_rower": "tak"})
    question.kind = "date"

    with pytest.raises(verbs.KindIsFixed):
        verbs.save_question(question, actor=coordinator, now=NOW)

    assert HostQuestion.objects.get().kind == "short_text"


def test_database_refuses_what_makes_no_sense(edition):
    for wrong in (
        {"kind": "file"},
        {"after": "nowhere"},
        {"minimum": 1},
        {"kind": "number", "minimum": 2, "maximum": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            add(edition, code="zle", **{"kind": "short_text", **wrong})


def test_same_words_get_another_code(edition, coordinator):
    words = {f"label_{code}": "Ile żłobków?" for code in ("pl", "uk", "en")}
    for _copy in range(3):
        question = HostQuestion(edition=edition, kind="number", after="adres", **words)
        verbs.save_question(question, actor=coordinator, now=NOW)

    codes = HostQuestion.objects.order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["ile_zlobkow", "ile_zlobkow_2", "ile_zlobkow_3"]


def test_questions_of_the_last_edition_are_taken_over_once(coordinator_client, edition):
    """Codes stay, so answers can be compared over the years; what is switched off stays behind."""
    last = EditionFactory(year=edition.year - 1)
    add(last, "one", code="rower", options=["Tak", "Nie"], is_required=True)
    add(last, code="stare", is_active=False)
    add(edition, code="inne")
    address = reverse("admin:applications_copy_questions") + f"?edition={edition.year}"

    for _press in range(2):
        coordinator_client.post(address, {"source": last.pk})

    copied = questions_of(edition).get(code="rower")
    assert sorted(edition.host_questions.values_list("code", flat=True)) == ["inne", "rower"]
    assert (copied.is_required, copied.kind) == (True, "one")
    assert [option.name_pl for option in copied.options.all()] == ["Tak (pl)", "Nie (pl)"]
    assert last.host_questions.count() == 2


def test_preview_shows_each_language_as_the_municipality_sees_it(coordinator_client, edition):
    add(edition, "yes_no", hint_pl="Wskazówka", hint_uk="Підказка", hint_en="Hint")

    page = coordinator_client.get(
        reverse("admin:applications_preview_questions", args=[edition.pk])
    ).content.decode()

    assert [page.count(f"rower ({code})") for code in ("pl", "uk", "en")] == [1, 1, 1]
    assert page.count("Osoba do kontaktu: dodatkowe pytania") == 1
    assert [page.count(word) for word in ("Підказка", "(необов’язково)")] == [1, 1]


@pytest.mark.parametrize("name", ["add", "copy"])
def test_auditor_changes_no_questions(signed_in, auditor, edition, name):
    address = ADD if name == "add" else "admin:applications_copy_questions"

    assert signed_in(auditor).get(reverse(address)).status_code == 403


def test_question_moves_no_query_with_its_number(edition, django_assert_num_queries):
    """W1: two queries, however many questions there are."""
    for number in range(3):
        add(edition, "one", code=f"q{number}", options=["a", "b"])

    with django_assert_num_queries(2):
        assert [len(each.options.all()) for each in questions_of(edition)] == [2, 2, 2]


def test_full_clean_speaks_in_words(edition):
    question = add(edition)
    question.minimum = 3

    with pytest.raises(ValidationError) as error:
        question.full_clean()

    assert error.value.messages == ["Tylko pytanie o liczbę ma najmniejszą i największą wartość."]
