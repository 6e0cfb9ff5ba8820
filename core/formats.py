"""Dates, times, sums and alphabetical order, as Polish, Ukrainian and English write them.

Names of months stand in tables because dates want the genitive, which gettext cannot give.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")
KYIV = ZoneInfo("Europe/Kyiv")
NBSP = "\N{NO-BREAK SPACE}"
MINUTE = timedelta(minutes=1)


def _names(names: str) -> list[str]:
    return names.split()


MONTHS = {
    "pl": _names(
        "stycznia lutego marca kwietnia maja czerwca "
        "lipca sierpnia września października listopada grudnia"
    ),
    "uk": _names(
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"
    ),
    "en": _names(
        "January February March April May June July August September October November December"
    ),
}
WEEKDAYS = {
    "pl": ["poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"],
    "uk": ["понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота", "неділя"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
ZONE_WORDS = {
    ("pl", "Europe/Warsaw"): "czas warszawski",
    ("uk", "Europe/Warsaw"): "за варшавським часом",
    ("en", "Europe/Warsaw"): "Warsaw time",
    ("pl", "Europe/Kyiv"): "czas kijowski",
    ("uk", "Europe/Kyiv"): "за київським часом",
    ("en", "Europe/Kyiv"): "Kyiv time",
}
SIGNS = {("pl", "PLN"): "zł", ("uk", "UAH"): "грн", ("uk", "PLN"): "зл."}
POLISH = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
UKRAINIAN = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
ALPHABET = " 0123456789" + POLISH + UKRAINIAN
PLACES = {letter: f"{place:02d}" for place, letter in enumerate(ALPHABET)}


def day_in_warsaw(now: datetime) -> date:
    """The calendar day of an aware instant where the programme is run; never the day in UTC."""
    return now.astimezone(WARSAW).date()


def day(value: date, language: str, *, weekday: bool = False) -> str:
    """A date, "14 kwietnia 2026", or with the weekday "wtorek, 14 kwietnia 2026"."""
    written = f"{value.day} {MONTHS[language][value.month - 1]} {value.year}"
    return f"{WEEKDAYS[language][value.weekday()]}, {written}" if weekday else written


def moment(value: datetime, language: str, zone: ZoneInfo = WARSAW) -> str:
    """An aware instant in a zone: "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)"."""
    there = value.astimezone(zone)
    words = ZONE_WORDS[language, str(zone)]
    return f"{day(there.date(), language, weekday=True)}, {there:%H:%M} ({words})"


def last_minute(closes_at: datetime) -> datetime:
    """The last minute in which a thing may still be done, of the instant at which it is shut.

    A closing is stored as an exclusive instant, the midnight after "30 April, 23:59"; people read
    and write the minute before it. Counted in UTC, so that no change of the clocks moves it.
    """
    return closes_at.astimezone(UTC) - MINUTE


def closing_after(minute: datetime) -> datetime:
    """The exclusive instant that follows the last minute that a person wrote."""
    return minute.astimezone(UTC) + MINUTE


def deadline(closes_at: datetime, language: str, zone: ZoneInfo = WARSAW) -> str:
    """A closing as people read it: the last minute before the exclusive instant."""
    return moment(last_minute(closes_at), language, zone)


def deadline_in_both(closes_at: datetime, language: str) -> str:
    """The last minute in Warsaw and, beside it, in Kyiv."""
    there = deadline(closes_at, language, KYIV)
    return f"{deadline(closes_at, language)}; {there}"


def number(value: Decimal | int, language: str, places: int = 0) -> str:
    """A figure in groups of three: "12 345,67" in Polish and Ukrainian, "12,345.67" in English."""
    step = Decimal(1).scaleb(-places)
    exact = Decimal(value).quantize(step, rounding=ROUND_HALF_UP)
    english = f"{exact:,}"
    if language == "en":
        return english
    return english.replace(",", NBSP).replace(".", ",")


def money(amount: Decimal, currency: str, language: str) -> str:
    """A sum to the hundredth with its currency: "12 345,67 zł"."""
    sign = SIGNS.get((language, currency), currency)
    written = number(amount, language, places=2)
    return f"{sign}{NBSP}{written}" if language == "en" else f"{written}{NBSP}{sign}"


def sort_key(text: str) -> str:
    """What to store beside a name so that any database sorts it by its own alphabet.

    Digits only, two for a letter, so that no collation changes the order. Ł comes after L, Ґ after
    Г; Latin stands before Cyrillic; hyphens count as spaces, other signs for nothing.
    """
    plain = " ".join(text.casefold().replace("-", " ").split())
    return "".join(PLACES.get(letter, "") for letter in plain)
