"""States of the pages of a municipality: the site, the survey, the session, the declaration."""

from datetime import timedelta
from functools import partial

from applications import survey_plan
from applications.enums import SurveyStatus
from applications.models import AddressConfirmation, NamedMentor
from applications.services import mentor_confirmation as people
from core.access import create_login_link
from mailing.unsubscribe import token_for
from meetings.enums import ChoiceStatus
from tests.browser.accessibility import use
from tests.browser.accessibility.visitor import PRIMARY, visits
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory, host_answers
from tests.factories.core import UserFactory
from tests.factories.mailing import LetterFactory
from tests.factories.meetings import (
    DeclarationFactory,
    InformationSessionFactory,
    SessionChoiceFactory,
)
from tests.factories.programme import GminaFactory, HromadaFactory

PARTNER = "UA46020010000010001"
# Pages whose one topic has more than five questions (W27): the languages of the mentor.
MORE = {"mentor-jezyki": 6}


@visits(
    "programme:accessibility",
    "programme:documents",
    "programme:home",
    "programme:privacy",
    "programme:questions",
)
def site(world, visitor) -> None:
    """What anybody may read."""
    home = world.path("programme:home")
    visitor.see("home without an edition", home)
    visitor.see("statement", world.path("programme:accessibility"))
    visitor.see("no such page", "/nie-ma-takiej-strony/", status=404)
    world.edition()
    visitor.see("home", home, snapshot=True)
    for name in ("privacy", "documents", "questions"):
        visitor.see(name, world.path(f"programme:{name}"))
    visitor.use("ways through the site", home, use.ways)


@visits(
    "applications:survey",
    "mailing:sign_in",
    "mailing:sign_in_code",
    "mailing:sign_in_link",
    "mailing:unsubscribe",
)
def doors(world, visitor) -> None:
    """Signing in, personal links that do not open, leaving bulk letters."""
    visitor.see("sign in", world.path("mailing:sign_in"), snapshot=True)
    visitor.send("sign in errors", world.path("mailing:sign_in"), snapshot=True)

    def ask(page) -> None:
        page.locator("[name=email]").fill("anna@example.org")
        page.locator("main form button").first.click()
        page.wait_for_url("**/kod/")

    world.page.goto(world.path("mailing:sign_in"))
    ask(world.page)
    visitor.see("sign in code", world.path("mailing:sign_in_code"))
    visitor.send("sign in code errors", world.path("mailing:sign_in_code"))
    user = UserFactory()
    link = world.path("mailing:sign_in_link", create_login_link(user, now=world.now)[0])
    visitor.see("sign in link", link)
    visitor.send("sign in link errors", link)
    visitor.see("bad link", world.path("applications:survey", "x" * 43), status=410, snapshot=True)
    letter = LetterFactory(is_bulk=True)
    visitor.see("unsubscribe", world.path("mailing:unsubscribe", token_for(letter.uuid)))


def wrong_code(page) -> None:
    """Type a code that nobody gave."""
    page.locator("main form input:not([type=hidden])").first.fill("ABCD")


EMPTY = """() => {
  const fields = "main form .field :is(input, textarea, select)";
  for (const field of document.querySelectorAll(fields)) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = false;
    else if (field.type !== "hidden" || "comboboxValue" in field.dataset) field.value = "";
  }
}"""


def emptied(page) -> None:
    """Empty every field of the form in sight."""
    page.evaluate(EMPTY)


@visits(
    "applications:late_code_of_gmina",
    "applications:survey_door",
    "applications:survey_gmina",
    "applications:survey_link_sent",
)
def survey_door(world, visitor) -> None:
    """The entrance of the survey for those who have no letter."""
    door = world.path("applications:survey_door")
    visitor.see("survey door without an edition", door)
    edition = world.edition()
    gmina = GminaFactory(name="Serock Leśny")
    visitor.see("survey door", door, snapshot=True)
    visitor.use("survey door by keys", door, partial(use.combobox, typed="seroc", name="gmina"))
    visitor.see("survey door found", f"{door}?gmina=serock&search=gmina")
    visitor.see("survey door nothing found", f"{door}?gmina=qqqq&search=gmina")
    visitor.see("survey door undecided", f"{door}?gmina=serock")
    address = world.path("applications:survey_gmina", gmina.teryt)
    visitor.see("survey gmina", address)
    visitor.send("survey gmina errors", address)
    large = GminaFactory(name="Wielka", population=80_001)
    visitor.see("survey gmina too large", world.path("applications:survey_gmina", large.teryt))
    world.page.goto(address)
    world.page.get_by_label("Państwa służbowy adres e-mail").fill("sekretarz@serock.example")
    world.page.locator(PRIMARY).first.click()
    world.page.wait_for_url("**/link-wyslany/")
    visitor.see("survey link sent", world.path("applications:survey_link_sent"))
    edition.survey_closes_at = world.now - timedelta(days=1)
    edition.save()
    visitor.see("survey door closed", door)
    visitor.see("survey gmina closed", address)
    code = "main form .button"
    visitor.send("survey gmina wrong late code", address, button=code, fill=wrong_code)


