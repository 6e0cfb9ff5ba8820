"""FT-12: impatient people and slow lines: one form, sent two to five times at once."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from ops.bench.journey import NUMBER
from ops.bench.servers import Servers
from ops.bench.stage import Office
from ops.faults.people import ready_to_send, trusted
from ops.faults.result import Result
from ops.visitor import Answer, filled, main_form, wait_for

FORMS = 1_000
AT_ONCE = 4
MOST_POSTS = 5
# Statuses, the numbers on the receipts, and what the same key with other answers was told.
Shown = tuple[list[int], set[str], int]


def run(servers: Servers, share: float) -> Result:
    """Every form is sent once, however often it is posted; Back and F5 show the same receipt."""
    chance = random.Random(12)  # noqa: S311 - no secret
    sink = servers.start_sink()
    servers.start_worker()
    people = ready_to_send(max(4, int(FORMS * share)))
    posts = [chance.randint(2, MOST_POSTS) for _ in people]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        shown = list(pool.map(lambda job: _send(servers, *job), zip(people, posts, strict=True)))
    wait_for(lambda: sink.taken.total() >= len(people), seconds=120)
    return _judged([office for office, _link in people], posts, shown, sink.taken.total())


def _send(servers: Servers, person: tuple[Office, int], posts: int) -> Shown:
    """All posts at once, Back and F5, and at last the same key with other answers in the form."""
    office, link = person
    windows = [trusted(servers, link) for _ in range(posts)]
    path = f"{office.path}sprawdz/"
    forms = [main_form_of(window.get(path)) for window in windows]
    together = Barrier(posts)

    def post(place: int) -> Answer:
        together.wait(30)
        return windows[place].post(path, forms[place])

    with ThreadPoolExecutor(posts) as pool:
        answers = list(pool.map(post, range(posts)))
    again = windows[0].post(path, forms[0])  # Back, and sent once more
    receipts = [windows[0].follow(answer) for answer in [*answers, again]]
    receipts.append(windows[0].get(f"{office.path}wyslano/"))  # F5
    other = [(name, "0" * 12 if name == "seen" else value) for name, value in forms[0]]
    otherwise = windows[0].post(path, other).status  # the same key, other answers
    numbers = {found[0] for page in receipts for found in [NUMBER.search(page.text)] if found}
    for window in windows:
        window.close()
    return [answer.status for answer in [*answers, again, *receipts]], numbers, otherwise


def main_form_of(page: Answer) -> list[tuple[str, str]]:
    """What the browser would send from this page."""
    forms = [form for form in page.read().forms if form.method == "post"]
    sending = next((form for form in forms if not form.controls), None) or main_form(forms)
    return filled(sending, {})


def _judged(people: list[Office], posts: list[int], shown: list[Shown], mails: int) -> Result:
    from applications.models import HostSurvey, SurveyVersion
    from mailing.models import Letter

    surveys = HostSurvey.objects.filter(gmina__teryt__in=[each.teryt for each in people])
    versions = SurveyVersion.objects.filter(survey__in=surveys).count()
    letters = Letter.objects.filter(letter="applications/survey_receipt").count()
    statuses = [status for all_of_one, *_rest in shown for status in all_of_one]
    same = sum(1 for _statuses, numbers, _otherwise in shown if len(numbers) == 1)
    refused = sum(otherwise == 409 for *_rest, otherwise in shown)
    count = len(people)
    return Result(
        "FT-12",
        {
            "forms": count,
            "posts": sum(posts) + count,
            "rows": surveys.exclude(submitted_at=None).count(),
            "versions": versions,
            "letters": letters,
            "mails": mails,
            "http500": sum(status >= 500 for status in statuses),
            "same_receipt": same,
            "other_payload_409": refused,
        },
        {
            "one row each": surveys.exclude(submitted_at=None).count() == versions == count,
            "one letter each": letters == mails == count,
            "the same receipt": same == count,
            "other answers with the same key are refused": refused == count,
            "no error": all(status < 400 for status in statuses),
        },
    )
