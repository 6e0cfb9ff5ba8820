"""Names as people type them: one ASCII form for Polish, Ukrainian and careless spelling."""

import re
import unicodedata

LETTERS = str.maketrans(
    {
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "ß": "ss",
        "а": "a",
        "б": "b",
        "в": "v",
        "г": "h",
        "ґ": "g",
        "д": "d",
        "е": "e",
        "є": "ie",
        "ж": "zh",
        "з": "z",
        "и": "y",
        "і": "i",
        "ї": "i",
        "й": "i",
        "к": "k",
        "л": "l",
        "м": "m",
        "н": "n",
        "о": "o",
        "п": "p",
        "р": "r",
        "с": "s",
        "т": "t",
        "у": "u",
        "ф": "f",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ю": "iu",
        "я": "ia",
        "ь": "",
        "ъ": "",
        "ы": "y",
        "э": "e",
        "ё": "io",
        "’": "",
        "ʼ": "",
        "'": "",
        "`": "",
        "´": "",
        "‘": "",
        "\u02b9": "",
    }
)
NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower-case ASCII words with single spaces: Łódź and "lodz" meet, so do Cyrillic and Latin.

    Ukrainian letters follow the national transliteration, without its rule for first letters,
    so that a Latin name typed from memory lands near. Apostrophes of every shape vanish.
    """
    lowered = unicodedata.normalize("NFC", text).lower().translate(LETTERS)
    stripped = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return NOT_A_WORD.sub(" ", stripped).strip()
