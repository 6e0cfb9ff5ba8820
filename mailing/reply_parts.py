"""What a message of a person says: who, about what, the beginning of the words, which letter.

Plain Python without a database. Whatever bytes come, something comes out: what cannot be taken
apart is left empty, and the rest is told (SEC-M).
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import parseaddr
from itertools import islice
from typing import TypeVar

from mailing.addresses import BadAddress, one_address
from mailing.models.replies import TEXT_LENGTH
from mailing.placeholders import one_line, without_controls
from mailing.reply_words import cut, plain_of_html

MOST_PARTS = 200
MOST_FILES = 20
MOST_OF_A_PART = 50_000
# The standard library takes minutes over longer ones; mail programs write far shorter ones.
MOST_OF_A_HEADER = 4_000
MOST_PARAMETERS = 50
# What a mail server, a list or an absent colleague writes (RFC 3834 and the habits before it).
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
AUTOMATIC_PRECEDENCE = {"bulk", "junk", "list", "auto_reply"}
OF_LISTS = ("List-Id", "List-Unsubscribe", "List-Post")
AUTOMATIC_SUBJECT = re.compile(
    r"^\W*(?:auto(?:matic)?[ -]?(?:reply|response)|autoresponder|out of (?:the )?office"
    r"|autoodpowied[zź]|(?:odpowied[zź] )?automatyczna(?: odpowied[zź])?|poza biurem"
    r"|nieobecno[sś][cć]|автоматична відповідь|автовідповідь|відсутність)\b",
    re.IGNORECASE,
)
SERVERS = {"mailer-daemon", "postmaster", "mail-daemon"}
MESSAGE_NUMBER = re.compile(r"<[^<>\s]{1,250}>")
WHAT_MAY_GO_WRONG = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    HeaderParseError,
)


Got = TypeVar("Got")


class Bounded(Compat32):
    """Headers of a bounded length, however long they come: `message_from_bytes(…, policy=BOUNDED)`.

    Of "References" the end is kept, which names the nearest letters; a header with parameters
    keeps only what stands before them.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """One header as it came, cut to what may be read."""
        name, value = super().header_source_parse(sourcelines)
        kind = name.strip().lower()
        if len(value) > MOST_OF_A_HEADER and kind == "references":
            value = value[-MOST_OF_A_HEADER:]
        is_too_much = len(value) > MOST_OF_A_HEADER or value.count(";") > MOST_PARAMETERS
        if kind.startswith("content-") and is_too_much:
            value = value.partition(";")[0]
        return name, value[:MOST_OF_A_HEADER]


BOUNDED = Bounded()


@dataclass(frozen=True)
class Received:
    """One message, ready to be kept.

    `text` is what its author wrote, without the letter that is quoted below; `everything` has that
    too, however the mail program marked it. `answers` are numbers of messages that it answers, the
    nearest first. `number` is its own, or a digest of its bytes.
    """

    number: str
    sender: str
    sender_name: str
    subject: str
    text: str
    is_cut: bool
    files: tuple[str, ...]
    answers: tuple[str, ...]
    everything: str
    is_automatic: bool
    is_of_a_list: bool
    is_of_a_server: bool


def parts_of(content: bytes, *, is_whole: bool = True) -> Received:
    """Take a message apart. `is_whole`: false when the mailbox gave its beginning only."""
    try:
        message = message_from_bytes(content, policy=BOUNDED)
        said, files = _said(message), _files(message)
    except WHAT_MAY_GO_WRONG:
        message = BytesHeaderParser(policy=BOUNDED).parsebytes(content)
        said, files, is_whole = Said("", "", True), (), False
    sender, name = _or(("", ""), _sender, message)
    return Received(
        number=number_of(message, content),
        sender=sender,
        sender_name=name,
        subject=one_line(header(message, "Subject")),
        text=said.words[:TEXT_LENGTH],
        is_cut=not (is_whole and said.is_whole) or len(said.words) > TEXT_LENGTH,
        files=files,
        answers=_answers(message),
        everything=said.everything,
        is_automatic=is_automatic(message),
        is_of_a_list=any(name in message for name in OF_LISTS),
        is_of_a_server=_is_of_a_server(message, sender),
    )


def unreadable(number: str) -> Received:
    """A message of which nothing can be told but that it lies in the mailbox, for people."""
    return Received(number, "", "", "", "", True, (), (), "", False, False, False)


