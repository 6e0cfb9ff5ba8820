"""The interns' half: application, head, formal check, two evaluations, selection, preparation."""

from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from stdnum.ua import edrpou

from applications.enums import ApplicationStatus
from applications.models import Evaluation, InternApplication
from applications.services.candidates import (
    confirm_by_head,
    refuse_by_head,
    save_page,
    start_application,
    submit_application,
)
from applications.services.evaluation import (
    declare_impartial,
    distribute_evaluators,
    record_interview,
    submit_evaluation,
)
from applications.services.formal import (
    RulesStandInTheWay,
    check_formally,
    reject_formally,
)
from applications.services.selection import (
    mark_cannot_travel,
    mark_preparing,
    mark_ready,
    save_checklist,
    select_candidates,
)
from core import pdf, uploads
from programme.models import Hromada
from programme.registers.romanise import romanise
from win4ua.rehearsal.stage import Stage

WORDS = (
    "Наша громада прагне впровадити сучасне управління, зміцнити партнерства та передати досвід "
    "іншим працівникам ради. Ми вже підготували план дій, визначили відповідальних осіб і хочемо "
    "навчитися, як польські ґміни залучають мешканців до рішень і як звітують про їх виконання. "
)


def apply(stage: Stage, places: list[Hromada], progress) -> list[InternApplication]:
    """Each candidate fills in the application and sends it; the head confirms by link."""
    content = pdf.render(
        "win4ua/nomination",
        {"body": "Рада громади направляє кандидатуру на стажування."},
        language="uk",
        title="Лист-направлення",
        edition=stage.edition.name,
    )
    # The form looks into an upload once; the same letter serves all, so once is enough here too.
    letter = uploads.inspect(
        SimpleUploadedFile("lyst.pdf", content), kinds={"pdf"}, max_bytes=uploads.MOST_BYTES
    )
    sent = []
    for number, hromada in enumerate(progress(places, "applications")):
        sent.append(_apply(stage, hromada, letter, share=number / len(places)))
    return sent


def check(stage: Stage) -> None:
    """The formal check by a coordinator: the rules decide, a rejection has its reason."""
    now = stage.calendar.formal_check
    waiting = InternApplication.objects.filter(
        edition=stage.edition, status=ApplicationStatus.HEAD_CONFIRMED
    ).select_related("edition", "hromada")
    for application in waiting.order_by("pk"):
        try:
            check_formally(application, actor=stage.coordinator, now=now)
        except RulesStandInTheWay as error:
            reject_formally(
                application, reason=", ".join(error.reasons), actor=stage.coordinator, now=now
            )


