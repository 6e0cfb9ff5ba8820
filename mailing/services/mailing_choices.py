"""Settling something of a mailing and asking at once who gets it then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from core.models import User
from mailing.models import Mailing
from mailing.services.mailing_rows import work_out
from mailing.services.mailings import change_mailing


@transaction.atomic
def choose(mailing: Mailing, *, wish: Mapping[str, Any], actor: User, now: datetime) -> Mailing:
    """Choose recipients and work them out. Raises `NotOpen`, `BadWish`."""
    change_mailing(mailing, wish=wish, actor=actor, now=now)
    return work_out(mailing, actor=actor, now=now)


@transaction.atomic
def write_words(
    mailing: Mailing, *, words: Mapping[str, str], actor: User, now: datetime
) -> Mailing:
    """Write the words and look again for empty places (E8). Raises `NotOpen`, `TextsRefused`."""
    had_recipients = mailing.worked_out_at is not None
    change_mailing(mailing, words=words, actor=actor, now=now)
    if had_recipients:
        work_out(mailing, actor=actor, now=now)
    return mailing
