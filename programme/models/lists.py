"""Lists that partners and offices send: who is a member, and whom to write to."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programme.models.people import Organisation


class Union(models.TextChoices):
    """Unions of municipalities whose members the letter goes to."""

    ZMP = "zmp", _("Association of Polish Cities (ZMP)")
    ZGWRP = "zgwrp", _("Union of Rural Communes (ZGWRP)")


class ListKind(models.TextChoices):
    """What a list tells."""

    ZMP = Union.ZMP.value, _("members of ZMP")
    ZGWRP = Union.ZGWRP.value, _("members of ZGWRP")
    CONTACTS = "contacts", _("offices and their heads")


class Membership(models.Model):
    """A municipality is a member of a union, as a list says; it ends, it is not erased."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    union = models.CharField(_("union"), max_length=5, choices=Union)
    as_of = models.DateField(_("member as of"))
    source = models.CharField(_("list"), max_length=200)
    ended_on = models.DateField(_("no longer a member as of"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                name="membership_union_is_known",
                condition=Q(union__in=Union.values),
                violation_error_message=_("Choose the union from the list."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "union"],
                condition=Q(ended_on=None),
                name="membership_is_open_once",
                violation_error_message=_("This municipality is a member of the union already."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_was_known",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("as_of")),
                violation_error_message=_("A membership cannot end before it was known."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_union_display()} ({self.as_of:%Y-%m-%d})"


class ListImport(models.Model):
    """One list: uploaded, looked at, then applied once, or thrown away."""

    Kind = ListKind

    kind = models.CharField(_("list"), max_length=8, choices=ListKind)
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    content = models.BinaryField(null=True)
    as_of = models.DateField(_("the list is of the day"))
    encoding = models.CharField(_("encoding"), max_length=12, blank=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    chosen = models.JSONField(_("municipalities chosen by hand"), default=dict, blank=True)
    left_out = models.JSONField(_("rows left out"), default=list, blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    prepared_at = models.DateTimeField(_("prepared"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("thrown away"), null=True, blank=True)

    class Meta:
        verbose_name = _("list of members or contacts")
        verbose_name_plural = _("lists of members and contacts")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="list_import_kind_is_known",
                condition=Q(kind__in=ListKind.values),
                violation_error_message=_("Choose what the list tells."),
            ),
            models.CheckConstraint(
                name="list_import_ends_one_way",
                condition=Q(applied_at=None) | Q(dropped_at=None),
                violation_error_message=_("A list is applied or thrown away, not both."),
            ),
            models.CheckConstraint(
                name="list_import_waits_with_its_file",
                condition=Q(content__isnull=False)
                | Q(applied_at__isnull=False)
                | Q(dropped_at__isnull=False),
                violation_error_message=_("A list that waits keeps its file."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.as_of:%Y-%m-%d}"

    @property
    def is_waiting(self) -> bool:
        """Neither applied nor thrown away."""
        return self.applied_at is None and self.dropped_at is None

    @property
    def is_workbook(self) -> bool:
        """A workbook has no encoding to choose."""
        return bytes(self.content or b"").startswith(b"PK")
