"""Organisations behind municipalities, and the people we write to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from mailing.addresses import validate_address
from programme import identifiers, salutations
from programme.enums import ContactRole, Gender, HeadTitle
from programme.models.registers import Gmina, Hromada


class Organisation(models.Model):
    """The office of exactly one gmina or hromada, with its official details."""

    gmina = models.OneToOneField(
        Gmina,
        verbose_name=_("gmina"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisation",
    )
    hromada = models.OneToOneField(
        Hromada,
        verbose_name=_("hromada"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisation",
    )
    name = models.CharField(_("official name"), max_length=200)
    nip = models.CharField(
        _("NIP"), max_length=10, blank=True, validators=[identifiers.validate_nip]
    )
    regon = models.CharField(
        _("REGON"), max_length=14, blank=True, validators=[identifiers.validate_regon]
    )
    edrpou = models.CharField(
        _("EDRPOU"), max_length=8, blank=True, validators=[identifiers.validate_edrpou]
    )
    street = models.CharField(_("street and number"), max_length=150, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("general e-mail address"), blank=True)
    e_delivery = models.CharField(_("address for e-delivery"), max_length=120, blank=True)
    iban = models.CharField(
        _("bank account (IBAN)"),
        max_length=34,
        blank=True,
        validators=[identifiers.validate_iban],
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                name="organisation_belongs_to_one_municipality",
                condition=Q(gmina__isnull=False, hromada__isnull=True)
                | Q(gmina__isnull=True, hromada__isnull=False),
                violation_error_message=_(
                    "An organisation belongs to exactly one gmina or one hromada."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_polish(self) -> bool:
        """Whether it is the office of a gmina."""
        return self.gmina_id is not None

    @property
    def unit(self) -> Gmina | Hromada:
        """The municipality it belongs to."""
        return self.gmina if self.gmina_id is not None else self.hromada


class Contact(models.Model):
    """A person of an organisation; names are stored and shown in the nominative only."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="contacts",
    )
    role = models.CharField(_("role"), max_length=7, choices=ContactRole)
    title = models.CharField(_("title"), max_length=10, choices=HeadTitle, blank=True)
    first_name = models.CharField(_("first name"), max_length=120)
    last_name = models.CharField(_("last name"), max_length=120)
    patronymic = models.CharField(_("patronymic"), max_length=80, blank=True)
    grammatical_gender = models.CharField(
        _("form of address"), max_length=1, choices=Gender, blank=True
    )
    position = models.CharField(_("position"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True, validators=[validate_address])
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="pl"
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(Lower("email"), name="contact_by_email")]
        constraints = [
            models.CheckConstraint(
                name="contact_role_is_known",
                condition=Q(role__in=ContactRole.values),
                violation_error_message=_("Choose the role from the list."),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(role=ContactRole.HEAD, is_active=True),
                name="organisation_has_one_head",
                violation_error_message=_("This organisation already has a head in use."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First and last name, in the nominative."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def official_name(self) -> str:
        """Surname first with the patronymic for Ukraine, first name first for Poland."""
        if self.language == "uk":
            return " ".join(
                filter(None, [self.last_name, self.first_name, self.patronymic])
            ).strip()
        return self.full_name

    def salutation(self, language: str | None = None) -> str:
        """How a letter to this person begins, without any inflected name."""
        return salutations.salutation(
            language=language or self.language,
            title=self.title if self.role == ContactRole.HEAD else "",
            gender=self.grammatical_gender,
        )
