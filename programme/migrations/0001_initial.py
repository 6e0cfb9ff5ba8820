from decimal import Decimal

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

import programme.identifiers
import programme.models.edition
import programme.models.edition_grants


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0003_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        unique=True,
                        validators=[
                            django.core.validators.MinValueValidator(2022),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="year",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "is_published",
                    models.BooleanField(default=False, verbose_name="shown to the public"),
                ),
                (
                    "is_demonstration",
                    models.BooleanField(default=False, verbose_name="demonstration"),
                ),
                (
                    "help_email",
                    models.EmailField(
                        blank=True,
                        max_length=254,
                        verbose_name="public e-mail address for questions",
                    ),
                ),
                (
                    "help_phone",
                    models.CharField(
                        blank=True, max_length=30, verbose_name="public telephone for questions"
                    ),
                ),
                (
                    "population_limit_pl",
                    models.PositiveIntegerField(
                        default=80000, verbose_name="population limit of Polish municipalities"
                    ),
                ),
                (
                    "population_limit_ua",
                    models.PositiveIntegerField(
                        default=80000, verbose_name="population limit of hromadas"
                    ),
                ),
                (
                    "allowed_gmina_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("urban", "urban gmina"),
                                ("rural", "rural gmina"),
                                ("urban_rural", "urban-rural gmina"),
                            ],
                            max_length=11,
                        ),
                        default=programme.models.edition.all_gmina_kinds,
                        size=None,
                        verbose_name="kinds of gmina that may take part",
                    ),
                ),
                (
                    "allowed_hromada_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("urban", "urban hromada"),
                                ("settlement", "settlement hromada"),
                                ("rural", "rural hromada"),
                            ],
                            max_length=10,
                        ),
                        default=programme.models.edition.all_hromada_kinds,
                        size=None,
                        verbose_name="kinds of hromada that may take part",
                    ),
                ),
                (
                    "places",
                    models.PositiveSmallIntegerField(default=30, verbose_name="places for interns"),
                ),
                (
                    "interns_per_host_max",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="interns per host municipality, at most"
                    ),
                ),
                (
                    "candidates_per_hromada",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="candidates per hromada, at most"
                    ),
                ),
                (
                    "host_zone",
                    models.CharField(
                        default="Europe/Warsaw", max_length=40, verbose_name="time zone of hosts"
                    ),
                ),
                (
                    "intern_zone",
                    models.CharField(
                        default="Europe/Kyiv", max_length=40, verbose_name="time zone of interns"
                    ),
                ),
                ("survey_opens_at", models.DateTimeField(verbose_name="survey opens")),
                ("survey_closes_at", models.DateTimeField(verbose_name="survey closes")),
                ("applications_open_at", models.DateTimeField(verbose_name="applications open")),
                ("applications_close_at", models.DateTimeField(verbose_name="applications close")),
                (
                    "meetings_start_on",
                    models.DateField(verbose_name="first day of information sessions"),
                ),
                (
                    "meetings_end_on",
                    models.DateField(verbose_name="last day of information sessions"),
                ),
                (
                    "declarations_close_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="declarations are due by"
                    ),
                ),
                (
                    "inaugural_meeting_on",
                    models.DateField(blank=True, null=True, verbose_name="inaugural meeting"),
                ),
                (
                    "closing_meeting_on",
                    models.DateField(blank=True, null=True, verbose_name="closing meeting"),
                ),
                (
                    "grace_minutes",
                    models.PositiveSmallIntegerField(
                        default=15, verbose_name="minutes of grace after a deadline"
                    ),
                ),
                (
                    "session_choice_closes_hours",
                    models.PositiveSmallIntegerField(
                        default=24, verbose_name="hours before a session when the choice closes"
                    ),
                ),
                (
                    "session_minutes",
                    models.PositiveSmallIntegerField(
                        default=90, verbose_name="length of an information session in minutes"
                    ),
                ),
                (
                    "head_confirmation_days",
                    models.PositiveSmallIntegerField(
                        default=7, verbose_name="days for the head to confirm a candidate"
                    ),
                ),
                (
                    "proposal_answer_days",
                    models.PositiveSmallIntegerField(
                        default=7, verbose_name="days to answer a proposed pair"
                    ),
                ),
                (
                    "placement_weeks",
                    models.PositiveSmallIntegerField(
                        default=4, verbose_name="length of an internship in weeks"
                    ),
                ),
                (
                    "evaluators_per_application",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="evaluators per application"
                    ),
                ),
                (
                    "third_evaluator_difference",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="difference in points that calls a third evaluator"
                    ),
                ),
                (
                    "merit_threshold",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="merit points needed, at least"
                    ),
                ),
                (
                    "merit_weight",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                        verbose_name="weight of the merit evaluation (%)",
                    ),
                ),
                (
                    "interview_weight",
                    models.PositiveSmallIntegerField(
                        default=40,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                        verbose_name="weight of the interview (%)",
                    ),
                ),
                (
                    "interview_max_points",
                    models.PositiveSmallIntegerField(default=40, verbose_name="interview points"),
                ),
                (
                    "bonus_max_points",
                    models.PositiveSmallIntegerField(
                        default=10,
                        verbose_name="bonus for front-line hromadas and absent oblasts, at most",
                    ),
                ),
                (
                    "reserve_places",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="places on the reserve list"
                    ),
                ),
                (
                    "matching_weights",
                    models.JSONField(
                        default=programme.models.edition.default_matching_weights,
                        verbose_name="matching weights",
                    ),
                ),
                (
                    "matching_rules",
                    models.JSONField(
                        default=programme.models.edition.default_matching_rules,
                        verbose_name="hard rules of matching",
                    ),
                ),
                (
                    "grant_count",
                    models.PositiveSmallIntegerField(default=10, verbose_name="number of grants"),
                ),
                (
                    "grant_pool",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("400000"),
                        max_digits=12,
                        verbose_name="pool of grants",
                    ),
                ),
                (
                    "grant_min",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("10000"),
                        max_digits=12,
                        verbose_name="smallest grant",
                    ),
                ),
                (
                    "grant_max",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("40000"),
                        max_digits=12,
                        verbose_name="largest grant",
                    ),
                ),
                (
                    "grant_currency",
                    models.CharField(
                        default="PLN", max_length=3, verbose_name="currency of grants"
                    ),
                ),
                (
                    "grant_opens_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="call for small projects opens"
                    ),
                ),
                (
                    "grant_closes_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="call for small projects closes"
                    ),
                ),
                (
                    "grant_starts_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="first day of small projects"
                    ),
                ),
                (
                    "grant_ends_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="last day of small projects"
                    ),
                ),
                (
                    "applications_per_hromada",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="grant applications per hromada"
                    ),
                ),
                (
                    "own_contribution_min_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                        verbose_name="own contribution, at least (%)",
                    ),
                ),
                (
                    "own_contribution_max_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("100"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                        verbose_name="own contribution, at most (%)",
                    ),
                ),
                (
                    "own_contribution_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("financial", "financial"),
                                ("in_kind", "in kind"),
                                ("work", "work"),
                            ],
                            max_length=20,
                        ),
                        default=programme.models.edition_grants.default_contribution_kinds,
                        size=None,
                        verbose_name="kinds of own contribution",
                    ),
                ),
                (
                    "admin_max_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("15"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                        verbose_name="administrative costs, at most (%)",
                    ),
                ),
                (
                    "reallocation_max_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("10"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                        verbose_name="reallocation in a category without consent, at most (%)",
                    ),
                ),
                (
                    "quotation_threshold",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="budget line that needs a quotation, from",
                    ),
                ),
                (
                    "grant_evaluators",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="evaluators per project"
                    ),
                ),
                (
                    "grant_third_difference",
                    models.PositiveSmallIntegerField(
                        default=25,
                        verbose_name="difference in points that calls a third evaluator of a project",
                    ),
                ),
                (
                    "grant_threshold",
                    models.PositiveSmallIntegerField(
                        default=60, verbose_name="points needed for a grant, at least"
                    ),
                ),
                (
                    "correction_days",
                    models.PositiveSmallIntegerField(
                        default=5, verbose_name="working days to correct an application"
                    ),
                ),
                (
                    "tranches",
                    models.JSONField(
                        default=programme.models.edition_grants.default_tranches,
                        verbose_name="tranches (percent of the grant)",
                    ),
                ),
                (
                    "interim_report_percent",
                    models.PositiveSmallIntegerField(
                        default=70,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                        verbose_name="part of a tranche spent before the interim report (%)",
                    ),
                ),
                (
                    "report_days",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="days for the final report"
                    ),
                ),
                (
                    "report_correction_days",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="days to correct a report"
                    ),
                ),
                (
                    "report_correction_rounds",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="rounds of corrections of a report"
                    ),
                ),
                (
                    "return_days",
                    models.PositiveSmallIntegerField(
                        default=15, verbose_name="days to return unused or misused money"
                    ),
                ),
                (
                    "unused_return_by",
                    models.DateField(blank=True, null=True, verbose_name="unused money returns by"),
                ),
                (
                    "interest_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        max_digits=6,
                        null=True,
                        verbose_name="interest on late returns, yearly (%)",
                    ),
                ),
                (
                    "retention_drafts_months",
                    models.PositiveSmallIntegerField(
                        default=12, verbose_name="drafts never sent are kept (months)"
                    ),
                ),
                (
                    "retention_rejected_months",
                    models.PositiveSmallIntegerField(
                        default=12,
                        verbose_name="rejected applications are kept after the edition (months)",
                    ),
                ),
                (
                    "retention_placement_years",
                    models.PositiveSmallIntegerField(
                        default=5, verbose_name="placement files are kept (years)"
                    ),
                ),
                (
                    "retention_grant_years",
                    models.PositiveSmallIntegerField(
                        default=5, verbose_name="grant files are kept (years)"
                    ),
                ),
                (
                    "retention_log_months",
                    models.PositiveSmallIntegerField(
                        default=12, verbose_name="logs are kept (months)"
                    ),
                ),
                (
                    "retention_consent_years",
                    models.PositiveSmallIntegerField(
                        default=3, verbose_name="consents are kept longer than the records (years)"
                    ),
                ),
                (
                    "retention_passport_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        verbose_name="passport details are deleted after the settlement of travel (days)",
                    ),
                ),
            ],
            options={
                "verbose_name": "edition",
                "verbose_name_plural": "editions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2022), ("year__lte", 2100)),
                        name="edition_year_is_plausible",
                        violation_error_message="The year must lie between 2022 and 2100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("survey_opens_at__lt", models.F("survey_closes_at"))),
                        name="edition_survey_window_in_order",
                        violation_error_message="The survey must open before it closes.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("applications_open_at__lt", models.F("applications_close_at"))
                        ),
                        name="edition_application_window_in_order",
                        violation_error_message="Applications must open before they close.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("meetings_start_on__lte", models.F("meetings_end_on"))),
                        name="edition_meetings_in_order",
                        violation_error_message="The first session cannot be later than the last one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("grant_opens_at__isnull", True),
                            ("grant_closes_at__isnull", True),
                            ("grant_opens_at__lt", models.F("grant_closes_at")),
                            _connector="OR",
                        ),
                        name="edition_grant_window_in_order",
                        violation_error_message="The call for small projects must open before it closes.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("grant_starts_on__isnull", True),
                            ("grant_ends_on__isnull", True),
                            ("grant_starts_on__lt", models.F("grant_ends_on")),
                            _connector="OR",
                        ),
                        name="edition_grant_period_in_order",
                        violation_error_message="Small projects must begin before they end.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("candidates_per_hromada__gt", 0),
                            ("evaluators_per_application__gt", 0),
                            ("grant_evaluators__gt", 0),
                            ("interns_per_host_max__gt", 0),
                            ("placement_weeks__gt", 0),
                            ("places__gt", 0),
                            ("population_limit_pl__gt", 0),
                            ("population_limit_ua__gt", 0),
                        ),
                        name="edition_limits_are_positive",
                        violation_error_message="Limits and numbers must be greater than zero.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "merit_weight",
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(100), "-", models.F("interview_weight")
                                ),
                            )
                        ),
                        name="edition_weights_make_a_hundred",
                        violation_error_message="The weights of evaluation and interview must make 100 % together.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("admin_max_percent__gte", 0),
                            ("admin_max_percent__lte", 100),
                            ("interim_report_percent__lte", 100),
                            ("interview_weight__lte", 100),
                            ("merit_weight__lte", 100),
                            ("own_contribution_max_percent__lte", 100),
                            ("own_contribution_min_percent__gte", 0),
                            (
                                "own_contribution_min_percent__lte",
                                models.F("own_contribution_max_percent"),
                            ),
                            ("reallocation_max_percent__gte", 0),
                            ("reallocation_max_percent__lte", 100),
                        ),
                        name="edition_percentages_in_range",
                        violation_error_message="Percentages must lie between 0 and 100, in order.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("grant_max__gte", models.F("grant_min")),
                            ("grant_min__gt", 0),
                            ("grant_pool__gte", models.F("grant_min")),
                        ),
                        name="edition_grant_amounts_in_order",
                        violation_error_message="The smallest grant must be above zero and not above the largest one or the pool.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grant_currency__regex", "^[A-Z]{3}$")),
                        name="edition_currency_is_a_code",
                        violation_error_message="Write the currency as three letters, e.g. PLN.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("privacy_host", "privacy notice for host municipalities"),
                            ("privacy_mentor", "privacy notice for mentors"),
                            ("privacy_intern", "privacy notice for candidates"),
                            ("privacy_evaluator", "privacy notice for evaluators"),
                            ("privacy_grant", "privacy notice for small projects"),
                            ("truth", "declaration that the answers are true"),
                            ("roles", "description of roles has been read"),
                            ("regulations", "regulations have been read"),
                            ("participation", "commitment to take part in all stages"),
                            ("news", "consent to news of the programme"),
                            (
                                "listing",
                                "consent to be named on the list of interested municipalities",
                            ),
                            ("image", "consent to the use of the image"),
                            ("reserve", "consent to stand on the reserve list"),
                            (
                                "special_needs",
                                "consent to the processing of data on health and needs",
                            ),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                ("is_required", models.BooleanField(default=False, verbose_name="required")),
                ("text_pl", models.TextField(verbose_name="in Polish")),
                ("text_uk", models.TextField(verbose_name="in Ukrainian")),
                ("text_en", models.TextField(verbose_name="in English")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consent_texts",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "clause or consent",
                "verbose_name_plural": "clauses and consents",
            },
        ),
        migrations.CreateModel(
            name="BudgetCategory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name_pl", models.CharField(max_length=200, verbose_name="name in Polish")),
                ("name_uk", models.CharField(max_length=200, verbose_name="name in Ukrainian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "max_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("100")),
                        ],
                        verbose_name="part of the budget, at most (%)",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="budget_categories",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget category",
                "verbose_name_plural": "budget categories",
            },
        ),
        migrations.CreateModel(
            name="EditionFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("logo", "official sign"),
                            ("attachment", "attachment"),
                            ("regulations", "regulations"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "alt_pl",
                    models.CharField(max_length=200, verbose_name="alternative text in Polish"),
                ),
                (
                    "alt_uk",
                    models.CharField(max_length=200, verbose_name="alternative text in Ukrainian"),
                ),
                (
                    "alt_en",
                    models.CharField(max_length=200, verbose_name="alternative text in English"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="file",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of the edition",
                "verbose_name_plural": "files of the edition",
            },
        ),
        migrations.CreateModel(
            name="EditionText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        choices=[
                            ("introduction", "introduction on the programme page"),
                            ("costs", "what the organiser pays"),
                            ("host_role", "role of the host municipality"),
                            ("mentor_role", "role of the mentor"),
                            ("organiser_role", "role of the organiser"),
                            ("regulations", "regulations of the programme"),
                            ("preparation", "preparation stage"),
                            ("leaving_ukraine", "rules on leaving Ukraine"),
                            ("grant_rules", "rules of small projects"),
                            ("agreement", "text of the agreement with the host municipality"),
                            ("privacy", "privacy policy: details of the controller"),
                            ("contact", "contact of the programme team"),
                        ],
                        max_length=30,
                        verbose_name="text",
                    ),
                ),
                ("text_pl", models.TextField(blank=True, verbose_name="in Polish")),
                ("text_uk", models.TextField(blank=True, verbose_name="in Ukrainian")),
                ("text_en", models.TextField(blank=True, verbose_name="in English")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "text of the edition",
                "verbose_name_plural": "texts of the edition",
            },
        ),
        migrations.CreateModel(
            name="FormalCriterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name_pl", models.CharField(max_length=200, verbose_name="name in Polish")),
                ("name_uk", models.CharField(max_length=200, verbose_name="name in Ukrainian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("host", "host municipality"),
                            ("intern", "intern"),
                            ("grant", "small project"),
                        ],
                        default="intern",
                        max_length=6,
                        verbose_name="for whom",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="formal_criteria",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "formal criterion",
                "verbose_name_plural": "formal criteria",
            },
        ),
        migrations.CreateModel(
            name="Gmina",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sort_key",
                    models.CharField(
                        db_index=True, editable=False, max_length=250, verbose_name="sort key"
                    ),
                ),
                (
                    "search_text",
                    models.CharField(
                        editable=False, max_length=250, verbose_name="text for search"
                    ),
                ),
                (
                    "area_text",
                    models.CharField(
                        editable=False, max_length=250, verbose_name="area for search"
                    ),
                ),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="in the register until"),
                ),
                (
                    "needs_verification",
                    models.BooleanField(default=False, verbose_name="to be verified"),
                ),
                (
                    "is_demonstration",
                    models.BooleanField(
                        default=False, verbose_name="from the demonstration register"
                    ),
                ),
                ("teryt", models.CharField(max_length=7, unique=True, verbose_name="TERYT code")),
                (
                    "teryt6",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Left("teryt", 6),
                        output_field=models.CharField(max_length=6),
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("urban", "urban gmina"),
                            ("rural", "rural gmina"),
                            ("urban_rural", "urban-rural gmina"),
                        ],
                        max_length=11,
                        verbose_name="kind",
                    ),
                ),
                ("powiat", models.CharField(max_length=100, verbose_name="powiat")),
                ("voivodeship", models.CharField(max_length=60, verbose_name="voivodeship")),
                (
                    "voivodeship_code",
                    models.CharField(db_index=True, max_length=2, verbose_name="voivodeship code"),
                ),
            ],
            options={
                "verbose_name": "gmina",
                "verbose_name_plural": "gminas",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("search_text", "gin_trgm_ops"),
                        name="gmina_search",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("teryt__regex", "^(0[2-9]|[12][0-9]|3[0-2])[0-9]{4}[123]$")
                        ),
                        name="gmina_teryt_has_its_shape",
                        violation_error_message="A TERYT code of a gmina has 7 digits and ends with 1, 2 or 3, e.g. 1012011.",
                    ),
                    models.UniqueConstraint(
                        fields=("teryt6",),
                        name="gmina_teryt6_is_unique",
                        violation_error_message="Another gmina already has the same first six digits of TERYT.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["urban", "rural", "urban_rural"])),
                        name="gmina_kind_is_known",
                        violation_error_message="Choose the kind of gmina from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "urban"), ("teryt__endswith", "1")),
                            models.Q(("kind", "rural"), ("teryt__endswith", "2")),
                            models.Q(("kind", "urban_rural"), ("teryt__endswith", "3")),
                            _connector="OR",
                        ),
                        name="gmina_kind_agrees_with_teryt",
                        violation_error_message="The kind of gmina must agree with the last digit of TERYT.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("voivodeship_code", django.db.models.functions.text.Left("teryt", 2))
                        ),
                        name="gmina_voivodeship_agrees_with_teryt",
                        violation_error_message="The voivodeship code must be the first two digits of TERYT.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GminaPopulation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.PositiveIntegerField(verbose_name="population")),
                ("on", models.DateField(verbose_name="as of")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("gus", "Statistics Poland (GUS), table of population by gmina"),
                            ("bdl", "Statistics Poland (GUS), Local Data Bank"),
                            ("derzhstat", "State Statistics Service of Ukraine"),
                            ("demonstration", "demonstration register"),
                            ("declared", "declared by the municipality, to be verified"),
                            ("other", "other table"),
                        ],
                        default="other",
                        max_length=13,
                        verbose_name="source",
                    ),
                ),
                (
                    "source_name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="name of the file or table"
                    ),
                ),
                (
                    "gmina",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="populations",
                        to="programme.gmina",
                    ),
                ),
            ],
            options={
                "verbose_name": "population of a gmina",
                "verbose_name_plural": "populations of gminas",
            },
        ),
        migrations.CreateModel(
            name="GrantCriterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name_pl", models.CharField(max_length=200, verbose_name="name in Polish")),
                ("name_uk", models.CharField(max_length=200, verbose_name="name in Ukrainian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("max_points", models.PositiveSmallIntegerField(verbose_name="points, at most")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grant_criteria",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "grant criterion",
                "verbose_name_plural": "grant criteria",
            },
        ),
        migrations.CreateModel(
            name="Hromada",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sort_key",
                    models.CharField(
                        db_index=True, editable=False, max_length=250, verbose_name="sort key"
                    ),
                ),
                (
                    "search_text",
                    models.CharField(
                        editable=False, max_length=250, verbose_name="text for search"
                    ),
                ),
                (
                    "area_text",
                    models.CharField(
                        editable=False, max_length=250, verbose_name="area for search"
                    ),
                ),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="in the register until"),
                ),
                (
                    "needs_verification",
                    models.BooleanField(default=False, verbose_name="to be verified"),
                ),
                (
                    "is_demonstration",
                    models.BooleanField(
                        default=False, verbose_name="from the demonstration register"
                    ),
                ),
                (
                    "katottg",
                    models.CharField(max_length=19, unique=True, verbose_name="KATOTTG code"),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="name in Latin letters"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("urban", "urban hromada"),
                            ("settlement", "settlement hromada"),
                            ("rural", "rural hromada"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("raion", models.CharField(max_length=100, verbose_name="raion")),
                ("oblast", models.CharField(max_length=100, verbose_name="oblast")),
            ],
            options={
                "verbose_name": "hromada",
                "verbose_name_plural": "hromadas",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("search_text", "gin_trgm_ops"),
                        name="hromada_search",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("katottg__regex", "^UA[0-9]{7}00000[0-9]{5}$")),
                        name="hromada_katottg_has_its_shape",
                        violation_error_message="A KATOTTG code of a hromada is UA and 17 digits, with five zeros after the seventh, e.g. UA46020010000073886.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["urban", "settlement", "rural"])),
                        name="hromada_kind_is_known",
                        violation_error_message="Choose the kind of hromada from the list.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HromadaPopulation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.PositiveIntegerField(verbose_name="population")),
                ("on", models.DateField(verbose_name="as of")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("gus", "Statistics Poland (GUS), table of population by gmina"),
                            ("bdl", "Statistics Poland (GUS), Local Data Bank"),
                            ("derzhstat", "State Statistics Service of Ukraine"),
                            ("demonstration", "demonstration register"),
                            ("declared", "declared by the municipality, to be verified"),
                            ("other", "other table"),
                        ],
                        default="other",
                        max_length=13,
                        verbose_name="source",
                    ),
                ),
                (
                    "source_name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="name of the file or table"
                    ),
                ),
                (
                    "hromada",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="populations",
                        to="programme.hromada",
                    ),
                ),
            ],
            options={
                "verbose_name": "population of a hromada",
                "verbose_name_plural": "populations of hromadas",
            },
        ),
        migrations.CreateModel(
            name="HromadaStatus",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("safe", "outside the zone of hostilities"),
                            ("possible", "possible hostilities"),
                            ("active", "active hostilities"),
                            ("deoccupied", "de-occupied"),
                            ("occupied", "temporarily occupied"),
                        ],
                        max_length=10,
                        verbose_name="security situation",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="as of")),
                (
                    "hromada",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statuses",
                        to="programme.hromada",
                    ),
                ),
            ],
            options={
                "verbose_name": "security situation of a hromada",
                "verbose_name_plural": "security situations of hromadas",
            },
        ),
        migrations.CreateModel(
            name="MeritCriterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name_pl", models.CharField(max_length=200, verbose_name="name in Polish")),
                ("name_uk", models.CharField(max_length=200, verbose_name="name in Ukrainian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("max_points", models.PositiveSmallIntegerField(verbose_name="points, at most")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merit_criteria",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "merit criterion",
                "verbose_name_plural": "merit criteria",
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="official name")),
                (
                    "nip",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        validators=[programme.identifiers.validate_nip],
                        verbose_name="NIP",
                    ),
                ),
                (
                    "regon",
                    models.CharField(
                        blank=True,
                        max_length=14,
                        validators=[programme.identifiers.validate_regon],
                        verbose_name="REGON",
                    ),
                ),
                (
                    "edrpou",
                    models.CharField(
                        blank=True,
                        max_length=8,
                        validators=[programme.identifiers.validate_edrpou],
                        verbose_name="EDRPOU",
                    ),
                ),
                (
                    "street",
                    models.CharField(blank=True, max_length=150, verbose_name="street and number"),
                ),
                ("postcode", models.CharField(blank=True, max_length=10, verbose_name="postcode")),
                ("town", models.CharField(blank=True, max_length=100, verbose_name="town")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="general e-mail address"
                    ),
                ),
                (
                    "e_delivery",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="address for e-delivery"
                    ),
                ),
                (
                    "iban",
                    models.CharField(
                        blank=True,
                        max_length=34,
                        validators=[programme.identifiers.validate_iban],
                        verbose_name="bank account (IBAN)",
                    ),
                ),
                (
                    "gmina",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisation",
                        to="programme.gmina",
                        verbose_name="gmina",
                    ),
                ),
                (
                    "hromada",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisation",
                        to="programme.hromada",
                        verbose_name="hromada",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("head", "head of the office"),
                            ("contact", "contact person"),
                            ("mentor", "mentor"),
                            ("deputy", "deputy mentor"),
                        ],
                        max_length=7,
                        verbose_name="role",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("prezydent", "city mayor (prezydent)"),
                            ("burmistrz", "mayor (burmistrz)"),
                            ("wojt", "rural mayor (wójt)"),
                            ("holova", "head of the hromada (holova)"),
                            ("nachalnyk", "head of the military administration (nachalnyk)"),
                        ],
                        max_length=10,
                        verbose_name="title",
                    ),
                ),
                ("first_name", models.CharField(max_length=80, verbose_name="first name")),
                ("last_name", models.CharField(max_length=80, verbose_name="last name")),
                (
                    "patronymic",
                    models.CharField(blank=True, max_length=80, verbose_name="patronymic"),
                ),
                (
                    "grammatical_gender",
                    models.CharField(
                        blank=True,
                        choices=[("f", "feminine (Pani, пані)"), ("m", "masculine (Pan, пан)")],
                        max_length=1,
                        verbose_name="form of address",
                    ),
                ),
                ("position", models.CharField(blank=True, max_length=150, verbose_name="position")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telephone")),
                (
                    "language",
                    models.CharField(
                        choices=[("pl", "Polish"), ("uk", "Ukrainian"), ("en", "English")],
                        default="pl",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="programme.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
            },
        ),
        migrations.CreateModel(
            name="PlacementWindow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="windows",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "placement window",
                "verbose_name_plural": "placement windows",
            },
        ),
        migrations.CreateModel(
            name="RegisterImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "register",
                    models.CharField(
                        choices=[
                            ("gminas", "register of gminas"),
                            ("hromadas", "register of hromadas"),
                        ],
                        max_length=8,
                        verbose_name="register",
                    ),
                ),
                ("prepared_at", models.DateTimeField(verbose_name="prepared")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="applied")),
                (
                    "population_on",
                    models.DateField(blank=True, null=True, verbose_name="population as of"),
                ),
                (
                    "status_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="security situation as of"
                    ),
                ),
                ("sources", models.JSONField(blank=True, default=dict, verbose_name="files")),
                ("changes", models.JSONField(blank=True, default=dict, verbose_name="changes")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of a register",
                "verbose_name_plural": "imports of registers",
                "permissions": [("import_register", "Can import registers")],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="RegisterFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                (
                    "register_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="programme.registerimport",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a register",
                "verbose_name_plural": "files of registers",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ReportQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "report",
                    models.CharField(
                        choices=[
                            ("intern", "report of the intern"),
                            ("mentor", "report of the mentor"),
                            ("host", "report of the host municipality"),
                        ],
                        max_length=6,
                        verbose_name="report",
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("text_pl", models.CharField(max_length=300, verbose_name="question in Polish")),
                ("text_uk", models.CharField(max_length=300, verbose_name="question in Ukrainian")),
                ("text_en", models.CharField(max_length=300, verbose_name="question in English")),
                (
                    "answer",
                    models.CharField(
                        choices=[("scale", "satisfaction from 1 to 5"), ("text", "free text")],
                        max_length=5,
                        verbose_name="answer",
                    ),
                ),
                ("is_required", models.BooleanField(default=True, verbose_name="required")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report_questions",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "question of a report",
                "verbose_name_plural": "questions of reports",
            },
        ),
        migrations.CreateModel(
            name="RequiredDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name_pl", models.CharField(max_length=200, verbose_name="name in Polish")),
                ("name_uk", models.CharField(max_length=200, verbose_name="name in Ukrainian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("host", "host municipality"),
                            ("intern", "intern"),
                            ("grant", "small project"),
                        ],
                        max_length=6,
                        verbose_name="for whom",
                    ),
                ),
                ("is_required", models.BooleanField(default=True, verbose_name="required")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due by")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="required_documents",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "required document",
                "verbose_name_plural": "required documents",
            },
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name_pl", models.CharField(max_length=200, verbose_name="name in Polish")),
                ("name_uk", models.CharField(max_length=200, verbose_name="name in Ukrainian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="themes",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "theme",
                "verbose_name_plural": "themes",
            },
        ),
        migrations.CreateModel(
            name="ConsentGiven",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "language",
                    models.CharField(
                        choices=[("pl", "Polish"), ("uk", "Ukrainian"), ("en", "English")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="accepted")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn"),
                ),
                ("subject_id", models.PositiveBigIntegerField()),
                (
                    "subject_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given",
                        to="programme.consenttext",
                        verbose_name="text",
                    ),
                ),
            ],
            options={
                "verbose_name": "accepted clause or consent",
                "verbose_name_plural": "accepted clauses and consents",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["subject_type", "subject_id"], name="consent_by_subject")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("text", "subject_type", "subject_id", "email"),
                        name="consent_given_is_unique",
                        violation_error_message="This version has already been accepted.",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.UniqueConstraint(
                fields=("edition", "kind", "version"),
                name="consent_text_version_is_unique",
                violation_error_message="This version of the clause already exists.",
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gt", 0)),
                name="consent_text_version_is_positive",
                violation_error_message="Versions are counted from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetcategory",
            constraint=models.UniqueConstraint(
                fields=("edition", "code"),
                name="budget_category_code_is_unique",
                violation_error_message="This edition already has a row with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetcategory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("max_percent__isnull", True),
                    models.Q(("max_percent__gte", 0), ("max_percent__lte", 100)),
                    _connector="OR",
                ),
                name="budget_category_percent_in_range",
                violation_error_message="The limit must lie between 0 and 100 %.",
            ),
        ),
        migrations.AddConstraint(
            model_name="editiontext",
            constraint=models.UniqueConstraint(
                fields=("edition", "key"),
                name="edition_text_key_is_unique",
                violation_error_message="This edition already has a row with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formalcriterion",
            constraint=models.UniqueConstraint(
                fields=("edition", "side", "code"),
                name="formal_criterion_code_is_unique",
                violation_error_message="This edition already has a row with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gminapopulation",
            constraint=models.UniqueConstraint(
                fields=("gmina", "on", "source"),
                name="gmina_population_is_unique",
                violation_error_message="This source already gives a figure for that day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gminapopulation",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gt", 0)),
                name="gmina_population_is_positive",
                violation_error_message="The population must be greater than zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grantcriterion",
            constraint=models.UniqueConstraint(
                fields=("edition", "code"),
                name="grant_criterion_code_is_unique",
                violation_error_message="This edition already has a row with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grantcriterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_points__gt", 0)),
                name="grant_criterion_points_are_positive",
                violation_error_message="A criterion must be worth at least one point.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hromadapopulation",
            constraint=models.UniqueConstraint(
                fields=("hromada", "on", "source"),
                name="hromada_population_is_unique",
                violation_error_message="This source already gives a figure for that day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hromadapopulation",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gt", 0)),
                name="hromada_population_is_positive",
                violation_error_message="The population must be greater than zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hromadastatus",
            constraint=models.UniqueConstraint(
                fields=("hromada", "as_of"),
                name="hromada_status_is_unique",
                violation_error_message="There is already a security situation for that day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hromadastatus",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["safe", "possible", "active", "deoccupied", "occupied"])
                ),
                name="hromada_status_is_known",
                violation_error_message="Choose the security situation from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="meritcriterion",
            constraint=models.UniqueConstraint(
                fields=("edition", "code"),
                name="merit_criterion_code_is_unique",
                violation_error_message="This edition already has a row with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="meritcriterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_points__gt", 0)),
                name="merit_criterion_points_are_positive",
                violation_error_message="A criterion must be worth at least one point.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gmina__isnull", False), ("hromada__isnull", True)),
                    models.Q(("gmina__isnull", True), ("hromada__isnull", False)),
                    _connector="OR",
                ),
                name="organisation_belongs_to_one_municipality",
                violation_error_message="An organisation belongs to exactly one gmina or one hromada.",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                django.db.models.functions.text.Lower("email"), name="contact_by_email"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["head", "contact", "mentor", "deputy"])),
                name="contact_role_is_known",
                violation_error_message="Choose the role from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True), ("role", "head")),
                fields=("organisation",),
                name="organisation_has_one_head",
                violation_error_message="This organisation already has a head in use.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placementwindow",
            constraint=models.UniqueConstraint(
                fields=("edition", "code"),
                name="placement_window_code_is_unique",
                violation_error_message="This edition already has a row with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placementwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_on__lt", models.F("ends_on"))),
                name="placement_window_in_order",
                violation_error_message="A window must begin before it ends.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerfile",
            constraint=models.UniqueConstraint(
                fields=("register_import", "role"),
                name="register_file_role_is_unique",
                violation_error_message="This import already has such a file.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportquestion",
            constraint=models.UniqueConstraint(
                fields=("edition", "report", "code"),
                name="report_question_code_is_unique",
                violation_error_message="This edition already has a row with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="requireddocument",
            constraint=models.UniqueConstraint(
                fields=("edition", "side", "code"),
                name="required_document_code_is_unique",
                violation_error_message="This edition already has a row with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.UniqueConstraint(
                fields=("edition", "code"),
                name="theme_code_is_unique",
                violation_error_message="This edition already has a row with this code.",
            ),
        ),
    ]
