"""Ukrainian names as a Pole writes them (C3 of the survey)."""

from datetime import date

import pytest

from programme.ear import hromadas_by_ear
from programme.selectors import find_hromadas
from tests.factories.programme import HromadaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hromadas():
    names = {
        "Вінницька": "Vinnytska",
        "Житомирська": "Zhytomyrska",
        "Кам’янець-Подільська": "Kamianets-Podilska",
        "Золочівська": "Zolochivska",
        "Менська": "Menska",
    }
    return {name: HromadaFactory(name=name, name_en=latin) for name, latin in names.items()}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Winnica", "Вінницька"),
        ("Żytomierz", "Житомирська"),
        ("Kamieniec Podolski", "Кам’янець-Подільська"),
        ("Złoczów", "Золочівська"),
    ],
)
def test_polish_name_is_found_where_letters_alone_find_nothing(hromadas, typed, name):
    assert list(find_hromadas(typed)) == []
    assert hromadas_by_ear(typed, most=5) == [hromadas[name]]


def test_another_name_finds_nothing(hromadas):
    assert hromadas_by_ear("Szczerzec", most=5) == []


def test_hromada_that_has_left_the_register_is_not_offered():
    HromadaFactory(name="Вінницька", name_en="Vinnytska", valid_to=date(2020, 1, 1))

    assert hromadas_by_ear("Winnica", most=5) == []


def test_no_more_than_asked_for():
    for _number in range(3):
        HromadaFactory(name="Вінницька", name_en="Vinnytska")

    assert len(hromadas_by_ear("Winnica", most=2)) == 2
