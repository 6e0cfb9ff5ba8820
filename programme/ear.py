"""Ukrainian names as a Pole writes them: Winnica, Żytomierz and Kamieniec Podolski are found."""

import re
from difflib import SequenceMatcher

from programme.folding import fold
from programme.models import Hromada

# Polish letters by their sound, in the letters of the Ukrainian national transliteration.
SOUNDS = {
    "szcz": "shch",
    "sz": "sh",
    "cz": "ch",
    "ch": "kh",
    "rz": "r",
    "ż": "zh",
    "w": "v",
    "ó": "o",
    "j": "i",
    "g": "h",
    "ck": "tsk",
    "c": "ts",
}
SOUND = re.compile("|".join(SOUNDS))
ENDING = re.compile(r"(ska|tska|cka|a|e|y|i)\b")
# From which likeness of two stems a name is offered; "Winnica" and Вінницька have 0.77.
ALIKE = 0.72


def _stem(folded: str) -> str:
    """What is left when vowels that both languages write differently meet and endings go."""
    met = folded.replace("ie", "e").replace("ia", "a").replace("y", "i").replace("g", "h")
    return ENDING.sub("", met)


def hromadas_by_ear(text: str, most: int) -> list[Hromada]:
    """Hromadas in the register today whose name sounds like `text` read by a Pole, best first.

    For texts that `programme.selectors.find_hromadas` does not find; it reads every name.
    """
    heard = _stem(fold(SOUND.sub(lambda sound: SOUNDS[sound[0]], text.lower())))
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(heard)
    likely = []
    for pk, name in Hromada.objects.valid().values_list("pk", "name"):
        matcher.set_seq1(_stem(fold(name)))
        if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
            ratio = matcher.ratio()
            if ratio >= ALIKE:
                likely.append((-ratio, pk))
    best = [pk for _ratio, pk in sorted(likely)[:most]]
    found = Hromada.objects.in_bulk(best)
    return [found[pk] for pk in best]
