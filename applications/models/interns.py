"""The application of an intern: a person whom a hromada sends, from the draft to the journey."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, HeadAnswer
from core.crypto import EncryptedTextField
from core.db import status_is_known

Status = ApplicationStatus


class InternApplicationQuerySet(models.QuerySet["InternApplication"]):
    """The vocabulary of applications."""

    def of(self, edition) -> "InternApplicationQuerySet":
        """Those of one edition."""
        return self.filter(edition=edition)

    def sent(self) -> "InternApplicationQuerySet":
        """Those that were sent at least once and not withdrawn."""
        return self.exclude(status__in=(Status.DRAFT, Status.WITHDRAWN))

    def holding_a_place_of_the_hromada(self) -> "InternApplicationQuerySet":
        """Those that count against the number of candidates a hromada may send."""
        return self.sent().exclude(status=Status.REJECTED)

    def under_evaluation(self) -> "InternApplicationQuerySet":
        """Formally correct, waiting for evaluators."""
        return self.filter(status=Status.FORMALLY_CORRECT)

    def ready(self) -> "InternApplicationQuerySet":
        """Ready to travel."""
        return self.filter(status=Status.READY)

    def for_table(self) -> "InternApplicationQuerySet":
        """With the joins that a row of a list shows."""
        return self.select_related("hromada", "edition", "organisation", "person")


class InternApplication(models.Model):
    """One person's application in one edition."""

    Status = ApplicationStatus
    STEPS = {
        Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.SUBMITTED: {
            Status.HEAD_CONFIRMED,
            Status.RETURNED,
            Status.REJECTED,
            Status.WITHDRAWN,
        },
        Status.HEAD_CONFIRMED: {
            Status.FORMALLY_CORRECT,
            Status.RETURNED,
            Status.REJECTED,
            Status.WITHDRAWN,
        },
        Status.RETURNED: {Status.SUBMITTED, Status.REJECTED, Status.WITHDRAWN},
        Status.FORMALLY_CORRECT: {Status.EVALUATED, Status.REJECTED, Status.WITHDRAWN},
        Status.EVALUATED: {Status.INTERVIEWED, Status.REJECTED, Status.WITHDRAWN},
        Status.INTERVIEWED: {
            Status.SELECTED,
            Status.RESERVE,
            Status.REJECTED,
            Status.WITHDRAWN,
        },
        Status.RESERVE: {Status.SELECTED, Status.REJECTED, Status.WITHDRAWN},
        Status.SELECTED: {Status.PREPARING, Status.CANNOT_TRAVEL, Status.WITHDRAWN},
        Status.PREPARING: {Status.READY, Status.CANNOT_TRAVEL, Status.WITHDRAWN},
        Status.READY: {Status.CANNOT_TRAVEL, Status.WITHDRAWN},
        Status.REJECTED: set(),
        Status.CANNOT_TRAVEL: set(),
        Status.WITHDRAWN: set(),
    }

    edition = models.ForeignKey(
        "programme.Edition",
        verbose_name=_("edition"),
        on_delete=models.PROTECT,
        related_name="intern_applications",
    )
    hromada = models.ForeignKey(
        "programme.Hromada",
        verbose_name=_("hromada"),
        on_delete=models.PROTECT,
        related_name="intern_applications",
    )
    organisation = models.ForeignKey(
        "programme.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="intern_applications",
        null=True,
        blank=True,
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("candidate"),
        on_delete=models.PROTECT,
        related_name="intern_applications",
        null=True,
        blank=True,
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    email_confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="uk"
    )
    number = models.CharField(_("number"), max_length=30, blank=True, default="")
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.DRAFT, db_index=True
    )
    answers = models.JSONField(_("answers"), default=dict, blank=True)

    first_name = models.CharField(_("first name"), max_length=60, blank=True, default="")
    last_name = models.CharField(_("surname"), max_length=60, blank=True, default="")
    patronymic = models.CharField(_("patronymic"), max_length=60, blank=True, default="")
    latin_first_name = models.CharField(
        _("first name in Latin letters"), max_length=60, blank=True, default=""
    )
    latin_last_name = models.CharField(
        _("surname in Latin letters"), max_length=60, blank=True, default=""
    )
    grammatical_gender = models.CharField(
        _("form of address"),
        max_length=1,
        choices=[("f", _("woman")), ("m", _("man"))],
        blank=True,
        default="",
    )
    birth_date = EncryptedTextField(_("date of birth"), blank=True, default="")
    access_needs = EncryptedTextField(_("accessibility needs"), blank=True, default="")

    population_used = models.PositiveIntegerField(_("population used"), null=True, blank=True)
    population_on = models.DateField(_("population on"), null=True, blank=True)
    population_source = models.CharField(
        _("source of the population"), max_length=200, blank=True, default=""
    )

    started_at = models.DateTimeField(_("started"))
    saved_at = models.DateTimeField(_("last saved"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)

    head_email = models.EmailField(_("e-mail of the head"), max_length=254, blank=True, default="")
    head_asked_at = models.DateTimeField(_("head asked"), null=True, blank=True)
    head_answer = models.CharField(
        _("answer of the head"),
        max_length=10,
        choices=HeadAnswer.choices,
        blank=True,
        default=HeadAnswer.NONE,
    )
    head_answered_at = models.DateTimeField(_("head answered"), null=True, blank=True)
    head_reason = models.TextField(_("reason of the head"), blank=True, default="")

    fields_to_correct = models.JSONField(_("answers to correct"), default=list, blank=True)
    correct_by_at = models.DateTimeField(_("correct by"), null=True, blank=True)

    merit_points = models.DecimalField(
        _("mean of the evaluations"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    interview_points = models.DecimalField(
        _("points of the interview"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    bonus_points = models.DecimalField(
        _("bonus"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    total_points = models.DecimalField(
        _("total"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    interview_at = models.DateTimeField(_("interview recorded"), null=True, blank=True)
    interview_note = models.TextField(_("note from the interview"), blank=True, default="")
    place_on_list = models.PositiveIntegerField(_("place in the ranking"), null=True, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = InternApplicationQuerySet.as_manager()
    evaluators_lacking: int  # set by the worklist of those who lack evaluators

    class Meta:
        verbose_name = _("intern's application")
        verbose_name_plural = _("interns' applications")
        permissions = [
            ("check_formally", "Can check applications formally"),
            ("assign_evaluators", "Can assign evaluators"),
            ("record_interview", "Can record interviews"),
            ("select_candidates", "Can select candidates"),
            ("prepare_interns", "Can prepare interns for the journey"),
            ("view_restricted_intern_fields", "Can see dates of birth and accessibility needs"),
            ("read_intern_answers", "Can read answers of applications with names and addresses"),
            ("download_application_files", "Can download files of applications"),
        ]
        constraints = [
            models.UniqueConstraint(
                "edition",
                Lower("email"),
                name="one_application_per_person_and_edition",
                condition=~Q(status=Status.WITHDRAWN),
                violation_error_message=_(
                    "There is already an application with this e-mail address in this edition."
                ),
            ),
            models.UniqueConstraint(
                fields=["number"],
                name="application_number_is_unique",
                condition=~Q(number=""),
                violation_error_message=_("This number is already in use."),
            ),
            status_is_known("application_status_is_known", ApplicationStatus),
            models.CheckConstraint(
                name="sent_application_has_a_number",
                condition=Q(status__in=(Status.DRAFT, Status.WITHDRAWN))
                | (~Q(number="") & Q(submitted_at__isnull=False)),
                violation_error_message=_("An application that was sent must have a number."),
            ),
            models.CheckConstraint(
                name="application_points_are_not_negative",
                condition=(Q(merit_points__isnull=True) | Q(merit_points__gte=0))
                & Q(bonus_points__gte=0)
                & (Q(interview_points__isnull=True) | Q(interview_points__gte=0))
                & (Q(total_points__isnull=True) | Q(total_points__gte=0)),
                violation_error_message=_("Points cannot be below zero."),
            ),
        ]
        indexes = [models.Index(fields=["edition", "status"], name="application_by_status")]

    def __str__(self) -> str:
        return " ".join(part for part in (self.number, self.full_name or self.email) if part)

    @property
    def full_name(self) -> str:
        """First name and surname in Cyrillic, as the person writes them."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def latin_name(self) -> str:
        """First name and surname in Latin letters, as in the passport."""
        return f"{self.latin_first_name} {self.latin_last_name}".strip()

    @property
    def is_editable(self) -> bool:
        """May the applicant still change answers?"""
        return self.status in (Status.DRAFT, Status.RETURNED)

    @property
    def is_head_refused(self) -> bool:
        """Did the head say no?"""
        return self.head_answer == HeadAnswer.REFUSED
