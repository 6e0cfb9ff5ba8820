"""Plain values that rooms hand to `mailing.services.write()`."""

from dataclasses import dataclass
from typing import Protocol


class Addressee(Protocol):
    """Anybody with an address and a language: a contact, a user, a `Recipient`."""

    @property
    def email(self) -> str:
        """One plain e-mail address."""
        ...

    @property
    def language(self) -> str:
        """ "pl", "uk" or "en"; anything else gets Polish."""
        ...


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets a letter and is no record of ours: an address, a language, a name."""

    email: str
    language: str
    name: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter: its name, its bytes, its media type.

    `shared`: the number of the file of a mailing that holds the bytes for all its letters.
    """

    name: str
    content: bytes = b""
    content_type: str = "application/pdf"
    shared: int | None = None


class Address(str):
    """An e-mail address that a letter shows whole, so that it can be copied: of a known person."""
