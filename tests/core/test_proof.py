"""SEC-M3: the beginning of one's own address, as people type it, and never as robots do."""

import pytest
from django.core.exceptions import ValidationError

from core.proof import prove


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("j.kowalczyk@gmina.pl", "j.k"),
        ("j.kowalczyk@gmina.pl", "jko"),
        ("j.kowalczyk@gmina.pl", " J.Kow "),
        ("anna-maria@gmina.pl", "annam"),
        ("um_serock@gmina.pl", "ums"),
        ("um_serock@gmina.pl", "um_"),
        ("Olena@hromada.gov.ua", "ole"),
        ("a@b.pl", "a@b"),
        ("2gmina@gmina.pl", "2gm"),
    ],
)
def test_beginning_is_right_with_and_without_its_dot(address, typed):
    assert prove(address, typed) == typed.strip().lower()


@pytest.mark.parametrize(
    ("address", "typed", "reason"),
    [
        ("j.kowalczyk@gmina.pl", "", "other"),
        ("j.kowalczyk@gmina.pl", "j.", "other"),
        ("j.kowalczyk@gmina.pl", "jk", "other"),
        ("j.kowalczyk@gmina.pl", "j--k", "other"),
        ("j.kowalczyk@gmina.pl", "...", "other"),
        ("j.kowalczyk@gmina.pl", "j..", "other"),
        ("j.kowalczyk@gmina.pl", "kow", "other"),
        ("olena@hromada.gov.ua", "оле", "cyrillic"),
        ("olena@hromada.gov.ua", "oлe", "cyrillic"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(address, typed, reason):
    """A Cyrillic "оле" looks right to who types it: the keyboard is named, not the letter."""
    with pytest.raises(ValidationError) as refused:
        prove(address, typed)

    assert refused.value.code == reason
