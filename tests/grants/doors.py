"""Personal links and typed forms, for the tests of pages."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from core import links
from tests.grants.conftest import JANUARY


def token_for(target, purpose: str = "project", email: str = "rada@hromada.example") -> str:
    with transaction.atomic():
        return links.create(
            purpose=purpose, target=target, email=email, expires_at=None, now=JANUARY
        )


def address(name: str, token: str, *args: object, language: str = "uk") -> str:
    with translation.override(language):
        return reverse(f"grants:{name}", args=[token, *args])


def date_typed(name: str, value: date) -> dict[str, int]:
    return {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}


def line_typed(project, **changes: object) -> dict[str, object]:
    category = project.call.edition.budget_categories.get(code="services")
    return {
        "category": category.pk,
        "description": "Навчання мешканців",
        "unit": "день",
        "quantity": "3",
        "unit_price": "33.33",
        "grant": "90.00",
        **changes,
    }
