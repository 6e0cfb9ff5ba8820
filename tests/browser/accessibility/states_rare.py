"""States of the survey that few people meet: colleagues, a return, lateness, two windows."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

from applications.clock import database_now
from applications.models import HostQuestion, HostQuestionOption, HostSurvey, TakeOverRequest
from applications.services import host as services
from applications.services import host_colleagues as colleagues
from applications.services import host_sending, late_codes
from applications.services.host import Wish
from applications.survey_merge import digest
from core import roles
from tests.browser.accessibility.states_host import emptied, wrong_code
from tests.browser.accessibility.visitor import PRIMARY, visits
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.core import UserFactory
from tests.factories.programme import GminaFactory

DAY = timedelta(days=1)


def press(page, button: str = PRIMARY) -> None:
    """Press a button that leads to another page."""
    with page.expect_navigation():
        page.locator(button).first.click()


@visits(
    "applications:ask_take_over",
    "applications:survey",
    "applications:survey_colleagues",
    "applications:take_over",
)
def survey_people(world, visitor) -> None:
    """A22, A15: asking to take over, answering, letting colleagues in."""
    edition = world.edition()
    first = HostInvitationFactory(edition=edition)
    survey = HostSurveyFactory(
        edition=edition, organisation=first.organisation, invitation=first, email=first.email
    )
    second = HostInvitationFactory(edition=edition, organisation=first.organisation)
    token = world.token("survey", second, email=second.email)
    visitor.send("take over not asked", world.path("applications:survey", token))

    colleagues.ask_take_over(survey, invitation=second, now=world.now)
    visitor.see("take over asked", world.path("applications:survey", token))
    wish = TakeOverRequest.objects.get()
    answer = world.door("applications:take_over", colleagues.TAKE_OVER, wish, email=survey.email)
    visitor.see("take over", answer, snapshot=True)
    visitor.send("take over errors", answer)
    colleagues.answer_take_over(wish, grants=False, now=world.now)
    visitor.see("take over refused", answer)
    visitor.see("take over refused to one who asked", world.path("applications:survey", token))

    here = world.path(
        "applications:survey_colleagues", world.token("survey", survey, email=survey.email)
    )
    visitor.see("colleagues none", here)
    visitor.send("colleagues errors", here)
    names = count()

    def invite(page) -> None:
        page.locator("#id_email").fill(f"referent{next(names)}@gmina.example")
        page.locator("[name=way]").first.check()
        press(page, "main form:has([name=way]) .button")

    visitor.see("colleagues invited", here, deed=invite, snapshot=True)
    visitor.see("colleagues taken back", here, deed=lambda page: press(page, ".answer .button"))

    again = colleagues.ask_take_over(survey, invitation=second, now=world.now)
    granted = world.door("applications:take_over", colleagues.TAKE_OVER, again, email=survey.email)
    colleagues.answer_take_over(again, grants=True, now=world.now)
    visitor.see("take over granted", granted)


@visits(
    "applications:survey",
    "applications:survey_check",
    "applications:survey_page",
    "applications:survey_receipt",
)
def survey_returned(world, visitor) -> None:
    """A16: a return with marked questions, page by page, to the check before sending again."""
    survey = HostSurveyFactory(
        edition=world.edition(), draft_answers=host_answers(), answers={}, started_at=world.now
    )
    survey = services.submit_survey(survey, now=world.now)
    wishes = [
        Wish("gmina", "ludnosc", "Liczba mieszkańców", "outdated", "Prosimy o stan na 31.12."),
        Wish("tematy", "tematy", "Tematy", "incomplete", "Prosimy dodać drugi temat."),
        Wish("nocleg", "nocleg_opis", "Opis noclegu", "incomplete", "Prosimy opisać miejsce."),
    ]
    services.return_survey(
        survey,
        questions=wishes,
        due_on=(world.now + 5 * DAY).date(),
        actor=UserFactory(role=roles.COORDINATOR),
        now=world.now,
    )
    token = world.token("survey", survey, email=survey.email)
    visitor.see("return", world.path("applications:survey", token), snapshot=True)
    for slug in ("gmina", "tematy", "kolejnosc", "nocleg"):
        page = world.path("applications:survey_page", token, slug)
        visitor.see(f"return page {slug}", page, snapshot=slug == "gmina")
        if slug in ("gmina", "tematy"):
            visitor.send(f"return errors {slug}", page, fill=emptied)
    answers = host_answers(ludnosc=12_345, nocleg_opis="Pokój gościnny, 400 m od urzędu.")
    HostSurvey.objects.update(draft_answers=answers)
    visitor.see("return check", world.path("applications:survey_check", token), snapshot=True)
    services.submit_survey(HostSurvey.objects.get(), now=database_now())
    visitor.see("return sent again", world.path("applications:survey_receipt", token))


@visits(
    "applications:late_code_by_link",
    "applications:late_code_of_gmina",
    "applications:survey",
    "applications:survey_gmina",
    "applications:survey_page",
    "applications:survey_receipt",
)
def survey_late(world, visitor) -> None:
    """A17, FT-21: the minutes of grace, what came late, a code right and wrong."""
    edition = world.edition()
    full = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
    token = world.token("survey", full, email=full.email)
    overview = world.path("applications:survey", token)
    edition.survey_closes_at = database_now() - timedelta(seconds=30)
    edition.save()
    visitor.see("survey in the minutes of grace", overview)

    edition.survey_closes_at = database_now() - DAY
    edition.save()
    visitor.see("survey closed", overview, snapshot=True)
    code = "main form .button"
    visitor.send("survey closed wrong code", overview, button=code, fill=wrong_code)
    gmina = world.path("applications:survey_gmina", GminaFactory().teryt)
    visitor.see("survey gmina after the deadline", gmina)
    visitor.send("survey gmina no late code", gmina, button=code)
    full.draft_answers |= {"uwagi": "Spóźnione."}
    try:
        services.save_page(full, page="uwagi", answers={"uwagi": "Spóźnione."})
    except services.SurveyClosed:
        visitor.see("survey came late", overview, snapshot=True)

    _code, letters = late_codes.make_code(
        edition,
        note="Telefon z urzędu",
        expires_at=database_now() + 2 * DAY,
        actor=UserFactory(role=roles.COORDINATOR),
        now=database_now(),
    )
    late_codes.use_code(edition, gmina=full.gmina, typed=letters)
    visitor.see("survey let in by a code", overview)
    page = world.path("applications:survey_page", token, "kontakt")
    visitor.see("survey page by a late code", page)
    services.submit_survey(HostSurvey.objects.get(pk=full.pk))
    visitor.see("survey receipt by a late code", world.path("applications:survey_receipt", token))


@visits(
    "applications:survey_check",
    "applications:survey_page",
    "mailing:sign_in",
)
def survey_two_windows(world, visitor) -> None:
    """FT-18, FT-20: two versions of an answer, an old page, a form sent twice."""
    survey = HostSurveyFactory(edition=world.edition(), draft_answers=host_answers(), answers={})
    token = world.token("survey", survey, email=survey.email)
    address = world.path("applications:survey_page", token, "adres")
    numbers = count(1)

    def clash(page) -> None:
        answers = host_answers(adres_ulica=f"Mickiewicza {next(numbers)}")
        HostSurvey.objects.filter(pk=survey.pk).update(draft_answers=answers)
        page.locator("[name=adres_ulica]").fill(f"Reymonta {next(numbers)}")
        press(page)

    visitor.see("two versions", address, deed=clash, snapshot=True)
    visitor.send("two versions errors", address, fill=clash)

    def lose_cookies(page) -> None:
        page.context.clear_cookies()
        press(page)

    visitor.see("old page given back", address, deed=lose_cookies, snapshot=True)
    visitor.see("old page", world.path("mailing:sign_in"), deed=lose_cookies)

    def send_otherwise(page) -> None:
        draft = HostSurveyFactory(edition=survey.edition, draft_answers=host_answers(), answers={})
        key = uuid4()
        seen = digest(draft.draft_answers)
        host_sending.send_from_form(draft, key=key, seen=seen, by=draft.email, now=world.now)
        page.locator("[name=key]").evaluate("(field, key) => { field.value = key }", str(key))
        press(page)

    check = world.path("applications:survey_check", token)
    visitor.see("form sent with other answers", check, deed=send_otherwise)

    def change(page) -> None:
        answers = host_answers(adres_ulica=f"Mickiewicza {next(numbers)}")
        HostSurvey.objects.filter(pk=survey.pk).update(draft_answers=answers)

    visitor.send("answers changed meanwhile", check, fill=change)


@visits(
    "applications:survey_check",
    "applications:survey_page",
)
def survey_added_questions(world, visitor) -> None:
    """Questions that one edition adds, one of each kind of answer."""
    edition = world.edition()
    for place, kind in enumerate(("one", "several", "yes_no", "number", "date", "short_text")):
        words = {f"label_{code}": f"{place}. {label}" for code, label in ADDED.items()}
        question = HostQuestion.objects.create(
            edition=edition,
            kind=kind,
            code=kind,
            after="kontakt",
            position=place,
            is_required=True,
            **words,
        )
        for number in (1, 2) if kind in ("one", "several") else ():
            names = {f"name_{code}": f"{label} {number}" for code, label in CHOICE.items()}
            HostQuestionOption.objects.create(question=question, code=f"o{number}", **names)
    survey = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
    token = world.token("survey", survey, email=survey.email)
    pages = ("kontakt-dodatkowe-1", "kontakt-dodatkowe-2")
    for slug in pages:
        address = world.path("applications:survey_page", token, slug)
        visitor.see(f"added questions {slug[-1]}", address, snapshot=slug == pages[0])
        visitor.send(f"added questions {slug[-1]} errors", address, fill=emptied)
    visitor.see("added questions check", world.path("applications:survey_check", token))


ADDED = {"pl": "Przedszkola w gminie", "uk": "Дитячі садки у ґміні", "en": "Kindergartens"}
CHOICE = {"pl": "Odpowiedź", "uk": "Відповідь", "en": "Answer"}


@visits(
    "applications:survey_gmina",
    "applications:survey_link_sent",
    "applications:survey_unlisted",
)
def survey_crowd(world, visitor) -> None:
    """A municipality that is not on the list; a crowded door; too many attempts."""
    world.edition()
    known = GminaFactory(name="Serock Leśny")
    door = world.path("applications:survey_unlisted")
    visitor.see("unlisted", door, snapshot=True)
    visitor.send("unlisted errors", door)
    numbers = count(80)

    def fill(page) -> None:
        for name, value in {
            "teryt": f"1408{next(numbers)}3",
            "name": "Nowy Serock",
            "population": "9500",
            "email": "urzad@serock.example",
        }.items():
            page.locator(f"[name={name}]").fill(value)

    def ask(page) -> None:
        fill(page)
        press(page)

    visitor.see("unlisted sent", door, deed=ask)
    world.is_crowded = True
    visitor.send("unlisted crowded", door, fill=fill)
    gmina = world.path("applications:survey_gmina", known.teryt)
    visitor.see("survey gmina crowded", gmina)
    world.is_crowded, world.is_too_many = False, True
    visitor.see("too many attempts", door, deed=ask)
