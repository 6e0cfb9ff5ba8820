"""Ukrainian names for officials who need not read Cyrillic."""

import pytest
from django.utils.translation import override

from programme.alphabets import in_both
from programme.models import Hromada


@pytest.mark.parametrize(
    ("language", "area"),
    [
        ("pl", "Ізюмський (Iziumskyi), Харківська (Kharkivska)"),
        ("en", "Ізюмський (Iziumskyi), Харківська (Kharkivska)"),
        ("uk", "Ізюмський, Харківська"),
    ],
)
def test_raion_and_oblast_stand_in_both_alphabets(language, area):
    """C3: by the resolution No. 55 of 2010; Ukrainian pages need no Latin letters."""
    hromada = Hromada(name="Балаклійська", raion="Ізюмський", oblast="Харківська")

    with override(language):
        assert hromada.area == area


@pytest.mark.parametrize(
    ("name", "latin", "written"),
    [
        ("Згурівський", "", "Згурівський (Zghurivskyi)"),
        ("Кам’янець-Подільський", "", "Кам’янець-Подільський (Kamianets-Podilskyi)"),
        ("Київська", "Kyiv", "Київська (Kyiv)"),
        ("Boryslav", "", "Boryslav"),
        ("", "", ""),
    ],
)
def test_name_of_a_register_goes_before_our_own_letters(name, latin, written):
    with override("pl"):
        assert in_both(name, latin) == written


@pytest.mark.parametrize(
    ("language", "latin", "written"),
    [
        ("uk", "Bilozirska TG", "Білозірська"),
        ("pl", "Bilozirska TG", "Bilozirska TG"),
        ("pl", "", "Bilozirska"),
        ("en", "", "Bilozirska"),
    ],
)
def test_letter_to_one_reader_has_the_name_in_the_reader_s_alphabet(language, latin, written):
    """C3, E19: no Cyrillic in a Polish letter, whatever the language of who writes it."""
    hromada = Hromada(name="Білозірська", name_en=latin)

    with override("uk"):
        assert hromada.name_for(language) == written
