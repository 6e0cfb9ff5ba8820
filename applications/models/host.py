"""The survey of a Polish municipality, from the invitation to the decision."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.enums import Entrance, SurveyStatus
from programme.models import Contact


class AddresseeMissing(Exception):
    """A survey that was never sent has nobody to write to."""


class HostInvitation(models.Model):
    """A personal link to the survey: from our letter, or asked for at the public entrance."""

    edition = models.ForeignKey(
        "programme.Edition", verbose_name=_("edition"), on_delete=models.PROTECT
    )
    organisation = models.ForeignKey(
        "programme.Organisation",
        verbose_name=_("municipality office"),
        on_delete=models.PROTECT,
        related_name="host_invitations",
    )
    contact = models.ForeignKey(
        "programme.Contact",
        verbose_name=_("addressee"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="host_invitations",
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="pl"
    )
    entrance = models.CharField(
        _("entrance"), max_length=8, choices=Entrance, default=Entrance.MAIL
    )
    may_exceed_limit = models.BooleanField(
        _("may answer above the population limit"), default=False
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    invited_at = models.DateTimeField(_("invited"))

    # Brought along by the questions of `selectors.host_doors`, which say when.
    let_in_until: datetime | None
    has_questions: bool
    begun: "HostSurvey | None"

    class Meta:
        verbose_name = _("invitation to the survey")
        verbose_name_plural = _("invitations to the survey")
        constraints = [
            models.UniqueConstraint(
                name="one_invitation_per_office_address_and_edition",
                fields=["edition", "organisation", "email"],
                violation_error_message=_("This address has already been invited."),
            ),
            models.CheckConstraint(
                name="host_invitation_entrance_is_known",
                condition=Q(entrance__in=Entrance.values),
                violation_error_message=_("This entrance is not known."),
            ),
        ]

    def __str__(self) -> str:
        return self.email


class SurveyCounter(models.Model):
    """The last survey number given in an edition; the row is locked while the next is taken."""

    edition = models.OneToOneField(
        "programme.Edition", verbose_name=_("edition"), on_delete=models.PROTECT
    )
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("counter of surveys")
        verbose_name_plural = _("counters of surveys")

    def __str__(self) -> str:
        return str(self.last)


class HostSurveyQuerySet(models.QuerySet):
    """Adjectives of surveys."""

    def of_edition(self, edition) -> "HostSurveyQuerySet":
        """Those of one edition."""
        return self.filter(edition=edition)

    def sent(self) -> "HostSurveyQuerySet":
        """Sent at least once, not withdrawn, and the one that counts for its municipality."""
        return self.leading().filter(submitted_at__isnull=False)

    def leading(self) -> "HostSurveyQuerySet":
        """The one survey of a municipality that counts (A13).

        Possible duplicates are left out, and one that was withdrawn leads no more.
        """
        return self.filter(duplicate_of__isnull=True).exclude(status=SurveyStatus.WITHDRAWN)

    def awaiting_merge(self) -> "HostSurveyQuerySet":
        """Possible duplicates that staff have not merged yet."""
        return self.filter(status=SurveyStatus.DUPLICATE)

    def awaiting_decision(self) -> "HostSurveyQuerySet":
        """Sent, and nobody has decided yet."""
        return self.filter(status=SurveyStatus.SUBMITTED)

    def awaiting_second_person(self) -> "HostSurveyQuerySet":
        """An exception was asked for, and somebody else must approve it."""
        return self.filter(status=SurveyStatus.EXCEPTION)

    def eligible(self) -> "HostSurveyQuerySet":
        """Those that may host."""
        return self.filter(status=SurveyStatus.ELIGIBLE)

    def for_table(self) -> "HostSurveyQuerySet":
        """With everything that a row of a list or a record shows."""
        return self.select_related("edition", "gmina", "organisation", "contact", "invitation")


class HostSurvey(models.Model):
    """The survey of interest of one gmina in one edition.

    One survey of a gmina leads. Any other points to it by `duplicate_of`, and its status can only
    be "possible duplicate" or "merged", so it is never counted, decided, invited or matched (A13).
    When the leading one is withdrawn, a duplicate that lives takes its place.
    `answers` are those last sent, keyed as in `applications.forms.host_pages`; `draft_answers` are
    those being written. The population fields keep the figure that the decision used.
    """

    Status = SurveyStatus
    STEPS = {
        Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN, Status.DUPLICATE},
        Status.SUBMITTED: {
            Status.RETURNED,
            Status.ELIGIBLE,
            Status.INELIGIBLE,
            Status.EXCEPTION,
            Status.WITHDRAWN,
            Status.DUPLICATE,
        },
        Status.RETURNED: {Status.SUBMITTED, Status.WITHDRAWN, Status.DUPLICATE},
        Status.INELIGIBLE: {Status.EXCEPTION, Status.WITHDRAWN, Status.DUPLICATE},
        Status.EXCEPTION: {Status.ELIGIBLE, Status.INELIGIBLE, Status.WITHDRAWN},
        Status.ELIGIBLE: {Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
        Status.DUPLICATE: {Status.MERGED, Status.DRAFT, Status.SUBMITTED},  # it leads now
        Status.MERGED: {Status.DUPLICATE},  # a merge that is taken back
    }

    edition = models.ForeignKey(
        "programme.Edition", verbose_name=_("edition"), on_delete=models.PROTECT
    )
    gmina = models.ForeignKey(
        "programme.Gmina",
        verbose_name=_("municipality"),
        on_delete=models.PROTECT,
        related_name="surveys",
    )
    organisation = models.ForeignKey(
        "programme.Organisation",
        verbose_name=_("municipality office"),
        on_delete=models.PROTECT,
        related_name="surveys",
    )
    invitation = models.ForeignKey(
        HostInvitation,
        verbose_name=_("invitation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="surveys",
    )
    contact = models.ForeignKey(
        "programme.Contact",
        verbose_name=_("contact person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="surveys",
    )
    email = models.EmailField(_("address that the draft's link went to"), max_length=254)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="pl"
    )
    entrance = models.CharField(
        _("entrance"), max_length=8, choices=Entrance, default=Entrance.MAIL
    )
    number = models.CharField(_("number"), max_length=20, null=True, blank=True)  # noqa: DJ001 - unique when given
    status = models.CharField(
        _("status"), max_length=12, choices=SurveyStatus, default=SurveyStatus.DRAFT
    )
    answers = models.JSONField(_("answers sent"), default=dict, blank=True)
    draft_answers = models.JSONField(_("answers being written"), default=dict, blank=True)
    duplicate_of = models.ForeignKey(
        "self",
        verbose_name=_("possible duplicate of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duplicates",
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken by telephone by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_at = models.DateTimeField(_("taken by telephone"), null=True, blank=True)
    caller = models.CharField(_("who was on the telephone"), max_length=200, blank=True)
    may_exceed_limit = models.BooleanField(
        _("may answer above the population limit"), default=False
    )
    is_late = models.BooleanField(_("sent after the closing time"), default=False)
    # Which browser began it, when it was let in by the address of the letter alone.
    begun_in = models.CharField(_("begun in"), max_length=64, blank=True, editable=False)
    started_at = models.DateTimeField(_("begun"))
    saved_at = models.DateTimeField(_("last saved"))
    submitted_at = models.DateTimeField(_("first sent"), null=True, blank=True)
    population_used = models.PositiveIntegerField(
        _("population used"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    population_on = models.DateField(_("population on"), null=True, blank=True)
    population_source = models.CharField(_("source of the population"), max_length=120, blank=True)

    # Brought along by the questions of `selectors.host_doors` and by `services.locked`.
    let_in_until: datetime | None
    has_questions: bool
    read_at: datetime

    objects = HostSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey of a municipality")
        verbose_name_plural = _("surveys of municipalities")
        permissions = [
            ("decide_eligibility", _("Can decide on eligibility")),
            ("approve_exception", _("Can approve an exception that somebody else asked for")),
            ("invite_hosts", _("Can invite municipalities to the survey")),
            ("read_host_answers", _("Can read answers that were sent, with names")),
            ("read_host_drafts", _("Can read answers of drafts")),
            ("merge_surveys", _("Can merge a possible duplicate into the leading survey")),
            ("enter_host_surveys", _("Can enter a survey taken by telephone")),
            ("verify_municipalities", _("Can verify municipalities that were typed by hand")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_leading_survey_per_gmina_and_edition",
                fields=["edition", "gmina"],
                condition=Q(duplicate_of__isnull=True) & ~Q(status=SurveyStatus.WITHDRAWN),
                violation_error_message=_("This municipality already has a survey."),
            ),
            models.UniqueConstraint(
                name="survey_number_is_unique",
                fields=["number"],
                violation_error_message=_("This number has already been given."),
            ),
            models.CheckConstraint(
                name="host_survey_status_is_known",
                condition=Q(status__in=SurveyStatus.values),
                violation_error_message=_("This status is not known."),
            ),
            models.CheckConstraint(
                name="host_survey_entrance_is_known",
                condition=Q(entrance__in=Entrance.values),
                violation_error_message=_("This entrance is not known."),
            ),
            models.CheckConstraint(
                name="sent_survey_has_number_and_time",
                condition=Q(
                    status__in=[
                        SurveyStatus.DRAFT,
                        SurveyStatus.WITHDRAWN,
                        SurveyStatus.DUPLICATE,
                        SurveyStatus.MERGED,
                    ]
                )
                | Q(number__isnull=False, submitted_at__isnull=False),
                violation_error_message=_("A survey that was sent has a number and a time."),
            ),
            models.CheckConstraint(
                name="duplicate_survey_is_never_more_than_a_duplicate",
                condition=Q(duplicate_of__isnull=True)
                & ~Q(status__in=[SurveyStatus.DUPLICATE, SurveyStatus.MERGED])
                | Q(
                    duplicate_of__isnull=False,
                    status__in=[SurveyStatus.DUPLICATE, SurveyStatus.MERGED],
                ),
                violation_error_message=_(
                    "A possible duplicate can only be merged; it is never decided on."
                ),
            ),
            models.CheckConstraint(
                name="survey_is_not_its_own_duplicate",
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("pk")),
                violation_error_message=_("A survey is not its own duplicate."),
            ),
            models.CheckConstraint(
                name="survey_taken_by_telephone_says_by_whom_and_when",
                condition=~Q(entrance=Entrance.PHONE)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
                violation_error_message=_("A survey taken by telephone says who took it and when."),
            ),
        ]
        indexes = [models.Index(fields=["edition", "status"], name="survey_by_edition_status")]

    def __str__(self) -> str:
        return self.number or str(self.gmina)

    @property
    def is_draft(self) -> bool:
        """Never sent."""
        return self.status == SurveyStatus.DRAFT

    @property
    def addressee(self) -> Contact:
        """Who gets our letters about it; a draft without a contact raises `AddresseeMissing`."""
        if self.contact is None:
            raise AddresseeMissing(self.pk)
        return self.contact

    @property
    def is_open_for_changes(self) -> bool:
        """Whether its life, apart from the calendar, still lets the sender change answers."""
        return self.status in (
            SurveyStatus.DUPLICATE,
            SurveyStatus.DRAFT,
            SurveyStatus.SUBMITTED,
            SurveyStatus.RETURNED,
            SurveyStatus.ELIGIBLE,
        )

    @property
    def has_unsent_changes(self) -> bool:
        """A correction was begun and not sent."""
        return not self.is_draft and self.draft_answers != self.answers

    @property
    def is_duplicate(self) -> bool:
        """A second survey of its municipality, waiting to be merged or merged already."""
        return self.duplicate_of_id is not None

    @property
    def is_by_telephone(self) -> bool:
        """Staff wrote down what the office said on the telephone (A20)."""
        return self.entrance == Entrance.PHONE

    @property
    def newest_answers(self) -> dict:
        """What was sent last; of a survey that was never sent, what has been written."""
        return self.answers if self.submitted_at else self.draft_answers
