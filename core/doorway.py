"""Keeps robots out of a public form without asking anything of people (A18).

Four things, from the kindest to the last: a field that people do not see, the time between opening
and sending, limits, and, only while a door is crowded, a small sum that the browser works out by
itself. A browser without scripts waits a minute instead, so the form works there too. Personal
links do not pass through here. Nothing is written by opening the page.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import limits
from core.forms import PageForm

HOUR = timedelta(hours=1)
LEAST_SECONDS = 2  # a person needs longer to type an address
PATIENT_SECONDS = 60  # what a browser without scripts waits at a crowded door
PAGE_LIFE = timedelta(hours=12)
USES_OF_A_PAGE = 3  # a double click, and going back once
PER_ADDRESS = 10
PER_PLACE = 20  # one IP address; a town hall has one for everybody
CROWD_OF_ONE_PLACE = 5
CROWD_OF_ALL = 100
PATIENT_IN_A_CROWD = 30
PROOF_BITS = 15  # some 33 000 hashes: below a second on a phone


@dataclass(frozen=True)
class Page:
    """What the form carries to say when it was opened; signed, so nobody dates it back."""

    opened_at: float
    nonce: str


@dataclass
class Passage:
    """One visit to a public door, named as its limits are: `door`, `door.ip`, `door.all`."""

    door: str
    place: str
    now: datetime

    def new_token(self) -> str:
        """The signed moment of opening, for the hidden field."""
        content = [self.now.timestamp(), secrets.token_urlsafe(9)]
        return signing.dumps(content, salt=self._salt)

    def read(self, token: str) -> Page | None:
        """What a token says; None when it is not ours, or older than a page lives."""
        try:
            opened_at, nonce = signing.loads(token, salt=self._salt)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        age = self.now.timestamp() - opened_at
        return Page(opened_at, nonce) if 0 <= age <= PAGE_LIFE.total_seconds() else None

    @cached_property
    def is_crowded(self) -> bool:
        """Whether this place, or everybody together, asks more often than people do."""
        here = limits.count(action=f"{self.door}.ip", key=self.place, per=HOUR, now=self.now)
        if here >= CROWD_OF_ONE_PLACE:
            return True
        everybody = limits.count(action=f"{self.door}.all", key="all", per=HOUR, now=self.now)
        return everybody >= CROWD_OF_ALL

    def judge(self, token: str, proof: str) -> Page:
        """The page behind a form that may go on. Raises `ValidationError` with what to do."""
        page = self.read(token)
        if page is None:
            raise ValidationError(
                _("This page had been open for too long. Please send it once more."), code="stale"
            )
        waited = self.now.timestamp() - page.opened_at
        if waited < LEAST_SECONDS:
            raise ValidationError(
                _("That was very quick. Please check what you typed and send it once more."),
                code="quick",
            )
        if self.is_crowded and not is_proof(page.nonce, proof) and waited < PATIENT_SECONDS:
            raise ValidationError(
                _(
                    "Very many people are writing at the moment. Please wait for one minute and "
                    "send it once more."
                ),
                code="crowded",
            )
        return page

    def count(self, *, address: str, page: Page, proof: str) -> None:
        """Count one request that is about to be granted. Raises `limits.TooMany`."""

        def hit(part: str, key: str, limit: int) -> None:
            limits.hit(action=f"{self.door}{part}", key=key, limit=limit, per=HOUR, now=self.now)

        if self.is_crowded and not is_proof(page.nonce, proof):
            hit(".patient", "all", PATIENT_IN_A_CROWD)
        limits.hit(
            action=f"{self.door}.page",
            key=page.nonce,
            limit=USES_OF_A_PAGE,
            per=PAGE_LIFE,
            now=self.now,
        )
        hit(".ip", self.place, PER_PLACE)
        hit("", address.lower(), PER_ADDRESS)
        limits.hit(action=f"{self.door}.all", key="all", limit=10**6, per=HOUR, now=self.now)

    @property
    def _salt(self) -> str:
        return f"win4ua.doorway.{self.door}"


def is_proof(nonce: str, proof: str) -> bool:
    """Whether SHA-256 of "nonce:proof" begins with `PROOF_BITS` zero bits."""
    digest = sha256(f"{nonce}:{proof}".encode()).digest()
    return bool(proof) and int.from_bytes(digest) >> (256 - PROOF_BITS) == 0


class DoorwayForm(PageForm):
    """Base of the form at a public door; the template includes `core/doorway.html`."""

    nickname = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    proof = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    is_search = False  # a form that also searches says when it does; nothing is granted then

    def __init__(self, *args, passage: Passage, **options) -> None:
        """`passage` is the visit for which the form is shown or sent."""
        self.passage = passage
        self.page: Page | None = None
        super().__init__(*args, **options)

    @property
    def is_robot(self) -> bool:
        """Somebody filled in a field that people do not see."""
        return bool(self.cleaned_data.get("nickname"))

    @cached_property
    def token(self) -> str:
        """For the hidden field: the one that came, while it can still be sent, else a new one."""
        sent = str(self.data.get("opened", "")) if self.is_bound else ""
        return sent if self.passage.read(sent) else self.passage.new_token()

    @property
    def nonce(self) -> str:
        """What the browser works on when the door is crowded."""
        page = self.passage.read(self.token)
        return page.nonce if page else ""

    @property
    def proof_bits(self) -> int:
        """How hard the sum is; 0 when none is asked for."""
        return PROOF_BITS if self.passage.is_crowded else 0

    def full_clean(self) -> None:
        """Judge the visit once everything that was typed is right."""
        super().full_clean()
        if not self.is_bound or self.errors or self.is_robot or self.is_search:
            return
        try:
            self.page = self.passage.judge(self.cleaned_data["opened"], self.cleaned_data["proof"])
        except ValidationError as error:
            self.add_error(None, error)

    def count(self, address: str) -> None:
        """Count the request of a valid form that is no robot's. Raises `limits.TooMany`."""
        if self.page is not None:
            self.passage.count(address=address, page=self.page, proof=self.cleaned_data["proof"])
