"""Names in the order of a Polish and a Ukrainian list, whatever the collation of the server."""

import pytest

from core.db import by_alphabet
from core.formats import sort_key
from core.models import User
from tests.factories.core import UserFactory

POLISH = "Bielsk Podlaski,Bielsko-Biała,Bielsko,Malawa,Mała,Łódź,Lublin,Lyski,Zabrze,Źrebce,Żary"
MORE = "Śrem,Sopot,Szydłowiec,Ćmielów,Cz. Górna,Ąb,Azja,=1+1,7 Dworów"
UKRAINIAN = "Ивень,Івано,Її,Йосипівка,Ґанок,Гадяч,Голь,Дніпро,Єва,Ежен,Яна"
NAMES = f"{POLISH},{MORE},{UKRAINIAN}".split(",")


@pytest.mark.django_db
def test_database_orders_like_the_key_that_registers_keep():
    for name in NAMES:
        UserFactory(last_name=name)
    people = User.objects.filter(last_name__in=NAMES)

    by_letters = [each.last_name for each in people.order_by(by_alphabet("last_name"), "pk")]
    by_code = [each.last_name for each in people.order_by("last_name", "pk")]

    assert by_letters == sorted(NAMES, key=sort_key)
    assert by_code != by_letters


@pytest.mark.django_db
def test_large_and_small_letters_are_one_and_equal_names_keep_their_order():
    people = [UserFactory(last_name=name) for name in ("łata", "Łata", "lato", "ŁATA")]
    found = User.objects.filter(pk__in=[each.pk for each in people])

    names = [each.last_name for each in found.order_by(by_alphabet("last_name"), "pk")]

    assert names == ["lato", "łata", "Łata", "ŁATA"]
