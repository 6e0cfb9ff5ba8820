"""What forms are sent by robots, by curious people and by broken programs."""

import random
from collections.abc import Sequence

from ops.visitor import Fields, PageForm, filled

CONTROLS = [chr(number) for number in [*range(0x20), *range(0x7F, 0xA0)]]
DIRECTIONS = ["\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\u2028"]
BROKEN = ["\ud800", "\udfff", "a\ud83d", "\x00", "Brzeziny\x00", "\x1b[31m"]
LARGE = "ż" * 500_000  # a megabyte
FOREIGN = ["is_staff", "status", "survey", "csrfmiddlewaretoken", "__proto__", "id", "", "\x00"]


def matrix() -> list[str]:
    """A010: every control and direction character, at the beginning, inside and at the end."""
    odd = [*CONTROLS, *DIRECTIONS]
    return [text for sign in odd for text in (f"{sign}Gmina", f"Gm{sign}ina", f"Gmina{sign}")]


def submission(form: PageForm, chance: random.Random, naughty: Sequence[str]) -> Fields:
    """Valid, half valid or hostile; with or without the fields that only scripts fill."""
    fields = filled(form, {})
    if chance.random() < 0.5:  # without JavaScript the hidden fields of scripts stay away
        fields = [each for each in fields if each[0] in form.controls or "csrf" in each[0]]
    mood = chance.random()
    if mood < 0.25:
        return fields
    spoiled: Fields = []
    for name, value in fields:
        fate = chance.random()
        if name == "csrfmiddlewaretoken" or fate < (0.7 if mood < 0.6 else 0.2):
            spoiled.append((name, value))
        elif fate < 0.8:
            spoiled.append((name, chance.choice(naughty)))
        elif fate < 0.9:
            spoiled += [(name, value), (name, chance.choice(naughty))]
        elif fate < 0.905:
            spoiled.append((name, LARGE))
    if chance.random() < 0.2:
        spoiled.append((chance.choice(FOREIGN[:-2]), chance.choice(naughty)))
    if form.buttons and chance.random() < 0.2:
        spoiled.append(chance.choice(form.buttons))
    chance.shuffle(spoiled)
    return spoiled


def everywhere(form: PageForm, text: str) -> Fields:
    """The same text in every field where something can be typed; the rest stays valid."""
    typed = [
        name
        for name, control in form.controls.items()
        if not control.options and control.kind != "file"
    ]
    return filled(form, dict.fromkeys(typed, text))
