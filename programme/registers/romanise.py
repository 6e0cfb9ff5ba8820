"""Ukrainian names in Latin letters, by the resolution of the Cabinet No. 55 of 27 January 2010."""

import re

FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
OTHER = {
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
    "’": "",
    "ʼ": "",
    "'": "",
}
WORD = re.compile(r"[^\s\-]+")


def romanise(text: str) -> str:
    """The name in Latin letters: Яворівська -> Yavorivska, Згурівська -> Zghurivska."""
    return WORD.sub(lambda match: _word(match[0]), text)


def _word(word: str) -> str:
    lowered = word.lower()
    parts = []
    for place, letter in enumerate(lowered):
        if place == 0 and letter in FIRST:
            part = FIRST[letter]
        elif letter == "г" and place and lowered[place - 1] == "з":
            part = "gh"
        else:
            part = OTHER.get(letter, letter)
        parts.append(part.capitalize() if word[place].isupper() else part)
    return "".join(parts)