def whole_answers() -> dict[str, object]:
    """Answers for which every page of the survey is asked."""
    return host_answers(
        wspolpraca_ua="umowa",
        partnerzy=[{"katottg": PARTNER, "nazwa": "", "od_roku": 2019, "kolejny": "nie"}],
        staz_partner="tak",
        mentor_jest="tak",
        mentor_imie="Jan",
        mentor_nazwisko="Kowalski",
        mentor_stanowisko="Kierownik referatu",
        mentor_email="j.kowalski@brzeziny.example",
        mentor_tel="+48426123456",
        mentor_jezyki={"pl": "C2", "uk": "brak", "en": "B1", "ru": "A2"},
        mentor_obszary=["waste"],
        mentor_udzial="tak",
        mentor_info=True,
    )


@visits(
    "applications:survey_page",
)
def survey_pages(world, visitor) -> None:
    """Every page of the survey: empty, and sent empty."""
    HromadaFactory(katottg=PARTNER, name="Козельщинська")
    survey = HostSurveyFactory(
        edition=world.edition(), draft_answers=whole_answers(), invitation=None
    )
    token = world.token("survey", survey, email=survey.email)
    for page in survey_plan.pages_for(survey.draft_answers):
        address = world.path("applications:survey_page", token, page.slug)
        visitor.see(
            f"survey page {page.slug}",
            address,
            most=MORE.get(page.slug, 5),
            snapshot=page.slug in ("gmina", "kontakt", "kolejnosc", "mentor-jezyki"),
        )
        visitor.use(f"survey page {page.slug} filled in", address, use.prefilled)
    typing = world.path("applications:survey_page", token, "adres")
    visitor.use("survey page says what is saved", typing, use.says_what_is_saved)


@visits(
    "applications:survey_page",
)
def survey_errors(world, visitor) -> None:
    """The pages of the survey sent with everything that can be emptied emptied."""
    HromadaFactory(katottg=PARTNER, name="Козельщинська")
    survey = HostSurveyFactory(
        edition=world.edition(), draft_answers=whole_answers(), invitation=None
    )
    token = world.token("survey", survey, email=survey.email)

    for page in survey_plan.pages_for(survey.draft_answers):
        if not page.required:
            continue
        address = world.path("applications:survey_page", token, page.slug)
        if page.slug != "kolejnosc":
            snapshot = page.slug in ("gmina", "kontakt")
            visitor.send(f"survey errors {page.slug}", address, fill=emptied, snapshot=snapshot)


@visits(
    "applications:confirm_address",
    "applications:named_mentor",
    "applications:survey",
    "applications:survey_separate",
)
def named_people(world, visitor) -> None:
    """The mentor and the contact person answer for themselves; a colleague begins anew."""
    edition = world.edition()
    survey = HostSurveyFactory(edition=edition, submitted=True, answers=whole_answers())
    world.is_trusted = False
    named = NamedMentor.objects.create(
        survey=survey,
        first_name="Jan",
        last_name="Kowalski",
        email="j.kowalski@brzeziny.example",
        named_at=world.now,
    )
    mentor = world.door("applications:named_mentor", people.MENTOR_PURPOSE, named)
    visitor.see("named mentor", mentor, snapshot=True)
    visitor.send("named mentor errors", mentor)
    people.answer_as_named_mentor(named, accepts=True, now=world.now)
    visitor.see("named mentor confirmed", mentor)
    asked = AddressConfirmation.objects.create(
        survey=survey, email=survey.email, asked_at=world.now
    )
    address = world.door("applications:confirm_address", people.ADDRESS_PURPOSE, asked)
    visitor.see("address", address)
    visitor.send("address errors", address)
    people.address_is_confirmed(survey, email=survey.email, now=world.now)
    visitor.see("address confirmed", address)
    first = HostInvitationFactory(edition=edition)
    HostSurveyFactory(edition=edition, organisation=first.organisation, invitation=first)
    second = HostInvitationFactory(edition=edition, organisation=first.organisation)
    token = world.token("survey", second, email=second.email)
    visitor.see("survey of another", world.path("applications:survey", token), snapshot=True)
    separate = world.path("applications:survey_separate", token)
    visitor.see("survey separate", separate)
    visitor.send("survey separate errors", separate)


