"""Counts as people read them: "2 361 listów", never "2361 listów"; years stay as they are."""

from django.utils.translation import get_language

from core import formats


class Count(int):
    """A whole number that is written with its thousands apart, in the language in use.

    It counts and compares as any number; only what is read differs. A sentence takes it by `%s`:
    by `%d` Python writes bare figures.
    """

    def __str__(self) -> str:
        return formats.number(int(self), get_language() or "pl")

    def __format__(self, spec: str) -> str:
        return str(self) if not spec else int(self).__format__(spec)


def grouped(value: object) -> object:
    """A whole number as a `Count`; everything else, and yes or no, as it was."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return Count(value) if is_number else value
