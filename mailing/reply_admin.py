"""Panel pages of replies: what came, from whom, to which letter, and whether it was dealt with."""

from datetime import timedelta

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import formats
from core.admin import ReadOnlyAdmin, Verb, url_of
from core.templatetags.components import marked, status_tag
from mailing.models import Reply
from mailing.reply_selectors import mailbox_read, on_heap

LATE = timedelta(minutes=30)  # it is read every five


class HeapFilter(admin.SimpleListFilter):
    """Chips: what waits, what nobody knows the owner of, what is done, what machines sent."""

    title = _("what became of it")
    parameter_name = "heap"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        """In the order in which they want attention."""
        return [
            ("waiting", _("waits for us")),
            ("unmatched", _("waits, and we do not know whose it is")),
            ("handled", _("dealt with")),
            ("automatic", _("automatic answers")),
        ]

    def queryset(self, request: HttpRequest, queryset):
        """The rows of the chosen heap."""
        return queryset.filter(on_heap(self.value() or ""))


@admin.register(Reply)
class ReplyAdmin(ReadOnlyAdmin):
    """Replies. The messages themselves are answered in the mail program."""

    change_list_template = "mailing/panel_replies.html"
    list_display = ["subject_words", "sender", "received_at", "whose", "state"]
    list_filter = [HeapFilter, "matched_by"]
    search_fields = ["sender", "sender_name", "subject"]
    ordering = ["-received_at", "-pk"]
    whom = ("sender", "sender_name", "received_at", "subject", "state", "whose", "how")
    fields = (*whom, "words", "named_files", "handled_by", "handled_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest):
        """With the letters, without their bodies, and the records that replies were given to."""
        found = super().get_queryset(request).kept().for_table()
        return found.prefetch_related("about")

    @admin.display(description=_("subject"), ordering="subject")
    def subject_words(self, obj: Reply) -> str:
        """The subject, or that there is none: the row needs a word to press."""
        return obj.subject or str(_("no subject"))

    @admin.display(description=_("status"))
    def state(self, obj: Reply) -> SafeString:
        """Waiting, dealt with, or an automatic answer."""
        if obj.is_automatic:
            return status_tag(_("automatic answer"), "neutral")
        if obj.handled_at:
            return status_tag(_("dealt with"), "good")
        return status_tag(_("waits for us"), "waiting")

    @admin.display(description=_("belongs to"))
    def whose(self, obj: Reply) -> str | SafeString:
        """The letter that it answers, or the record that a coordinator gave it to."""
        links = []
        if obj.about is not None:
            links.append((url_of(obj.about), obj.about))
        if obj.letter is not None:
            address = reverse("admin:mailing_letter_change", args=[obj.letter.pk])
            links.append((address, obj.letter.reference))
        if links:
            return format_html_join(", ", '<a href="{}">{}</a>', links)
        return status_tag(_("we do not know yet"), "late")

    @admin.display(description=_("how we know"))
    def how(self, obj: Reply) -> str:
        """The way by which it was matched."""
        return obj.get_matched_by_display() or "\u2013"

    @admin.display(description=_("beginning of the text"))
    def words(self, obj: Reply) -> SafeString | str:
        """As plain words: nothing that came from outside is a link or markup here (E17)."""
        if obj.is_cut and not obj.text:
            return _("The message could not be read here. Please open it in the mailbox.")
        if not obj.text:
            return _("The message has no words of its own. Please open it in the mailbox.")
        more = _("The text goes on in the mailbox.") if obj.is_cut else ""
        return format_html("{}<br>{}", marked(obj.text), more) if more else marked(obj.text)

    @admin.display(description=_("files, which stay in the mailbox"))
    def named_files(self, obj: Reply) -> SafeString | str:
        """Their names alone."""
        return linebreaksbr("\n".join(obj.files), True) if obj.files else "\u2013"

    def waits_for_of(self, request: HttpRequest, obj: Reply) -> str:
        """Who has the ball."""
        if obj.is_automatic or obj.handled_at:
            return ""
        return str(_("a coordinator: answer it from the mailbox, then mark it here"))

    def verbs_for(self, request: HttpRequest, obj: Reply) -> list[Verb]:
        """Mark it, say whose it is, keep the case number that it names."""
        if not request.user.has_perm("mailing.handle_reply"):
            return []
        attach = reverse("admin:win4ua_attach_reply", args=[obj.pk])
        remove = reverse("admin:mailing_remove_reply", args=[obj.pk])
        question = _(
            "The sender, the subject and the words will be removed here, for good. The message"
            " itself stays in the mailbox and is not read again."
        )
        verbs = [Verb(_("Say whose it is"), attach, method="get")]
        if obj.letter is not None and request.user.has_perm("mailing.release_letter"):
            case = reverse("admin:mailing_case_number", args=[obj.letter.pk])
            verbs.append(Verb(_("Case number of the office"), case, method="get"))
        verbs.append(Verb(_("It is not for us"), remove, confirm=str(question)))
        if obj.is_automatic:
            return verbs
        if obj.handled_at:
            reopen = reverse("admin:mailing_reopen_reply", args=[obj.pk])
            return [*verbs, Verb(_("It waits again"), reopen)]
        handle = reverse("admin:mailing_handle_reply", args=[obj.pk])
        return [Verb(_("Dealt with"), handle, primary=True), *verbs]

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """The list, with when the mailbox was read last, or that nobody reads it."""
        known = mailbox_read()
        when = known.read_at if known else None
        language = get_language() or settings.LANGUAGE_CODE
        own = {
            "is_read": bool(settings.REPLY_MAILBOX),
            "read_at": formats.moment(when, language) if when else "",
            "is_late": when is not None and timezone.now() - when > LATE,
            "error": known.error if known else "",
            "tried_at": formats.moment(known.tried_at, language) if known and known.error else "",
        }
        return super().changelist_view(request, {**(extra_context or {}), **own})
