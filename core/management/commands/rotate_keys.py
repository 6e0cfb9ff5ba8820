"""`manage.py rotate_keys`: write every encrypted column anew under the newest key."""

from django.apps import apps
from django.core.management.base import BaseCommand

from core.crypto import EncryptedTextField, rotate_all


class Command(BaseCommand):
    """Run it after a new key was put first in FIELD_ENCRYPTION_KEYS; then the old one may go."""

    help = "Write every encrypted column anew under the first key of FIELD_ENCRYPTION_KEYS."

    def handle(self, **options) -> None:
        """Every encrypted field of every model."""
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, EncryptedTextField):
                    rows = rotate_all(model, field.name)
                    self.stdout.write(f"{model._meta.label}.{field.name}: {rows}")
