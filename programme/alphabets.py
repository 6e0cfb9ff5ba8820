"""Ukrainian names for readers of both alphabets: the original, and its official romanisation."""

from django.utils.translation import get_language

from programme.registers.romanise import romanise


def in_latin(name: str, latin: str = "") -> str:
    """Яворівський -> "Yavorivskyi"; `latin`: as the register has it, else resolution No. 55."""
    return latin or romanise(name) or name


def in_both(name: str, latin: str = "") -> str:
    """Яворівський -> "Яворівський (Yavorivskyi)", in Ukrainian the name alone.

    `latin`: the romanised name where a register has it; else that of the Cabinet's resolution
    No. 55 of 2010. A name that is in Latin letters already stands alone.
    """
    if (get_language() or "pl") == "uk":
        return name
    known = in_latin(name, latin)
    return name if known in ("", name) else f"{name} ({known})"
