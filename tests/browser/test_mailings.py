"""Mailings in a real browser: two coordinators invite mayors, pause, go on, and try the failed ones
again (look.md, moment 6; E5-E8, E14, E15, E19-E21, P26)."""

import os
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from socket import create_server

import pytest
from aiosmtpd.controller import Controller
from django.urls import reverse
from django.utils import timezone

from core import roles
from core.models import User
from mailing.enums import LetterStatus, MailingStatus
from mailing.models import Letter, Mailing
from mailing.services import mailing_choices, mailing_previews, mailing_sending
from mailing.services import mailings as services
from mailing.services.delivery import deliver_due
from programme.enums import Gender
from programme.services import organisation_for_gmina
from tests.factories.core import UserFactory
from tests.factories.mailing import RecipientListFactory
from tests.factories.programme import ContactFactory, EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("WIN4UA_SCREENSHOTS", "")
MINUTE = timedelta(minutes=1)
REFUSED = "554 5.7.1 Message refused by policy"


def look(page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def address(name: str, *args) -> str:
    return reverse(f"admin:mailing_{name}", args=args)


class PickyServer:
    """Takes every letter but those to some addresses."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.taken: list[str] = []

    async def handle_RCPT(self, server, session, envelope, to, options):  # noqa: N802 - aiosmtpd's name
        if to in self.refused:
            return REFUSED
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.taken += envelope.rcpt_tos
        return "250 taken"


@contextmanager
def smtp(settings):
    picky = PickyServer()
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(picky, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    try:
        yield picky
    finally:
        controller.stop()


@pytest.fixture
def server(settings):
    with smtp(settings) as picky:
        yield picky


@pytest.fixture
def desk_of(panel_of):
    """A function: the browser of a coordinator at the panel."""

    def opened(name: str, *, language: str = "pl", **options):
        person = User.objects.filter(email=f"{name.lower()}@fsm.example").first()
        person = person or UserFactory(
            email=f"{name.lower()}@fsm.example",
            first_name=name,
            last_name={"Olena": "Koval", "Halina": "Nowak"}[name],
            role=roles.COORDINATOR,
        )
        return panel_of(person, language, **options)

    return opened


@pytest.fixture
def mayors():
    """58 offices that get the invitation; one above the limit, one without an address."""
    EditionFactory(
        survey_opens_at=timezone.now() - timedelta(days=1),
        survey_closes_at=timezone.now() + timedelta(days=60),
    )
    for number in range(60):
        gmina = GminaFactory(number=number, population=90_000 if number == 3 else 12_000)
        ContactFactory(
            organisation=organisation_for_gmina(gmina),
            head=True,
            grammatical_gender=Gender.FEMININE if number % 3 else Gender.MASCULINE,
            email="" if number == 7 else f"wojt{number}@gmina.example",
        )
    GminaFactory(number=99, voivodeship="mazowieckie", voivodeship_code="14")


def pass_time(page, mailing: Mailing, minutes: int = 2) -> None:
    """The workers do their round so many minutes from now; then the page is looked at again."""
    then = timezone.now() + minutes * MINUTE
    mailing_sending.send_next(now=then)
    deliver_due(then)
    page.goto(address("page", mailing.pk))


def test_two_coordinators_invite_the_mayors(desk_of, mayors, server, axe_faults):
    """From the list of municipalities to the failed ones that are tried again."""
    olena, halina = desk_of("Olena"), desk_of("Halina")
    faults: list[str] = []

    def seen(page, name: str) -> None:
        look(page, name)
        faults.extend(f"{name}: {fault}" for fault in axe_faults(page))

    # Olena comes from the list, with its filter.
    gminas = reverse("admin:programme_gmina_changelist")
    olena.goto(f"{gminas}?voivodeship=łódzkie")
    look(olena, "m01-list")
    olena.get_by_role("link", name="Napisz do nich").click()
    seen(olena, "m02-new")
    olena.get_by_label("Tytuł, dla zespołu").fill("Zaproszenie, wiosna")
    olena.get_by_role("button", name="Dalej do odbiorców").click()
    filters = olena.locator("#content ul li").all_inner_texts()
    seen(olena, "m03-to-whom")
    olena.get_by_role("button", name="Ustal, kto dostaje list").click()
    olena.get_by_label("Najwięcej listów na minutę").fill("25")
    seen(olena, "m04-pace")
    olena.get_by_role("button", name="Zapisz i przejdź dalej").click()
    seen(olena, "m05-files")
    olena.get_by_role("link", name="Dalej do wysyłki").click()
    seen(olena, "m06-draft")
    mailing = Mailing.objects.get()

    # Who gets it and why, who does not and why; salutations; five letters; one to herself.
    tiles = olena.locator(".tile").all_inner_texts()
    olena.goto(address("rows", mailing.pk) + "?show=not")
    reasons = olena.locator("details table tbody th").all_inner_texts()
    seen(olena, "m07-not")
    olena.goto(address("rows", mailing.pk))
    seen(olena, "m08-rows")
    olena.goto(address("salutations", mailing.pk))
    greetings = olena.locator("table.data tbody th").all_inner_texts()
    seen(olena, "m09-salutations")
    olena.goto(address("previews", mailing.pk))
    olena.get_by_role("button", name="Pokaż te listy").click()
    letters = olena.locator(".letter-text").count()
    seen(olena, "m10-previews")
    olena.get_by_role("button", name="Wyślij ten list do mnie jako próbny").first.click()
    seen(olena, "m11-ready")
    nothing_yet = list(server.taken)
    olena.get_by_role("button", name="Zgłoś do zatwierdzenia: 58 listów").click()
    seen(olena, "m12-proposed-own")

    # Halina sees at home that it is her turn, looks, and approves.
    halina.goto(reverse("admin:index"))
    seen(halina, "m13-home")
    halina.get_by_role("link", name="Do wysyłki").click()
    seen(halina, "m14-proposed")
    halina.get_by_role("button", name="Zatwierdź: 58 listów").click()
    seen(halina, "m15-scheduled")
    held = list(server.taken)

    # The first 25 leave; Olena pauses; nothing leaves; she goes on.
    pass_time(olena, mailing, 11)
    seen(olena, "m16-sending")
    first = len(server.taken)
    olena.get_by_label("Dlaczego?").fill("Pytanie z urzędu")
    olena.get_by_role("button", name="Wstrzymaj").click()
    seen(olena, "m17-paused")
    pass_time(olena, mailing, 13)
    while_paused = len(server.taken)
    server.refused = {"wojt59@gmina.example", "wojt58@gmina.example"}
    olena.get_by_role("button", name="Wznów: 33 listy").click()
    for minutes in (15, 17, 19):
        pass_time(olena, mailing, minutes)
    seen(olena, "m18-results")
    olena.goto(address("rows", mailing.pk) + "?show=failed")
    words = olena.locator("tbody .hint").all_inner_texts()
    seen(olena, "m19-failed")

    # Only the failed ones are tried again.
    before = len(server.taken)
    server.refused = set()
    olena.goto(address("page", mailing.pk))
    olena.get_by_role("button", name="Wyślij ponownie tylko nieudane: 2 listy").click()
    pass_time(olena, mailing, 21)
    pass_time(olena, mailing, 23)
    seen(olena, "m20-finished")

    assert filters[-1] == "województwo: łódzkie"
    assert tiles == ["58\ndostają list", "2\nnie dostają listu"]
    assert sorted(reasons) == [
        "Nie mamy zapisanego adresu e-mail urzędu.",
        "Powyżej limitu mieszkańców tej edycji.",
    ]
    assert greetings == ["Szanowna Pani Wójt", "Szanowny Panie Wójcie"]
    assert letters == 5
    assert (nothing_yet, held) == (["olena@fsm.example"], ["olena@fsm.example"])
    assert (first, while_paused) == (26, 26)
    assert any(REFUSED in text for text in words)
    assert before == 57
    offices = [one for one in server.taken if one != "olena@fsm.example"]
    assert len(offices) == len(set(offices)) == 58
    mailing.refresh_from_db()
    assert mailing.status == MailingStatus.FINISHED
    assert faults == []


def tab_to(page, text: str, most: int = 160) -> None:
    """Press Tab until the control with this text or label has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const e = document.activeElement; return (e.labels && e.labels.length"
            " ? [...e.labels].map(l => l.textContent).join(' ') : e.textContent || '').trim(); }"
        )
        if found.startswith(text):
            return
    raise AssertionError(f"no way by Tab to: {text}")


def tab_to_field(page, name: str, most: int = 160) -> None:
    """Press Tab until the field of this name has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name") == name:
            return
    raise AssertionError(f"no way by Tab to the field {name}")


def enter(page, text: str) -> None:
    """Walk to a link or button and press it; it leads to another page."""
    tab_to(page, text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_mailing_is_prepared_paused_and_resumed_by_keyboard_alone(desk_of, server):
    EditionFactory()
    RecipientListFactory(title="Uczestnicy", many=3)
    page = desk_of("Olena")

    page.goto(address("mailing_changelist"))
    enter(page, "Nowa wysyłka")
    tab_to(page, "Tytuł, dla zespołu")
    page.keyboard.type("Spotkanie")
    page.keyboard.press("Tab")  # into the group; arrows walk it
    for _press in range(20):
        if page.evaluate("() => document.activeElement.value") == "mailing/list mailing/notice":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    enter(page, "Dalej do odbiorców")
    tab_to(page, "Uczestnicy")
    page.keyboard.press("Space")
    enter(page, "Ustal, kto dostaje list")
    for code, subject in {"pl": "Spotkanie", "uk": "Зустріч", "en": "Meeting"}.items():
        tab_to_field(page, f"subject_{code}")
        page.keyboard.type(subject)
        page.keyboard.press("Tab")
        page.keyboard.type("{salutation}, zapraszamy.")
    for words in (
        "Zapisz i przejdź dalej",
        "Zapisz i przejdź dalej",
        "Dalej do wysyłki",
        "Pięć listów",
        "Pokaż te listy",
        "Wyślij ten list do mnie",
        "Wyślij: 3 listy",
    ):
        enter(page, words)
    mailing = Mailing.objects.get()
    approved = mailing.status
    Mailing.objects.filter(pk=mailing.pk).update(per_minute=1)
    pass_time(page, mailing, 11)
    enter(page, "Wstrzymaj")
    mailing.refresh_from_db()
    paused = mailing.status
    enter(page, "Wznów")
    mailing.refresh_from_db()

    assert (approved, paused) == (MailingStatus.SCHEDULED, MailingStatus.PAUSED)
    assert mailing.status == MailingStatus.SENDING
    assert Letter.objects.filter(recipient__mailing=mailing).count() == 1


WORDS = {
    "subject_pl": "Spotkanie informacyjne",
    "body_pl": "{salutation},\n\nzapraszamy na spotkanie.\n\nOsoba: {name}",
    "subject_uk": "Інформаційна зустріч",
    "body_uk": "{salutation}!\n\nЗапрошуємо на зустріч.\n\nОсоба: {name}",
    "subject_en": "An information meeting",
    "body_en": "{salutation},\n\nwe invite you to a meeting.\n\nPerson: {name}",
}


def mailing_in(status: str, olena: User, halina: User) -> Mailing:
    """A notice to 60 people, that has come so far."""
    now = timezone.now()
    mailing = services.draft_mailing(
        title=f"Spotkanie ({status})",
        letter="mailing/notice",
        audience="mailing/list",
        wish={},
        words=WORDS,
        actor=olena,
        now=now,
    )
    wish = {"list": RecipientListFactory(many=60).pk}
    mailing_choices.choose(mailing, wish=wish, actor=olena, now=now)
    mailing_previews.note_preview(mailing, actor=olena, now=now)
    Mailing.objects.filter(pk=mailing.pk).update(tested_at=now, per_minute=40)
    mailing.refresh_from_db()
    if status == "draft":
        return mailing
    services.propose(mailing, actor=olena, now=now)
    if status == "proposed":
        return mailing
    services.approve(mailing, seen=mailing.proposed_at, actor=halina, now=now)
    if status == "scheduled":
        return mailing
    mailing_sending.send_next(now=now + 11 * MINUTE)
    mailing.refresh_from_db()
    some = Letter.objects.filter(recipient__mailing=mailing).order_by("pk").values_list("pk")
    for state, first, last in (("bounced", 0, 2), ("failed", 2, 4), ("ambiguous", 4, 5)):
        chosen = Letter.objects.filter(pk__in=[pk for (pk,) in some[first:last]])
        chosen.update(status=LetterStatus(state), error="550 5.1.1 No such user here")
    if status in ("paused", "stopped"):
        mailing_sending.pause(mailing, reason="Pytanie z urzędu", actor=halina, now=now)
    if status == "stopped":
        mailing_sending.stop_rest(mailing, actor=halina, now=now)
    return mailing


@pytest.mark.parametrize("language", ["pl", "uk"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_fits_and_can_be_used_by_all(desk_of, axe_faults, settings, language, width):
    """Each page in each state: nothing scrolls sideways, and axe finds nothing."""
    settings.MAILING_PAUSE_ABOVE = 1.0
    EditionFactory()
    page = desk_of("Halina", language=language, width=width)
    olena = UserFactory(email="olena@fsm.example", first_name="Olena", role=roles.COORDINATOR)
    halina = User.objects.get(email="halina@fsm.example")
    states = ("draft", "proposed", "sending", "paused", "stopped", "scheduled")
    known = {status: mailing_in(status, olena, halina) for status in states}
    draft = known["draft"].pk
    pages = {
        "list": address("mailing_changelist"),
        "new": address("new"),
        **{name: address(name, draft) for name in ("choose", "words", "pace", "files", "rows")},
        **{name: address(name, draft) for name in ("salutations", "previews")},
        **{status: address("page", mailing.pk) for status, mailing in known.items()},
        "send-back": address("send_back", known["proposed"].pk),
        "failed": address("rows", known["sending"].pk) + "?show=failed",
        "recipients-new": address("new_recipients"),
        "recipients-list": address("recipientlist_changelist"),
        "home": reverse("admin:index"),
    }
    faults, too_wide = [], []
    shown = {status: Mailing.objects.get(pk=one.pk).status for status, one in known.items()}

    for name, where in pages.items():
        page.goto(where)
        look(page, f"p-{language}-{width}-{name}")
        faults += [f"{name}: {fault}" for fault in axe_faults(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(name)

    assert shown == {status: status for status in states}
    assert faults == []
    assert too_wide == []


def test_progress_comes_up_to_date_while_somebody_looks(desk_of):
    """The part with the numbers is asked for again by itself; the button to pause stays put."""
    EditionFactory()
    page = desk_of("Olena")
    halina = UserFactory(email="halina@fsm.example", first_name="Halina", role=roles.COORDINATOR)
    mailing = mailing_in("sending", User.objects.get(email="olena@fsm.example"), halina)
    page.clock.install()
    page.goto(address("page", mailing.pk))
    before = page.locator(".progress-text").inner_text()
    Letter.objects.filter(recipient__mailing=mailing, status="failed").update(status="accepted")

    with page.expect_response(lambda answer: answer.url.endswith(f"/mailings/{mailing.pk}/")):
        page.clock.fast_forward(16_000)
    page.get_by_text("Wyszło: 39 z 60").wait_for()

    assert before == "Wyszło: 37 z 60. Pozostało: 20. Nie dotarły: 4."
