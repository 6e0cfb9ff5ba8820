"""Writing letters: rows, keys, sealed links, both parts."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import transaction

from mailing import Recipient, services
from mailing.models import Letter

NOW = datetime(2026, 4, 14, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def write_login_link(key="login.1", **options) -> Letter:
    context = {
        "link": "https://win4ua.example/logowanie/AbC/",
        "code": "482913",
        "asked_at": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
    }
    with transaction.atomic():
        return services.write(
            key=key,
            letter="mailing/login_link",
            to=options.pop("to", Recipient("iryna@hromada.example", "uk", "Ірина Бондар")),
            context={**context, **options.pop("context", {})},
            now=NOW,
            **options,
        )


def test_letter_is_written_once_for_a_key():
    first = write_login_link()

    second = write_login_link()

    assert second == first
    assert Letter.objects.count() == 1


def test_letter_needs_a_transaction():
    with pytest.raises(RuntimeError):
        services.write(
            key="k",
            letter="mailing/code",
            to=Recipient("a@b.example", "pl"),
            context={"code": "1", "asked_at": "x"},
            now=NOW,
        )


def test_letter_keeps_links_and_codes_sealed():
    letter = write_login_link()

    assert "AbC" not in letter.stored_text + letter.stored_html
    assert "482913" not in letter.stored_text + letter.stored_html
    assert "AbC" not in letter.shown_text + letter.shown_html
    assert "https://win4ua.example/logowanie/AbC/" in letter.text
    assert 'href="https://win4ua.example/logowanie/AbC/"' in letter.html
    assert "482913" in letter.text
    assert "482913" in letter.html


def test_letter_is_sent_when_due():
    letter = write_login_link()

    ended = services.deliver_due(NOW)

    letter.refresh_from_db()
    assert dict(ended) == {"accepted": 1}
    assert letter.status == "accepted"
    assert mail.outbox[0].body == letter.text
