import random

import pytest
from django.core.exceptions import ValidationError

from programme import identifiers


def said(clean, value) -> str:
    with pytest.raises(ValidationError) as refused:
        clean(value)
    return refused.value.message


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1234563218", "1234563218"),
        ("123-456-32-18", "1234563218"),
        ("PL 123 456 32 18", "1234563218"),
        ("\u00a01234563218 ", "1234563218"),
    ],
)
def test_nip_is_taken_as_people_type_it(typed, kept):
    assert identifiers.clean_nip(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "1234563217",
        "0000000000",
        "123456321",
        "12345632180",
        "",
        "abc",
        "١٢٣٤٥٦٣٢١٨",
        "DE1234563218",
    ],
)
def test_wrong_nip_is_explained(typed):
    assert said(identifiers.clean_nip, typed) == (
        "Write the NIP as 10 digits, e.g. 1234563218. The number given is not correct."
    )


@pytest.mark.parametrize("typed", ["123456785", "12345678512347", "100000050", "123 456 785"])
def test_regon_of_both_lengths_is_taken(typed):
    assert identifiers.clean_regon(typed) == typed.replace(" ", "")


@pytest.mark.parametrize(
    "typed", ["123456784", "12345678512346", "000000000", "00000000000000", "1234567850", ""]
)
def test_wrong_regon_is_explained(typed):
    assert said(identifiers.clean_regon, typed) == (
        "Write the REGON as 9 or 14 digits, e.g. 123456785. The number given is not correct."
    )


@pytest.mark.parametrize("typed", ["32855961", "04000056", "04000340"])
def test_edrpou_of_every_round_is_taken(typed):
    assert identifiers.clean_edrpou(typed) == typed


@pytest.mark.parametrize("typed", ["32855968", "00000000", "3285596", "328559610", "А2855961"])
def test_wrong_edrpou_is_explained(typed):
    assert said(identifiers.clean_edrpou, typed) == (
        "Write the EDRPOU code as 8 digits, e.g. 32855961. The number given is not correct."
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("PL61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874"),
        ("61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874"),
        ("UA213223130000026007233566001", "UA213223130000026007233566001"),
        ("ua21 3223 1300 0002 6007 2335 66001", "UA213223130000026007233566001"),
    ],
)
def test_accounts_of_both_countries_are_taken(typed, kept):
    assert identifiers.clean_iban(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "PL61109010140000071219812875",
        "DE89370400440532013000",
        "PL00000000000000000000000000",
        "PL6110901014000007121981287",
        "",
    ],
)
def test_wrong_account_is_explained(typed):
    assert said(identifiers.clean_iban, typed) == (
        "Write the account as an IBAN: PL and 26 digits, or UA and 27 digits. The number given is "
        "not correct."
    )


@pytest.mark.parametrize(
    "code",
    [
        "1012011",
        "1012122",
        "1014011",
        "1014082",
        "3020063",
        "2611011",
        "1408043",
        "1422023",
        "1803063",
    ],
)
def test_teryt_of_the_register_is_taken(code):
    assert identifiers.clean_teryt(code) == code


@pytest.mark.parametrize(
    "code",
    ["1012014", "1012018", "1112011", "3412011", "0012011", "1000011", "1012001", "101201", ""],
)
def test_wrong_teryt_is_explained(code):
    assert said(identifiers.clean_teryt, code) == (
        "A TERYT code of a gmina has 7 digits and ends with 1, 2 or 3, e.g. 1012011."
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("UA46020010000073886", "UA46020010000073886"),
        ("ua46020010000073886", "UA46020010000073886"),
        ("U\u041046020010000073886", "UA46020010000073886"),
    ],
)
def test_katottg_of_a_hromada_is_taken(typed, kept):
    assert identifiers.clean_katottg(typed) == kept


@pytest.mark.parametrize(
    "code",
    ["UA46020010010087534", "UA4602001000007388", "UA00000000000000000", "PL46020010000073886", ""],
)
def test_wrong_katottg_is_explained(code):
    assert said(identifiers.clean_katottg, code) == (
        "A KATOTTG code of a hromada is UA and 17 digits, with five zeros after the seventh, "
        "e.g. UA46020010000073886."
    )


def test_stored_numbers_must_be_compact():
    identifiers.validate_nip("1234563218")

    assert said(identifiers.validate_nip, "123-456-32-18") == str(identifiers.NIP_SENTENCE)
    assert said(identifiers.validate_iban, "PL61 1090 1014 0000 0712 1981 2874") == str(
        identifiers.IBAN_SENTENCE
    )


def nip_by_hand(number):
    weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
    return sum(w * int(d) for w, d in zip(weights, number, strict=False)) % 11 == int(number[9])


def edrpou_by_hand(number):
    weights = (7, 1, 2, 3, 4, 5, 6) if number[0] in "345" else (1, 2, 3, 4, 5, 6, 7)
    rest = sum(w * int(d) for w, d in zip(weights, number, strict=False)) % 11
    if rest == 10:
        rest = sum((w + 2) * int(d) for w, d in zip(weights, number, strict=False)) % 11 % 10
    return rest == int(number[7])


@pytest.mark.parametrize(
    ("clean", "by_hand", "length"),
    [(identifiers.clean_nip, nip_by_hand, 10), (identifiers.clean_edrpou, edrpou_by_hand, 8)],
)
def test_check_digits_agree_with_the_rule_by_hand(clean, by_hand, length):
    chance = random.Random(7)
    taken = expected = 0
    for _attempt in range(2_000):
        number = f"{chance.randrange(1, 10**length):0{length}}"
        expected += by_hand(number)
        try:
            taken += bool(clean(number))
        except ValidationError:
            assert not by_hand(number)

    assert taken == expected > 100