def _or(otherwise: Got, read: Callable[[Message], Got], message: Message) -> Got:
    """What is read from a message, or something else when it cannot be."""
    with suppress(*WHAT_MAY_GO_WRONG):
        return read(message)
    return otherwise


def header(message: Message, name: str) -> str:
    """A header as words, whatever it is encoded in, without what no eye sees; "" when missing."""
    return _words(_raw(message, name))


def _raw(message: Message, name: str) -> str:
    """The header in one line as it came; bytes beyond ASCII are taken for UTF-8."""
    for known, value in message.raw_items():
        if known.lower() == name.lower():
            said = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            return " ".join(said.split())
    return ""


def _words(raw: str) -> str:
    said = raw
    with suppress(*WHAT_MAY_GO_WRONG):
        said = str(make_header(decode_header(raw)))
    return " ".join(without_controls(said).split())


def is_automatic(message: Message) -> bool:
    """Whether a machine answered: an absence notice, a receipt of reading, a server, a list."""
    if header(message, "Auto-Submitted").lower() not in ("", "no"):
        return True
    if any(name in message for name in (*AUTOMATIC_HEADERS, *OF_LISTS)):
        return True
    if header(message, "Precedence").lower() in AUTOMATIC_PRECEDENCE:
        return True
    if header(message, "Return-Path") == "<>" or message.get_content_type() == "multipart/report":
        return True
    return bool(AUTOMATIC_SUBJECT.match(header(message, "Subject")))


def _is_of_a_server(message: Message, sender: str) -> bool:
    """A letter that came back looks so; only then it is read as one."""
    if message.get_content_type() == "multipart/report":
        return True
    return sender.partition("@")[0].lower() in SERVERS or header(message, "Return-Path") == "<>"


def number_of(message: Message, content: bytes) -> str:
    """Its own number, or a digest of its bytes."""
    found = MESSAGE_NUMBER.search(header(message, "Message-ID"))
    return found[0] if found else f"sha256:{hashlib.sha256(content).hexdigest()}"


def _answers(message: Message) -> tuple[str, ...]:
    nearest = MESSAGE_NUMBER.findall(header(message, "In-Reply-To"))
    thread = MESSAGE_NUMBER.findall(header(message, "References"))
    return tuple(dict.fromkeys([*nearest, *reversed(thread)]))[:50]


def _sender(message: Message) -> tuple[str, str]:
    """Address and name; the name is decoded last, so that nothing in it becomes the address."""
    name, address = parseaddr(_raw(message, "From")[:2_000])
    try:
        return one_address(address.strip()), _words(name)[:160]
    except BadAddress:
        return "", _words(name)[:160]


def _leaves(message: Message) -> Iterator[Message]:
    return (part for part in islice(message.walk(), MOST_PARTS) if not part.is_multipart())


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _files(message: Message) -> tuple[str, ...]:
    """Names of what came along, each in one line."""
    names = (_file_name(part) for part in _leaves(message) if _is_file(part))
    return tuple(islice(names, MOST_FILES))


def _file_name(part: Message) -> str:
    return _words(part.get_filename() or "")[:120] or part.get_content_type()


@dataclass(frozen=True)
class Said:
    """What the author wrote, all words with the quoted letter, and whether nothing was cut."""

    words: str
    everything: str
    is_whole: bool


def _said(message: Message) -> Said:
    """The words of the message: of its plain part, else of its page without the markup."""
    texts = [part for part in _leaves(message) if not _is_file(part)]
    for kind in ("text/plain", "text/html"):
        for part in texts:
            if part.get_content_type() == kind and (words := _decoded(part)).strip():
                return _of_page(words) if kind == "text/html" else _of_plain(words, words)
    return Said("", "", True)


def _of_page(page: str) -> Said:
    """A page that only quotes is given as it is, like a text that only quotes."""
    everything = plain_of_html(page, with_quotes=True)
    return _of_plain(plain_of_html(page) or everything, everything)


def _of_plain(words: str, everything: str) -> Said:
    written, is_whole = cut(_lines(words))
    return Said(written, _lines(everything), is_whole)


def _lines(words: str) -> str:
    return without_controls(words.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload[:MOST_OF_A_PART] if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"))
    except (LookupError, ValueError):  # an unknown or a wrong character set
        return content.decode("utf-8", "replace")
