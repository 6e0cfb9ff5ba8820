"""One yearly edition: every number and date the programme depends on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.formats import ZONE_WORDS
from programme.enums import GminaKind, HromadaKind
from programme.models.edition_grants import GRANT_CONSTRAINTS, PERCENT, GrantSettings


def all_gmina_kinds() -> list[str]:
    """Default of `allowed_gmina_kinds`."""
    return list(GminaKind.values)


def all_hromada_kinds() -> list[str]:
    """Default of `allowed_hromada_kinds`."""
    return list(HromadaKind.values)


def known_earlier_editions() -> list[int]:
    """Years in which internships are known to have taken place (domain notes, 1.1)."""
    return [2022, 2023, 2024]


def default_matching_weights() -> dict[str, int]:
    """Points of a pair, 100 together; proposal of the domain notes, editable."""
    return {
        "partnership": 30,
        "partnership_informal": 15,
        "themes": 25,
        "size": 10,
        "kind": 5,
        "mentor_field": 10,
        "language": 5,
        "dates": 5,
        "record": 5,
        "preference": 5,
    }


def default_matching_rules() -> dict[str, object]:
    """Hard rules of matching; `record_favours` says whether new or proven hosts get the points."""
    return {"dates": True, "accessibility": True, "record_favours": "new"}


class EditionQuerySet(models.QuerySet["Edition"]):
    """Adjectives of editions."""

    def published(self) -> EditionQuerySet:
        """Shown to the public."""
        return self.filter(is_published=True)

    def in_force(self, now: datetime) -> Edition | None:
        """The edition behind public doors whose address has no year; None before the first.

        The newest published edition that has begun; when none has begun, the nearest one.
        """
        editions = list(self.published().order_by("-year", "pk"))
        begun = [edition for edition in editions if edition.begins_at <= now]
        if begun:
            return begun[0]
        return editions[-1] if editions else None


ZONES = frozenset(zone for _language, zone in ZONE_WORDS)


class Edition(GrantSettings):
    """A yearly edition with all its settings; nothing here may be assumed by code."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2022), MaxValueValidator(2100)]
    )
    name = models.CharField(_("name of the edition"), max_length=120)
    is_published = models.BooleanField(_("shown to the public"), default=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False)

    help_email = models.EmailField(_("public e-mail address for questions"), blank=True)
    help_phone = models.CharField(_("public telephone for questions"), max_length=30, blank=True)

    # Who may take part
    population_limit_pl = models.PositiveIntegerField(
        _("population limit of Polish municipalities"), default=80_000
    )
    population_limit_ua = models.PositiveIntegerField(
        _("population limit of hromadas"), default=80_000
    )
    allowed_gmina_kinds = ArrayField(
        models.CharField(max_length=11, choices=GminaKind),
        verbose_name=_("kinds of gmina that may take part"),
        default=all_gmina_kinds,
    )
    allowed_hromada_kinds = ArrayField(
        models.CharField(max_length=10, choices=HromadaKind),
        verbose_name=_("kinds of hromada that may take part"),
        default=all_hromada_kinds,
    )
    places = models.PositiveSmallIntegerField(_("places for interns"), default=30)
    interns_per_host_max = models.PositiveSmallIntegerField(
        _("interns per host municipality, at most"), default=2
    )
    candidates_per_hromada = models.PositiveSmallIntegerField(
        _("candidates per hromada, at most"), default=1
    )

    previous_years = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(2022)]),
        verbose_name=_("years of earlier editions"),
        default=known_earlier_editions,
        blank=True,
        help_text=_("The survey asks in which of them the office hosted. For example: 2023, 2024."),
    )

    # Windows; hosts read Warsaw time, candidates Kyiv time
    host_zone = models.CharField(_("time zone of hosts"), max_length=40, default="Europe/Warsaw")
    intern_zone = models.CharField(_("time zone of interns"), max_length=40, default="Europe/Kyiv")
    survey_opens_at = models.DateTimeField(_("survey opens"))
    survey_closes_at = models.DateTimeField(_("survey closes"))
    applications_open_at = models.DateTimeField(_("applications open"))
    applications_close_at = models.DateTimeField(_("applications close"))
    meetings_start_on = models.DateField(_("first day of information sessions"))
    meetings_end_on = models.DateField(_("last day of information sessions"))
    declarations_close_at = models.DateTimeField(
        _("declarations are due by"), null=True, blank=True
    )
    inaugural_meeting_on = models.DateField(_("inaugural meeting"), null=True, blank=True)
    closing_meeting_on = models.DateField(_("closing meeting"), null=True, blank=True)
    grace_minutes = models.PositiveSmallIntegerField(
        _("minutes of grace after a deadline"), default=15
    )
    session_choice_closes_hours = models.PositiveSmallIntegerField(
        _("hours before a session when the choice closes"), default=24
    )
    session_minutes = models.PositiveSmallIntegerField(
        _("length of an information session in minutes"), default=90
    )
    head_confirmation_days = models.PositiveSmallIntegerField(
        _("days for the head to confirm a candidate"), default=7
    )
    proposal_answer_days = models.PositiveSmallIntegerField(
        _("days to answer a proposed pair"), default=7
    )
    placement_weeks = models.PositiveSmallIntegerField(
        _("length of an internship in weeks"), default=4
    )

    # Selection
    evaluators_per_application = models.PositiveSmallIntegerField(
        _("evaluators per application"), default=2
    )
    third_evaluator_difference = models.PositiveSmallIntegerField(
        _("difference in points that calls a third evaluator"), default=30
    )
    merit_threshold = models.PositiveSmallIntegerField(
        _("merit points needed, at least"), default=0
    )
    merit_weight = models.PositiveSmallIntegerField(
        _("weight of the merit evaluation (%)"), default=60, validators=PERCENT
    )
    interview_weight = models.PositiveSmallIntegerField(
        _("weight of the interview (%)"), default=40, validators=PERCENT
    )
    interview_max_points = models.PositiveSmallIntegerField(_("interview points"), default=40)
    bonus_max_points = models.PositiveSmallIntegerField(
        _("bonus for front-line hromadas and absent oblasts, at most"), default=10
    )
    reserve_places = models.PositiveSmallIntegerField(_("places on the reserve list"), default=10)

    # Matching
    matching_weights = models.JSONField(_("matching weights"), default=default_matching_weights)
    matching_rules = models.JSONField(_("hard rules of matching"), default=default_matching_rules)

    # How long records are kept; a proposal until the data controller has confirmed it
    retention_is_confirmed = models.BooleanField(
        _("the periods are confirmed and may be printed in the privacy notice"), default=False
    )
    retention_drafts_months = models.PositiveSmallIntegerField(
        _("drafts never sent are kept (months)"), default=12
    )
    retention_rejected_months = models.PositiveSmallIntegerField(
        _("rejected applications are kept after the edition (months)"), default=12
    )
    retention_placement_years = models.PositiveSmallIntegerField(
        _("placement files are kept (years)"), default=5
    )
    retention_grant_years = models.PositiveSmallIntegerField(
        _("grant files are kept (years)"), default=5
    )
    retention_log_months = models.PositiveSmallIntegerField(_("logs are kept (months)"), default=12)
    retention_consent_years = models.PositiveSmallIntegerField(
        _("consents are kept longer than the records (years)"), default=3
    )
    retention_passport_days = models.PositiveSmallIntegerField(
        _("passport details are deleted after the settlement of travel (days)"), default=30
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            *GRANT_CONSTRAINTS,
            models.CheckConstraint(
                name="edition_year_is_plausible",
                condition=Q(year__gte=2022, year__lte=2100),
                violation_error_message=_("The year must lie between 2022 and 2100."),
            ),
            models.CheckConstraint(
                name="edition_survey_window_in_order",
                condition=Q(survey_opens_at__lt=F("survey_closes_at")),
                violation_error_message=_("The survey must open before it closes."),
            ),
            models.CheckConstraint(
                name="edition_application_window_in_order",
                condition=Q(applications_open_at__lt=F("applications_close_at")),
                violation_error_message=_("Applications must open before they close."),
            ),
            models.CheckConstraint(
                name="edition_meetings_in_order",
                condition=Q(meetings_start_on__lte=F("meetings_end_on")),
                violation_error_message=_("The first session cannot be later than the last one."),
            ),
            models.CheckConstraint(
                name="edition_limits_are_positive",
                condition=Q(
                    population_limit_pl__gt=0,
                    population_limit_ua__gt=0,
                    places__gt=0,
                    interns_per_host_max__gt=0,
                    candidates_per_hromada__gt=0,
                    placement_weeks__gt=0,
                    evaluators_per_application__gt=0,
                    grant_evaluators__gt=0,
                ),
                violation_error_message=_("Limits and numbers must be greater than zero."),
            ),
            models.CheckConstraint(
                name="edition_weights_make_a_hundred",
                condition=Q(merit_weight=100 - F("interview_weight")),
                violation_error_message=_(
                    "The weights of evaluation and interview must make 100 % together."
                ),
            ),
            models.CheckConstraint(
                name="edition_percentages_in_range",
                condition=Q(
                    merit_weight__lte=100,
                    interview_weight__lte=100,
                    own_contribution_min_percent__gte=0,
                    own_contribution_max_percent__lte=100,
                    own_contribution_min_percent__lte=F("own_contribution_max_percent"),
                    admin_max_percent__gte=0,
                    admin_max_percent__lte=100,
                    reallocation_max_percent__gte=0,
                    reallocation_max_percent__lte=100,
                    interim_report_percent__lte=100,
                ),
                violation_error_message=_("Percentages must lie between 0 and 100, in order."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Years lie before this one, zones are those that pages can name."""
        super().clean()
        self.previous_years = sorted(set(self.previous_years or []))
        if self.year and any(year >= self.year for year in self.previous_years):
            raise ValidationError(
                {"previous_years": _("Earlier editions have years before this one.")}
            )
        for field in ("host_zone", "intern_zone"):
            if getattr(self, field) not in ZONES:
                raise ValidationError({field: _("Write Europe/Warsaw or Europe/Kyiv.")})

    @property
    def begins_at(self) -> datetime:
        """The moment the first door of the edition opens."""
        return min(self.survey_opens_at, self.applications_open_at)

    @property
    def survey_grace_ends_at(self) -> datetime:
        """The instant from which a survey is too late, whatever was in preparation (FT-21)."""
        return self.survey_closes_at + timedelta(minutes=self.grace_minutes)

    def survey_may_begin(self, now: datetime) -> bool:
        """Whether a survey may be begun, or its link asked for: no minutes of grace for that."""
        return self.survey_opens_at <= now < self.survey_closes_at

    def survey_is_open(self, now: datetime) -> bool:
        """Whether a survey in preparation may still be sent, the minutes of grace included."""
        return self._is_open(self.survey_opens_at, self.survey_closes_at, now)

    def applications_are_open(self, now: datetime) -> bool:
        """Whether an application may still be sent, the minutes of grace included."""
        return self._is_open(self.applications_open_at, self.applications_close_at, now)

    def grants_are_open(self, now: datetime) -> bool:
        """Whether a grant application may still be sent, the minutes of grace included."""
        if self.grant_opens_at is None or self.grant_closes_at is None:
            return False
        return self._is_open(self.grant_opens_at, self.grant_closes_at, now)

    def _is_open(self, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
        """A closing is an exclusive instant, and so is the end of the grace."""
        return opens_at <= now < closes_at + timedelta(minutes=self.grace_minutes)
