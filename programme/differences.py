"""What changed between two versions of a public text, word by word."""

from collections.abc import Mapping

from core.differences import Difference, pieces
from programme.models import PublicContent
from programme.models.content import LANGUAGES


def differences(
    target: PublicContent, before: Mapping[str, str], after: Mapping[str, str]
) -> list[Difference]:
    """Every field of the text that is not the same, in the order of the form."""
    return [
        Difference(_label(target, name), _language(name), list(pieces(old, new)))
        for name in target.CONTENT
        if (old := before.get(name, "")) != (new := after.get(name, ""))
    ]


def _language(name: str) -> str:
    return name[-2:] if name[-3:-2] == "_" and name[-2:] in LANGUAGES else ""


def _label(target: PublicContent, name: str) -> str:
    return str(target._meta.get_field(name).verbose_name)
