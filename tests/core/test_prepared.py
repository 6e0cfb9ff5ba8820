"""Queries that are written once: the same records as Django's own, asked anew every time (W1)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef, Value
from django.test.utils import CaptureQueriesContext

from applications.models import HostInvitation, HostSurvey
from core.prepared import PLANNED, Prepared
from core.sessions import SessionStore
from tests.factories.applications import HostInvitationFactory, HostSurveyFactory

pytestmark = pytest.mark.django_db


def surveys(pk):
    """Relations, converted values (the answers are JSON) and what is worked out beside them."""
    asked = HostInvitation.objects.filter(edition=OuterRef("edition"))
    return (
        HostSurvey.objects.select_related("edition", "gmina", "invitation")
        .annotate(is_asked=Exists(asked), word=Value("fest"))
        .filter(pk=pk)
        .order_by()
    )


def test_records_are_those_of_the_queryset(django_assert_num_queries):
    """Columns, relations and annotations; nothing more is asked when they are looked at."""
    survey = HostSurveyFactory(draft_answers={"ludnosc": 12_000, "uwagi": "zażółć"})
    HostSurveyFactory()
    plain = surveys(survey.pk).get()
    prepared = Prepared(surveys, pk=int)

    with django_assert_num_queries(1):
        found = prepared.first(pk=survey.pk)
        assert found.edition.year == plain.edition.year
        assert found.gmina.teryt == plain.gmina.teryt
        assert found.invitation == plain.invitation

    assert type(found) is HostSurvey
    assert not found._state.adding
    columns = [field.attname for field in HostSurvey._meta.concrete_fields]
    assert {name: found.__dict__[name] for name in columns} == {
        name: plain.__dict__[name] for name in columns
    }
    assert found.draft_answers == {"ludnosc": 12_000, "uwagi": "zażółć"}
    assert (found.is_asked, found.word) == (plain.is_asked, "fest")
    found.save(update_fields=["draft_answers"])
    found.refresh_from_db()


def test_every_call_asks_anew():
    """A change is seen at once, whoever made it; a record that is gone is gone."""
    survey = HostSurveyFactory()
    prepared = Prepared(surveys, pk=int)
    before = prepared.first(pk=survey.pk)
    HostSurvey.objects.filter(pk=survey.pk).update(draft_answers={"uwagi": "nowe"})

    assert before.draft_answers != {"uwagi": "nowe"}
    assert prepared.first(pk=survey.pk).draft_answers == {"uwagi": "nowe"}
    assert prepared.first(pk=0) is None


def test_empty_relation_is_none():
    """A left join without a partner gives None, not an empty record."""
    survey = HostSurveyFactory(invitation=None)

    assert Prepared(surveys, pk=int).first(pk=survey.pk).invitation is None


def test_values_never_become_sql():
    """A value is handed to the driver as a value."""
    HostInvitationFactory(email="urzad@brzeziny.example")
    prepared = Prepared(lambda email: HostInvitation.objects.filter(email=email), email=str)

    assert prepared.all(email="' OR 1=1 --") == []
    assert [each.email for each in prepared.all(email="urzad@brzeziny.example")] == [
        "urzad@brzeziny.example"
    ]


def test_value_that_the_query_does_not_use_is_refused():
    """Else a forgotten condition would let every record through."""
    forgetful = Prepared(lambda pk: ContentType.objects.all(), pk=int)

    with pytest.raises(TypeError, match="pk"):
        forgetful.all(pk=1)


def test_session_ends_and_can_be_ended():
    """The look-up of a session keeps its two conditions: the key, and that it still lives."""
    store = SessionStore()
    store["seen"] = "yes"
    store.save()
    key = store.session_key
    assert SessionStore(key)["seen"] == "yes"
    assert SessionStore("another-key-that-nobody-has-ever-got").get("seen") is None

    Session.objects.filter(pk=key).update(expire_date=datetime.now(UTC) - timedelta(seconds=1))
    late = SessionStore(key)

    assert late.get("seen") is None
    assert late.session_key is None


def test_query_is_planned_once_for_a_connection():
    """PostgreSQL reads and plans it once; a new connection, which knows nothing of it, again."""
    survey = HostSurveyFactory()
    prepared = Prepared(surveys, pk=int)

    def planned():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE name = %s",
                [prepared._written.name],
            )
            return cursor.fetchone()[0]

    assert planned() == 0
    assert [prepared.first(pk=survey.pk), prepared.first(pk=survey.pk)] == [survey, survey]
    assert planned() == 1

    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    PLANNED.pop(connection.connection)  # as after a reconnection
    assert prepared.first(pk=survey.pk) == survey
    assert planned() == 1


def test_pooled_connection_keeps_nothing(monkeypatch):
    """A pooler lends a connection for one transaction, so nothing may stand on it afterwards."""
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    survey = HostSurveyFactory()

    with CaptureQueriesContext(connection) as asked:
        assert Prepared(surveys, pk=int).first(pk=survey.pk) == survey

    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]
