"""Lists of people to write to that a coordinator brings as a table."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from mailing.addresses import validate_address
from mailing.salutations import FormOfAddress

LANGUAGES = [code for code, _name in settings.LANGUAGES]


class RecipientList(models.Model):
    """One list: uploaded, looked at, then kept, or thrown away."""

    title = models.CharField(_("name of the list"), max_length=120)
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    content = models.BinaryField(null=True)
    encoding = models.CharField(_("encoding"), max_length=12, blank=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    language = models.CharField(
        _("language of rows that name none"),
        max_length=2,
        choices=settings.LANGUAGES,
        default="pl",
    )
    left_out = models.JSONField(_("lines left out"), default=list, blank=True)
    counts = models.JSONField(_("lines by verdict"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    prepared_at = models.DateTimeField(_("uploaded"))
    kept_at = models.DateTimeField(_("kept"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("thrown away"), null=True, blank=True)

    class Meta:
        verbose_name = _("list of recipients")
        verbose_name_plural = _("lists of recipients")
        default_permissions = ("view",)
        permissions = [("import_recipients", _("Can bring lists of recipients"))]
        constraints = [
            models.CheckConstraint(
                name="recipient_list_language_is_known",
                condition=Q(language__in=LANGUAGES),
                violation_error_message=_("Choose the language from the list."),
            ),
            models.CheckConstraint(
                name="recipient_list_has_its_file_while_it_waits",
                condition=Q(content__isnull=False, kept_at=None, dropped_at=None)
                | Q(content=None, kept_at__isnull=False)
                | Q(content=None, dropped_at__isnull=False),
                violation_error_message=_("A list keeps its file until it is kept or dropped."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        """Neither kept nor thrown away."""
        return self.kept_at is None and self.dropped_at is None

    @property
    def is_in_use(self) -> bool:
        """Kept, and not thrown away since: letters can go to it."""
        return self.kept_at is not None and self.dropped_at is None

    @property
    def is_workbook(self) -> bool:
        """A workbook has no encoding to choose."""
        return bytes(self.content or b"").startswith(b"PK")


class ListedRecipient(models.Model):
    """One line of a list that was kept."""

    of = models.ForeignKey(
        RecipientList,
        verbose_name=_("list of recipients"),
        on_delete=models.CASCADE,  # a line is nothing without its list
        related_name="rows",
    )
    line = models.PositiveIntegerField(_("line of the file"))
    email = models.CharField(_("e-mail address"), max_length=254, validators=[validate_address])
    name = models.CharField(_("name of the recipient"), max_length=160, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    form_of_address = models.CharField(
        _("form of address"), max_length=1, choices=FormOfAddress, blank=True
    )
    salutation = models.CharField(_("salutation"), max_length=120)

    class Meta:
        verbose_name = _("recipient on a list")
        verbose_name_plural = _("recipients on lists")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                "of",
                Lower("email"),
                name="listed_recipient_stands_once_on_a_list",
                violation_error_message=_("This address stands on the list already."),
            ),
            models.UniqueConstraint(
                fields=["of", "line"],
                name="listed_recipient_has_a_line_of_its_own",
                violation_error_message=_("This line of the list was kept already."),
            ),
            models.CheckConstraint(
                name="listed_recipient_is_greeted_in_a_known_language",
                condition=Q(language__in=LANGUAGES) & ~Q(salutation=""),
                violation_error_message=_("A recipient has a language and a salutation."),
            ),
            models.CheckConstraint(
                name="listed_recipient_form_of_address_is_known",
                condition=Q(form_of_address__in=["", *FormOfAddress.values]),
                violation_error_message=_("Choose the form of address from the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.email}" if self.name else self.email
