"""Bounces and complaints are shown at the municipality, with what to do (E18)."""

import json

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from mailing import services
from mailing.models import Letter, Suppression
from programme.models import Organisation
from tests.factories.applications import HostSurveyFactory
from tests.factories.mailing import LetterFactory
from tests.factories.programme import GminaFactory, OrganisationFactory
from win4ua import host_mail

pytestmark = pytest.mark.django_db


def came_back(letter, kind: str = "bounced") -> None:
    report = services.Report(
        provider="postmaster",
        kind=kind,
        event_id=f"{letter.pk}.{kind}",
        recipient=letter.to,
        said="550 5.1.1 no such user",
        letter_number=letter.uuid,
    )
    services.receive([report], now=timezone.now())
    services.settle_waiting(now=timezone.now())


@pytest.mark.parametrize("kind", ["bounced", "complained"])
def test_what_came_back_stands_at_its_municipality_only(coordinator_client, kind):
    """By the record it was about, and by an address on file."""
    survey = HostSurveyFactory(submitted=True)
    office = Organisation.objects.get_or_create(gmina=survey.gmina, defaults={"name": "Urząd"})[0]
    office.email = "Urzad@czchow.example"
    office.save()
    other = OrganisationFactory(gmina=GminaFactory(), email="inny@gmina.example")
    about = LetterFactory(sent=True, to="burmistrz@czchow.example", about=survey)
    on_file = LetterFactory(sent=True, to=office.email)
    stranger = LetterFactory(sent=True, to=other.email)
    for letter in (about, on_file, stranger):
        came_back(letter, kind)

    page = coordinator_client.get(reverse("admin:win4ua_timeline", args=[survey.gmina.pk]))

    shown = {row.address for row in page.context["troubles"]}
    assert shown == {"burmistrz@czchow.example", "urzad@czchow.example"}
    said = page.content.decode()
    assert "550 5.1.1 no such user" in said
    for entry in Suppression.objects.filter(email__in=shown):
        assert reverse("admin:mailing_suppression_change", args=[entry.pk]) in said
    assert reverse("admin:mailing_letter_change", args=[on_file.pk]) in said
    assert "inny@gmina.example" not in said


def test_auditor_reads_the_story_and_not_who_is_on_the_stop_list(signed_in, auditor):
    """P27: the stop list, its addresses and what servers said are for who can act on them."""
    survey = HostSurveyFactory(submitted=True)
    came_back(LetterFactory(sent=True, to="burmistrz@czchow.example", about=survey))

    page = signed_in(auditor).get(reverse("admin:win4ua_timeline", args=[survey.gmina.pk]))

    assert (page.status_code, page.context["troubles"]) == (200, [])
    assert "burmistrz@czchow.example" not in page.content.decode()


def test_survey_says_where_letters_do_not_arrive(signed_in, coordinator, auditor):
    """E18: a bounce is seen where one works on the survey, by those who may act on it."""
    survey = HostSurveyFactory(submitted=True)
    came_back(LetterFactory(sent=True, to="burmistrz@czchow.example", about=survey))
    address = reverse("admin:applications_hostsurvey_change", args=[survey.pk])

    seen = signed_in(coordinator).get(address)
    hidden = signed_in(auditor).get(address)

    assert [each.address for each in seen.context["troubles"]] == ["burmistrz@czchow.example"]
    assert 'id="mail-troubles"' in seen.content.decode()
    assert hidden.context["troubles"] == []


def test_lifted_address_is_told_no_more_as_stopped(coordinator):
    gmina = GminaFactory()
    OrganisationFactory(gmina=gmina, email="urzad@gmina.example")
    came_back(LetterFactory(sent=True, to="urzad@gmina.example"))
    (before,) = host_mail.troubles_of_gmina(gmina, now=timezone.now())

    services.lift_suppression(
        before.entry, reason="The office called.", actor=coordinator, now=timezone.now()
    )

    (after,) = host_mail.troubles_of_gmina(gmina, now=timezone.now())
    assert (before.entry is None, after.entry is None) == (False, True)


def test_municipality_whose_letters_arrive_has_no_such_heading(coordinator_client):
    survey = HostSurveyFactory(submitted=True)
    LetterFactory(sent=True, about=survey)

    page = coordinator_client.get(reverse("admin:win4ua_timeline", args=[survey.gmina.pk]))

    assert page.context["troubles"] == []
    assert "mail-troubles" not in page.content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_looking_costs_the_same_for_one_and_three(django_assert_num_queries, many):
    gmina = GminaFactory()
    survey = HostSurveyFactory(gmina=gmina)
    for number in range(many):
        came_back(LetterFactory(sent=True, to=f"u{number}@gmina.example", about=survey))
    host_mail.troubles_of_gmina(gmina, now=timezone.now())

    with django_assert_num_queries(7):
        assert len(host_mail.troubles_of_gmina(gmina, now=timezone.now())) == many


def read_rows(plan: dict) -> float:
    """How many rows of the table of letters the database looked at, in all parts of its plan."""
    own = 0.0
    if plan.get("Relation Name") == Letter._meta.db_table:
        own = plan["Actual Loops"] * (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0))
    return own + sum(read_rows(part) for part in plan.get("Plans", ()))


def test_looking_reads_the_letters_of_one_municipality_and_not_all():
    """By the indexes of record and address, however many letters the house has written."""
    gmina, other = GminaFactory(), HostSurveyFactory()
    mine = HostSurveyFactory(gmina=gmina, email="urzad@gmina.example")
    wanted = {
        LetterFactory(sent=True, about=mine).pk,
        LetterFactory(sent=True, to="Urzad@gmina.example").pk,
    }
    pattern = LetterFactory.build(sent=True)
    many = [
        Letter(
            key=f"many.{number}",
            letter=pattern.letter,
            to=f"u{number}@inna.example",
            language="pl",
            status="accepted",
            accepted_at=pattern.accepted_at,
            about=other,
        )
        for number in range(3_000)
    ]
    Letter.objects.bulk_create(many)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mailing_letter")

    found = host_mail.letters_of(gmina, host_mail.addresses_of(gmina))

    assert set(found.values_list("pk", flat=True)) == wanted
    [read] = json.loads(found.order_by("-pk").explain(format="json", analyze=True))
    assert read_rows(read["Plan"]) <= 20
