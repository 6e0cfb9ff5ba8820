"""People whom the survey names and who answer for themselves: the mentor, the contact person."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from applications.enums import NamedMentorStatus


class NamedMentorQuerySet(models.QuerySet):
    """Adjectives of named mentors."""

    def in_force(self) -> "NamedMentorQuerySet":
        """Whom the survey names now."""
        return self.exclude(status=NamedMentorStatus.REPLACED)


class NamedMentor(models.Model):
    """The person whom a survey names as mentor; confirms or refuses by a link (A23)."""

    Status = NamedMentorStatus
    STEPS = {
        Status.WAITING: {Status.CONFIRMED, Status.REFUSED, Status.REPLACED},
        Status.CONFIRMED: {Status.REPLACED},
        Status.REFUSED: {Status.REPLACED},
        Status.REPLACED: set(),
    }

    survey = models.ForeignKey(
        "applications.HostSurvey",
        verbose_name=_("survey of a municipality"),
        on_delete=models.PROTECT,
        related_name="named_mentors",
    )
    first_name = models.CharField(_("first name"), max_length=120)
    last_name = models.CharField(_("last name"), max_length=120)
    email = models.EmailField(_("e-mail address"), max_length=254)
    status = models.CharField(
        _("answer"), max_length=9, choices=Status, default=NamedMentorStatus.WAITING
    )
    reason = models.CharField(_("reason of the refusal"), max_length=300, blank=True)
    named_at = models.DateTimeField(_("named"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = NamedMentorQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentor named in a survey")
        verbose_name_plural = _("mentors named in surveys")
        constraints = [
            models.UniqueConstraint(
                name="survey_names_one_mentor",
                fields=["survey"],
                condition=~Q(status=NamedMentorStatus.REPLACED),
                violation_error_message=_("This survey already names a mentor."),
            ),
            models.CheckConstraint(
                name="named_mentor_status_is_known",
                condition=Q(status__in=NamedMentorStatus.values),
                violation_error_message=_("This status is not known."),
            ),
            models.CheckConstraint(
                name="named_mentor_who_answered_has_a_time",
                condition=~Q(status__in=[NamedMentorStatus.CONFIRMED, NamedMentorStatus.REFUSED])
                | Q(answered_at__isnull=False),
                violation_error_message=_("An answer has its time."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """First and last name, in the nominative."""
        return f"{self.first_name} {self.last_name}"

    @property
    def is_waiting(self) -> bool:
        """Whether the person is still asked."""
        return self.status == NamedMentorStatus.WAITING


class AddressConfirmation(models.Model):
    """Somebody who reads this mailbox has shown it: the address of a contact person (B5)."""

    survey = models.ForeignKey(
        "applications.HostSurvey",
        verbose_name=_("survey of a municipality"),
        on_delete=models.PROTECT,
        related_name="address_confirmations",
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("confirmation of an address")
        verbose_name_plural = _("confirmations of addresses")
        constraints = [
            models.UniqueConstraint(
                "survey",
                Lower("email"),
                name="address_is_confirmed_once_for_a_survey",
                violation_error_message=_("This address has already been asked."),
            )
        ]

    def __str__(self) -> str:
        return self.email
