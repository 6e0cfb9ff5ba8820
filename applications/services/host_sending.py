"""Sending a survey from its page: once for each form, and only what was looked at (FT-12)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from applications.models import HostSurvey, SendingKey
from applications.services.host_surveys import submit_survey


class SentWithOtherAnswers(Exception):
    """This form was sent before, with other answers in it."""


def send_from_form(
    survey: HostSurvey, *, key: UUID, seen: str, by: str, now: datetime
) -> HostSurvey:
    """Send what the page showed. The same form sent again changes nothing and says the same.

    `key` is drawn for each page that is opened, `seen` is `survey_merge.digest()` of the answers it
    showed, what came late included. `now` is when the form came; whether that is in time is decided
    by the clock of the database when the survey is sent.

    Raises `SentWithOtherAnswers` and what `submit_survey` raises.
    """
    used = SendingKey.objects.filter(key=key).first()
    if used is not None:
        if used.survey_id != survey.pk or used.digest != seen:
            raise SentWithOtherAnswers(key)
        return survey
    sent = submit_survey(survey, by=by, seen=seen)
    _remember(survey, key=key, seen=seen, now=now)
    return sent


def _remember(survey: HostSurvey, *, key: UUID, seen: str, now: datetime) -> None:
    """Two windows of one form may come here at once: the first one is remembered."""
    try:
        with transaction.atomic():
            SendingKey.objects.create(survey=survey, key=key, digest=seen, used_at=now)
    except IntegrityError:
        known = SendingKey.objects.get(key=key)
        if known.digest != seen or known.survey_id != survey.pk:
            raise SentWithOtherAnswers(key) from None
