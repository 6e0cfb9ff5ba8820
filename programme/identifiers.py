"""Official numbers of municipalities: shapes and check digits, said in words when wrong.

Each `clean_…` takes what a person typed (spaces, hyphens and country prefixes allowed) and gives
back the compact form; each `validate_…` only checks. Both raise `ValidationError`. Check digits:
python-stdnum. TERYT and KATOTTG have none, so only their shape is checked here.
"""

import re
from collections.abc import Callable
from types import ModuleType

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import iban
from stdnum.exceptions import ValidationError as NumberError
from stdnum.pl import nip, regon
from stdnum.ua import edrpou

TERYT_SHAPE = re.compile(r"(0[2-9]|[12]\d|3[0-2])\d{4}[123]", re.ASCII)
KATOTTG_SHAPE = re.compile(r"UA\d{17}", re.ASCII)
KATOTTG_HROMADA_SHAPE = re.compile(r"UA\d{7}00000\d{5}", re.ASCII)
SEPARATORS = re.compile(r"[\s\-\u2010-\u2015.\u00a0]+")

NIP_SENTENCE = _("Write the NIP as 10 digits, e.g. 1234563218. The number given is not correct.")
REGON_SENTENCE = _(
    "Write the REGON as 9 or 14 digits, e.g. 123456785. The number given is not correct."
)
EDRPOU_SENTENCE = _(
    "Write the EDRPOU code as 8 digits, e.g. 32855961. The number given is not correct."
)
IBAN_SENTENCE = _(
    "Write the account as an IBAN: PL and 26 digits, or UA and 27 digits. The number given is not "
    "correct."
)
TERYT_SENTENCE = _("A TERYT code of a gmina has 7 digits and ends with 1, 2 or 3, e.g. 1012011.")
KATOTTG_SENTENCE = _(
    "A KATOTTG code of a hromada is UA and 17 digits, with five zeros after the seventh, "
    "e.g. UA46020010000073886."
)


def _bare(value: str) -> str:
    return SEPARATORS.sub("", value).upper()


def _checked(number: str, module: ModuleType, sentence: Promise, code: str) -> str:
    """Refuse non-digits, all zeros (they pass the arithmetic) and a wrong check digit."""
    if not number.isascii() or not number.isdigit() or not int(number):
        raise ValidationError(sentence, code=code)
    try:
        return str(module.validate(number))
    except NumberError as error:
        raise ValidationError(sentence, code=code) from error


def clean_nip(value: str) -> str:
    """Ten digits of a Polish tax number; the prefix PL may be typed."""
    return _checked(_bare(value).removeprefix("PL"), nip, NIP_SENTENCE, "nip")


def clean_regon(value: str) -> str:
    """Nine or fourteen digits of a Polish statistical number."""
    number = _bare(value)
    if number.startswith("000000000"):
        raise ValidationError(REGON_SENTENCE, code="regon")
    return _checked(number, regon, REGON_SENTENCE, "regon")


def clean_edrpou(value: str) -> str:
    """Eight digits of a Ukrainian register code."""
    return _checked(_bare(value), edrpou, EDRPOU_SENTENCE, "edrpou")


def clean_iban(value: str) -> str:
    """An IBAN of Poland (28 characters) or Ukraine (29 characters), without spaces."""
    number = _bare(value)
    if re.fullmatch(r"\d{26}", number, re.ASCII):
        number = f"PL{number}"
    if not re.fullmatch(r"PL\d{26}|UA\d{27}", number, re.ASCII) or not int(number[4:]):
        raise ValidationError(IBAN_SENTENCE, code="iban")
    try:
        return str(iban.validate(number, check_country=False))
    except NumberError as error:
        raise ValidationError(IBAN_SENTENCE, code="iban") from error


def clean_teryt(value: str) -> str:
    """Seven digits of a gmina: even voivodeship 02 to 32, powiat and gmina not 00, kind 1 to 3."""
    code = _bare(value)
    if (
        not TERYT_SHAPE.fullmatch(code)
        or int(code[:2]) % 2
        or code[2:4] == "00"
        or code[4:6] == "00"
    ):
        raise ValidationError(TERYT_SENTENCE, code="teryt")
    return code


def clean_katottg(value: str) -> str:
    """UA and 17 digits of a hromada; letters Cyrillic by mistake are read as Latin."""
    code = _bare(value).replace("\u0410", "A")
    if not KATOTTG_HROMADA_SHAPE.fullmatch(code) or not int(code[2:9]) or not int(code[-5:]):
        raise ValidationError(KATOTTG_SENTENCE, code="katottg")
    return code


def _validator(clean: Callable[[str], str], value: str, sentence: Promise, code: str) -> None:
    """Stored values must already be compact."""
    if clean(value) != value:
        raise ValidationError(sentence, code=code)


def validate_nip(value: str) -> None:
    """A stored NIP: ten digits and nothing else."""
    _validator(clean_nip, value, NIP_SENTENCE, "nip")


def validate_regon(value: str) -> None:
    """A stored REGON: digits and nothing else."""
    _validator(clean_regon, value, REGON_SENTENCE, "regon")


def validate_edrpou(value: str) -> None:
    """A stored EDRPOU: eight digits and nothing else."""
    _validator(clean_edrpou, value, EDRPOU_SENTENCE, "edrpou")


def validate_iban(value: str) -> None:
    """A stored IBAN: with the country and without spaces."""
    _validator(clean_iban, value, IBAN_SENTENCE, "iban")


def validate_teryt(value: str) -> None:
    """A stored TERYT code of a gmina."""
    _validator(clean_teryt, value, TERYT_SENTENCE, "teryt")


def validate_katottg(value: str) -> None:
    """A stored KATOTTG code of a hromada."""
    _validator(clean_katottg, value, KATOTTG_SENTENCE, "katottg")