@visits(
    "applications:survey",
    "applications:survey_answers",
    "applications:survey_check",
    "applications:survey_code",
    "applications:survey_receipt",
    "applications:survey_saved",
)
def survey_states(world, visitor) -> None:
    """Begin, code, overview in each status, saved, check, receipt, answers."""
    edition = world.edition()
    invitation = HostInvitationFactory(edition=edition)
    world.is_trusted = False
    begin = world.door("applications:survey", "survey", invitation, email=invitation.email)
    visitor.see("survey begin", begin, snapshot=True)
    visitor.send("survey begin errors", begin)
    draft = HostSurveyFactory(edition=edition, draft_answers={"nazwa_urzedowa": "Gmina"})
    code = world.door("applications:survey_code", "survey", draft, email=draft.email)
    visitor.see("survey code", code)
    visitor.send("survey code errors", code)
    world.is_trusted = True
    token = world.token("survey", draft, email=draft.email)
    for name in ("survey", "survey_saved"):
        address = world.path(f"applications:{name}", token)
        visitor.see(f"{name} draft", address, snapshot=True)
    check = world.path("applications:survey_check", token)
    visitor.see("survey check with gaps", check)
    visitor.send("survey check refused", check)
    full = HostSurveyFactory(edition=edition, draft_answers=host_answers())
    token = world.token("survey", full, email=full.email)
    visitor.see("survey check", world.path("applications:survey_check", token), snapshot=True)
    for status in ("submitted", "returned", "eligible", "ineligible", "exception", "withdrawn"):
        sent = HostSurveyFactory(
            edition=edition, submitted=True, status=getattr(SurveyStatus, status.upper())
        )
        token = world.token("survey", sent, email=sent.email)
        here = world.path("applications:survey", token)
        visitor.see(f"survey {status}", here, snapshot=status == "submitted")
        if status == "submitted":
            receipt = world.path("applications:survey_receipt", token)
            visitor.see("survey receipt", receipt, snapshot=True)
            visitor.see("survey answers", world.path("applications:survey_answers", token))
    edition.survey_closes_at = world.now - timedelta(days=1)
    edition.save()
    token = world.token("survey", draft, email=draft.email)
    visitor.see("survey draft after the deadline", world.path("applications:survey", token))


@visits(
    "meetings:choose",
)
def sessions(world, visitor) -> None:
    """The choice of an information session in each of its states."""
    edition = world.edition()
    for number, status in enumerate(ChoiceStatus):
        if status == ChoiceStatus.WITHDRAWN if hasattr(ChoiceStatus, "WITHDRAWN") else False:
            continue
        has_seat = status in (ChoiceStatus.CHOSEN, ChoiceStatus.PRESENT, ChoiceStatus.ABSENT)
        session = InformationSessionFactory(
            edition=edition, starts_at=world.now + timedelta(days=5 + number), taken=int(has_seat)
        )
        choice = SessionChoiceFactory(
            survey__edition=edition,
            status=status,
            session=session if has_seat or status == ChoiceStatus.WAITING else None,
            answered_at=None if status == ChoiceStatus.INVITED else world.now,
        )
        email = choice.survey.contact.email
        address = world.door("meetings:choose", "session", choice, email=email)
        visitor.see(f"session {status}", address, snapshot=status == ChoiceStatus.INVITED)
        if status == ChoiceStatus.INVITED:
            visitor.send("session errors", address)


@visits(
    "meetings:declare",
    "meetings:declare_code",
    "meetings:mentor_answer",
)
def declarations(world, visitor) -> None:
    """The declaration, and the answer of the person named as mentor."""
    edition = world.edition()
    asked = DeclarationFactory(survey__edition=edition)
    address = world.door("meetings:declare", "declaration", asked)
    visitor.see("declaration", address, snapshot=True)
    visitor.send("declaration errors", address)
    world.is_trusted = False
    visitor.see("declaration code", world.door("meetings:declare_code", "declaration", asked))
    for state in ("sent", "accepted"):
        made = DeclarationFactory(survey__edition=edition, **{state: True})
        visitor.see(f"declaration {state}", world.door("meetings:declare", "declaration", made))
        answer = world.door("meetings:mentor_answer", "mentor", made)
        visitor.see(f"mentor {state}", answer, snapshot=state == "sent")
        if state == "sent":
            visitor.send("mentor errors", answer)
