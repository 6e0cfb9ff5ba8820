"""What each public page of the programme site shows; a preview shows it with a draft in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from core.formats import NBSP, day, day_in_warsaw, number
from programme.content_selectors import published_statement
from programme.enums import EditionFileKind, EditionTextKey
from programme.models import (
    AccessibilityStatement,
    ContentVersion,
    Edition,
    EditionFile,
    EditionText,
    FrequentQuestion,
    PublicContent,
)
from programme.public_pages import door, foot, help_email, timeline
from programme.selectors import edition_files, public_questions
from programme.text_proposals import PRIVACY_KEYS

DOCUMENT_KEYS = (EditionTextKey.REGULATIONS.value, EditionTextKey.AGREEMENT.value)
DAY = 24 * 60 * 60
ENTRANCE = re.compile(r"^[a-z]{2,10}$")


@dataclass(frozen=True)
class Document:
    """A file as the public sees it: where it is, what it is, how large."""

    title: str
    url: str
    about: str
    language: str
    is_of_this_page: bool


@dataclass
class Moment:
    """For whom a page is made: the edition, the time, and a draft that is only looked at."""

    edition: Edition | None
    now: datetime
    draft: PublicContent | None = None

    @cached_property
    def files(self) -> list[EditionFile]:
        """Documents and signs of the edition."""
        return edition_files(self.edition) if self.edition else []


def texts_of(at: Moment) -> dict[str, str]:
    """Texts that staff have published, by key, in the language of the page; gaps are empty."""
    texts = dict.fromkeys(EditionTextKey.values, "")
    if at.edition is not None:
        texts |= {text.key: text.text for text in at.edition.texts.all()}
    if isinstance(at.draft, EditionText):
        texts[at.draft.key] = at.draft.text
    return texts


def home(at: Moment, *, entrance: str = "") -> dict[str, object]:
    """What the programme is, what it asks and by when, who does what, who pays."""
    edition, context = at.edition, _frame(at, "home")
    if edition is None:
        return context
    survey = door(edition.survey_opens_at, edition.survey_closes_at, at.now, edition.host_zone)
    application = door(
        edition.applications_open_at, edition.applications_close_at, at.now, edition.intern_zone
    )
    return context | {
        "texts": texts_of(at),
        "themes": edition.themes.order_by("position", "pk"),
        "timeline": timeline(edition, today=day_in_warsaw(at.now)),
        "survey": survey,
        "application": application,
        "has_questions": bool(_questions(at)),
        "documents": documents(at.files),
        "entrance": f"?z={entrance}" if ENTRANCE.match(entrance) else "",
    }


def questions(at: Moment) -> dict[str, object]:
    """Questions and answers, in the order that staff gave them."""
    return _frame(at, "questions") | {"questions": _questions(at)}


def _questions(at: Moment) -> list[FrequentQuestion]:
    found = list(public_questions(at.edition)) if at.edition else []
    draft = at.draft
    if isinstance(draft, FrequentQuestion):
        found = [each for each in found if each.pk != draft.pk]
        found = sorted([*found, draft], key=lambda each: (each.position, each.pk))
    return [each for each in found if each.question and each.answer]


def documents_page(at: Moment) -> dict[str, object]:
    """Files of the edition by kind, and the texts that belong to them."""
    files = documents(at.files)
    texts = texts_of(at)
    return _frame(at, "documents") | {
        "texts": texts,
        "documents": files,
        "is_empty": not any(files.values()) and not any(texts[key] for key in DOCUMENT_KEYS),
    }


def documents(files: list[EditionFile]) -> dict[str, list[Document]]:
    """Public documents by kind; those in the language of the page come first."""
    found: dict[str, list[Document]] = {"regulations": [], "attachment": []}
    for file in files:
        if file.kind != EditionFileKind.LOGO and file.is_visible and file.current is not None:
            found[file.kind].append(_document(file))
    for rows in found.values():
        rows.sort(key=lambda row: not row.is_of_this_page)
    return found


def _document(file: EditionFile) -> Document:
    here = (get_language() or "pl")[:2]
    stored = file.current.stored
    kind = stored.name.rsplit(".", 1)[-1].upper()
    parts = [kind, _size(stored.size, here)]
    if file.language:
        parts.append(str(get_language_info(file.language)["name_translated"]))
    return Document(
        title=file.title,
        url=reverse("programme:file", args=[file.pk]),
        about=", ".join(parts),
        language=file.language,
        is_of_this_page=file.language in ("", here),
    )


def _size(size: int, language: str) -> str:
    kilobytes = max(1, round(size / 1024))
    if kilobytes < 1000:
        return f"{kilobytes}{NBSP}KB"
    return f"{number(Decimal(kilobytes) / 1024, language, places=1)}{NBSP}MB"


def privacy(at: Moment) -> dict[str, object]:
    """What is kept about people, why, for how long, and what they may ask for."""
    return _frame(at, "privacy") | {
        "texts": texts_of(at),
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "session_days": settings.SESSION_COOKIE_AGE // DAY,
        "csrf_days": settings.CSRF_COOKIE_AGE // DAY,
        "contact_email": help_email(at.edition),
        "changed_on": _privacy_changed(at.edition),
    }


def _privacy_changed(edition: Edition | None) -> str:
    if edition is None:
        return ""
    keys = edition.texts.filter(key__in=PRIVACY_KEYS)
    last = ContentVersion.objects.filter(
        target_type__app_label="programme", target_type__model="editiontext", target_id__in=keys
    ).aggregate(last=Max("published_at"))["last"]
    return day(day_in_warsaw(last), (get_language() or "pl")[:2]) if last else ""


def accessibility(at: Moment) -> dict[str, object]:
    """The accessibility statement with the elements that the law names."""
    draft = at.draft if isinstance(at.draft, AccessibilityStatement) else None
    statement = published_statement() if draft is None else draft
    days = ("site_published_on", "site_updated_on", "made_on", "reviewed_on")
    return _frame(at, "accessibility") | {
        "statement": statement,
        "days": {name: getattr(statement, name, None) for name in days},
        "site_url": settings.SITE_URL,
        "contact_email": help_email(at.edition),
    }


@dataclass(frozen=True)
class SitePage:
    """A page of the site: its template, what fills it, and its name in the menu."""

    template: str
    context: Callable[..., dict[str, object]]


PAGES = {
    "home": SitePage("programme/home.html", home),
    "questions": SitePage("programme/questions.html", questions),
    "documents": SitePage("programme/documents.html", documents_page),
    "privacy": SitePage("programme/privacy.html", privacy),
    "accessibility": SitePage("programme/accessibility.html", accessibility),
}


def page_of(record: PublicContent) -> str:
    """On which page a text stands."""
    if isinstance(record, FrequentQuestion):
        return "questions"
    if isinstance(record, AccessibilityStatement):
        return "accessibility"
    if isinstance(record, EditionText) and record.key in PRIVACY_KEYS:
        return "privacy"
    if isinstance(record, EditionText) and record.key in DOCUMENT_KEYS:
        return "documents"
    return "home"


def _frame(at: Moment, current: str) -> dict[str, object]:
    title, description = _words(current)
    names = (
        ("home", _("The programme")),
        ("questions", _("Questions and answers")),
        ("documents", _("Documents")),
    )
    return {
        "edition": at.edition,
        "is_preview": at.draft is not None,
        "page_title": title,
        "page_description": description,
        "site_nav": [
            {"label": label, "url": reverse(f"programme:{name}"), "is_current": name == current}
            for name, label in names
        ],
        **foot(at.edition, at.files),
    }


def _words(page: str) -> tuple[str, str]:
    """Title and description of a page, for its head and for search engines."""
    return {
        "home": (
            _("Internship programme “Good governance”"),
            _(
                "Officials of Ukrainian hromadas learn from Polish municipalities: what the "
                "programme is, what it asks of an office, and by when."
            ),
        ),
        "questions": (
            _("Questions and answers"),
            _("What municipalities, mentors and candidates ask about the internships."),
        ),
        "documents": (
            _("Documents"),
            _("Regulations and attachments of the internship programme, to download."),
        ),
        "privacy": (
            _("Privacy"),
            _("What the programme keeps about people, why, for how long, and your rights."),
        ),
        "accessibility": (
            _("Accessibility statement"),
            _("How accessible this website is, and whom to tell about problems."),
        ),
    }[page]