def evaluate(stage: Stage, progress) -> None:
    """Two evaluators each, a third where they differ too much; then the interview."""
    for _round in range(2):
        distribute_evaluators(stage.edition, actor=stage.coordinator, now=stage.calendar.evaluation)
        sheets = Evaluation.objects.filter(
            application__edition=stage.edition, submitted_at=None
        ).select_related("evaluator", "application__edition")
        for sheet in progress(list(sheets.order_by("pk")), "evaluations"):
            _evaluate(stage, sheet)
    evaluated = InternApplication.objects.filter(
        edition=stage.edition, status=ApplicationStatus.EVALUATED
    )
    for application in evaluated.order_by("pk"):
        most = stage.edition.interview_max_points
        record_interview(
            application,
            points=Decimal(stage.chance.randint(most // 2, most)),
            actor=stage.coordinator,
            now=stage.calendar.interviews,
        )


def select(stage: Stage) -> None:
    """The ranking becomes selected people and a reserve list."""
    select_candidates(
        stage.edition,
        reason="Zgodnie z listą rankingową.",
        actor=stage.coordinator,
        now=stage.calendar.selection,
    )


def prepare(stage: Stage) -> None:
    """Selected people get ready; some cannot travel, and the reserve list moves up."""
    now = stage.calendar.preparation
    for _round in range(stage.edition.reserve_places + 1):
        selected = InternApplication.objects.filter(
            edition=stage.edition, status=ApplicationStatus.SELECTED
        ).select_related("edition", "hromada")
        if not selected:
            return
        for application in selected.order_by("pk"):
            _prepare(stage, application, now)


def _prepare(stage: Stage, application: InternApplication, now) -> None:
    mark_preparing(application, actor=stage.coordinator, now=now)
    if stage.happens(0.08):
        mark_cannot_travel(
            application, reason="Brak zgody na wyjazd", actor=stage.coordinator, now=now
        )
        return
    first, last = stage.calendar.first_day, stage.calendar.last_day
    save_checklist(
        application,
        changes={
            "passport_ok": True,
            "trip_order_number": f"{application.pk}/в",
            "trip_order_on": now.date(),
            "trip_from_on": first - timedelta(days=2),
            "trip_to_on": last + timedelta(days=2),
            "may_leave": "yes" if application.answers["stat"] == "m" else "not_applicable",
        },
        actor=stage.coordinator,
        now=now,
    )
    mark_ready(application, actor=stage.coordinator, now=now)


def _apply(
    stage: Stage, hromada: Hromada, letter: UploadedFile, *, share: float
) -> InternApplication:
    calendar = stage.calendar
    opens = calendar.applications_open + timedelta(hours=1)
    now = calendar.spread(opens, calendar.applications_close, share)
    application = start_application(
        stage.edition,
        hromada=hromada,
        email=f"intern.{hromada.katottg.lower()}.{calendar.year}@example.org",
        language="uk",
        now=now,
    )
    for page, answers in _answers(stage, application).items():
        files = {}
        if page == "dokumenty":
            files["lyst"] = letter
        save_page(application, page=page, answers=answers, files=files, now=now)
    application = submit_application(application, now=now)
    if stage.happens(0.95):
        return confirm_by_head(application, now=now + timedelta(hours=3))
    return refuse_by_head(application, reason="Інша кандидатура", now=now + timedelta(hours=3))


def _answers(stage: Stage, application: InternApplication) -> dict[str, dict[str, object]]:
    chance, people = stage.chance, stage.ukrainian
    themes = list(stage.edition.themes.order_by("position").values_list("code", flat=True))
    sex = "f" if stage.happens(0.75) else "m"
    first, last = _name(stage, sex)
    code = application.hromada.katottg.lower()
    figure = application.hromada.latest_population
    year = stage.calendar.year
    return {
        "organ": {
            "organ": f"{application.hromada.name} рада",
            "edrpou": _edrpou(stage),
            "naselennia": figure.value,
            "bezpeka": "safe",
            "adresa": f"вул. Центральна, {chance.randint(1, 90)}",
            "sait": "",
        },
        "kerivnyk": {
            "kerivnyk_posada": "holova",
            "kerivnyk_prizvyshche": _cyrillic(people.last_name_male()),
            "kerivnyk_imia": _cyrillic(people.first_name_male()),
            "kerivnyk_po_batkovi": "",
            "kerivnyk_zvertannia": "m",
            "kerivnyk_email": f"holova.{code}.{year}@example.org",
        },
        "osoba": {
            "prizvyshche": last,
            "imia": first,
            "po_batkovi": "",
            "prizvyshche_lat": romanise(last).upper(),
            "imia_lat": romanise(first).upper(),
            "data_nar": f"{chance.randint(year - 60, year - 28)}-0{chance.randint(1, 9)}-15",
            "stat": sex,
            "telefon": f"+38050{chance.randint(1_000_000, 9_999_999)}",
            "mesendzher": "",
        },
        "posada": {
            "posada": "Начальниця відділу" if sex == "f" else "Начальник відділу",
            "pidrozdil": "Відділ економіки",
            "riven": chance.choice(["higher", "middle"]),
            "posadova_osoba": True,
            "stazh": chance.randint(1, 25),
            "na_posadi_z": f"{year - chance.randint(1, 8)}-02-01",
            "pidlehli": chance.randint(0, 20),
            "oboviazky": WORDS,
        },
        "movy": {
            "osvita": "",
            "movy_pl": chance.choice(["none", "A1", "A2", "B1"]),
            "movy_en": chance.choice(["none", "A2", "B1", "B2"]),
            "movy_inshi": "",
            "kurs": True,
        },
        "dosvid": {
            "dosvid_proekty": WORDS,
            "dosvid_mn": "",
            "ranishe": "no",
            "ranishe_roky": "",
        },
        "motyvatsiia": {"motyvatsiia": WORDS * 2, "problema": WORDS * 2},
        "temy": {"temy": chance.sample(themes, chance.randint(1, 3))},
        "navchannia": {"navchannia": WORDS, "zminy": WORDS},
        "proiekt": {
            "ideia_nazva": f"Відкрита громада {chance.randint(1, 999)}",
            "ideia_opys": WORDS * 2,
            "ideia_partner": "",
            "ideia_biudzhet": None,
            "ideia_valiuta": "",
        },
        "partnery": {"partnery_pl": [], "bazhaniia": "", "bazhaniia_voievodstvo": ""},
        "terminy": {
            "terminy": [stage.window],
            "pasport": "in_progress" if stage.happens(0.1) else "yes",
            "vidriadzhennia": True,
            "vyizd": "yes" if sex == "m" else "not_applicable",
            "umovy": True,
            "potreby": "",
            "potreby_zhoda": False,
        },
        "dokumenty": {},
        "zaiavy": {
            "polozhennia": True,
            "pravda": True,
            "uchast": True,
            "rodo": True,
            "zhoda_foto": stage.happens(0.5),
            "zhoda_rezerv": True,
            "zhoda_novyny": stage.happens(0.4),
        },
    }


def _evaluate(stage: Stage, sheet: Evaluation) -> None:
    now = stage.calendar.evaluation + timedelta(days=stage.chance.randint(1, 14))
    declare_impartial(sheet, actor=sheet.evaluator, now=now)
    # People agree on the whole: the quality of an application moves both sheets together.
    quality = 0.55 + 0.4 * stage.talent(f"application {sheet.application.number[-4:]}")
    criteria = stage.edition.merit_criteria.order_by("position", "pk")
    submit_evaluation(
        sheet,
        scores={
            row.code: min(
                row.max_points,
                max(0, round(row.max_points * (quality + stage.chance.uniform(-0.2, 0.15)))),
            )
            for row in criteria
        },
        comment="Kandydatura spójna, cele nauki jasno opisane, pomysł na projekt wykonalny.",
        actor=sheet.evaluator,
        now=now,
    )


def _name(stage: Stage, sex: str) -> tuple[str, str]:
    people = stage.ukrainian
    if sex == "f":
        return _cyrillic(people.first_name_female()), _cyrillic(people.last_name_female())
    return _cyrillic(people.first_name_male()), _cyrillic(people.last_name_male())


def _cyrillic(name: str) -> str:
    return name.replace("'", "’")


def _edrpou(stage: Stage) -> str:
    """A number whose check digit is right (python-stdnum knows the rule)."""
    body = f"{stage.chance.randint(3_000_000, 4_999_999)}"
    return body + edrpou.calc_check_digit(body)
