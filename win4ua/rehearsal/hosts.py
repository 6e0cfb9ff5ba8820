"""The hosts' half: letter, survey, decision, session, attendance, declaration, mentor."""

from collections.abc import Iterable
from datetime import timedelta

from applications import survey_plan
from applications.models import HostSurvey
from applications.services.host_decisions import decide_eligibility
from applications.services.host_invitations import invite_host
from applications.services.host_surveys import begin_by_invitation, save_page, submit_survey
from meetings import services as meetings
from meetings.models import Declaration, InformationSession, SessionChoice
from programme.models import Gmina
from programme.services import organisation_for_gmina, save_contact
from win4ua.rehearsal.stage import Stage

TITLES = {"rural": "wojt", "urban_rural": "burmistrz", "urban": "burmistrz"}


def answer_surveys(stage: Stage, gminas: list[Gmina], progress) -> list[HostSurvey]:
    """Each office gets its letter, fills in the survey page by page, and sends it."""
    surveys = []
    for number, gmina in enumerate(progress(gminas, "surveys")):
        surveys.append(_answer(stage, gmina, share=number / len(gminas)))
    return surveys


def decide(stage: Stage, surveys: Iterable[HostSurvey]) -> None:
    """A coordinator decides each survey by the rules."""
    for survey in surveys:
        survey.refresh_from_db()
        decide_eligibility(survey, actor=stage.coordinator, now=stage.calendar.decisions)


