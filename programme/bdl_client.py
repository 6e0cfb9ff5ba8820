"""Asking the web service of Statistics Poland, politely and with bounds.

No redirect is followed (A104), nothing is read beyond a number of bytes and seconds, a server that
stumbles is asked again a few times, and "too many requests" is handed up with the time to wait.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util.retry import Retry

from programme.registers import RegisterRefused

STUMBLES = (500, 502, 503, 504)
RETRIES = 3
LONGEST_WAIT = 7 * 24 * 3600
CHUNK = 64 * 1024


class SlowDown(Exception):
    """The service wants to be left alone for `seconds`."""

    def __init__(self, seconds: int):
        self.seconds = seconds
        super().__init__(f"again in {seconds} s")


class ServiceAway(Exception):
    """The service cannot be reached or does not work now; the sentence says which."""


class BdlClient:
    """A session with the service; `pause` seconds pass between two requests."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep):
        self.base = settings.BDL_URL.rstrip("/")
        self.pause = 1 / settings.BDL_REQUESTS_PER_SECOND
        self.sleep = sleep
        self.asked_at: float | None = None
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"
        self.session.headers["User-Agent"] = "WIN4UA register"
        if settings.BDL_CLIENT_ID:
            self.session.headers["X-ClientId"] = settings.BDL_CLIENT_ID
        retry = Retry(
            total=RETRIES,
            read=2,
            redirect=0,
            status_forcelist=STUMBLES,
            allowed_methods={"GET"},
            backoff_factor=settings.BDL_BACKOFF_SECONDS,
            respect_retry_after_header=False,  # it may ask for a quarter of an hour: not in here
            raise_on_status=False,
            raise_on_redirect=False,
        )
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=retry))

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of one address below the base. Raises `SlowDown`, `ServiceAway`, `Refused`."""
        self._keep_distance()
        try:
            with self.session.get(
                f"{self.base}/{path}",
                params={"format": "json", "lang": "pl"} | params,
                timeout=(settings.BDL_CONNECT_SECONDS, settings.BDL_READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                self._need_good(answer)
                return _parsed(self._body(answer))
        except (requests.RequestException, HTTPError) as error:
            raise ServiceAway(_why(error)) from error

    def _keep_distance(self) -> None:
        if self.asked_at is not None:
            rest = self.asked_at + self.pause - time.monotonic()
            if rest > 0:
                self.sleep(rest)
        self.asked_at = time.monotonic()

    def _need_good(self, answer: requests.Response) -> None:
        waits = _seconds(answer.headers.get("Retry-After"))
        if answer.status_code == 429:
            raise SlowDown(waits or settings.BDL_WAIT_SECONDS)
        if answer.status_code == 503 and waits:
            raise SlowDown(waits)
        if answer.status_code >= 500:
            raise ServiceAway(_("The service of Statistics Poland does not work at the moment."))
        if 300 <= answer.status_code < 400:
            raise RegisterRefused(
                None,
                _(
                    "The service of Statistics Poland sends us to another address. We do not "
                    "follow; the address stands in the settings."
                ),
            )
        if answer.status_code in (401, 403):
            raise RegisterRefused(
                None,
                _("The service of Statistics Poland does not know our client number."),
            )
        if answer.status_code != 200:
            raise RegisterRefused(
                None,
                _("The service of Statistics Poland refused the question (%(code)d).")
                % {"code": answer.status_code},
            )

    def _body(self, answer: requests.Response) -> bytes:
        """All bytes, within the bound and within the time: a drop now and then is no answer."""
        deadline = time.monotonic() + settings.BDL_WHOLE_SECONDS
        body = bytearray()
        while chunk := answer.raw.read1(CHUNK, decode_content=True):
            body += chunk
            if len(body) > settings.BDL_BYTES_MOST:
                raise RegisterRefused(
                    None, _("The answer of the service of Statistics Poland is too large.")
                )
            if time.monotonic() > deadline:
                raise requests.Timeout
        return bytes(body)


def _why(error: Exception) -> str:
    """A sentence for a connection that came to nothing."""
    reasons = [error, getattr(error.args[0] if error.args else None, "reason", None)]
    if any(
        isinstance(each, requests.Timeout | TimeoutError | ReadTimeoutError) for each in reasons
    ):
        return _("The service of Statistics Poland does not answer in time.")
    if isinstance(error, HTTPError):  # only the body is read without requests around it
        return _("An answer of the service of Statistics Poland was cut off on the way.")
    return _(
        "The service of Statistics Poland cannot be reached. Is this machine connected to the "
        "internet?"
    )


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise ServiceAway(
            _("An answer of the service of Statistics Poland was cut off on the way.")
        ) from error


def _seconds(text: str | None) -> int:
    """Whole seconds of a Retry-After header; 0 when it gives none that we understand."""
    if text is None or not text.strip().isdecimal():
        return 0
    return min(max(1, int(text)), LONGEST_WAIT)
