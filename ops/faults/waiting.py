"""Records that wait for the deed of their link: what a robot could do harm to (SEC-M3).

A played edition is over; its links show what has been. Needs Django set up, and the factories of
the tests.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

DAY = timedelta(days=1)
YEAR = 2091  # of an edition beside all others
BESIDE_THE_REGISTER = 5_000  # codes of districts that no register has


def let_all_wait(now: datetime) -> dict[str, Any]:
    """Make one such record for each purpose, and a first link to it; purpose -> record."""
    from core import links

    records = _records(now)
    with transaction.atomic():
        for purpose, record in records.items():
            email = "urzad@robots.example"
            links.create(purpose=purpose, target=record, email=email, expires_at=None, now=now)
    return records


def _records(now: datetime) -> dict[str, Any]:
    from applications.models import AddressConfirmation, NamedMentor
    from matching.enums import ProposalStatus
    from tests.factories import applications, grants, matching, meetings
    from tests.factories.programme import EditionFactory, GminaFactory, HromadaFactory

    for register in (GminaFactory, HromadaFactory):
        register.reset_sequence(BESIDE_THE_REGISTER)
    edition = EditionFactory(
        year=YEAR,
        survey_opens_at=now - 10 * DAY,
        survey_closes_at=now + 10 * DAY,
        applications_open_at=now - 5 * DAY,
        applications_close_at=now + 20 * DAY,
    )
    answers = applications.host_answers()
    sent: Any = applications.HostSurveyFactory(edition=edition, submitted=True, answers=answers)
    person = {"first_name": "Jan", "last_name": "Kowalski", "email": "jan@robots.example"}
    meetings.InformationSessionFactory(edition=edition, starts_at=now + 5 * DAY)
    version = matching.MatchVersionFactory(edition=edition, published=True)
    proposal = matching.ProposalFactory(
        version=version,
        status=ProposalStatus.PUBLISHED,
        answer_by_at=now + 7 * DAY,
        declaration__survey__edition=edition,
        application__edition=edition,
    )
    call = grants.GrantCallFactory(
        edition=edition,
        opened_at=now - DAY,
        closes_at=now + 20 * DAY,
        starts_on=(now + 90 * DAY).date(),
        ends_on=(now + 200 * DAY).date(),
    )
    written = {"call": call, "starts_on": call.starts_on, "ends_on": call.ends_on}
    return {
        "survey": applications.HostSurveyFactory(edition=edition, draft_answers=answers),
        "named_mentor": NamedMentor.objects.create(survey=sent, named_at=now, **person),
        "contact_address": AddressConfirmation.objects.create(
            survey=sent, email=sent.email, asked_at=now
        ),
        "application": applications.InternApplicationFactory(edition=edition),
        "application_head": applications.InternApplicationFactory(edition=edition, submitted=True),
        "session": meetings.SessionChoiceFactory(survey__edition=edition),
        "declaration": meetings.DeclarationFactory(survey__edition=edition),
        "mentor": meetings.DeclarationFactory(survey__edition=edition, sent=True),
        "proposal.host": proposal,
        "proposal.intern": proposal,
        "project": grants.SmallProjectFactory(written=True, **written),
        "project.partner": _awaiting_partner(
            grants.SmallProjectFactory(written=True, **written), now
        ),
        "report": grants.GrantReportFactory(project__call=call),
    }


def _awaiting_partner(project: Any, now: datetime) -> Any:
    from grants import services
    from grants.models import SmallProject

    return services.submit_project(SmallProject.objects.for_table().get(pk=project.pk), now=now)
