"""Municipalities of both countries, as the official registers know them."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from core.formats import WARSAW, day_in_warsaw, sort_key
from programme.alphabets import in_both, in_latin
from programme.enums import GminaKind, HromadaKind, PopulationSource, SecurityStatus
from programme.folding import fold

# Of 2 479 names PostgreSQL reads the whole table rather than a GIN index, at 15 times the cost of
# this one (EXPLAIN ANALYZE: 8.6 ms against 0.6 ms for names like a text).
ALIKE = "gist_trgm_ops (siglen=32)"


class UnitQuerySet(models.QuerySet):
    """Adjectives of municipalities."""

    def valid(self, on: date | None = None) -> UnitQuerySet:
        """In the register today, or on the given day; not those that still have to be verified."""
        known = self.filter(needs_verification=False)
        if on is None:
            return known.filter(valid_to__isnull=True)
        return known.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))

    def to_be_verified(self) -> UnitQuerySet:
        """Typed by hand because the register did not know them; nobody has looked at them yet."""
        return self.filter(needs_verification=True, valid_to__isnull=True)

    def with_population(self) -> UnitQuerySet:
        """Annotated with the newest figure: population_value, population_on, population_source."""
        figures = (
            self.model._meta.get_field("populations")
            .related_model.objects.filter(**{self.model._meta.model_name: OuterRef("pk")})
            .order_by("-on", "-pk")
        )
        return self.annotate(
            population_value=Subquery(figures.values("value")[:1]),
            population_on=Subquery(figures.values("on")[:1]),
            population_source=Subquery(figures.values("source")[:1]),
        )


class Unit(models.Model):
    """What a gmina and a hromada have in common."""

    sort_key = models.CharField(_("sort key"), max_length=250, editable=False, db_index=True)
    search_text = models.CharField(_("text for search"), max_length=250, editable=False)
    area_text = models.CharField(_("area for search"), max_length=250, editable=False)
    valid_to = models.DateField(_("in the register until"), null=True, blank=True)
    needs_verification = models.BooleanField(_("to be verified"), default=False)
    is_demonstration = models.BooleanField(_("from the demonstration register"), default=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        """Keep the columns for search and order in step with the names."""
        self.fill_search()
        super().save(*args, **kwargs)

    def fill_search(self) -> None:
        """Set what is derived from the names."""
        raise NotImplementedError

    def population(self, now: datetime | date | None = None):
        """The newest figure of population known on that day (the newest of all without a day)."""
        figures = list(self.populations.all())
        if now is not None:
            day = day_in_warsaw(now) if isinstance(now, datetime) else now
            figures = [figure for figure in figures if figure.on <= day]
        return max(figures, key=lambda figure: (figure.on, figure.pk), default=None)

    @property
    def latest_population(self):
        """The newest figure of population, or None."""
        return self.population()


class Gmina(Unit):
    """A Polish municipality; its key is TERYT, never its name."""

    teryt = models.CharField(_("TERYT code"), max_length=7, unique=True)
    teryt6 = models.GeneratedField(
        expression=Left("teryt", 6),
        output_field=models.CharField(max_length=6),
        db_persist=True,
    )
    name = models.CharField(_("official name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=11, choices=GminaKind)
    powiat = models.CharField(_("powiat"), max_length=100)
    voivodeship = models.CharField(_("voivodeship"), max_length=60)
    voivodeship_code = models.CharField(_("voivodeship code"), max_length=2, db_index=True)

    class Meta:
        verbose_name = _("gmina")
        verbose_name_plural = _("gminas")
        indexes = [GistIndex(OpClass("search_text", ALIKE), name="gmina_alike")]
        constraints = [
            models.CheckConstraint(
                name="gmina_teryt_has_its_shape",
                condition=Q(teryt__regex=r"^(0[2-9]|[12][0-9]|3[0-2])[0-9]{4}[123]$"),
                violation_error_message=_(
                    "A TERYT code of a gmina has 7 digits and ends with 1, 2 or 3, e.g. 1012011."
                ),
            ),
            models.UniqueConstraint(
                fields=["teryt6"],
                name="gmina_teryt6_is_unique",
                violation_error_message=_(
                    "Another gmina already has the same first six digits of TERYT."
                ),
            ),
            models.CheckConstraint(
                name="gmina_kind_is_known",
                condition=Q(kind__in=GminaKind.values),
                violation_error_message=_("Choose the kind of gmina from the list."),
            ),
            models.CheckConstraint(
                name="gmina_kind_agrees_with_teryt",
                condition=Q(kind=GminaKind.URBAN, teryt__endswith="1")
                | Q(kind=GminaKind.RURAL, teryt__endswith="2")
                | Q(kind=GminaKind.URBAN_RURAL, teryt__endswith="3"),
                violation_error_message=_(
                    "The kind of gmina must agree with the last digit of TERYT."
                ),
            ),
            models.CheckConstraint(
                name="gmina_voivodeship_agrees_with_teryt",
                condition=Q(voivodeship_code=Left("teryt", 2)),
                violation_error_message=_(
                    "The voivodeship code must be the first two digits of TERYT."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.teryt})"

    def fill_search(self) -> None:
        """Voivodeship code, sort key and folded names."""
        self.voivodeship_code = self.teryt[:2]
        self.sort_key = sort_key(self.name)
        self.search_text = fold(self.name)
        self.area_text = fold(f"{self.powiat} {self.voivodeship}")


class Hromada(Unit):
    """A Ukrainian municipality; its key is KATOTTG."""

    katottg = models.CharField(_("KATOTTG code"), max_length=19, unique=True)
    name = models.CharField(_("official name"), max_length=100)
    name_en = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=HromadaKind)
    raion = models.CharField(_("raion"), max_length=100)
    oblast = models.CharField(_("oblast"), max_length=100)

    class Meta:
        verbose_name = _("hromada")
        verbose_name_plural = _("hromadas")
        indexes = [GistIndex(OpClass("search_text", ALIKE), name="hromada_alike")]
        constraints = [
            models.CheckConstraint(
                name="hromada_katottg_has_its_shape",
                condition=Q(katottg__regex=r"^UA[0-9]{7}00000[0-9]{5}$"),
                violation_error_message=_(
                    "A KATOTTG code of a hromada is UA and 17 digits, with five zeros after the "
                    "seventh, e.g. UA46020010000073886."
                ),
            ),
            models.CheckConstraint(
                name="hromada_kind_is_known",
                condition=Q(kind__in=HromadaKind.values),
                violation_error_message=_("Choose the kind of hromada from the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.katottg})"

    def fill_search(self) -> None:
        """Sort key and folded names; the Latin name only where it folds differently."""
        self.sort_key = sort_key(self.name)
        self.search_text = " ".join(dict.fromkeys((fold(self.name), fold(self.name_en)))).strip()
        self.area_text = fold(f"{self.raion} {self.oblast}")

    @property
    def name_uk(self) -> str:
        """The name as the codifier writes it."""
        return self.name

    @property
    def name_in_both(self) -> str:
        """The name, with its Latin letters for who need not read Cyrillic."""
        return in_both(self.name, self.name_en)

    def name_for(self, language: str) -> str:
        """The name for one reader: "Білозірська" in Ukrainian, "Bilozirska" in other letters."""
        return self.name if language == "uk" else in_latin(self.name, self.name_en)

    @property
    def oblast_in_both(self) -> str:
        """The oblast alone, as `name_in_both`."""
        return in_both(self.oblast)

    @property
    def area(self) -> str:
        """ "Дрогобицький (Drohobytskyi), Львівська (Lvivska)": tells namesakes apart."""
        return ", ".join(in_both(part) for part in (self.raion, self.oblast) if part)

    @property
    def oblast_code(self) -> str:
        """The two digits of the oblast."""
        return self.katottg[2:4]

    @property
    def latest_status(self) -> HromadaStatus | None:
        """The newest known security situation, or None."""
        return max(
            self.statuses.all(), key=lambda status: (status.as_of, status.pk or 0), default=None
        )


class Population(models.Model):
    """A figure of population with its day and source; a later one never overwrites it."""

    value = models.PositiveIntegerField(_("population"))
    on = models.DateField(_("as of"))
    source = models.CharField(
        _("source"), max_length=13, choices=PopulationSource, default=PopulationSource.OTHER
    )
    source_name = models.CharField(_("name of the file or table"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.value} ({self.on:%Y-%m-%d})"


class GminaPopulation(Population):
    """Population of a gmina."""

    gmina = models.ForeignKey(Gmina, on_delete=models.CASCADE, related_name="populations")

    class Meta:
        verbose_name = _("population of a gmina")
        verbose_name_plural = _("populations of gminas")
        constraints = [
            models.UniqueConstraint(
                fields=["gmina", "on", "source"],
                name="gmina_population_is_unique",
                violation_error_message=_("This source already gives a figure for that day."),
            ),
            models.CheckConstraint(
                name="gmina_population_is_positive",
                condition=Q(value__gt=0),
                violation_error_message=_("The population must be greater than zero."),
            ),
        ]


class HromadaPopulation(Population):
    """Population of a hromada; official figures are from before the full-scale war."""

    hromada = models.ForeignKey(Hromada, on_delete=models.CASCADE, related_name="populations")

    class Meta:
        verbose_name = _("population of a hromada")
        verbose_name_plural = _("populations of hromadas")
        constraints = [
            models.UniqueConstraint(
                fields=["hromada", "on", "source"],
                name="hromada_population_is_unique",
                violation_error_message=_("This source already gives a figure for that day."),
            ),
            models.CheckConstraint(
                name="hromada_population_is_positive",
                condition=Q(value__gt=0),
                violation_error_message=_("The population must be greater than zero."),
            ),
        ]


class HromadaStatus(models.Model):
    """Security situation of a hromada as of a day; the newest one counts, older ones stay."""

    hromada = models.ForeignKey(Hromada, on_delete=models.CASCADE, related_name="statuses")
    status = models.CharField(_("security situation"), max_length=10, choices=SecurityStatus)
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("security situation of a hromada")
        verbose_name_plural = _("security situations of hromadas")
        constraints = [
            models.UniqueConstraint(
                fields=["hromada", "as_of"],
                name="hromada_status_is_unique",
                violation_error_message=_("There is already a security situation for that day."),
            ),
            models.CheckConstraint(
                name="hromada_status_is_known",
                condition=Q(status__in=SecurityStatus.values),
                violation_error_message=_("Choose the security situation from the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} ({self.as_of:%Y-%m-%d})"


class RegisterImport(models.Model):
    """One import of a register: prepared with its files, then applied once, or never."""

    GMINAS, HROMADAS = "gminas", "hromadas"

    register = models.CharField(
        _("register"),
        max_length=8,
        choices=[(GMINAS, _("register of gminas")), (HROMADAS, _("register of hromadas"))],
    )
    prepared_at = models.DateTimeField(_("prepared"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    as_of = models.DateField(_("register as of"), null=True, blank=True)
    population_on = models.DateField(_("population as of"), null=True, blank=True)
    status_on = models.DateField(_("security situation as of"), null=True, blank=True)
    sources = models.JSONField(_("files"), default=dict, blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)

    class Meta:
        verbose_name = _("import of a register")
        verbose_name_plural = _("imports of registers")
        default_permissions = ("view",)
        permissions = [("import_register", "Can import registers")]

    def __str__(self) -> str:
        there = self.prepared_at.astimezone(WARSAW)
        return f"{self.get_register_display()} {there:%Y-%m-%d %H:%M}"


class RegisterFile(models.Model):
    """A file waiting for its import to be applied; afterwards only its checksum stays."""

    TERC, KATOTTG, POPULATION, STATUS = "terc", "katottg", "population", "status"
    SERVICE = "service"  # what was fetched from the web service of Statistics Poland

    register_import = models.ForeignKey(
        RegisterImport, on_delete=models.CASCADE, related_name="files"
    )
    role = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("file of a register")
        verbose_name_plural = _("files of registers")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["register_import", "role"],
                name="register_file_role_is_unique",
                violation_error_message=_("This import already has such a file."),
            )
        ]

    def __str__(self) -> str:
        return self.name
