"""Names as people type them: one ASCII form for Polish, Ukrainian and careless spelling."""

import re
import unicodedata

from programme.registers.romanise import OTHER

# Beside the Ukrainian letters: Polish and other Latin ones, Russian ones, more apostrophes.
LETTERS = str.maketrans(
    {
        **OTHER,
        "ł": "l",
        "đ": "d",
        "ø": "o",
        "ß": "ss",
        "ъ": "",
        "ы": "y",
        "э": "e",
        "ё": "io",
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
