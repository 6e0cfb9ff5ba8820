"""FT-41: whatever is sent to the survey, the answer is a page, and what is kept is valid."""

import itertools
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from ops.bench.servers import HOST, Servers
from ops.faults import corpora, hostile, inert
from ops.faults.people import ready_to_send
from ops.faults.result import Result
from ops.visitor import Fields, PageForm, Reader, main_form

SUBMISSIONS = 5_000
LINES = 2_180  # of those that want to run a script; evenly of all that there are
SLOWEST = 5.0
CHECKED_EVERY = 250
KEPT_AS_TYPED = ("nazwa_urzedowa", "oczekiwania", "uwagi", "adres_ulica", "kontakt_stanowisko")
DOORS = ("/ankieta/", "/zayavka/", "/logowanie/", "/ankieta/gmina/{teryt}/")


@dataclass
class Tally:
    """What came back."""

    sent: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)

    def note(self, path: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.sent += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.slowest = max(self.slowest, seconds)
        page = path.rstrip("/").rsplit("/", 1)[-1]
        if status >= 500:
            self.faults.append(f"{status} on {page}")
        if seconds > SLOWEST:
            self.faults.append(f"{seconds:.1f} s on {page}")


class Hostile:
    """A browser in the hand of somebody hostile, before the survey of one municipality."""

    def __init__(self, client: Any, link: str, teryt: str, naughty: Sequence[str]) -> None:
        self.client, self.link, self.naughty = client, link, list(naughty)
        self.doors = [door.format(teryt=teryt) for door in DOORS]
        self.chance = random.Random(41)  # noqa: S311 - the same attack every time
        self.tally = Tally()
        self._hosts = itertools.count()

    def pages(self) -> list[str]:
        """Addresses of all pages of the survey, the conditional ones included."""
        from applications.survey_plan import PAGES

        return [f"{self.link}{page.slug}/" for page in PAGES]

    def form(self, path: str) -> PageForm | None:
        """The form that stands at an address; None when the page is not asked now."""
        answer = self.client.get(path)
        if answer.status_code != 200:
            return None
        reader = Reader()
        reader.feed(answer.content.decode())
        posting = [form for form in reader.forms if form.method == "post"]
        return main_form(posting) if posting else None

    def ask(self, path: str) -> None:
        """A look at a public door with hostile words in its address."""
        words = {
            name: self.chance.choice(self.naughty) for name in ("gmina", "gmina_value", "q", "z")
        }
        began = time.monotonic()
        answer = self.client.get(f"{path}?{urlencode(words, errors='replace')}")
        self.tally.note(path, answer.status_code, time.monotonic() - began)

    def send(self, path: str, fields: Fields) -> Any:
        """Post, measure, count."""
        number = next(self._hosts)
        body = urlencode(fields, doseq=True, errors="surrogatepass").encode()
        began = time.monotonic()
        answer = self.client.post(
            path,
            body,
            content_type="application/x-www-form-urlencoded",
            headers={"X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"},
        )
        self.tally.note(path, answer.status_code, time.monotonic() - began)
        return answer

    def attack(self, submissions: int) -> None:
        """Generated submissions, over all pages and the public doors."""
        targets = itertools.cycle([*self.pages(), *self.doors])
        for number in range(submissions):
            path = next(targets)
            form = self.form(path)
            if form is None and path in self.doors:
                self.ask(path)
                continue
            if form is None:
                path = f"{self.link}gmina/"
                form = self.form(path)
            if form is None:
                self.tally.faults.append(f"{path} shows no form")
                return
            self.send(path, hostile.submission(form, self.chance, self.naughty))
            if number % CHECKED_EVERY == CHECKED_EVERY - 1:
                self.check_what_is_kept()
        self.check_what_is_kept()

    def type_everywhere(self, texts: Sequence[str]) -> None:
        """Every text in every field of every page; what is taken is kept as it was typed.

        Each page is opened once: without the mark of what it showed, what is typed is taken.
        """
        from core.forms import clean_text

        asked = {path: self.form(path) for path in self.pages()}
        forms = {path: form for path, form in asked.items() if form and _has_text(form)}
        for text in texts:
            for path, form in forms.items():
                fields = [each for each in hostile.everywhere(form, text) if each[0] != "seen"]
                answer = self.send(path, fields)
                self._compare(answer.status_code, form, clean_text(_received(text)).strip())
        self.check_what_is_kept()

    def _compare(self, status: int, form: PageForm, typed: str) -> None:
        kept = self.answers() if status == 302 else {}
        for name in KEPT_AS_TYPED:
            if name in form.controls and kept.get(name, "") not in ("", typed):
                self.tally.faults.append(f"{name}: {typed!r:.40} kept as {kept[name]!r:.40}")

    def answers(self) -> dict[str, object]:
        """What is kept now."""
        from applications.models import HostSurvey

        return dict(HostSurvey.objects.get(pk=self.survey_pk()).draft_answers)

    def survey_pk(self) -> int:
        """The survey under attack."""
        from django.utils import timezone

        from core import links

        token = self.link.rstrip("/").rsplit("/", 1)[-1]
        target: Any = links.resolve(purpose="survey", token=token, now=timezone.now()).target
        return int(target.pk if hasattr(target, "draft_answers") else target.surveys.get().pk)

    def check_what_is_kept(self) -> None:
        """Every page shown again must be taken as it stands, apart from gaps."""
        for problem in invalid_answers(self.survey_pk()):
            self.tally.faults.append(problem)


def _has_text(form: PageForm) -> bool:
    return any(not each.options for each in form.controls.values())


def _received(text: str) -> str:
    """What a server reads of it: half a character is none."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def invalid_answers(survey_pk: int) -> Iterator[str]:
    """Kept answers that their own form would refuse."""
    from django.utils import timezone

    from applications.forms.host_pages import PAGE_FORMS
    from applications.models import HostSurvey
    from applications.selectors.host import survey_context
    from applications.survey_plan import pages_for

    survey = HostSurvey.objects.select_related("edition", "gmina").get(pk=survey_pk)
    context = survey_context(survey.edition, survey.gmina, language="pl", now=timezone.now())
    answers = survey.draft_answers
    for page in pages_for(answers):
        shown = PAGE_FORMS[page.slug](None, context=context, answers=answers)
        known = {
            name: shown.get_initial_for_field(each, name) for name, each in shown.fields.items()
        }
        if not any(name in answers for name in [*known, "partnerzy", "mentor_jezyki"]):
            continue
        known = {name: value for name, value in known.items() if value not in (None, "", False)}
        again = PAGE_FORMS[page.slug](_as_posted(known), context=context, answers=answers)
        if not again.is_valid() and not again.only_gaps:
            yield f"invalid on {page.slug}: {again.errors.as_json()[:200]}"


def _as_posted(known: dict[str, Any]) -> Any:
    from django.http import QueryDict

    posted = QueryDict(mutable=True)
    for name, value in known.items():
        if isinstance(value, list):
            posted.setlist(name, [str(each) for each in value])
        else:
            posted[name] = "on" if value is True else str(value)
    return posted


def run(servers: Servers, share: float) -> Result:
    """All of it, inside this process and against the real database."""
    from django.conf import settings
    from django.test import Client

    from ops.faults.people import trusted
    from tests.naughty import NAUGHTY

    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # it is counted below
    (office, link), *_others = ready_to_send(1)
    client = Client(
        raise_request_exception=False, headers={"Host": HOST, "X-Forwarded-Proto": "https"}
    )
    name = settings.SESSION_COOKIE_NAME
    client.cookies[name] = trusted(servers, link).cookies[name]
    known = corpora.naughty()
    naughty = list(dict.fromkeys([*known, *NAUGHTY]))
    attack = Hostile(client, office.path, office.teryt, naughty)
    attack.attack(max(100, int(SUBMISSIONS * share)))
    texts = [*naughty, *hostile.matrix(), *hostile.BROKEN, hostile.LARGE]
    attack.type_everywhere(texts[:: max(1, int(1 / share))])
    missing = corpora.fetch(corpora.SCRIPTS) + ([] if known else [corpora.NAUGHTY[0]])
    scripts = corpora.scripts()
    lines = scripts[:: max(1, -(-len(scripts) // int(LINES * share)))]
    attack.type_everywhere(lines)
    shown = inert.look(servers, office, link, lines)
    tally = attack.tally
    return Result(
        "FT-41",
        {
            "submissions": tally.sent,
            "answers": dict(sorted(tally.statuses.items())),
            "http500": sum(count for status, count in tally.statuses.items() if status >= 500),
            "slowest_s": round(tally.slowest, 2),
            "invalid": len(tally.faults),
            "naughty_lines": f"{len(naughty)}, of the big list {len(known)}",
            "script_lines": len(lines),
            "archives_missing": ",".join(missing) or 0,
            **shown.figures(),
            **({"first": sorted(set(tally.faults))[:5]} if tally.faults else {}),
        },
        {
            "nothing broke": not tally.faults,
            "something was kept": bool(attack.answers()),
            **shown.claims(),
        },
    )
