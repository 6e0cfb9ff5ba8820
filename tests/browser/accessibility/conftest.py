"""The visitor, and the world that the visitor walks through."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from core import doorway, limits, links
from tests.browser.accessibility.visitor import KEEP, LANGUAGES, Visitor, slug
from tests.conftest import sign_in
from tests.factories.programme import EditionFactory


class World:
    """Records that are made for the states, and who the browser is."""

    def __init__(self, page, url: str, now: datetime):
        self.page, self.url, self.now = page, url, now
        self.is_trusted = True
        self.is_crowded = self.is_too_many = False

    def edition(self, **changes: object):
        """An edition of this year in which everything is open."""
        day = timedelta(days=1)
        dates = {
            "survey_opens_at": self.now - 10 * day,
            "survey_closes_at": self.now + 10 * day,
            "applications_open_at": self.now - 5 * day,
            "applications_close_at": self.now + 20 * day,
        }
        return EditionFactory(year=self.now.year, **dates | changes)

    def token(self, purpose: str, target, email: str = "urzad@gmina.example", **more) -> str:
        """A fresh link to a record."""
        with transaction.atomic():
            return links.create(
                purpose=purpose,
                target=target,
                email=email,
                **{"expires_at": None, "now": self.now} | more,
            )

    def path(self, name: str, *args: object) -> str:
        """The Polish address of a page."""
        with translation.override("pl"):
            return reverse(name, args=args)

    def door(self, name: str, purpose: str, target, *more: object, **options: object) -> str:
        """The address of a page behind a fresh link."""
        return self.path(name, self.token(purpose, target, **options), *more)

    def be(self, user) -> None:
        """Let the browser be this person; None is nobody."""
        self.page.context.clear_cookies()
        if user is not None:
            cookies = sign_in(Client(), user).cookies.items()
            self.page.context.add_cookies(
                [{"name": name, "value": each.value, "url": self.url} for name, each in cookies]
            )


@pytest.fixture
def world(open_browser, live_server, monkeypatch, settings) -> World:
    """A world without limits of attempts, in which a browser is trusted unless it says otherwise.

    What a browser must show before it is trusted is proved elsewhere; here the pages are looked at.
    """
    made = World(open_browser(), live_server.url, timezone.now())
    monkeypatch.setattr(links, "is_trusted", lambda *_who, **_when: made.is_trusted)
    monkeypatch.setattr(doorway.Passage, "is_crowded", property(lambda _who: made.is_crowded))
    monkeypatch.setattr(doorway, "is_proof", lambda *_sum: not made.is_crowded)

    def hit(**_limit: object) -> None:
        if made.is_too_many:
            raise limits.TooMany(timedelta(minutes=12))

    monkeypatch.setattr(limits, "hit", hit)
    return made


@pytest.fixture
def visit(world, request) -> Callable[..., Visitor]:
    """A function: `visit("uk")` gives a visitor; without `make looks` in this one language only.

    The visitor's notes are kept for the score board.
    """
    visitors = []

    def made(language: str = "pl") -> Visitor:
        others = [each for each in LANGUAGES if each != language]
        visitor = Visitor(world.page, [language, *others] if KEEP else [language])
        visitors.append(visitor)
        return visitor

    yield made
    if KEEP:
        for visitor in visitors:
            noted = {"lines": visitor.lines, "faults": visitor.faults, "states": visitor.states}
            target = Path(KEEP, "notes", f"{slug(request.node.name)}.json")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(noted, ensure_ascii=False, indent=1), "utf-8")
