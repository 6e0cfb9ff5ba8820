"""Columns that stay unreadable in a dump: encrypted with keys that live outside the database."""

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS is empty")
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """The keys of FIELD_ENCRYPTION_KEYS: the first one writes, all of them read."""
    return _box(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypt(text: str) -> str:
    """Text as it is stored."""
    return box().encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """Stored text made readable. Raises `cryptography.fernet.InvalidToken` without the key."""
    return box().decrypt(stored.encode()).decode()


def rotate(stored: str) -> str:
    """The same text under the newest key."""
    return box().rotate(stored.encode()).decode()


class EncryptedTextField(models.TextField):
    """Text encrypted at rest. Empty stays empty; it cannot be searched, sorted or compared."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value, expression, connection):
        """Readable again when it comes from the database."""
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name):
        """Only `isnull` means something on encrypted text."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def check(self, **options):
        """An index over random bytes would only cost."""
        found = super().check(**options)
        if self.db_index or self.unique:
            found.append(
                checks.Error("An encrypted field cannot be indexed.", obj=self, id="core.E001")
            )
        return found


def rotate_all(model: type[models.Model], field: str, *, batch: int = 500) -> int:
    """Write every stored value of a column anew under the newest key; returns how many rows."""
    rows = 0
    last = 0
    raw = models.functions.Cast(field, models.TextField())
    while True:
        chunk = list(
            model._base_manager.filter(pk__gt=last)
            .annotate(stored=raw)
            .order_by("pk")
            .values_list("pk", "stored")[:batch]
        )
        if not chunk:
            return rows
        for pk, stored in chunk:
            if stored:
                kept = models.Value(rotate(stored), output_field=models.TextField())
                model._base_manager.filter(pk=pk).update(
                    **{field: models.functions.Cast(kept, models.TextField())}
                )
                rows += 1
        last = chunk[-1][0]
