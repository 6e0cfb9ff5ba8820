"""What logs must not say."""

import logging
import secrets
import sys

import pytest

from win4ua.discretion import DiscreetFormatter, discreet


def test_no_token_survives_in_a_log_line():
    for _ in range(5000):
        token = secrets.token_urlsafe(32)

        assert (
            discreet(f"Not Found: /ankieta/{token}/kontakt")
            == "Not Found: /ankieta/[token]/kontakt"
        )


@pytest.mark.parametrize(
    "text",
    [
        "Not Found: /admin/applications/hostsurvey/12/change/",
        "mailing.tasks.sweep: claimed 12 letters in 3.5 s",
        "OperationalError at applications_hostsurvey_change_population",
    ],
)
def test_words_stay_readable(text):
    assert discreet(text) == text


def test_addresses_of_people_are_hidden():
    assert discreet("no user wojt.jan+x@gmina.example.pl here") == "no user [address] here"


def test_tracebacks_are_hidden_too():
    token = secrets.token_urlsafe(32)
    formatter = DiscreetFormatter("{levelname} {message}", style="{")
    try:
        raise ValueError(f"bad link {token}")
    except ValueError:
        record = logging.LogRecord(
            "x", logging.ERROR, "x", 1, "at %s", (f"/ankieta/{token}",), sys.exc_info()
        )

    said = formatter.format(record)

    assert said.startswith("ERROR at /ankieta/[token]\nTraceback")
    assert said.endswith("ValueError: bad link [token]")


def test_a_lost_page_is_logged_without_its_token(client, db, capsys, settings):
    from django.utils.log import configure_logging

    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    token = secrets.token_urlsafe(32)

    client.get(f"/no-such-page/{token}")

    said = capsys.readouterr().err
    assert (token in said, "Not Found: /no-such-page/[token]" in said) == (False, True)
