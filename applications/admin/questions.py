"""Pages of the panel about questions that an edition adds, and about people named in surveys."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.forms.question_staff import HostQuestionForm, OptionsFormSet, page_choices
from applications.models import HostQuestion, HostQuestionOption
from applications.services import questions as services
from core import audit
from core.admin import PanelAdmin, Verb, edition_of

audit.describe(
    {
        "applications.hostquestion.added": _("The question was added"),
        "applications.hostquestion.changed": _("The question was changed"),
        "applications.hostquestion.copied": _("The question was taken over from another edition"),
        "applications.hostquestion.rows_changed": _("The answers to choose were changed"),
        "applications.namedmentor.named": _("The mentor was named and asked"),
        "applications.addressconfirmation.confirmed": _("The address was confirmed"),
    }
)


class OptionInline(admin.StackedInline):
    """Answers to choose. Nobody deletes one: it is switched off."""

    model = HostQuestionOption
    formset = OptionsFormSet
    extra = 3
    can_delete = False
    ordering = ["position", "pk"]
    fields = [("name_pl", "name_uk", "name_en"), ("position", "is_active")]

    def get_formset(self, request: HttpRequest, obj=None, **options: Any):
        """Words of this page for two fields that are named briefly elsewhere."""
        labels = {"position": _("Place in the order"), "is_active": _("Offered now")}
        return super().get_formset(request, obj, labels=labels, **options)


@admin.register(HostQuestion)
class HostQuestionAdmin(PanelAdmin):
    """Questions of an edition: words, place, kind; shown as the municipality sees them."""

    form = HostQuestionForm
    inlines = [OptionInline]
    edition_lookup = "edition"
    change_list_template = "admin/applications/questions/change_list.html"
    list_display = ["label_pl", "kind", "place", "order", "is_required", "asked_now"]
    list_filter = ["kind"]
    list_select_related = ["edition"]
    search_fields = ["label_pl", "label_uk", "label_en", "code"]
    ordering = ["-edition__year", "position", "pk"]
    fieldsets = [
        (
            None,
            {"fields": ["edition", "kind", ("after", "position"), ("is_required", "is_active")]},
        ),
        (_("Question"), {"fields": ["label_pl", "label_uk", "label_en"]}),
        (_("Hint"), {"fields": ["hint_pl", "hint_uk", "hint_en"]}),
        (_("Limits of a number"), {"fields": [("minimum", "maximum")]}),
    ]

    @admin.display(description=_("asked after the page"), ordering="after")
    def place(self, question: HostQuestion) -> str:
        """The title of the page before it."""
        return str(dict(page_choices()).get(question.after, question.after))

    @admin.display(description=_("place in the order"), ordering="position")
    def order(self, question: HostQuestion) -> int:
        """Which comes first of those that follow the same page."""
        return question.position

    @admin.display(description=_("asked now"), ordering="is_active", boolean=True)
    def asked_now(self, question: HostQuestion) -> bool:
        """Whether it is switched on."""
        return question.is_active

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The edition at hand."""
        return {"edition": edition_of(request), **super().get_changeform_initial_data(request)}

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: HostQuestion, form, change: bool) -> None:
        """By the service, which gives a new question its code."""
        try:
            services.save_question(obj, actor=request.user, now=timezone.now())
        except services.KindIsFixed:  # somebody answered while the form was open
            obj.refresh_from_db()
            messages.error(request, _("Somebody has answered meanwhile; nothing was changed."))

    def save_formset(self, request: HttpRequest, form, formset, change: bool) -> None:
        """New answers get a code that none of the question has ever had."""
        for option in formset.save(commit=False):
            services.number_option(option).save()
        formset.save_m2m()
        touched = [*formset.new_objects, *(option for option, _fields in formset.changed_objects)]
        if touched and change:
            audit.record(
                action="applications.hostquestion.rows_changed",
                target=form.instance,
                actor=request.user,
                now=timezone.now(),
                codes=[option.code for option in touched],
            )

    def verbs_for(self, request: HttpRequest, obj: HostQuestion) -> list[Verb]:
        """See it as the municipality does."""
        address = reverse("admin:applications_preview_questions", args=[obj.edition_id])
        anchor = f"#div_id_pl-{obj.key}"
        return [Verb(_("See it as the municipality does"), f"{address}{anchor}", method="get")]
