"""Links and codes of a letter, kept encrypted beside its text.

Whoever reads the table of letters (a coordinator, a dump) sees where a link stood, never the link.
In the stored text a sealed value is a marker: its name between two private-use characters.
"""

import json
import re
from collections.abc import Mapping

from core.crypto import decrypt, encrypt

OPEN, CLOSE = "\ue000", "\ue001"
NUMBER = "\ue002"  # where the letter says its own number, known only once it has a row
MARKER_ADDRESS = re.compile(f'="{OPEN}[a-z0-9_]+{CLOSE}"')
MARKER = re.compile(f"{OPEN}([a-z0-9_]+){CLOSE}")


def marker(name: str) -> str:
    """What stands in a stored text in the place of the sealed value `name`."""
    return f"{OPEN}{name}{CLOSE}"


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put `values` in the place of their markers. Raises `KeyError` for a marker without value."""
    return MARKER.sub(lambda found: values[found[1]], text)


def seal(values: Mapping[str, str]) -> str:
    """Encrypt with the newest of `FIELD_ENCRYPTION_KEYS`. Nothing to seal gives ""."""
    return encrypt(json.dumps(values, ensure_ascii=False)) if values else ""


def unseal(sealed: str) -> dict[str, str]:
    """The reverse of `seal`. Raises `cryptography.fernet.InvalidToken` without the right key."""
    return json.loads(decrypt(sealed)) if sealed else {}
