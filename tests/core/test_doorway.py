"""A18: hidden field, fill time, limits and, last, a sum for the browser; each at N and N + 1."""

from datetime import timedelta
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from core import doorway
from core.doorway import DoorwayForm, Passage, is_proof
from core.limits import TooMany
from core.models import RateCount

pytestmark = pytest.mark.django_db


def passage(now, *, place="192.0.2.1", after=0.0) -> Passage:
    return Passage("door", place=place, now=now + timedelta(seconds=after))


def solved(nonce: str) -> str:
    return next(str(number) for number in count() if is_proof(nonce, str(number)))


def verdict(visit: Passage, token: str, proof: str = "") -> str:
    try:
        visit.judge(token, proof)
    except ValidationError as error:
        return error.code
    return "ok"


def ask(now, *, place="192.0.2.1", address="a@b.pl", after=120.0, proof: bool = False) -> None:
    """One granted request from a page opened at `now`."""
    token = passage(now, place=place).new_token()
    visit = passage(now, place=place, after=after)
    page = visit.read(token)
    visit.count(address=address, page=page, proof=solved(page.nonce) if proof else "")


def fill(action: str, key: str, number: int, now) -> None:
    doorway.limits.hit(action=action, key=key, limit=10**6, per=doorway.HOUR, now=now)
    RateCount.objects.filter(action=action).update(count=number)


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, "quick"), (1.9, "quick"), (2, "ok"), (43_200, "ok"), (43_201, "stale")],
)
def test_time_between_opening_and_sending(now, after, expected):
    """Faster than a person types is a robot; older than half a day is a page left open."""
    token = passage(now).new_token()

    assert verdict(passage(now, after=after), token) == expected


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: "",
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace(":", "", 1),
        lambda token: "x" * 200,
        lambda token: Passage("another", place="", now=_NOW[0]).new_token(),
    ],
)
def test_moment_of_opening_cannot_be_made_up(now, forge):
    _NOW[:] = [now]
    token = passage(now).new_token()

    assert verdict(passage(now, after=30), forge(token)) == "stale"


_NOW: list = []


def test_page_opened_in_the_future_is_not_ours(now):
    assert verdict(passage(now), passage(now, after=60).new_token()) == "stale"


@pytest.mark.parametrize(("asked", "is_crowded"), [(4, False), (5, True)])
def test_one_place_is_a_crowd_from_its_sixth_request(now, asked, is_crowded):
    for _turn in range(asked):
        ask(now)

    assert passage(now, after=300).is_crowded is is_crowded
    assert passage(now, place="192.0.2.2", after=300).is_crowded is False
    assert passage(now, after=4000).is_crowded is False  # an hour later nobody stands there


@pytest.mark.parametrize(("asked", "is_crowded"), [(99, False), (100, True)])
def test_everybody_together_is_a_crowd_from_the_hundred_and_first(now, asked, is_crowded):
    fill("door.all", "all", asked, now)

    assert passage(now, place="192.0.2.9").is_crowded is is_crowded


def test_crowd_asks_for_the_sum_or_for_a_minute(now):
    """Proof of work comes last and has no puzzle; without scripts a minute of patience does."""
    fill("door.all", "all", 100, now)
    token = passage(now).new_token()
    nonce = passage(now).read(token).nonce

    assert verdict(passage(now, after=59), token) == "crowded"
    assert verdict(passage(now, after=59), token, "1") == "crowded"
    assert verdict(passage(now, after=59), token, solved(nonce)) == "ok"
    assert verdict(passage(now, after=60), token) == "ok"
    assert verdict(passage(now, after=1), token, solved(nonce)) == "quick"


def test_sum_of_one_page_does_not_fit_another(now):
    fill("door.all", "all", 100, now)
    mine, other = passage(now).new_token(), passage(now).new_token()
    proof = solved(passage(now).read(mine).nonce)

    assert verdict(passage(now, after=30), other, proof) == "crowded"


def test_quiet_door_asks_for_no_sum(now):
    token = passage(now).new_token()
    form = DoorwayForm(passage=passage(now))

    assert verdict(passage(now, after=30), token) == "ok"
    assert form.proof_bits == 0


@pytest.mark.parametrize(
    ("action", "key", "most", "other"),
    [
        ("door.ip", "192.0.2.1", doorway.PER_PLACE, {"place": "192.0.2.7"}),
        ("door", "a@b.pl", doorway.PER_ADDRESS, {"address": "c@d.pl"}),
    ],
)
def test_limits_let_n_through_and_stop_the_next(now, action, key, most, other):
    fill(action, key, most - 1, now)

    ask(now, proof=True)
    with pytest.raises(TooMany):
        ask(now, proof=True)
    ask(now, proof=True, **other)


def test_crowd_without_scripts_is_let_in_slowly(now):
    fill("door.all", "all", 100, now)
    fill("door.patient", "all", doorway.PATIENT_IN_A_CROWD - 1, now)

    ask(now, place="192.0.2.3", address="a@a.pl")
    with pytest.raises(TooMany):
        ask(now, place="192.0.2.4", address="b@b.pl")
    ask(now, place="192.0.2.5", address="c@c.pl", proof=True)


def test_page_serves_three_times_and_not_a_fourth(now):
    token = passage(now).new_token()
    visit = passage(now, after=30)
    page = visit.read(token)

    for _turn in range(doorway.USES_OF_A_PAGE):
        visit.count(address="a@b.pl", page=page, proof="")
    with pytest.raises(TooMany):
        visit.count(address="a@b.pl", page=page, proof="")


def test_opening_and_judging_write_nothing(now, no_writes):
    with no_writes():
        form = DoorwayForm(passage=passage(now))
        shown = (form.token, form.nonce, form.proof_bits)
        sent = DoorwayForm(QueryDict(f"opened={shown[0]}"), passage=passage(now, after=30))
        is_valid = sent.is_valid()

    assert (is_valid, len(shown[1]) >= 12) == (True, True)


def test_trap_is_a_robot_whatever_else_is_right(now):
    """The robot learns nothing: the form is valid, and the view pretends."""
    token = passage(now).new_token()
    data = QueryDict(mutable=True)
    data.update({"opened": token, "nickname": "x"})

    form = DoorwayForm(data, passage=passage(now, after=30))

    assert (form.is_valid(), form.is_robot, form.page) == (True, True, None)


def test_form_that_is_shown_again_keeps_its_moment_of_opening(now):
    """Whoever was too quick need not wait anew, and whoever was too late gets a fresh page."""
    token = passage(now).new_token()

    quick = DoorwayForm(QueryDict(f"opened={token}"), passage=passage(now, after=1))
    late = DoorwayForm(QueryDict(f"opened={token}"), passage=passage(now, after=50_000))

    assert (quick.is_valid(), quick.token) == (False, token)
    assert (late.is_valid(), late.token == token, len(late.token) > 20) == (False, False, True)
