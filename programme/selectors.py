"""Questions about editions, municipalities and their people."""

from datetime import datetime

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Case, Exists, FloatField, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from core.formats import day_in_warsaw
from core.prepared import Prepared, Statement
from programme.enums import ContactRole
from programme.folding import fold
from programme.models import (
    ConsentText,
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
    Theme,
)

SHORTEST = 2
# From which similarity of trigrams a name is a slip of the text, and not another name.
CLOSE = 0.4
# With more names than this, nobody is offered names that are only alike.
FEW = 3

SUGGESTED = ["id", "teryt", "name", "kind", "powiat", "voivodeship"]
SUGGESTIONS = Statement(
    "suggested_gminas",
    """
    WITH known AS NOT MATERIALIZED (
        SELECT * FROM programme_gmina WHERE valid_to IS NULL AND NOT needs_verification
    ), certain AS MATERIALIZED (
        SELECT *, CASE
            WHEN search_text = %(wanted)s::text THEN 5
            WHEN search_text LIKE %(wanted)s::text || ' %%' THEN 4
            WHEN search_text LIKE %(wanted)s::text || '%%' THEN 3
            WHEN search_text LIKE '%%' || %(wanted)s::text || '%%' THEN 2
            ELSE 1.5 END AS rank
        FROM known
        WHERE (search_text LIKE ANY (%(parts)s::text[])
               AND search_text || '|' || area_text LIKE ALL (%(parts)s::text[]))
           OR teryt LIKE %(code)s::text
        ORDER BY rank DESC, sort_key, id LIMIT %(most)s::int
    ), alike AS (
        SELECT *, greatest(similarity(search_text, %(wanted)s::text),
                           word_similarity(%(wanted)s::text, search_text)) AS rank
        FROM known
        WHERE (SELECT count(*) <= %(few)s::int
                      AND coalesce(bool_and(search_text <> %(wanted)s::text), TRUE) FROM certain)
          AND (search_text %% %(wanted)s::text OR search_text %%> %(wanted)s::text)
          AND (NOT EXISTS (SELECT FROM certain)
               OR similarity(search_text, %(wanted)s::text) >= %(close)s::float8)
          AND id NOT IN (SELECT id FROM certain)
        ORDER BY rank DESC, sort_key, id LIMIT %(most)s::int
    )
    SELECT id, teryt, name, kind, powiat, voivodeship
    FROM (SELECT 1 AS step, * FROM certain UNION ALL SELECT 2 AS step, * FROM alike) AS found
    ORDER BY step, rank DESC, sort_key, id LIMIT %(most)s::int
    """,
    *("wanted", "parts", "code", "most", "few", "close"),
)


def find_gminas(text: str) -> QuerySet[Gmina]:
    """Gminas whose name, powiat or TERYT code a person may mean by `text`, best first.

    Diacritics, apostrophes and small slips do not matter: "Lodz" finds Łódź. Only gminas that are
    in the register today; nothing for less than two signs.
    """
    return _find(Gmina.objects.valid(), text, "teryt")


def find_hromadas(text: str) -> QuerySet[Hromada]:
    """Hromadas whose name (in either alphabet), raion, oblast or KATOTTG a person may mean."""
    return _find(Hromada.objects.valid(), text, "katottg")


def suggest_gminas(text: str, most: int) -> list[Gmina]:
    """What to offer while somebody types: as `find_gminas`, in two steps (W6).

    The names that hold the text cost a fraction of those that are alike, and are enough for most of
    what people type; alike ones are looked for only where few names hold it and none is exactly it.
    Both steps are one statement. The gminas have only what a suggestion says (`SUGGESTED`).
    """
    wanted = fold(text)[:100]
    if len(wanted) < SHORTEST:
        return []
    rows = SUGGESTIONS.rows(
        wanted=wanted,
        parts=[f"%{word}%" for word in wanted.split()],
        code=f"{wanted.upper()}%",
        few=FEW,
        close=CLOSE,
        most=most,
    )
    return [Gmina.from_db(DEFAULT_DB_ALIAS, SUGGESTED, row) for row in rows]


def _certain(wanted: str, code: str) -> Q:
    """Every word stands in the name or the area, one of them in the name; or the code begins so."""
    in_whole, in_name = Q(), Q()
    for word in wanted.split():
        in_whole &= Q(search_text__contains=word) | Q(area_text__contains=word)
        in_name |= Q(search_text__contains=word)
    return (in_whole & in_name) | Q(**{f"{code}__startswith": wanted.upper()})


def _alike(wanted: str) -> Q:
    return Q(search_text__trigram_similar=wanted) | Q(search_text__trigram_word_similar=wanted)


def _likeness(wanted: str) -> Greatest:
    return Greatest(
        TrigramSimilarity("search_text", wanted), TrigramWordSimilarity(wanted, "search_text")
    )


def _rank(wanted: str, certain: Q, otherwise: Greatest | Value) -> Case:
    return Case(
        When(search_text=wanted, then=Value(5.0)),
        When(search_text__startswith=f"{wanted} ", then=Value(4.0)),
        When(search_text__startswith=wanted, then=Value(3.0)),
        When(search_text__contains=wanted, then=Value(2.0)),
        When(certain, then=Value(1.5)),
        default=otherwise,
        output_field=FloatField(),
    )


def _find(units: QuerySet, text: str, code: str) -> QuerySet:
    """Names that begin with or contain the text, and then those that are alike.

    Alike ones stand behind: none where a name is exactly the text, only close ones ("serok":
    Serock) where another name holds it, all of them else.
    """
    wanted = fold(text)[:100]
    if len(wanted) < SHORTEST:
        return units.none()
    certain = _certain(wanted, code)
    alike = units.filter(_alike(wanted)).values("pk")
    close = alike.alias(likeness=TrigramSimilarity("search_text", wanted)).filter(
        likeness__gte=CLOSE
    )
    return (
        units.filter(
            certain
            | (Q(pk__in=close) & ~Exists(units.filter(search_text=wanted)))
            | (Q(pk__in=alike) & ~Exists(units.filter(certain)))
        )
        .annotate(rank=_rank(wanted, certain, _likeness(wanted)))
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


_TEXTS = Prepared(
    lambda edition: ConsentText.objects.filter(edition=edition).order_by("version", "pk"),
    edition=int,
)
_THEMES = Prepared(
    lambda edition: Theme.objects.filter(edition=edition).order_by("position", "pk"), edition=int
)


def newest_texts(edition: Edition) -> dict[str, ConsentText]:
    """The newest version of every clause and consent of the edition, by kind."""
    return {text.kind: text for text in _TEXTS.all(edition=edition.pk)}


def themes_of(edition: Edition) -> list[Theme]:
    """The themes of the edition, in its order."""
    return _THEMES.all(edition=edition.pk)


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
