"""One whole edition walked through every room, by the services that people's pages call."""

from decimal import Decimal

import pytest

from core.models import AuditEvent
from grants.models import Settlement
from mailing.models import Letter
from matching.models import Placement
from programme.registers.romanise import romanise
from win4ua.rehearsal.play import play


@pytest.fixture(scope="module")
def quiet():
    """No progress bar."""
    return lambda rows, label: rows


@pytest.mark.django_db(transaction=True)
def test_an_edition_walks_from_the_letter_to_the_last_settled_zloty(quiet):
    """Every letter leaves exactly once, every sum is equal to the grosz, the trail is whole."""
    figures = play(surveys=14, applications=8, seed=5, progress=quiet)

    assert figures.surveys == 14
    assert figures.applications == 8
    assert 0 < figures.placements == figures.projects_submitted == figures.projects_settled
    assert Decimal(figures.paid) == Decimal(figures.accepted) + Decimal(figures.returned)
    assert figures.sums_equal
    assert (figures.letters_written, figures.letters_duplicated) == (figures.letters_sent, 0)
    assert set(Letter.objects.values_list("status", flat=True)) == {Letter.Status.ACCEPTED}
    assert figures.audit_ok
    for placement in Placement.objects.order_by("pk"):
        assert placement.certificate.file.size > 1000
        assert set(placement.reports.values_list("status", flat=True)) == {"accepted"}
        person = placement.application
        latin = (romanise(person.first_name).upper(), romanise(person.last_name).upper())
        assert (person.latin_first_name, person.latin_last_name) == latin
    for settlement in Settlement.objects.select_related("project").order_by("pk"):
        assert settlement.paid == settlement.project.awarded_amount
    rooms = {action.split(".")[0] for action in AuditEvent.objects.values_list("action", flat=True)}
    assert rooms >= {"core", "programme", "applications", "meetings", "matching", "grants"}


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_gives_the_same_figures(quiet):
    """Chance comes from the seed alone."""
    first = play(surveys=6, applications=4, seed=9, progress=quiet).as_dict()
    second = play(surveys=6, applications=4, seed=9, progress=quiet).as_dict()

    for name in ("seconds", "queries"):
        first.pop(name)
        second.pop(name)
    assert first == second
