"""Letters and the stop list as records of the panel."""

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import formats
from core.admin import PanelAdmin, ReadOnlyAdmin, Verb
from mailing import (
    mailing_admin,  # noqa: F401 - declares its own pages
    recipient_admin,  # noqa: F401 - declares its own pages
    registry,
    reply_admin,  # noqa: F401 - declares its own pages
    reply_selectors,
    selectors,
    transport,
)
from mailing.forms import SuppressionForm
from mailing.models import DeliveryEvent, Letter, LetterText, Suppression
from mailing.services import again


@admin.register(Letter)
class LetterAdmin(PanelAdmin):
    """One letter: what it says, how far it has come, and the verb that helps it on."""

    change_form_template = "mailing/panel_letter.html"

    search_fields = ("to", "subject", "their_reference")
    whom = ("to", "to_name", "language", "what_it_is", "is_bulk", "created_at")
    facts = ("reference", "their_reference", *whom)
    life_fields = ("status", "not_before", "first_tried_at", "attempts", "error", "in_its_place")
    numbers = ("accepted_at", "provider", "provider_id", "key", "uuid")
    readonly_fields = (*facts, *life_fields, *numbers, "text_part", "files", "told")

    def get_fieldsets(self, request: HttpRequest, obj=None):
        """The text for those who may read it; everybody else sees how far the letter came."""
        may_read = request.user.has_perm("mailing.read_letter_body")
        body = [(_("Text"), {"fields": ["text_part", "files"]})] if may_read else []
        return [
            (None, {"fields": self.facts}),
            *body,
            (_("How far it has come"), {"fields": [*self.life_fields, *self.numbers, "told"]}),
        ]

    @admin.display(description=_("Our reference"))
    def reference(self, letter: Letter) -> str:
        """As the letter says it."""
        return letter.reference

    def get_search_results(self, request: HttpRequest, queryset, search_term: str):
        """By what a reply quotes as well: our reference in any of its spellings (E22)."""
        return queryset.filter(selectors.quoted(search_term)), False

    @admin.display(description=_("Letter"))
    def what_it_is(self, letter: Letter) -> str:
        """Who gets such a letter and when; its name where the house knows it no more."""
        known = registry.kinds().get(letter.letter)
        return str(known.who) if known else letter.letter

    @admin.display(description=_("Sent again"))
    def in_its_place(self, letter: Letter) -> str:
        """The letter that went in place of this one, and the one in whose place this one went."""
        others = Letter.objects.for_table().filter(Q(repeats=letter) | Q(pk=letter.repeats_id or 0))
        rows = [(self._record(each), each.reference, each.to) for each in others.order_by("pk")]
        return format_html_join(", ", '<a href="{}">{}</a> {}', rows) or "–"

    @staticmethod
    def _record(letter: Letter) -> str:
        return reverse("admin:mailing_letter_change", args=[letter.pk])

    @admin.display(description=_("Text"))
    def text_part(self, letter: Letter) -> str:
        """The plain part; links and codes only where no letter leaves the machine."""
        text = letter.text if transport.stays_here() else letter.shown_text
        return format_html("<b>{}</b><br><br>{}", letter.subject, linebreaksbr(text, True))

    @admin.display(description=_("Attachments"))
    def files(self, letter: Letter) -> str:
        """Names of the files that go with it."""
        return ", ".join(letter.attachments.order_by("pk").values_list("name", flat=True)) or "–"

    @admin.display(description=_("What the other servers told"))
    def told(self, letter: Letter) -> str:
        """Events in the order in which they came, each with its moment."""
        language = get_language() or "pl"
        rows = [
            (formats.moment(event.received_at, language), event.get_kind_display(), event.said)
            for event in letter.events.order_by("pk")
        ]
        return format_html_join("", "{}: {} {}<br>", rows) or "–"

    def verbs_for(self, request: HttpRequest, obj: Letter) -> list[Verb]:
        """What this person may do with the letter now."""
        may = request.user.has_perm
        verbs = []
        if may("mailing.release_letter"):
            verbs += self._verbs_of_sender(obj)
        if may("mailing.release_letter") and may("mailing.read_letter_body"):
            verbs += self._verbs_of_lost(obj)
        if may("mailing.retry_letter") and obj.status == Letter.Status.FAILED:
            verbs.append(Verb(_("Try again"), self._url("retry", obj), primary=True))
        if may("mailing.read_letter_body"):
            verbs.append(Verb(_("See it in its layout"), self._url("letter_page", obj), "get"))
            verbs.append(Verb(_("Send it to me as a test"), self._url("send_test", obj)))
            verbs.append(Verb(_("PDF"), self._url("letter_pdf", obj), "get"))
            case = Verb(_("Case number of the office"), self._url("case_number", obj), "get")
            verbs += [case] if may("mailing.release_letter") else []
        return verbs

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ) -> HttpResponse:
        """The record's page, with what was answered (E18)."""
        if obj is not None and request.user.has_perm("mailing.view_reply"):
            context["replies"] = reply_selectors.replies_to(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _verbs_of_sender(self, obj: Letter) -> list[Verb]:
        if obj.status == Letter.Status.AMBIGUOUS:
            return [
                Verb(_("It has arrived"), self._url("mark_as_sent", obj), primary=True),
                Verb(
                    _("Send it once more"),
                    self._url("resend", obj),
                    confirm=_("The person may get the same letter twice."),
                ),
                self._cancel(obj),
            ]
        release = Verb(_("Release"), self._url("release", obj), primary=True)
        verbs = [release] if obj.status == Letter.Status.DRAFT else []
        return verbs + ([self._cancel(obj)] if Letter.Status.CANCELLED in obj.steps else [])

    def _verbs_of_lost(self, obj: Letter) -> list[Verb]:
        if obj.status not in selectors.LOST:
            return []
        verbs = []
        if obj.status == Letter.Status.BOUNCED or again.line_of(obj) is not None:
            verbs.append(Verb(_("Send it again"), self._url("send_again", obj), "get", True))
        if obj.put_aside_at is None:
            verbs.append(Verb(_("Nothing more to do"), self._url("put_aside", obj)))
        return verbs

    def _cancel(self, obj: Letter) -> Verb:
        sentence = _("The letter will not be sent. This cannot be undone.")
        return Verb(_("Do not send"), self._url("cancel", obj), confirm=sentence)

    @staticmethod
    def _url(name: str, obj: Letter) -> str:
        return reverse(f"admin:mailing_{name}", args=[obj.pk])

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """The list of letters is the outbox."""
        asked = request.GET.get("q", "")
        query = f"?{urlencode({'q': asked})}" if asked else ""
        return redirect(f"{reverse('admin:mailing_outbox')}{query}")

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """A letter is never typed over."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Letters are written by deeds."""
        return False


@admin.register(Suppression)
class SuppressionAdmin(PanelAdmin):
    """Addresses without bulk mail."""

    form = SuppressionForm
    life_fields = ("since", "lifted_at", "lifted_by", "lift_reason")
    fields = ("email", "cause", "note", *life_fields)
    list_display = ("email", "cause", "since", "lifted_at")
    list_filter = ("cause", ("lifted_at", admin.EmptyFieldListFilter))
    search_fields = ("email",)
    ordering = ("-since", "-pk")

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """An entry is made and lifted, not typed over."""
        return False

    def verbs_for(self, request: HttpRequest, obj: Suppression) -> list[Verb]:
        """Lifting, for who may."""
        if obj.lifted_at or not request.user.has_perm("mailing.lift_suppression"):
            return []
        url = reverse("admin:mailing_lift_suppression", args=[obj.pk])
        return [Verb(_("Take off the stop list"), url, "get", primary=True)]


@admin.register(DeliveryEvent)
class DeliveryEventAdmin(ReadOnlyAdmin):
    """What providers and postmasters told, also about letters that we do not know."""

    list_display = ("received_at", "provider", "kind", "recipient", "said", "letter")
    list_filter = ("kind", "provider", ("letter", admin.EmptyFieldListFilter))
    list_select_related = ("letter",)
    search_fields = ("recipient", "said")
    fields = ("provider", "kind", "reason", "recipient", "said", "letter", "occurred_at")
    ordering = ("-pk",)


@admin.register(LetterText)
class LetterTextAdmin(ReadOnlyAdmin):
    """Versions of texts; they are written and published on pages of their own."""

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """The list of texts is that of letters."""
        return redirect("admin:mailing_text_list")

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        """A version is read where it was written."""
        version = get_object_or_404(LetterText, pk=object_id)
        address = reverse("admin:mailing_text_edit", args=[version.letter])
        return redirect(f"{address}?v={version.position}")
