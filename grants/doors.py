"""How the pages behind a personal link open, and what they say when somebody was faster."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone

from core import links
from core.states import TransitionNotAllowed


def trusted(code_url: str) -> Callable:
    """The page behind the link opens after the e-mailed code only (SEC-M, M1)."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def opened(request, link, *args, **kwargs):
            if not links.is_trusted(request, link):
                return redirect(code_url, token_of(request))
            return view(request, link, *args, **kwargs)

        return opened

    return decorate


def token_of(request: HttpRequest) -> str:
    """The token in the address of this page."""
    return request.resolver_match.kwargs["token"]


def carried_out(request: HttpRequest, said: str, verb: Callable, record, **arguments) -> bool:
    """Call one verb of the person behind the link, and say what came of it."""
    try:
        verb(record, now=timezone.now(), **arguments)
    except TransitionNotAllowed as error:
        messages.error(request, error.message)
        return False
    messages.success(request, said)
    return True