def open_sessions(stage: Stage, *, guests: int) -> list[InformationSession]:
    """Two dates in April, a little too small together, so that somebody has to wait."""
    capacity = max(2, guests * 45 // 100)
    return [
        InformationSession.objects.create(
            edition=stage.edition,
            starts_at=starts_at,
            duration_minutes=stage.edition.session_minutes,
            capacity=capacity,
            join_url=f"https://spotkania.example/{number}",
        )
        for number, starts_at in enumerate(
            [stage.calendar.first_session, stage.calendar.second_session], start=1
        )
    ]


def choose_sessions(stage: Stage, sessions: list[InformationSession], progress) -> None:
    """Most choose a date, some change it, some cannot come, some never answer."""
    choices = meetings.invite_to_sessions(
        stage.edition, actor=stage.coordinator, now=stage.calendar.invitations
    )
    for choice in progress(choices, "session choices"):
        if not stage.happens(0.9):
            continue
        if not stage.happens(0.95):
            meetings.answer_neither(
                choice, reason="Sesja rady", wants_recording=True, now=stage.calendar.invitations
            )
            continue
        _choose(stage, choice, stage.chance.sample(sessions, len(sessions)))
    meetings.close_answers(stage.edition, now=stage.calendar.after_sessions)


def attend(stage: Stage, sessions: list[InformationSession]) -> None:
    """Attendance is ticked, and the letters after the session are written."""
    for session in sessions:
        for choice in session.choices.filter(status="chosen").order_by("pk"):
            meetings.mark_attendance(
                choice,
                present=stage.happens(0.93),
                actor=stage.coordinator,
                now=stage.calendar.after_sessions,
            )
        meetings.follow_up(session, actor=stage.coordinator, now=stage.calendar.after_sessions)


def declare(stage: Stage, progress) -> None:
    """Two of three send the declaration; the mentor confirms; a coordinator accepts."""
    asked = Declaration.objects.filter(survey__edition=stage.edition).for_table()
    now = stage.calendar.after_sessions + timedelta(days=5)
    for declaration in progress(list(asked), "declarations"):
        if not stage.happens(0.66):
            continue
        meetings.send_declaration(declaration, answers=_declaration(stage, declaration), now=now)
        accepts = stage.happens(0.95)
        declaration = meetings.answer_as_mentor(
            declaration, accepts=accepts, reason="" if accepts else "Urlop", now=now
        )
        if accepts:
            meetings.accept_declaration(declaration, actor=stage.coordinator, now=now)


def _answer(stage: Stage, gmina: Gmina, *, share: float) -> HostSurvey:
    calendar = stage.calendar
    organisation = organisation_for_gmina(gmina)
    head = save_contact(
        organisation,
        role="head",
        first_name=stage.polish.first_name(),
        last_name=stage.polish.last_name(),
        title=TITLES[gmina.kind],
        email=f"urzad.{gmina.teryt}.{calendar.year}@example.org",
    )
    invitation = invite_host(
        stage.edition,
        organisation=organisation,
        contact=head,
        actor=stage.coordinator,
        now=calendar.letter,
    )
    now = calendar.spread(calendar.survey_opens + timedelta(days=1), calendar.survey_closes, share)
    survey = begin_by_invitation(invitation, now=now)
    answers = _answers(stage, gmina)
    for page in survey_plan.pages_for(answers):
        kept = {key: answers[key] for key in page.keys if key in answers}
        save_page(survey, page=page.slug, answers=kept, now=now)
    return submit_survey(survey, now=now, by=head.email)


def _answers(stage: Stage, gmina: Gmina) -> dict[str, object]:
    chance, polish = stage.chance, stage.polish
    themes = list(stage.edition.themes.order_by("position").values_list("code", flat=True))
    has_mentor = stage.happens(0.7)
    answers: dict[str, object] = {
        "nazwa_urzedowa": f"Gmina {gmina.name}",
        "ludnosc": gmina.latest_population.value,
        "czlonkostwo": ["zmp"] if gmina.kind == "urban" else ["zgwrp"],
        "adres_ulica": f"{polish.street_name()} {chance.randint(1, 90)}"[:150],
        "adres_kod": f"{chance.randint(10, 99)}-{chance.randint(100, 999)}",
        "adres_miejscowosc": gmina.name,
        "tytul_kierownika": TITLES[gmina.kind],
        "kierownik_imie": polish.first_name(),
        "kierownik_nazwisko": polish.last_name(),
        "forma": chance.choice(["f", "m"]),
        "kontakt_imie": polish.first_name(),
        "kontakt_nazwisko": polish.last_name(),
        "kontakt_stanowisko": "Sekretarz gminy",
        "kontakt_email": f"kontakt.{gmina.teryt}.{stage.calendar.year}@example.org",
        "kontakt_tel": f"+4822{chance.randint(1_000_000, 9_999_999)}",
        "poprzednie_edycje": ["nie"],
        "wspolpraca_ua": "jeszcze_nie",
        "gotowosc_partnerstwa": "nie"
        if stage.happens(0.05)
        else chance.choice(["tak", "rozwazymy"]),
        "gotowosc_projekt": chance.choice(["tak", "rozwazymy"]),
        "tematy": chance.sample(themes, chance.randint(1, 5)),
        "liczba_stazystow": 1,
        "terminy": [stage.window],
        "stanowisko_pracy": "nie" if stage.happens(0.03) else chance.choice(["tak", "czesciowo"]),
        "nocleg": chance.choice(["wlasny", "oferta", "nie"]),
        "dostepnosc": chance.choice(["pelna", "czesciowa", "brak"]),
        "mentor_jest": "tak" if has_mentor else "jeszcze_nie",
        "osw_prawda": True,
        "osw_zalacznik": True,
        "rodo_info": True,
        "zgoda_newsletter": stage.happens(0.3),
    }
    if has_mentor:
        answers |= {
            "mentor_imie": polish.first_name(),
            "mentor_nazwisko": polish.last_name(),
            "mentor_stanowisko": "Kierownik referatu",
            "mentor_email": f"mentor.{gmina.teryt}.{stage.calendar.year}@example.org",
            "mentor_tel": f"+4822{chance.randint(1_000_000, 9_999_999)}",
            "mentor_jezyki": {
                "pl": "C2",
                "uk": chance.choice(["brak", "A2", "B1", "B2"]),
                "en": chance.choice(["A2", "B1", "B2", "C1"]),
                "ru": "brak",
            },
            "mentor_obszary": chance.sample(themes, 2),
            "mentor_udzial": "tak",
            "mentor_info": True,
        }
    return answers


def _choose(stage: Stage, choice: SessionChoice, wishes: list[InformationSession]) -> None:
    last = stage.calendar.first_session - timedelta(
        hours=stage.edition.session_choice_closes_hours + 2
    )
    now = stage.calendar.spread(stage.calendar.invitations, last, stage.chance.random())
    people = stage.chance.randint(1, 3)
    try:
        meetings.choose_session(choice, session=wishes[0], people=people, now=now)
    except meetings.SessionIsFull:
        try:
            meetings.choose_session(choice, session=wishes[1], people=people, now=now)
        except meetings.SessionIsFull:
            meetings.join_waiting_list(choice, session=wishes[0], people=people, now=now)
            return
    if stage.happens(0.05):
        meetings.answer_neither(
            choice, reason="Zmiana planów", wants_recording=False, now=now + timedelta(hours=1)
        )


def _declaration(stage: Stage, declaration: Declaration) -> dict[str, object]:
    polish, teryt = stage.polish, declaration.survey.gmina.teryt
    return {
        "nip": polish.nip(),
        "regon": polish.regon(),
        "representative": f"{polish.name()}, wójt",
        "interns": 1,
        "windows": [stage.window],
        "lodging": stage.chance.choice(["own", "offer", "cannot"]),
        "mentor_first_name": polish.first_name(),
        "mentor_last_name": polish.last_name(),
        "mentor_position": "Kierownik referatu",
        "mentor_email": f"mentor.{teryt}.{stage.calendar.year}@example.org",
        "mentor_phone": "",
    }
