"""The signed number in an unsubscribe link: which letter it came with, and nothing else."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation

SALT = "mailing.unsubscribe"


class BadUnsubscribeLink(Exception):
    """The link is not one of ours."""


def token_for(number) -> str:
    """The part of the address that names a letter by its uuid."""
    return Signer(salt=SALT).sign(number.hex)


def url_for(number, language: str) -> str:
    """The whole address of the unsubscribe page of a letter."""
    with translation.override(language):
        return settings.SITE_URL + reverse("mailing:unsubscribe", args=[token_for(number)])


def letter_number(token: str) -> str:
    """The uuid of the letter, as 32 hexadecimal figures. Raises `BadUnsubscribeLink`."""
    try:
        return Signer(salt=SALT).unsign(token)
    except BadSignature:
        raise BadUnsubscribeLink from None
