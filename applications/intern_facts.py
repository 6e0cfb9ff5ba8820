"""From an application to what the rules need to know, and back to words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language

from applications.eligibility import CandidateFacts, Figure, Reason, Verdict, judge_candidate
from applications.enums import ApplicationStatus, FileKind, HeadAnswer
from applications.forms.intern_person import AGE_FROM, AGE_TO, whole_years
from applications.models import InternApplication
from core import formats
from programme.enums import PopulationSource, Side

EARLY = frozenset(
    {
        Reason.POPULATION_OVER_LIMIT,
        Reason.UNIT_NO_LONGER_EXISTS,
        Reason.POSITION_TOO_LOW,
        Reason.TOOK_PART_BEFORE,
        Reason.LANGUAGE_COURSE_REFUSED,
        Reason.NO_PASSPORT,
        Reason.NO_BUSINESS_TRIP,
        Reason.MAY_NOT_LEAVE,
    }
)
STOPPED_BY = {  # where the answer that stops can be changed
    Reason.POPULATION_OVER_LIMIT: "organ",
    Reason.POSITION_TOO_LOW: "posada",
    Reason.TOOK_PART_BEFORE: "dosvid",
    Reason.LANGUAGE_COURSE_REFUSED: "movy",
    Reason.NO_PASSPORT: "terminy",
    Reason.NO_BUSINESS_TRIP: "terminy",
    Reason.MAY_NOT_LEAVE: "terminy",
}
AUTOMATIC = {  # formal criteria of the edition that the rules answer by themselves
    "population": (Reason.POPULATION_OVER_LIMIT, Reason.POPULATION_UNKNOWN),
    "position": (Reason.POSITION_TOO_LOW,),
    "complete": (Reason.DECLARATIONS_MISSING, Reason.NOMINATION_LETTER_MISSING),
    "first_time": (Reason.TOOK_PART_BEFORE,),
    "regulations": (Reason.DECLARATIONS_MISSING,),
    "availability": (Reason.NO_WINDOW,),
}
DECLARATIONS = ("polozhennia", "pravda", "uchast", "rodo")


@dataclass(frozen=True)
class CriterionLine:
    """One line of the formal check. `is_met` None: a person has to look."""

    code: str
    name: str
    is_met: bool | None


def population_figure(application: InternApplication) -> Figure | None:
    """The figure that counts: the register's, unless the hromada declares one over the limit.

    Without a figure in the register, the declared one counts, to be verified.
    """
    declared = application.answers.get("naselennia")
    known = application.hromada.latest_population
    limit = application.edition.population_limit_ua
    if isinstance(declared, int) and (known is None or declared > limit):
        return Figure(declared, None, PopulationSource.DECLARED)
    if known is None:
        return None
    return Figure(known.value, known.on, known.source)


def population_columns(application: InternApplication) -> dict[str, Any]:
    """The figure as columns to keep with the decision that used it."""
    figure = population_figure(application)
    return {
        "population_used": figure.value if figure else None,
        "population_on": figure.on if figure else None,
        "population_source": figure.source if figure else "",
    }


def other_candidates(application: InternApplication) -> int:
    """Applications of the same hromada in the edition that already count."""
    return (
        InternApplication.objects.of(application.edition)
        .filter(hromada=application.hromada)
        .holding_a_place_of_the_hromada()
        .exclude(pk=application.pk)
        .count()
    )


def born_on(application: InternApplication) -> date | None:
    """The date of birth out of its encrypted column, when it is one."""
    try:
        return date.fromisoformat(application.birth_date)
    except ValueError:
        return None


def facts_of(application: InternApplication, *, hopeful: bool = False) -> CandidateFacts:
    """What the rules look at. `hopeful` takes what is not answered yet as the best answer."""
    answers = application.answers
    edition = application.edition
    closing = formats.last_minute(edition.applications_close_at).astimezone(formats.KYIV).date()
    born = born_on(application)
    windows = answers.get("terminy")

    def answer(key: str, best: object) -> object:
        given = answers.get(key)
        return best if hopeful and given in (None, "") else given

    figure = population_figure(application)
    return CandidateFacts(
        population=Figure(1, None, "") if hopeful and figure is None else figure,
        population_limit=edition.population_limit_ua,
        is_in_register=application.hromada.valid_to is None,
        age=whole_years(born, closing) if born else 0,
        age_from=AGE_FROM,
        age_to=AGE_TO,
        position_level=str(answer("riven", "middle")),
        took_part_before=answers.get("ranishe") == "me",
        head_confirmed=application.head_answer == HeadAnswer.CONFIRMED,
        accepts_language_course=answer("kurs", True) is True,
        passport=str(answer("pasport", "yes")),
        business_trip=answer("vidriadzhennia", True) is True,
        leaves_lawfully=str(answer("vyizd", "yes")),
        has_nomination_letter=application.files.filter(kind=FileKind.NOMINATION).exists(),
        windows=tuple(windows) if isinstance(windows, list) else (),
        other_candidates=other_candidates(application),
        candidates_per_hromada=edition.candidates_per_hromada,
        declarations=all(answers.get(key) is True for key in DECLARATIONS),
    )


def judge(application: InternApplication) -> Verdict:
    """What the rules of the edition say about the application as it stands."""
    return judge_candidate(facts_of(application))


def stopping_reasons(application: InternApplication) -> tuple[Reason, ...]:
    """Answers already given that no later answer can mend: the person is told at once (A10)."""
    if application.status not in (ApplicationStatus.DRAFT, ApplicationStatus.RETURNED):
        return ()
    verdict = judge_candidate(facts_of(application, hopeful=True))
    return tuple(reason for reason in verdict.reasons if reason in EARLY)


def criteria_of(application: InternApplication, verdict: Verdict) -> list[CriterionLine]:
    """The formal criteria of the edition, each with what the rules say, if they can say it."""
    language = get_language() or "pl"
    lines = []
    for criterion in application.edition.formal_criteria.filter(side=Side.INTERN).order_by(
        "position", "pk"
    ):
        is_met: bool | None = None
        if criterion.code in AUTOMATIC:
            is_met = not set(AUTOMATIC[criterion.code]) & set(verdict.reasons)
        elif criterion.code == "in_time":
            is_met = _in_time(application)
        lines.append(CriterionLine(criterion.code, criterion.name_in(language), is_met))
    return lines


def _in_time(application: InternApplication) -> bool:
    return application.submitted_at is not None and application.edition.applications_are_open(
        application.submitted_at
    )
