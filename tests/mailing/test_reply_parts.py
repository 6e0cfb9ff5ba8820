"""What a reply says: its author's words whole, and the quoted letter for matching (E18)."""

import time
from email.message import EmailMessage

import pytest

from mailing.reply_parts import parts_of
from mailing.reply_words import plain_of_html


def mail(text: str, kind: str = "plain", **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {"From": "a@b.example", **headers}.items():
        message[name] = value
    message.set_content(text, subtype=kind)
    return message.as_bytes()


@pytest.mark.parametrize(
    ("text", "words", "is_cut"),
    [
        (
            "Pani Anna napisała:\nMamy pytanie\n\nNasz wójt pisze:\nnie zgadzam się",
            "Pani Anna napisała:\nMamy pytanie\n\nNasz wójt pisze:\nnie zgadzam się",
            False,
        ),
        ("Tak.\n____________________\nAnna Nowak", "Tak.\n____________________\nAnna Nowak", False),
        ("Tak.\n\nAnna Nowak pisze:\n\n> Ankieta", "Tak.", False),
        ("Tak.\n\nW dniu 14.04.2026 o 10:00 WIN4UA pisze:\n> Ankieta\n>\n> Link", "Tak.", False),
        ("Tak.\n\nW dniu 14.04.2026 o 10:00 WIN4UA pisze:\nAnkieta", "Tak.", True),
        ("Tak.\n\n<listy@fsm.example> пише:\n> Анкета\nДякуємо.", "Tak.", True),
        ("Tak.\n____________________\nOd: Listy\nTemat: Ankieta\n\nStare", "Tak.", False),
        ("Tak.\n\n-----Oryginalna wiadomość-----\nAnkieta", "Tak.", False),
    ],
)
def test_words_of_the_author_are_kept_or_said_to_go_on(text, words, is_cut):
    """A heading that people write themselves cuts nothing; what may be lost is told."""
    received = parts_of(mail(text))

    assert (received.text, received.is_cut) == (words, is_cut)


def test_quotes_of_a_page_are_matched_and_not_shown():
    """A reply in HTML alone quotes our reference in a blockquote."""
    page = "<p>Zgoda.</p><blockquote><p>Nasz znak: WIN4UA/2026/000007</p></blockquote>"

    received = parts_of(mail(page, "html"))

    assert received.text == "Zgoda."
    assert received.everything == "Zgoda.\n\nNasz znak: WIN4UA/2026/000007"


def test_page_that_only_quotes_is_given_as_it_is():
    received = parts_of(mail("<blockquote>Nie, dziękujemy.</blockquote>", "html"))

    assert received.text == "Nie, dziękujemy."


def test_long_thread_names_the_nearest_letters():
    """Of a header that is too long the end counts: there stands what is answered."""
    thread = " ".join(f"<{number}@gmina.example>" for number in range(1_000))

    received = parts_of(b"From: a@b.example\nReferences: " + thread.encode() + b"\n\nTak.")

    assert received.answers[:2] == ("<999@gmina.example>", "<998@gmina.example>")
    assert len(received.answers) == 50


def test_name_of_a_file_in_many_pieces_is_read():
    """RFC 2231 allows pieces; a bound on parameters leaves them alone."""
    name = "Załącznik do ankiety gminy " * 4
    message = EmailMessage()
    message.add_attachment(b"x", "application", "pdf", filename=name + ".pdf")

    assert parts_of(message.as_bytes()).files == (f"{name.strip()} .pdf",)


@pytest.mark.parametrize(
    "content",
    [
        b'Content-Type: text/plain; a="' + b";" * 250_000 + b'"\n\nx',
        b'Content-Disposition: inline; filename="' + b"; " * 125_000 + b'"\n\nx',
        b"Content-Type: text/html\n\n" + b"<a " * 16_000,
        b"Content-Type: text/html\n\n" + b"<a b='" * 8_000,
        b"Content-Type: text/html\n\n" + b"</a " * 12_000,
        b"Content-Type: text/html\n\n" + b"<!--" * 12_000,
        b"Content-Type: text/html\n\n<a " + b"a=" * 24_000,
        b"Subject: " + b"=?a?q?" * 40_000 + b"\n\nx",
    ],
    ids=lambda content: content[:40].decode(),
)
def test_message_costs_no_more_than_its_length(content):
    """Each took from several seconds to minutes, and a task lives one minute. Its own time."""
    began = time.thread_time()

    parts_of(content)

    assert time.thread_time() - began < 2


def test_what_a_tag_without_end_hides_does_not_hide_what_stands_before():
    assert plain_of_html("<p>Zgoda.</p><a " + "<a " * 1_000) == "Zgoda."
    assert plain_of_html("Zgoda & pytanie < 3") == "Zgoda & pytanie < 3"
