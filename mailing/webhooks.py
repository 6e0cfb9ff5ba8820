"""The doors at which mail providers tell what happened to our letters (SEC-W).

Anymail knows their dialects, their signatures and compares secrets in constant time; here stand the
size, the rate, and the rule that a door without a secret stays shut. Inbound doors are not opened.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

import anymail.urls
from anymail.exceptions import AnymailError
from anymail.signals import AnymailTrackingEvent
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from core import limits
from core.client_ip import client_ip
from mailing.enums import EventKind
from mailing.services import events

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024
MINUTE = timedelta(minutes=1)
MOST_A_MINUTE = 600
DEEPEST = 20
# What a body that is no event of this provider leads to inside Anymail.
UNREADABLE = (AnymailError, ValueError, LookupError, TypeError, AttributeError, AssertionError)


def note(sender: type, event: AnymailTrackingEvent, esp_name: str, **_: object) -> None:
    """Anymail's signal: one event was read and its sender is known."""
    events.receive([report_of(event, esp_name)], now=timezone.now())


def report_of(event: AnymailTrackingEvent, esp_name: str) -> events.Report:
    """An event of Anymail in our words; text that a database cannot hold is mended."""
    raw = _plain(event.esp_event)
    return events.Report(
        provider=esp_name.lower().replace(" ", "_"),
        kind=event.event_type if event.event_type in EventKind.values else EventKind.OTHER,
        event_id=_text(event.event_id),
        recipient=_text(event.recipient),
        reason=_text(event.reject_reason),
        said=_text(event.mta_response or event.description),
        letter_number=_number((event.metadata or {}).get("letter")),
        provider_id=_text(event.message_id),
        occurred_at=event.timestamp,
        raw=raw if isinstance(raw, dict) else {"event": raw},
    )


def _text(value: object) -> str:
    words = "" if value is None else str(value)
    return words.replace("\x00", "").encode("utf-8", "replace").decode()


def _number(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _plain(value: Any, depth: int = 0) -> Any:
    """JSON that PostgreSQL takes: plain types, no NUL, no half characters, not too deep."""
    if depth > DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {_text(key): _plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each, depth + 1) for each in value]
    if value is None or isinstance(value, bool | int):
        return value
    return _text(value)


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A provider's door: shut without a secret, small bodies only, 600 calls a minute, no 500."""

    @wraps(view)  # Anymail has freed its views of login and CSRF: machines have neither
    def door(request: HttpRequest) -> HttpResponse:
        if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
            return HttpResponse(status=404)
        try:
            if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
                return HttpResponse(status=413)
            limits.hit(
                action="webhook",
                key=client_ip(request),
                limit=MOST_A_MINUTE,
                per=MINUTE,
                now=timezone.now(),
            )
            return view(request)
        except limits.TooMany as error:
            return HttpResponse(status=429, headers={"Retry-After": error.seconds})
        except RequestDataTooBig:
            return HttpResponse(status=413)
        except ImproperlyConfigured as error:
            log.error("mailing: a webhook is not set up: %s", type(error).__name__)
            return HttpResponse(status=503)
        except UNREADABLE as error:
            log.warning("mailing: an event could not be read: %s", type(error).__name__)
            return HttpResponse(status=400)

    door.asks_for_secret = True  # type: ignore[attr-defined]  # a mark for the tests of the house
    return door


urlpatterns = [
    path(
        pattern.pattern._route,
        guarded(pattern.callback),
        name=pattern.name,
    )
    for pattern in anymail.urls.urlpatterns
    if pattern.name and not pattern.name.endswith("_inbound_webhook")
]
