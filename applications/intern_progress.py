"""What the candidate's pages say about the state of the application; ready for templates."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from applications import intern_answers, intern_facts
from applications.enums import ApplicationStatus
from applications.forms.intern_base import InternPageForm
from applications.forms.intern_pages import BY_SLUG, pages_for
from applications.models import InternApplication
from applications.services import interns as services
from core import formats
from core.enums import FileState
from programme.models import Edition

Status = ApplicationStatus
NEXT = {
    Status.DRAFT: gettext_lazy("The application is not sent yet. It is your turn."),
    Status.SUBMITTED: gettext_lazy(
        "We have asked the head of your body to confirm the candidacy. It is the head's turn."
    ),
    Status.HEAD_CONFIRMED: gettext_lazy(
        "The head has confirmed the candidacy. The coordinators check the application now."
    ),
    Status.RETURNED: gettext_lazy("Some answers have to be corrected. It is your turn."),
    Status.FORMALLY_CORRECT: gettext_lazy("Independent evaluators read the application now."),
    Status.EVALUATED: gettext_lazy(
        "The evaluation is over. The coordinators will invite you to an interview."
    ),
    Status.INTERVIEWED: gettext_lazy("The selection is under way. We shall write to you."),
    Status.SELECTED: gettext_lazy("You have been selected. The preparation begins soon."),
    Status.RESERVE: gettext_lazy(
        "You stand on the reserve list. We shall write if a place becomes free."
    ),
    Status.REJECTED: gettext_lazy("The application was not accepted."),
    Status.PREPARING: gettext_lazy("You prepare for the journey. It is your turn."),
    Status.READY: gettext_lazy("Everything is ready. We are looking for a host municipality."),
    Status.CANNOT_TRAVEL: gettext_lazy("You have told us that you cannot travel."),
    Status.WITHDRAWN: gettext_lazy("The application was withdrawn."),
}
# Decisions that a person still has to release: until the letter has gone, the page tells nothing.
KINDS = {
    Status.DRAFT: "waiting",
    Status.RETURNED: "waiting",
    Status.REJECTED: "bad",
    Status.CANNOT_TRAVEL: "bad",
    Status.WITHDRAWN: "neutral",
    Status.SELECTED: "good",
    Status.READY: "good",
    Status.PREPARING: "waiting",
}
FILE_KINDS = {FileState.CLEAN: "good", FileState.INFECTED: "bad", FileState.ERROR: "bad"}


def _kyiv(moment: datetime) -> str:
    return formats.moment(moment, get_language() or "uk", formats.KYIV)


def window_words(edition: Edition | None) -> dict[str, str]:
    """When applications open and close, Kyiv time."""
    if edition is None:
        return {"opens": "", "closes": ""}
    return {
        "opens": _kyiv(edition.applications_open_at),
        "closes": _kyiv(formats.last_minute(edition.applications_close_at)),
    }


def draft_words(application: InternApplication) -> dict[str, object]:
    """The line on every page of a draft: not sent, and until when it can be (A2)."""
    last = (
        application.correct_by_at
        if application.status == Status.RETURNED and application.correct_by_at
        else formats.last_minute(application.edition.applications_close_at)
    )
    return {
        "deadline": _kyiv(last),
        "is_returned": application.status == Status.RETURNED,
        "saved": _kyiv(application.saved_at) if application.saved_at else "",
    }


def saved_words(moment: datetime, *, wrong: Sequence[str] = ()) -> str:
    """What the script shows after saving; `wrong`: labels of what is kept as typed until mended."""
    saved = _("Saved: %(moment)s") % {"moment": _kyiv(moment)}
    if not wrong:
        return saved
    mend = _("To be corrected before you send it: %(fields)s.") % {"fields": ", ".join(wrong)}
    return f"{saved}. {mend}"


def overview(application: InternApplication, token: str, *, now: datetime) -> dict[str, object]:
    """Everything the start page behind the link shows."""
    is_open = services.may_change(application, now=now)
    is_draft = application.status in (Status.DRAFT, Status.RETURNED)
    unfinished = intern_answers.unfinished_pages(application) if is_draft else []
    first = next((slug for slug in unfinished if slug in _open_slugs(application)), "")
    status = shown_status(application)
    return {
        "application": application,
        "token": token,
        "is_open": is_open,
        "is_draft": is_draft,
        "status_label": Status(status).label,
        "status_kind": KINDS.get(status, "info"),
        "next_words": NEXT[status],
        "submitted": _kyiv(application.submitted_at) if application.submitted_at else "",
        "pages": _page_rows(application, unfinished, token) if is_draft else [],
        "first_url": _page_url(first, token) if first else "",
        "is_complete": not unfinished,
        "is_stopped": bool(intern_facts.stopping_reasons(application)),
        "may_withdraw": Status.WITHDRAWN in InternApplication.STEPS[application.status],
        "is_preparing": application.status == Status.PREPARING,
        **draft_words(application),
    }


def shown_status(application: InternApplication) -> str:
    """The status as the candidate may know it: a decision shows when its letter has gone out."""
    decided = {
        Status.REJECTED: Status.SUBMITTED
        if application.merit_points is None
        else Status.INTERVIEWED,
        Status.SELECTED: Status.INTERVIEWED,
        Status.RESERVE: Status.INTERVIEWED,
    }
    hidden = decided.get(application.status)
    if hidden is None or _letter_has_gone(application):
        return application.status
    if hidden == Status.SUBMITTED and application.head_answer == "confirmed":
        return Status.HEAD_CONFIRMED
    return hidden


def _letter_has_gone(application: InternApplication) -> bool:
    from mailing.models import Letter  # the outbox of the room below

    about = Letter.objects.filter(
        key__startswith=f"application.{application.pk}.",
        letter__in=(
            "applications/intern_rejected",
            "applications/intern_selected",
            "applications/intern_reserve",
            "applications/intern_not_selected",
            "applications/intern_moved_up",
        ),
    )
    newest = about.order_by("-pk").first()
    return newest is None or newest.status not in (Letter.Status.DRAFT, Letter.Status.CANCELLED)


def _open_slugs(application: InternApplication) -> list[str]:
    if application.status != Status.RETURNED:
        return [page.slug for page in pages_for(application)]
    keys = set(application.fields_to_correct)
    return [page.slug for page in pages_for(application) if keys & set(page.base_fields)]


def _page_url(slug: str, token: str) -> str:
    return reverse("applications:intern_page", args=[token, slug])


def _page_rows(
    application: InternApplication, unfinished: list[str], token: str
) -> list[dict[str, object]]:
    to_correct = _open_slugs(application) if application.status == Status.RETURNED else []
    rows = []
    for page in pages_for(application):
        is_left = page.slug in unfinished
        needs_correction = page.slug in to_correct
        if needs_correction:
            label, kind = _("To correct"), "late"
        elif is_left:
            label, kind = _("To do"), "waiting"
        elif page.is_left_empty(application):
            label, kind = _("May stay empty"), "neutral"
        else:
            label, kind = _("Answered"), "good"
        rows.append(
            {
                "title": page.title,
                "url": _page_url(page.slug, token),
                "label": label,
                "kind": kind,
                "is_locked": bool(to_correct) and not needs_correction,
            }
        )
    return rows


def rows_to_check(application: InternApplication, token: str) -> list[dict[str, object]]:
    """Every answer with its change link that returns to the check page."""
    open_slugs = set(_open_slugs(application))
    return [
        {
            "title": topic.title,
            "rows": [
                {
                    "label": line.label,
                    "value": line.value,
                    "is_missing": line.is_missing,
                    "url": f"{_page_url(topic.slug, token)}?back=check"
                    if topic.slug in open_slugs
                    else "",
                }
                for line in topic.lines
            ],
        }
        for topic in intern_answers.topics(application)
    ]


def rows_to_read(application: InternApplication) -> list[dict[str, object]]:
    """Every answer, to read; the restricted ones masked."""
    return [
        {
            "title": topic.title,
            "rows": [{"label": line.label, "value": line.value} for line in topic.lines],
        }
        for topic in intern_answers.topics(application, show_restricted=False)
    ]


def page_errors(slugs: list[str], token: str) -> list[dict[str, str]]:
    """For the error summary: which pages still need answers."""
    return [
        {
            "text": _("Complete this page: %(title)s") % {"title": BY_SLUG[slug].title},
            "href": f"{_page_url(slug, token)}?back=check",
        }
        for slug in slugs
    ]


def full_hromada_words(application: InternApplication) -> str:
    """Why this application cannot be sent when the hromada has its candidates."""
    return _(
        "Your hromada has already sent as many candidates as this edition allows. Please talk to "
        "the head of your body: when the other candidate withdraws, you can send yours."
    )


def files_now(form: InternPageForm) -> list[dict[str, object]]:
    """The file fields of a page, each with the file that is there already."""
    language = get_language() or "uk"
    rows = []
    for kind in form.file_kinds:
        stored = form.current.get(kind)
        rows.append(
            {
                "field": form[kind],
                "remove_name": f"remove_{kind}",
                "current": {
                    "name": stored.name,
                    "size": _size(stored.size, language),
                    "state_label": stored.get_status_display(),
                    "state_kind": FILE_KINDS.get(stored.status, "info"),
                }
                if stored
                else None,
            }
        )
    return rows


def _size(size: int, language: str) -> str:
    return _("%(size)s kB") % {"size": formats.number(max(size // 1024, 1), language)}
