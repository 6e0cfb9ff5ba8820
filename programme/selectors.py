"""Questions about editions, municipalities and their people."""

from datetime import datetime

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, Exists, FloatField, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from core.formats import day_in_warsaw
from programme.enums import ContactRole
from programme.folding import fold
from programme.models import (
    Contact,
    Edition,
    EditionFile,
    EditionFileVersion,
    EditionText,
    FrequentQuestion,
    Gmina,
    Hromada,
    Membership,
    Organisation,
)

SHORTEST = 2


def find_gminas(text: str) -> QuerySet[Gmina]:
    """Gminas whose name, powiat or TERYT code a person may mean by `text`, best first.

    Diacritics, apostrophes and small slips do not matter: "Lodz" finds Łódź. Only gminas that are
    in the register today; nothing for less than two signs.
    """
    return _find(Gmina.objects.valid(), text, "teryt")


def find_hromadas(text: str) -> QuerySet[Hromada]:
    """Hromadas whose name (in either alphabet), raion, oblast or KATOTTG a person may mean."""
    return _find(Hromada.objects.valid(), text, "katottg")


def _find(units: QuerySet, text: str, code: str) -> QuerySet:
    """Names that begin with or contain the text; alike ones only when there is no such name."""
    wanted = fold(text)[:100]
    if len(wanted) < SHORTEST:
        return units.none()
    words = wanted.split()
    in_whole, in_name = Q(), Q()
    for word in words:
        in_whole &= Q(search_text__contains=word) | Q(area_text__contains=word)
        in_name |= Q(search_text__contains=word)
    certain = (in_whole & in_name) | Q(**{f"{code}__startswith": wanted.upper()})
    alike = Q(search_text__trigram_similar=wanted) | Q(search_text__trigram_word_similar=wanted)
    return (
        units.filter(certain | (alike & ~Exists(units.filter(certain))))
        .annotate(
            rank=Case(
                When(search_text=wanted, then=Value(5.0)),
                When(search_text__startswith=f"{wanted} ", then=Value(4.0)),
                When(search_text__startswith=wanted, then=Value(3.0)),
                When(search_text__contains=wanted, then=Value(2.0)),
                When(certain, then=Value(1.5)),
                default=Greatest(
                    TrigramSimilarity("search_text", wanted),
                    TrigramWordSimilarity(wanted, "search_text"),
                ),
                output_field=FloatField(),
            ),
        )
        .with_population()
        .order_by("-rank", "sort_key", "pk")
    )


def editions_for_table() -> QuerySet[Edition]:
    """All editions, the newest first."""
    return Edition.objects.order_by("-year", "pk")


def open_editions(now: datetime) -> QuerySet[Edition]:
    """Editions whose records may still be decided: of this year or later, and the one in force."""
    current = Edition.objects.in_force(now)
    wanted = Q(year__gte=day_in_warsaw(now).year)
    if current is not None:
        wanted |= Q(pk=current.pk)
    return Edition.objects.filter(wanted).order_by("year", "pk")


def text_of(edition: Edition | None, key: str) -> str:
    """A text that staff wrote, in the language of the page; empty when there is a gap."""
    if edition is None:
        return ""
    text = EditionText.objects.filter(edition=edition, key=key).first()
    return text.text if text else ""


def gaps(edition: Edition) -> QuerySet[EditionText]:
    """Texts of the edition in which a language is still missing: work for staff."""
    return edition.texts.filter(Q(text_pl="") | Q(text_uk="") | Q(text_en="")).order_by("key", "pk")


def edition_files(edition: Edition) -> list[EditionFile]:
    """Documents and signs in their order, each with `current`: its newest clean version or None."""
    return list(_with_clean_versions(edition.files.all()).order_by("position", "pk"))


def public_files() -> QuerySet[EditionFile]:
    """Files that anybody may have: shown, of a published edition, found clean."""
    shown = EditionFile.objects.filter(edition__is_published=True, is_visible=True)
    return _with_clean_versions(shown.filter(versions__stored__status="clean").distinct())


def _with_clean_versions(files: QuerySet[EditionFile]) -> QuerySet[EditionFile]:
    clean = EditionFileVersion.objects.filter(stored__status="clean").select_related("stored")
    return files.prefetch_related(
        Prefetch("versions", clean.order_by("-number"), to_attr="clean_versions")
    )


def public_questions(edition: Edition) -> QuerySet[FrequentQuestion]:
    """Questions that staff show, in their order; some may lack a language."""
    return edition.faq.filter(is_visible=True).order_by("position", "pk")


def gminas_within_limit(edition: Edition, now: datetime) -> QuerySet[Gmina]:
    """Gminas that the letter may invite: valid, of an allowed kind, known and within the limit."""
    return (
        Gmina.objects.valid(day_in_warsaw(now))
        .filter(kind__in=edition.allowed_gmina_kinds)
        .with_population()
        .filter(population_value__lte=edition.population_limit_pl)
        .order_by("sort_key", "pk")
    )


def hromadas_within_limit(edition: Edition, now: datetime) -> QuerySet[Hromada]:
    """Hromadas that may propose a candidate: valid, of an allowed kind, known, within the limit."""
    return (
        Hromada.objects.valid(day_in_warsaw(now))
        .filter(kind__in=edition.allowed_hromada_kinds)
        .with_population()
        .filter(population_value__lte=edition.population_limit_ua)
        .order_by("sort_key", "pk")
    )


def memberships_of(organisation: Organisation) -> QuerySet[Membership]:
    """Unions of which the municipality is a member, as their newest lists say."""
    return organisation.memberships.filter(ended_on=None).order_by("union", "pk")


def contacts_of(organisation: Organisation) -> QuerySet[Contact]:
    """People of an organisation who are in use, the head first."""
    return organisation.contacts.filter(is_active=True).order_by(
        Case(When(role=ContactRole.HEAD, then=Value(0)), default=Value(1)), "last_name", "pk"
    )
