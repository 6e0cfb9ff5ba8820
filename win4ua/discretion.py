"""Logs that keep secrets: a personal link that stands in an address never reaches a log line."""

import logging
import re

# Runs of URL-safe base64 that are no words: 20 and more characters with a digit among them, or, for
# the rare token without one, 32 and more with a capital.
TOKEN = re.compile(
    r"(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}={0,2}|(?=[a-z_-]*[A-Z])[A-Za-z_-]{32,}={0,2}"
)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")


def discreet(text: str) -> str:
    """The text without tokens and e-mail addresses."""
    return ADDRESS.sub("[address]", TOKEN.sub("[token]", text))


class DiscreetFormatter(logging.Formatter):
    """Formats a record, traceback included, and hides what must not be read."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))
