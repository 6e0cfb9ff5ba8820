"""Telephone numbers as offices type them."""

import pytest

from core import phones


@pytest.mark.parametrize(
    ("typed", "kept", "link"),
    [
        ("22 123 45 67", "+48221234567", "tel:+48221234567"),
        ("(0048) 22-123-45-67", "+48221234567", "tel:+48221234567"),
        ("48 22 123 45 67", "+48221234567", "tel:+48221234567"),
        ("0 22 123 45 67", "+48221234567", "tel:+48221234567"),
        ("+48 32 123 45 67 wew. 12", "+48321234567 wew. 12", "tel:+48321234567;ext=12"),
        ("32 123 45 67 w. 12", "+48321234567 wew. 12", "tel:+48321234567;ext=12"),
        ("32 123 45 67 ext 12", "+48321234567 wew. 12", "tel:+48321234567;ext=12"),
        ("321234567w12", "+48321234567 wew. 12", "tel:+48321234567;ext=12"),
        ("32 123 45 67, wewnętrzny 012", "+48321234567 wew. 012", "tel:+48321234567;ext=012"),
        ("32 123 45 67 дод. 12", "+48321234567 wew. 12", "tel:+48321234567;ext=12"),
        ("32 123 45 67 #12", "+48321234567 wew. 12", "tel:+48321234567;ext=12"),
    ],
)
def test_polish_number_keeps_its_extension(typed, kept, link):
    """B6, F2: kept so that it reads, read again to the same, dialled as RFC 3966 writes it."""
    assert phones.polish(typed) == kept
    assert (phones.polish(kept), phones.dialled(kept)) == (kept, link)


@pytest.mark.parametrize(
    "typed",
    [
        "12345",
        "22 123 45 67 8",
        "+380 50 123 45 67",
        "22 123 45 67 lub 68",
        "22 123 45 67 wew. 12 lub 13",
        "22 123 45 67 wew. 1234567",
        "22 ABC DEF G",
        "wew. 12",
        "none",
    ],
)
def test_what_is_no_single_polish_number_is_refused(typed):
    with pytest.raises(phones.NotPolish):
        phones.polish(typed)


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("+380501234567", "tel:+380501234567"),
        ("+380 50 123 45 67", "tel:+380501234567"),
        ("22 123 45 67", "tel:+48221234567"),
        ("112", "tel:112"),
    ],
)
def test_link_dials_what_stands_there(phone, link):
    assert phones.dialled(phone) == link


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+48227828800", "+48 22 782 88 00"),
        ("+48501234567", "+48 501 234 567"),
        ("+48321234567 wew. 012", "+48 32 123 45 67 wew. 012"),
        ("+380501234567", "+380 50 123 4567"),
        ("12345", "12345"),
        ("none", "none"),
    ],
)
def test_number_is_shown_in_groups_and_dialled_the_same(kept, shown):
    """B6: eleven figures in one run cannot be read aloud or compared."""
    assert phones.spaced(kept) == shown
    assert phones.dialled(shown) == phones.dialled(kept)
