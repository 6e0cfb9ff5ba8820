"""`manage.py check_mail` against a DNS and an SMTP server on this machine (T8, E18)."""

import base64
import socket
import threading
from io import StringIO

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import call_command

from mailing import dns_records, mail_check
from ops.processes import free_port

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def public_key(bits: int) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_bytes(serialization.Encoding.DER, form)).decode()


GOOD_KEY = public_key(2048)
GOOD = {
    ("fsm.example", "TXT"): ['"other=1"', '"v=spf1 include:_spf.host.example -all"'],
    ("_spf.host.example", "TXT"): ['"v=spf1 ip4:192.0.2.1 a:mail.host.example -all"'],
    ("s1._domainkey.fsm.example", "TXT"): [
        f'"v=DKIM1; k=rsa; p={GOOD_KEY[:200]}" "{GOOD_KEY[200:]}"'
    ],
    ("_dmarc.fsm.example", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:dmarc@fsm.example"'],
    ("fsm.example", "MX"): ["10 mx.fsm.example."],
}


@pytest.fixture
def name_server():
    """A function: `name_server(records)` answers them by UDP on loopback; gives HOST:PORT."""
    sockets = []

    def started(records: dict[tuple[str, str], list[str]]) -> str:
        door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        door.bind(("127.0.0.1", 0))
        sockets.append(door)
        threading.Thread(target=serve, args=(door, records), daemon=True).start()
        return f"127.0.0.1:{door.getsockname()[1]}"

    yield started
    for door in sockets:
        door.close()


def serve(door: socket.socket, records: dict[tuple[str, str], list[str]]) -> None:
    names = {name for name, _kind in records}
    while True:
        try:
            wire, who = door.recvfrom(4096)
        except OSError:
            return
        asked = dns.message.from_wire(wire)
        question = asked.question[0]
        name, kind = str(question.name).rstrip("."), dns.rdatatype.to_text(question.rdtype)
        answer = dns.message.make_response(asked, recursion_available=True)
        if found := records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif name not in names:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        door.sendto(answer.to_wire(), who)


@pytest.fixture(autouse=True)
def sound_settings(settings):
    settings.EMAIL_BACKEND = SMTP
    settings.DEFAULT_FROM_EMAIL = "WIN4UA <staze@fsm.example>"
    settings.REPLY_TO_EMAIL = "kontakt@fsm.example"
    settings.BOUNCE_EMAIL = "zwroty@fsm.example"
    settings.BOUNCE_MAILBOX = "pop3s://u:p@mail.fsm.example:995"
    settings.REPLY_MAILBOX = "imaps://kontakt:p@mail.fsm.example/INBOX"
    settings.ANYMAIL = {}


def run(*options: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    out = StringIO()
    try:
        call_command("check_mail", *options, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def findings(address: str, selectors: list[str] | None = None) -> list[tuple[str, str]]:
    resolver = dns_records.resolver_at(address)
    found = mail_check.of_dns(resolver, ["s1"] if selectors is None else selectors)
    return [(each.level, each.what) for each in found]


def test_sound_domain_has_nothing_to_mend(name_server):
    code, said = run("--resolver", name_server(GOOD), "--selector", "s1", "--no-connection")

    assert code == 0
    assert said.splitlines() == [
        "ok    Letters come from staze@fsm.example, answers go to kontakt@fsm.example.",
        "ok    What people answer is read at mail.fsm.example, and stays there.",
        "ok    Returned letters go to zwroty@fsm.example and are read there.",
        "ok    SPF: fsm.example says who may send (2 look-ups).",
        "ok    From (fsm.example) and the envelope (fsm.example) agree: SPF counts.",
        "ok    DKIM: there is a key of 2048 bits at s1._domainkey.fsm.example.",
        "ok    DMARC: _dmarc.fsm.example says p=reject for fsm.example.",
        "ok    MX: fsm.example (answers) takes mail at mx.fsm.example.",
        "ok    MX: fsm.example (returned letters) takes mail at mx.fsm.example.",
        "9 in order, 0 to think about, 0 to mend",
    ]


INCLUDES = " ".join(f"include:s{n}.example" for n in range(11))
FAULTS = [
    ("fsm.example", "TXT", [], "bad", "SPF: fsm.example has no records"),
    ("fsm.example", "TXT", ['"v=spf1 -all"', '"v=spf1 a -all"'], "bad", "SPF: fsm.example has 2"),
    ("fsm.example", "TXT", ['"v=spf1 +all"'], "bad", "SPF: fsm.example lets everybody send."),
    ("fsm.example", "TXT", ['"v=spf1 a ?all"'], "warn", "SPF: fsm.example says nothing of others."),
    ("fsm.example", "TXT", [f'"v=spf1 {INCLUDES} -all"'], "bad", "SPF: fsm.example needs 11"),
    ("fsm.example", "TXT", ['"v=spf1 include:fsm.example -all"'], "bad", "SPF: fsm.example needs"),
    ("s1._domainkey.fsm.example", "TXT", [], "bad", "DKIM: there is no key at"),
    ("s1._domainkey.fsm.example", "TXT", ['"v=DKIM1; p="'], "bad", "DKIM: the key at s1._domain"),
    ("s1._domainkey.fsm.example", "TXT", ['"v=DKIM1; p=AAAA"'], "bad", "DKIM: the key at s1."),
    (
        "s1._domainkey.fsm.example",
        "TXT",
        [f'"v=DKIM1; p={public_key(1024)}"'],
        "warn",
        "DKIM: the key at s1._domainkey.fsm.example has 1024 bits.",
    ),
    ("_dmarc.fsm.example", "TXT", [], "bad", "DMARC: there is no policy at _dmarc.fsm.example."),
    ("_dmarc.fsm.example", "TXT", ['"v=DMARC1; p=none"'], "warn", "DMARC: _dmarc.fsm.example says"),
    ("_dmarc.fsm.example", "TXT", ['"v=DMARC1; p=quarantine"'], "warn", "DMARC: _dmarc.fsm.exampl"),
    ("_dmarc.fsm.example", "TXT", ['"v=DMARC1; p=reject"'], "warn", "DMARC: nobody gets the repor"),
    ("_dmarc.fsm.example", "TXT", ['"v=DMARC1;p=reject;pct=5"'], "warn", "DMARC: holds for 5 %"),
    ("fsm.example", "MX", [], "bad", "MX: fsm.example has none."),
    ("fsm.example", "MX", ["0 ."], "bad", "MX: fsm.example takes no mail."),
]


@pytest.mark.parametrize(("name", "kind", "records", "level", "begins"), FAULTS)
def test_each_fault_is_told(name_server, name, kind, records, level, begins):
    address = name_server({**GOOD, (name, kind): records})

    told, sound = findings(address), findings(name_server(GOOD))

    assert (level, begins) in [(how, what[: len(begins)]) for how, what in told]
    assert {how for how, _what in sound} == {"ok"}


def test_policy_of_the_parent_holds_for_the_subdomain(name_server, settings):
    settings.DEFAULT_FROM_EMAIL = "staze@listy.fsm.example"
    records = {**GOOD, ("_dmarc.fsm.example", "TXT"): ['"v=DMARC1; p=reject; sp=none; rua=x"']}

    told = findings(name_server(records))

    assert (
        "warn",
        "DMARC: _dmarc.fsm.example says p=none for listy.fsm.example: "
        "others let false letters through.",
    ) in told


@pytest.mark.parametrize(
    ("bounce", "level"),
    [("z@fsm.example", "ok"), ("z@zwroty.fsm.example", "ok"), ("z@host.example", "warn")],
)
def test_envelope_and_from_have_to_agree(name_server, settings, bounce, level):
    settings.BOUNCE_EMAIL = bounce

    (told,) = [how for how, what in findings(name_server(GOOD)) if what.startswith("From (")]

    assert told == level


def test_without_a_selector_it_says_how_to_find_it(name_server):
    code, said = run("--resolver", name_server(GOOD), "--no-connection")

    assert code == 0
    assert "note  DKIM: not looked at" in said
    assert "check_mail --selector NAME" in said


def test_one_mailbox_for_answers_and_returned_letters_is_sound(settings):
    """E18: one reading tells them apart."""
    settings.BOUNCE_EMAIL = settings.REPLY_TO_EMAIL
    settings.BOUNCE_MAILBOX = settings.REPLY_MAILBOX

    code, said = run("--no-dns", "--no-connection")

    assert code == 0
    assert "What people answer is read at mail.fsm.example, and stays there." in said


def test_answers_that_nobody_reads_are_something_to_think_about(settings):
    settings.REPLY_MAILBOX = ""

    code, said = run("--no-dns", "--no-connection")

    assert code == 0
    assert "note  The application does not read what people answer." in said


def test_silent_name_server_is_told(monkeypatch):
    monkeypatch.setattr(dns_records, "SECONDS", 0.2)

    code, said = run("--resolver", f"127.0.0.1:{free_port()}", "--no-connection")

    assert code == 1
    assert said.count("BAD   The DNS did not answer") >= 4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"REPLY_TO_EMAIL": "no-reply@fsm.example"}, "looks like a mailbox of nobody"),
        ({"REPLY_TO_EMAIL": "nie-odpowiadaj@fsm.example"}, "looks like a mailbox of nobody"),
        ({"REPLY_TO_EMAIL": "x@localhost"}, "nobody outside can answer"),
        ({"BOUNCE_MAILBOX": ""}, "Nobody reads the letters that come back."),
        ({"BOUNCE_MAILBOX": "pop3://u:p@mail.fsm.example"}, "travels in clear"),
        ({"BOUNCE_EMAIL": "Kontakt@fsm.example"}, "share a mailbox"),
        ({"REPLY_MAILBOX": "pop3s://u:p@mail.fsm.example"}, "no address of a mailbox"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "sends nothing"),
        ({"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend"}, "no WEBHOOK_SECRET"),
        (
            {
                "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
                "ANYMAIL": {"WEBHOOK_SECRET": "a:b"},
            },
            "short enough to be guessed",
        ),
        (
            {
                "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
                "ANYMAIL": {
                    "WEBHOOK_SECRET": ["user:" + "x" * 30],
                    "SEND_DEFAULTS": {"track_opens": True},
                },
            },
            "ANYMAIL asks for tracking.",
        ),
    ],
)
def test_each_setting_that_must_be_mended_is_told(settings, changes, words):
    before = run("--no-dns", "--no-connection")
    for name, value in changes.items():
        setattr(settings, name, value)

    code, said = run("--no-dns", "--no-connection")

    assert (before[0], code) == (0, 1)
    assert words in said
    assert words not in before[1]


def test_provider_that_tracks_by_itself_is_noted(settings):
    settings.EMAIL_BACKEND = "anymail.backends.brevo.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": ["user:" + "x" * 30]}

    code, said = run("--no-dns", "--no-connection")

    assert code == 0
    assert "note  brevo decides about tracking by itself." in said


# --- The line


class Silent:
    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        raise AssertionError("check_mail sends nothing")


@pytest.fixture
def mail_server(settings):
    controller = Controller(Silent(), hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield controller
    controller.stop()


def test_open_line_is_told(mail_server, settings):
    settings.EMAIL_USE_TLS = False

    code, said = run("--no-dns")

    assert code == 0
    assert "ok    The line to 127.0.0.1 is open; it stays on this machine." in said


def test_server_without_tls_is_told(mail_server, settings):
    settings.EMAIL_USE_TLS = True

    code, said = run("--no-dns")

    assert code == 1
    assert "-> The server offers no TLS at this port" in said


def test_server_that_is_away_is_told(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    code, said = run("--no-dns")

    assert code == 1
    assert "BAD   The mail server does not let us in" in said
    assert "-> Check EMAIL_HOST, EMAIL_PORT and the firewall." in said
