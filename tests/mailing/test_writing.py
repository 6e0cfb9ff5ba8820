"""Writing letters: rows, keys, sealed links, both parts."""

from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.core import mail
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from mailing import Attachment, Recipient, hints, services, tasks
from mailing.models import Letter
from mailing.registry import UnknownLetter
from tests.factories.mailing import WRITTEN_AT
from tests.mailing.conftest import CONTEXT

HOSTILE_ADDRESSES = [
    "",
    " ",
    "a",
    "a@",
    "@b.pl",
    "a@b",
    "a@x.pl, b@y.pl",
    "a@x.pl,b@y.pl",
    "a@x.pl;b@y.pl",
    "a@x.pl b@y.pl",
    "a@x.pl\nBcc: b@y.pl",
    "a@x.pl\r\nBcc: b@y.pl",
    "a@x.pl\rb@y.pl",
    "a@x.pl\0",
    "\0a@x.pl",
    "a\0@x.pl",
    "a@x.pl\x1b",
    "a@x.pl\u2028",
    "a@x.pl\u0085",
    "Anna <a@x.pl>",
    "<a@x.pl>",
    "a@x.pl>",
    '"a b"@x.pl',
    '"a@x.pl"@y.pl',
    '"a\\"@x.pl',
    "a@x.pl (Anna)",
    "(a)b@x.pl",
    "a:b@x.pl;",
    "group: a@x.pl, b@y.pl;",
    "mailto:a@x.pl",
    "a@x.pl?bcc=b@y.pl",
    "a@x.pl/..",
    "a@@x.pl",
    "a@x@y.pl",
    "a@x..pl",
    "a@.x.pl",
    "a@x.pl.",
    "a@-x.pl",
    "a@x-.pl",
    ".a@x.pl",
    "a.@x.pl",
    "a..b@x.pl",
    "a@[127.0.0.1]",
    "a@[IPv6:::1]",
    "a@127.0.0.1",
    "a@x.p",
    "a @x.pl",
    "a@ x.pl",
    "\ta@x.pl",
    "a@x.pl\t",
    "a\\@x.pl",
    "a@x_y.pl",
    "żółw@gmina.pl",
    "a\u202eb@x.pl",
    "a@x\u2060.pl",
    "a@x。pl\n",
    "a@" + "x" * 64 + ".pl",
    "a" * 65 + "@x.pl",
    "a@" + "x.".join(["y" * 60] * 5) + ".pl",
    "=?utf-8?q?a=40x.pl?=",
    "%0aBcc:b@y.pl@x.pl\n",
]


@pytest.mark.django_db
def test_letter_is_written_once_for_a_key(write):
    first = write()

    second = write(context={"code": "999999"})

    assert second == first
    assert Letter.objects.count() == 1
    assert "482913" in second.text


@pytest.mark.django_db
def test_key_of_another_letter_is_refused(write):
    write()

    with pytest.raises(services.KeyAlreadyUsed), transaction.atomic():
        services.write(
            key="login.1",
            letter="mailing/code",
            to=Recipient("a@b.example", "pl"),
            context={"code": "1", "asked_at": "x"},
            now=WRITTEN_AT,
        )


@pytest.mark.django_db
def test_letter_needs_a_transaction():
    with pytest.raises(RuntimeError):
        services.write(
            key="k",
            letter="mailing/code",
            to=Recipient("a@b.example", "pl"),
            context={"code": "1", "asked_at": "x"},
            now=WRITTEN_AT,
        )

    assert Letter.objects.count() == 0


@pytest.mark.django_db
def test_letter_goes_with_its_deed(write):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)

    assert Letter.objects.count() == 0


@pytest.mark.django_db
def test_letter_keeps_links_and_codes_sealed(write):
    """M6: a dump of the letters opens nothing."""
    letter = write()

    stored = letter.stored_text + letter.stored_html + letter.sealed
    assert "AbC" not in stored
    assert "482913" not in stored
    assert "AbC" not in letter.shown_text + letter.shown_html
    assert "https://win4ua.example/logowanie/AbC/" in letter.text
    assert 'href="https://win4ua.example/logowanie/AbC/"' in letter.html
    assert "482913" in letter.text
    assert "482913" in letter.html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("pl", "Logowanie do WIN4UA"),
        ("uk", "Вхід до WIN4UA"),
        ("en", "Signing in to WIN4UA"),
        ("de", "Logowanie do WIN4UA"),
    ],
)
def test_letter_speaks_the_recipients_language(write, language, subject):
    letter = write(to=Recipient("a@b.example", language))

    assert letter.subject == subject
    assert f'<html lang="{letter.language}">' in letter.html


@pytest.mark.django_db
def test_draft_waits_for_a_person(write):
    letter = write(send=False)

    ended = services.deliver_due(WRITTEN_AT)

    letter.refresh_from_db()
    assert letter.status == "draft"
    assert dict(ended) == {}
    assert mail.outbox == []


