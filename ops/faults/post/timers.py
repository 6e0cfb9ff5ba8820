"""FT-31: two beats by mistake, one of which is killed: every periodic effect is there once."""

import os
import time
from datetime import timedelta

from ops.bench.servers import Servers
from ops.faults.people import ready_to_send
from ops.faults.post import letters
from ops.faults.post.provider import Provider
from ops.faults.post.workers import Workers, beats
from ops.faults.result import Result
from ops.visitor import wait_for

LETTERS = 500
SURVEYS = 40
SIGN_INS = 20
PERIOD = 4
SECONDS = 40.0
APP = "ops.faults.post.stage"


def run(servers: Servers, share: float) -> Result:
    """Letters, reminders, login links and the seals of the audit trail, by two beats."""
    from core import audit
    from core.models import AuditEvent, AuditSeal
    from mailing.models import Letter

    number, seconds = max(60, int(LETTERS * share)), max(24.0, SECONDS * share)
    surveys = _forgotten_surveys(max(4, int(SURVEYS * share)))
    wishes = _sign_ins(max(4, int(SIGN_INS * share)))
    letters.write(number)
    os.environ["FAULT_PERIOD"] = str(PERIOD)
    provider = Provider()
    with (
        provider.running(),
        Workers(servers, 2, provider.environment),
        beats(servers, 2, app=APP) as running,
    ):
        wait_for(lambda: _runs(servers) > 0, seconds=90)
        began = time.monotonic()
        time.sleep(seconds)
        both = _runs(servers)
        periods = (time.monotonic() - began) / PERIOD
        running[0].kill()
        time.sleep(seconds / 2)
        after = _runs(servers) - both
        letters.wait_until_final(180)
        wait_for(lambda: audit.verify().waiting == 0, seconds=60)
    reminders = Letter.objects.filter(letter="applications/survey_unsent").count()
    links = Letter.objects.filter(letter="mailing/login_link").count()
    events, seals = AuditEvent.objects.count(), AuditSeal.objects.count()
    return Result(
        "FT-31",
        {
            "letters": number,
            "sent": len(provider.taken),
            "double": provider.doubles,
            "reminders": f"{reminders} for {surveys} surveys",
            "login_links": f"{links} for {wishes} wishes",
            "audit_lines_sealed": f"{seals} of {events}",
            "control_unguarded_a_period": round(both / periods, 1),
            "after_one_was_killed": round(after / (seconds / 2 / PERIOD), 1),
        },
        {
            "each letter once": provider.doubles == 0 and letters.lost(provider) == 0,
            "each reminder once": reminders == surveys,
            "each login link once": links == wishes,
            "each line sealed once, the chain holds": seals == events > 0
            and not audit.verify().broken,
            "the other beat goes on": after > 0,
            "control: a plain job runs for both": both >= 1.5 * periods,
        },
    )


def _runs(servers: Servers) -> int:
    import redis

    client = redis.Redis.from_url(servers.redis.url(0))
    try:
        return int(client.get("faults:unguarded") or 0)
    finally:
        client.close()


def _forgotten_surveys(number: int) -> int:
    """So many drafts of which their offices have to be reminded now."""
    from django.utils import timezone

    from applications.models import HostSurvey
    from applications.services.host_reminders import AT_LEAST_BEFORE
    from programme.models import Edition

    now = timezone.now()
    ready_to_send(number)
    Edition.objects.update(survey_closes_at=now + AT_LEAST_BEFORE)
    HostSurvey.objects.update(started_at=now - timedelta(days=30))
    return HostSurvey.objects.count()


def _sign_ins(number: int) -> int:
    """So many people who want a login link, and of whom no worker has heard."""
    from django.utils import timezone

    from core.models import User
    from mailing.models import SignInRequest

    people = [User.objects.create_user(f"osoba{place}@example.org") for place in range(number)]
    SignInRequest.objects.bulk_create(
        SignInRequest(email=person.email, asked_at=timezone.now()) for person in people
    )
    return number
