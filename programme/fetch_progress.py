"""How far a fetch of the register has come, in words."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core import formats
from programme.models import RegisterFetch
from programme.models.fetches import FetchPart, FetchStatus
from programme.services.register_fetches import PAGED, pages_of

SILENT = timedelta(minutes=3)


def progress_of(fetch: RegisterFetch, *, now: datetime, language: str) -> dict[str, Any]:
    """What is shown of a fetch: {sentence, kind, parts: [{label, text, kind}]}."""
    kind, sentence = _sentence(fetch, now, language)
    return {"kind": kind, "sentence": sentence, "parts": _parts(fetch)}


def _sentence(fetch: RegisterFetch, now: datetime, language: str) -> tuple[str, str]:
    if fetch.status == FetchStatus.FETCHED:
        return "success", _("Everything has been fetched. Nothing is changed before you apply it.")
    if fetch.status == FetchStatus.DROPPED:
        return "info", _("This fetch was thrown away.")
    if fetch.status == FetchStatus.FAILED:
        return "error", " ".join(
            [
                fetch.problem,
                _("Nothing was changed. What has come is kept; the fetch can go on."),
            ]
        )
    if fetch.not_before and fetch.not_before > now:
        moment = formats.moment(fetch.not_before, language)
        why = fetch.problem or _("The service allows only so many questions in a time.")
        return "warning", _("%(why)s The fetch goes on by itself: %(moment)s.") % {
            "why": why,
            "moment": moment,
        }
    if (fetch.heard_at or fetch.started_at) < now - SILENT:
        return "warning", _(
            "Nothing has come for some minutes. The fetch goes on as soon as a worker is free."
        )
    return "info", _("The answers are coming in. You may leave this page; the work goes on.")


def _parts(fetch: RegisterFetch) -> list[dict[str, str]]:
    if fetch.status == FetchStatus.DROPPED:
        return []
    have: dict[str, int] = {}
    for part in fetch.pages.values_list("part", flat=True):
        have[part] = have.get(part, 0) + 1
    lines = []
    for part in (FetchPart.YEARS, *PAGED):
        pages, known = have.get(part, 0), part == FetchPart.YEARS or part in fetch.expected
        done = fetch.status == FetchStatus.FETCHED or (known and pages >= pages_of(fetch, part))
        if done:
            text, kind = _("fetched"), "good"
        elif pages:
            text = _("pages fetched: %(pages)d of %(all)d") % {
                "pages": pages,
                "all": pages_of(fetch, part),
            }
            kind = "waiting"
        else:
            text, kind = _("not yet"), "neutral"
        lines.append({"label": str(part.label), "text": text, "kind": kind})
    return lines
