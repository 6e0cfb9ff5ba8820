"""Pairs and internships. The dates of every factory agree with the edition of `EditionFactory`."""

from datetime import UTC, date, datetime

import factory

from core import roles
from matching import models
from matching.enums import PlacementStatus, ProposalStatus, SideAnswer, VersionStatus
from tests.factories.applications import InternApplicationFactory
from tests.factories.core import UserFactory
from tests.factories.meetings import DeclarationFactory
from tests.factories.programme import EditionFactory

RUN_AT = datetime(2026, 6, 22, 8, tzinfo=UTC)
ANSWER_BY = datetime(2026, 7, 1, 8, tzinfo=UTC)


class MatchVersionFactory(factory.django.DjangoModelFactory):
    """A draft run by one coordinator; the trait `published` was approved by another."""

    class Meta:
        model = models.MatchVersion

    class Params:
        approved = factory.Trait(
            status=VersionStatus.APPROVED,
            approved_by=factory.SubFactory(UserFactory, role=roles.COORDINATOR),
            approved_at=RUN_AT,
        )
        published = factory.Trait(
            approved=True, status=VersionStatus.PUBLISHED, published_at=RUN_AT
        )

    edition = factory.SubFactory(EditionFactory)
    name = factory.Sequence(lambda n: f"Wersja {n}")
    author = factory.SubFactory(UserFactory, role=roles.COORDINATOR)
    salt = "win4ua-2026"
    fingerprint = "0" * 64
    solver = "test"
    created_at = RUN_AT


def published_version(year: int = 2026) -> models.MatchVersion:
    """The published version of an edition, of which there is only one; made when it is missing."""
    found = models.MatchVersion.objects.filter(
        edition__year=year, status=VersionStatus.PUBLISHED
    ).first()
    return found or MatchVersionFactory(edition__year=year, published=True)


class ProposalFactory(factory.django.DjangoModelFactory):
    """A draft pair; trait `published` waits for both answers, `accepted` has two yeses.

    Published ones belong to the one published version of 2026.
    """

    class Meta:
        model = models.Proposal

    class Params:
        published = factory.Trait(
            version=factory.LazyFunction(lambda: published_version()),
            status=ProposalStatus.PUBLISHED,
            answer_by_at=ANSWER_BY,
        )
        accepted = factory.Trait(
            published=True,
            status=ProposalStatus.ACCEPTED,
            host_answer=SideAnswer.ACCEPTS,
            host_answered_at=RUN_AT,
            intern_answer=SideAnswer.ACCEPTS,
            intern_answered_at=RUN_AT,
        )

    version = factory.SubFactory(MatchVersionFactory)
    declaration = factory.SubFactory(DeclarationFactory, accepted=True)
    application = factory.SubFactory(InternApplicationFactory, ready=True)
    score = 640
    breakdown = factory.LazyFunction(lambda: [["themes", 400, 500], ["dates", 240, 500]])
    explanation_pl = "Wspólne tematy: edukacja."
    explanation_uk = "Спільні теми: освіта."


class PlacementFactory(factory.django.DjangoModelFactory):
    """An internship in September; traits `under_way` and `finished` are further on.

    The host of the pair is `placement.declaration`, the hromada `placement.application.hromada`.
    """

    class Meta:
        model = models.Placement

    class Params:
        under_way = factory.Trait(
            status=PlacementStatus.UNDER_WAY, arrived_at=datetime(2026, 9, 7, 6, tzinfo=UTC)
        )
        finished = factory.Trait(under_way=True, status=PlacementStatus.FINISHED)

    proposal = factory.SubFactory(ProposalFactory, accepted=True)
    edition = factory.SelfAttribute("proposal.version.edition")
    declaration = factory.SelfAttribute("proposal.declaration")
    application = factory.SelfAttribute("proposal.application")
    mentor = factory.SelfAttribute("declaration.mentor_user")
    intern = factory.LazyAttribute(
        lambda p: UserFactory(
            email=p.application.email,
            first_name=p.application.first_name,
            last_name=p.application.last_name,
            language="uk",
            role=roles.INTERN,
        )
    )
    starts_on = date(2026, 9, 7)
    ends_on = date(2026, 10, 2)
    created_at = RUN_AT


class ScheduleItemFactory(factory.django.DjangoModelFactory):
    """Two hours on the first Monday, 9:00 to 11:00 in Warsaw."""

    class Meta:
        model = models.ScheduleItem

    placement = factory.SubFactory(PlacementFactory)
    starts_at = datetime(2026, 9, 7, 7, tzinfo=UTC)
    ends_at = datetime(2026, 9, 7, 9, tzinfo=UTC)
    title = "Poznanie urzędu"
    place = "Sienkiewicza 16, pokój 12"


class DiaryEntryFactory(factory.django.DjangoModelFactory):
    """The first day, written and not yet confirmed."""

    class Meta:
        model = models.DiaryEntry

    placement = factory.SubFactory(PlacementFactory, under_way=True)
    day = date(2026, 9, 7)
    hours = "6.50"
    activity = "Знайомство з роботою відділу."
    written_at = datetime(2026, 9, 7, 15, tzinfo=UTC)
