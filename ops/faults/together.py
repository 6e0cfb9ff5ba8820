"""FT-18: two people of one office have the same page open, and both save it at the same moment."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from ops.bench.servers import Servers
from ops.bench.stage import Office
from ops.faults.people import at_the_desk, ready_to_send, trusted
from ops.faults.result import Result
from ops.visitor import Answer, Fields, Visitor, filled, main_form

ROUNDS = 500
AT_ONCE = 4
PANEL_ROUNDS = 100
CONTROLS = 40
PAGE = "adres"
STREETS = ("Reymonta 1", "Mickiewicza 2")
CODE = "95-061"


def run(servers: Servers, share: float) -> Result:
    """Different fields are both kept; of the same field one of two is shown both and chooses."""
    people = ready_to_send(max(8, int(ROUNDS * share)))
    jobs = [(office, link, number % 2 == 0) for number, (office, link) in enumerate(people)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda job: _round(servers, *job), jobs))
    counts = Counter(outcome for outcome, _statuses in told)
    statuses = [status for _outcome, each in told for status in each]
    panel = Counter(_at_the_panel(servers, max(4, int(PANEL_ROUNDS * share))))
    lost = careless(max(8, int(CONTROLS * share)))
    right = counts["both kept"] + counts["asked, and chosen"]
    return Result(
        "FT-18",
        {
            "rounds": len(jobs),
            **{name.replace(", ", "_").replace(" ", "_"): n for name, n in counts.items()},
            "panel": dict(panel),
            "http500": sum(status >= 500 for status in statuses),
            "lost_without_the_guard": lost,
        },
        {
            "no silent loss": right == len(jobs),
            "nor on a record of the panel": not panel["lost"],
            "everybody at the panel is answered": set(panel) == {"right"},
            "no error": all(status < 500 for status in statuses),
            "without the guard answers are lost": lost > 0,
        },
    )


def _round(
    servers: Servers, office: Office, link: int, is_same_field: bool
) -> tuple[str, list[int]]:
    """What became of two savings at once, in words, and all statuses."""
    windows = [trusted(servers, link), trusted(servers, link)]
    path = f"{office.path}{PAGE}/"
    forms = [main_form(window.get(path).read().forms) for window in windows]
    typed = [
        filled(forms[0], {"adres_ulica": STREETS[0]}),
        filled(forms[1], {"adres_ulica": STREETS[1]} if is_same_field else {"adres_kod": CODE}),
    ]
    answers = at_once([_sending(*each, path) for each in zip(windows, typed, strict=True)])
    statuses = [answer.status for answer in answers]
    try:
        if not is_same_field:
            return _both_kept(office, statuses), statuses
        return _asked(office, windows, answers, path, statuses), statuses
    finally:
        for window in windows:
            window.close()


def _sending(window: Visitor, fields: Fields, path: str) -> Callable[[], Answer]:
    return lambda: window.post(path, fields)


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """Do all deeds at the same moment; what each gave."""
    together = Barrier(len(deeds))

    def begin(deed: Callable[[], Any]) -> Any:
        together.wait(60)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(begin, deeds))


def kept(office: Office) -> dict[str, Any]:
    """The draft of an office as it is stored."""
    from applications.models import HostSurvey

    return dict(HostSurvey.objects.get(gmina__teryt=office.teryt).draft_answers)


def _both_kept(office: Office, statuses: list[int]) -> str:
    stored = kept(office)
    is_whole = (stored["adres_ulica"], stored["adres_kod"]) == (STREETS[0], CODE)
    return "both kept" if is_whole and statuses == [302, 302] else "lost"


def _asked(
    office: Office, windows: list[Visitor], answers: list[Answer], path: str, statuses: list[int]
) -> str:
    """One was faster; the other sees both versions, chooses her own, and that one stands."""
    if sorted(statuses) != [302, 409]:
        return "nobody was asked"
    asked = statuses.index(409)
    if kept(office)["adres_ulica"] != STREETS[1 - asked]:
        return "lost"
    if not all(street in answers[asked].text for street in STREETS):
        return "versions not shown"
    choice = {"version_adres_ulica": "mine"}
    again = windows[asked].post(path, filled(main_form(answers[asked].read().forms), choice))
    statuses.append(again.status)
    return "asked, and chosen" if kept(office)["adres_ulica"] == STREETS[asked] else "lost"


def _at_the_panel(servers: Servers, rounds: int) -> Iterator[str]:
    """Two administrators save one edition at once: both are kept, or one is asked."""
    from core import roles
    from programme.models import Edition

    edition = Edition.objects.latest("pk")
    path = f"/admin/programme/edition/{edition.pk}/change/"
    emails = ("jan@fsm.example", "ewa@fsm.example")
    desks = [at_the_desk(servers, email=each, role=roles.ADMINISTRATOR) for each in emails]
    for number in range(rounds):
        forms = [main_form(desk.get(path).read().forms) for desk in desks]
        is_same_field = number % 2 == 1
        values = [f"{number}a@fsm.example", f"{number}b@fsm.example"]
        minutes = str(15 + number % 5)
        typed = [
            filled(forms[0], {"help_email": values[0]}, more=False),
            filled(
                forms[1],
                {"help_email": values[1]} if is_same_field else {"grace_minutes": minutes},
                more=False,
            ),
        ]
        answers = at_once([_sending(*each, path) for each in zip(desks, typed, strict=True)])
        edition.refresh_from_db()
        statuses = [answer.status for answer in answers]
        if is_same_field:
            asked = [answer for answer in answers if answer.status == 200]
            is_right = len(asked) == 1 and edition.help_email in asked[0].text
        else:
            stands = (edition.help_email, str(edition.grace_minutes))
            is_right = stands == (values[0], minutes)
        yield _outcome(statuses, is_right=is_right, is_same_field=is_same_field)


def _outcome(statuses: list[int], *, is_right: bool, is_same_field: bool) -> str:
    """In words: right, lost in silence, or an answer that says that it was not saved."""
    if sorted(statuses) == ([200, 302] if is_same_field else [302, 302]):
        return "right" if is_right else "lost"
    return "lost" if statuses == [302, 302] else f"answered {sorted(statuses)}"


def careless(rounds: int) -> int:
    """The negative control: how many answers are lost by a saving that does not compare.

    In this process, with the comparison of the house taken out: the last one writes all.
    """
    from django.db import connection
    from django.utils import timezone

    from applications import survey_merge
    from applications.models import HostSurvey
    from applications.services import host_saving
    from applications.survey_plan import BY_SLUG

    def write_over(put: Any, survey: Any) -> host_saving.Saved:
        merged, after = put._over(survey.draft_answers)
        HostSurvey.objects.filter(pk=survey.pk).update(draft_answers=after)
        return host_saving.Saved(survey, merged.clashes, merged.seen)

    page = BY_SLUG[PAGE]

    def saving(survey: Any, **answers: str) -> Callable[[], None]:
        def save() -> None:
            try:
                host_saving.save_typed(
                    survey,
                    page=page,
                    answers=answers,
                    seen=survey_merge.seen_of(page, survey.draft_answers, {}),
                    now=timezone.now(),
                    is_known_open=True,
                )
            finally:
                connection.close()

        return save

    guarded, lost = host_saving._Put.at_once, 0
    surveys = list(HostSurvey.objects.order_by("pk")[:rounds])
    host_saving._Put.at_once = write_over  # type: ignore[method-assign,assignment]
    try:
        for survey in surveys:
            first, second = HostSurvey.objects.for_table().filter(pk=survey.pk), f"95-{_three()}"
            at_once(
                [
                    saving(first.get(), adres_ulica=f"Nowa {second}"),
                    saving(first.get(), adres_kod=second),
                ]
            )
            stored = HostSurvey.objects.get(pk=survey.pk).draft_answers
            lost += (stored["adres_ulica"], stored["adres_kod"]) != (f"Nowa {second}", second)
    finally:
        host_saving._Put.at_once = guarded  # type: ignore[method-assign]
    return lost


_chance = random.Random(18)  # noqa: S311 - no secret


def _three() -> str:
    return str(_chance.randint(100, 899))
