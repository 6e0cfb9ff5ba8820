"""What the pages of a small project show: its words, its budget, its documents, its partner."""

from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy

from core.formats import KYIV, day, moment, money
from grants import rules, selectors, services, wording
from grants.enums import ReportStatus, Source
from grants.forms import WORD_PAGES
from grants.models import BudgetLine, GrantReport, ProjectEvaluation, SmallProject
from programme.models import Theme

PAGES = ("idea", "plan", "partner", "budget")
PAGE_TITLES = {
    "idea": gettext_lazy("The idea"),
    "plan": gettext_lazy("The plan"),
    "partner": gettext_lazy("The Polish partner"),
    "budget": gettext_lazy("The budget"),
}


def overview(project: SmallProject, token: str) -> dict:
    """Everything on the first page of the application."""
    steps = [
        {
            "title": PAGE_TITLES[page],
            "url": page_url(page, token),
            "is_done": _is_done(project, page),
        }
        for page in PAGES
    ]
    deadline = project.correct_by_at or project.call.closes_at
    return {
        "project": project,
        "token": token,
        "steps": steps,
        "is_open": project.is_open_for_applicant,
        "has_agreement": hasattr(project, "agreement"),
        "is_complete": all(step["is_done"] for step in steps),
        "closes": moment(deadline, get_language(), KYIV),
        "facts": facts(project),
        "partner": partner_state(project),
        "topics": topics(project, token if project.is_open_for_applicant else ""),
        **budget(project),
    }


def page_url(page: str, token: str) -> str:
    """Where a part of the application is filled in."""
    if page == "budget":
        return reverse("grants:budget", args=[token])
    return reverse("grants:page", args=[token, page])


def _is_done(project: SmallProject, page: str) -> bool:
    if page == "budget":
        return project.lines.exists()
    return all(getattr(project, name) for name in WORD_PAGES[page].base_fields)


def topics(project: SmallProject, token: str = "") -> list[dict]:
    """The words of the application by page; with a token each answer can be changed."""
    return [
        {
            "heading": PAGE_TITLES[page],
            "rows": [
                _row(project, name, field.label, page_url(page, token) if token else "")
                for name, field in form.base_fields.items()
            ],
        }
        for page, form in WORD_PAGES.items()
    ]


def _row(project: SmallProject, name: str, label: str, url: str) -> dict:
    value = getattr(project, name)
    if value and name in ("starts_on", "ends_on"):
        value = day(value, get_language())
    url = url and f"{url}#id_{name}"
    return {"label": label, "value": value, "url": url, "is_missing": not value, "lines": []}


def budget(project: SmallProject) -> dict:
    """Lines, sums by source, and the limits of the call."""
    lines = project.lines.select_related("category").order_by("position", "pk")
    total = rules.sums(selectors.rule_line(line) for line in lines)
    call = project.call
    return {
        "lines": [_line(line, call.currency) for line in lines],
        "sums": {
            name: money(getattr(total, name), call.currency, get_language())
            for name in ("total", "grant", "own")
        },
        "limits": {
            "least": money(call.grant_min, call.currency, get_language()),
            "most": money(call.grant_max, call.currency, get_language()),
        },
    }


def _line(line: BudgetLine, currency: str) -> dict:
    language = get_language()
    return {
        "pk": line.pk,
        "position": line.position,
        "category": getattr(line.category, f"name_{language}"),
        "description": line.description,
        "total": money(line.total, currency, language),
        "grant": money(line.grant, currency, language),
        "own": money(line.own, currency, language),
    }


def facts(project: SmallProject) -> list[dict]:
    """The pair, its people, its topics and what the internship brought (G17)."""
    placement, language = project.placement, get_language()
    survey = placement.declaration.survey
    contact = survey.addressee
    rows = [
        (gettext("Hromada"), project.hromada.name),
        (gettext("Polish partner"), project.host.gmina.name),
        (gettext("Contact person of the partner"), f"{contact.full_name}, {contact.email}"),
        (gettext("Mentor"), placement.mentor.full_name),
        (
            gettext("Internship"),
            f"{day(placement.starts_on, language)} – {day(placement.ends_on, language)}",
        ),
        (gettext("Topics of both sides"), ", ".join(_common_topics(project, survey))),
        (
            gettext("Idea in the application for the internship"),
            placement.application.answers.get("ideia_opys", ""),
        ),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _common_topics(project: SmallProject, survey) -> list[str]:
    of_hromada = set(project.placement.application.answers.get("temy") or [])
    both = of_hromada.intersection(survey.answers.get("tematy") or []) or of_hromada
    themes = Theme.objects.filter(edition=project.call.edition, code__in=both)
    name = f"name_{get_language()}"
    return [getattr(theme, name) for theme in themes.order_by("position", "pk")]


def partner_state(project: SmallProject) -> dict | None:
    """What the Polish partner said last, and which change took its yes back (G9)."""
    last = project.confirmations.order_by("-pk").first()
    if last is None:
        return None
    return {
        "is_valid": last.withdrawn_at is None,
        "is_confirmed": last.is_confirmed,
        "remark": last.role_confirmed,
        "because": wording.change(last.withdrawn_because),
        "answered": moment(last.answered_at, get_language(), KYIV),
    }


def sheet(evaluation: ProjectEvaluation) -> list[dict]:
    """A final sheet to read: points and comment by criterion."""
    name = f"name_{get_language()}"
    criteria = evaluation.project.call.edition.grant_criteria.order_by("position", "pk")
    return [
        {
            "label": f"{getattr(row, name)}: {evaluation.scores.get(row.code, 0)}",
            "value": evaluation.comments.get(row.code, ""),
            "url": "",
            "is_missing": False,
            "lines": [],
        }
        for row in criteria
    ]


def report(found: GrantReport) -> dict:
    """The documents of a report, and what stands on every budget line (G13)."""
    language, project = get_language(), found.project
    lines = list(project.lines.order_by("position", "pk"))
    spent = selectors.spent_by_line(project)
    documents = found.documents.select_related("line").order_by("line__position", "pk")
    return {
        "report": found,
        "project": project,
        "is_open": found.status in services.OPEN_REPORT,
        "due": day(found.due_on, language),
        "is_accepted": found.status == ReportStatus.ACCEPTED,
        "documents": [
            {
                "pk": row.pk,
                "name": f"{row.number}, {row.seller}",
                "position": row.line.position,
                "amount": money(row.amount, row.currency, language),
                "pln": money(row.amount_pln, "PLN", language),
                "source": row.get_source_display(),
            }
            for row in documents
        ],
        "lines": [
            {
                "name": str(line),
                "grant": money(line.grant, "PLN", language),
                "spent": money(spent.get(line.pk, 0), "PLN", language),
                "is_over": spent.get(line.pk, 0) > line.grant,
            }
            for line in lines
        ],
        "spent": money(sum(spent.values()), "PLN", language),
        "granted": money(sum(line.grant for line in lines), "PLN", language),
        "own": money(
            sum(row.amount_pln for row in documents if row.source == Source.OWN), "PLN", language
        ),
    }
