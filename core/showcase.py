"""Every component in every state on one page of the panel, on invented answers."""

from django import forms
from django.contrib.admin import site
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PageForm
from core.widgets import Combobox, DateFieldsField

STEPS = 9


class SampleForm(PageForm):
    """One field of each kind."""

    office = forms.CharField(
        label=gettext_lazy("Name of the office"),
        help_text=gettext_lazy("As in official letters, for example: Urząd Miejski w Łęczycy."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone number"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    gmina = forms.CharField(
        label=gettext_lazy("Municipality"),
        help_text=gettext_lazy("Start typing the name."),
        widget=Combobox(url="?suggest=1"),
    )
    starts_on = DateFieldsField(
        label=gettext_lazy("First day of the internship"),
        help_text=gettext_lazy("For example: 14 4 2026."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letters"),
        widget=forms.RadioSelect,
        choices=[("pl", "Polski"), ("uk", "Українська"), ("en", "English")],
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics that the office can show"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("waste", gettext_lazy("Waste and recycling")),
            ("schools", gettext_lazy("Schools and nurseries")),
            ("funds", gettext_lazy("External funds")),
        ],
    )
    window = forms.ChoiceField(
        label=gettext_lazy("Time that suits the office"),
        choices=[("", "—"), ("1", gettext_lazy("Spring")), ("2", gettext_lazy("Autumn"))],
    )
    remarks = forms.CharField(
        label=gettext_lazy("Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    letter = forms.FileField(label=gettext_lazy("Letter of intent"), required=False)
    consent = forms.BooleanField(label=gettext_lazy("I have read the privacy notice."))


def _table() -> dict[str, object]:
    rows = [
        ("Łęczyca", "3", _("Eligible"), "good"),
        ("Żory", "12", _("Waits for an answer"), "waiting"),
        ("Ćmielów", "120", _("Late"), "late"),
    ]
    return {
        "table_columns": [
            {"label": _("Municipality"), "sort_url": "?o=1", "sorted": "ascending"},
            {"label": _("Days"), "is_number": True, "sort_url": "?o=2"},
            {"label": _("Status")},
        ],
        "table_rows": [
            {
                "cells": [
                    {"text": name, "url": "#data"},
                    {"text": days},
                    {"text": status, "kind": kind},
                ]
            }
            for name, days, status, kind in rows
        ],
    }


def _charts() -> dict[str, object]:
    return {
        "funnel_rows": [
            {"label": _("Letter sent"), "value": 2400, "url": "#charts"},
            {"label": _("Survey sent"), "value": 212, "url": "#charts"},
            {"label": _("Eligible"), "value": 187, "url": "#charts"},
            {"label": _("Declaration"), "value": 41, "url": "#charts"},
        ],
        "bar_rows": [
            {"label": "mazowieckie", "value": 34},
            {"label": "śląskie", "value": 21},
            {"label": "kujawsko-pomorskie", "value": 8},
            {"label": "opolskie", "value": 0},
        ],
    }


def _records() -> dict[str, object]:
    return {
        "answer_rows": [
            {
                "label": _("Name of the office"),
                "value": "Urząd Miejski w Łęczycy",
                "url": "#answers",
            },
            {
                "label": _("Topics that the office can show"),
                "value": "",
                "lines": [_("Waste and recycling"), _("External funds")],
                "url": "#answers",
            },
            {"label": _("Remarks"), "value": "", "url": "#answers"},
            {"label": _("Phone number"), "value": "", "url": "#answers", "is_missing": True},
        ],
        "rank_items": [
            {"code": "waste", "label": _("Waste and recycling")},
            {"code": "schools", "label": _("Schools and nurseries"), "hint": _("Two visits")},
            {"code": "funds", "label": _("External funds")},
        ],
        "events": [
            {
                "moment": "14.04.2026, 10:02",
                "title": _("Eligible"),
                "actor": "Anna Żak",
                "kind": "good",
            },
            {"moment": "13.04.2026, 9:15", "title": _("Survey sent"), "url": "#timeline"},
            {
                "moment": "01.04.2026, 8:00",
                "title": _("Late"),
                "text": _("Nobody has answered for 14 days."),
                "kind": "late",
            },
        ],
        "no_events": [],
        "file_now": {
            "name": "list-intencyjny.pdf",
            "size": "1,2 MB",
            "moment": "14.04.2026, 10:02",
            "state_label": _("Checked, no virus"),
            "state_kind": "good",
        },
        "chips": [
            {"label": _("All"), "url": "?", "is_on": True, "count": 212},
            {"label": _("Eligible"), "url": "?status=eligible", "is_on": False, "count": 187},
            {"label": _("Late"), "url": "?status=late", "is_on": False, "count": 0},
        ],
        "bulk_actions": [
            {"value": "invite", "label": _("Invite to a session"), "primary": True},
            {"value": "export", "label": _("Export to a spreadsheet")},
        ],
        "found": [
            {"value": "1004011", "label": "Łęczyca", "hint": _("urban"), "checked": True},
            {"value": "1004052", "label": "Łęczyca", "hint": _("rural"), "checked": False},
        ],
        "tag_kinds": [
            (_("Draft"), "neutral"),
            (_("Published"), "info"),
            (_("Waits for an answer"), "waiting"),
            (_("Eligible"), "good"),
            (_("Late"), "late"),
            (_("Refused"), "bad"),
        ],
        "verbs": [
            {"label": _("Decide eligibility"), "url": "#verbs", "method": "get", "primary": True},
            {"label": _("Return with a reason"), "url": "#verbs", "method": "get"},
        ],
    }


def _ways() -> dict[str, object]:
    """Facts, tasks, stages and versions: what the larger pages are made of."""
    waste, funds = _("Waste and recycling"), _("External funds")
    return {
        "fact_rows": [
            {"label": _("Municipality"), "value": "Łęczyca"},
            {"label": _("Topics that the office can show"), "lines": [waste, funds]},
            {"label": _("Letter of intent"), "value": "list-intencyjny.pdf", "url": "#facts"},
            {"label": _("Remarks"), "value": ""},
        ],
        "task_rows": [
            {
                "label": _("Contact"),
                "url": "#tasks",
                "label_of_state": _("Filled in"),
                "kind": "good",
            },
            {
                "label": _("Mentor"),
                "url": "#tasks",
                "hint": _("The mentor confirms by a letter of her own."),
                "label_of_state": _("Waits for an answer"),
                "kind": "waiting",
            },
            {
                "label": _("Send the survey"),
                "hint": _("Possible when every part is filled in."),
                "label_of_state": _("Later"),
                "kind": "neutral",
            },
        ],
        "stage_items": [
            {"title": _("Survey sent"), "state": "done", "when": "13.04.2026"},
            {
                "title": _("Choice of an information session"),
                "state": "now",
                "who": _("your office"),
                "when": _("Tuesday, 14 April 2026, 10:00 (Warsaw time)"),
                "url": "#stages",
                "url_label": _("Choose a session"),
            },
            {"title": _("Declaration"), "state": "later", "who": _("your office")},
        ],
        "change_rows": [
            {"label": _("Phone number"), "before": "24 000 00 00", "after": "24 000 00 01"},
            {
                "label": _("Topics that the office can show"),
                "before_lines": [waste],
                "after_lines": [waste, funds],
            },
            {"label": _("Remarks"), "before": "", "after": _("Two visits")},
        ],
        "sides": [
            {"label": "WIN4UA-2026-0147", "hint": _("Published"), "url": "#compare"},
            {"label": "WIN4UA-2026-0151", "hint": _("Draft"), "url": "#compare"},
        ],
        "compare_rows": [
            {
                "label": _("Name of the office"),
                "cells": [{"text": "Urząd Miejski w Łęczycy"}, {"text": "Urząd Miejski w Łęczycy"}],
            },
            {
                "label": _("Phone number"),
                "is_different": True,
                "cells": [
                    {"text": "24 000 00 00", "name": "keep", "value": "147", "checked": True},
                    {"text": "24 000 00 01", "name": "keep", "value": "151"},
                ],
            },
            {
                "label": _("Topics that the office can show"),
                "is_different": True,
                "cells": [{"text": "", "lines": [waste, funds]}, {"text": ""}],
            },
        ],
    }


def samples(request: HttpRequest) -> dict[str, object]:
    """The context of the page: forms empty and refused, records in each state."""
    pages = Paginator(range(1, 213), 25)
    return {
        "title": _("Components"),
        "sample": SampleForm(prefix="empty"),
        "file_form": SampleForm(prefix="file"),
        "refused": SampleForm(
            {"refused-email": "sekretariat@", "refused-starts_on_day": "31"}, prefix="refused"
        ),
        "steps": STEPS,
        "page_obj": pages.get_page(request.GET.get("page", 4)),
        **_table(),
        **_charts(),
        **_records(),
        **_ways(),
    }


def components(request: HttpRequest) -> HttpResponse:
    """Show every component; mounted on the admin site, for staff."""
    return render(
        request, "core/components.html", {**site.each_context(request), **samples(request)}
    )