@pytest.mark.django_db
def test_unknown_letter_is_refused(write):
    with pytest.raises(UnknownLetter):
        write(letter="mailing/nothing")


@pytest.mark.django_db
@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_hostile_address_is_refused_before_the_outbox(write, address):
    """T3: one plain address, nothing that a header or a provider reads as more."""
    with pytest.raises(services.BadAddress):
        write(to=Recipient(address, "pl"))

    assert Letter.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["sekretariat@gmina.pl", "o'brien+win4ua@um.warszawa.pl", "a@xn--bdk-2na.gmina.pl"]
)
def test_plain_address_is_taken(write, address):
    assert write(to=Recipient(address, "pl")).to == address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("umowa.pdf", "umowa.pdf"),
        ("C:\\dane\\umowa.pdf", "C_dane_umowa.pdf"),
        ("zażółć gęślą.pdf", "zażółć gęślą.pdf"),
        ("a\r\nX: y.pdf", "a_X_ y.pdf"),
        ("x" * 200 + ".pdf", "x" * 96 + ".pdf"),
        ("...", "attachment"),
    ],
)
def test_attachment_gets_a_harmless_name(write, given, kept):
    """T5."""
    letter = write(attachments=[Attachment(given, b"%PDF-")])

    assert [file.name for file in letter.attachments.order_by("pk")] == [kept]


@pytest.mark.django_db(transaction=True)
def test_letter_is_written_once_by_eight_threads():
    """The same deed done by eight at once leaves one row, and everybody gets that row."""

    def deed(_number: int) -> int:
        try:
            with transaction.atomic():
                return services.write(
                    key="race",
                    letter="mailing/login_link",
                    to=Recipient("a@b.example", "pl"),
                    context=CONTEXT,
                    now=WRITTEN_AT,
                    send=False,
                ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(deed, range(24)))

    assert found == set(Letter.objects.values_list("pk", flat=True))
    assert len(found) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("no broker"), ConnectionRefusedError(111)])
def test_deed_stands_when_the_broker_is_down(write, error, django_capture_on_commit_callbacks):
    """FT-05: the sweeper sends what the broker never heard of."""
    with (
        mock.patch.object(tasks.deliver, "apply_async", side_effect=error),
        django_capture_on_commit_callbacks(execute=True) as done,
    ):
        letter = write()

    assert len(done) == 1
    assert dict(services.deliver_due(WRITTEN_AT)) == {"accepted": 1}
    letter.refresh_from_db()
    assert letter.status == "accepted"


@pytest.mark.django_db
def test_deed_stands_when_redis_is_really_gone(write, settings, django_capture_on_commit_callbacks):
    """The real client against a port where nobody listens."""
    from celery import Celery

    lonely = Celery("lonely", broker="redis://127.0.0.1:1/0", set_as_current=False)
    lonely.conf.task_publish_retry_policy = {"max_retries": 1, "interval_start": 0}

    @lonely.task(name="lonely.deliver")
    def task(**_):
        raise AssertionError("there is no worker")

    with (
        mock.patch.object(tasks, "deliver", task),
        django_capture_on_commit_callbacks(execute=True) as done,
    ):
        letter = write()
    lonely.close()

    assert len(done) == 1
    assert Letter.objects.get().pk == letter.pk


@pytest.mark.django_db
def test_letter_written_is_sent_by_the_hint(write, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        letter = write()

    letter.refresh_from_db()
    assert letter.status == "accepted"
    assert [message.to for message in mail.outbox] == [["iryna@hromada.example"]]


@pytest.mark.django_db
def test_mailing_is_written_in_one_go_and_once():
    orders = [
        services.Order(f"bulk.{n}", Recipient(f"u{n}@gmina.example", "pl"), CONTEXT)
        for n in range(1200)
    ]
    bad = services.Order("bulk.bad", Recipient("a@x.pl, b@y.pl", "pl"), CONTEXT)

    with transaction.atomic():
        first = services.write_many([*orders, bad], letter="mailing/login_link", now=WRITTEN_AT)
    with transaction.atomic():
        second = services.write_many(orders, letter="mailing/login_link", now=WRITTEN_AT)

    assert first[0] == 1200
    assert [order.key for order, _why in first[1]] == ["bulk.bad"]
    assert second == (0, [])
    assert Letter.objects.filter(status="draft", is_bulk=True).count() == 1200


def test_words_to_workers_name_real_tasks():
    assert {hints.letter_is_due.__name__, hints.letters_are_due.__name__} == {
        "letter_is_due",
        "letters_are_due",
    }
    assert (tasks.deliver.name, tasks.send_due.name) == (
        "mailing.tasks.deliver",
        "mailing.tasks.send_due",
    )
