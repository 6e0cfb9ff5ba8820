"""A letter on paper: the same words, our reference, and room for the office's case number (E22)."""

from django.utils import translation
from django.utils.translation import gettext as _

from core import formats, pdf
from core.wiring import across_rooms
from mailing import transport
from mailing.models import Letter
from mailing.placeholders import JOINER

FOOT = "\n-----\n"


def make(letter: Letter) -> bytes:
    """The letter as a tagged PDF in its own language. Personal links only where none leaves.

    Name and address come from the records as they stand there; nothing is inflected.
    """
    text = letter.text if transport.stays_here() else letter.shown_text
    body, _line, foot = text.replace(JOINER, "").partition(FOOT)
    foot = foot.partition("\n\n")[0]  # what follows ends letters to many: of no use on paper
    lines_of_reference = letter.reference_lines.split("\n")
    with translation.override(letter.language):
        data = {
            "date": formats.day(formats.day_in_warsaw(letter.created_at), letter.language),
            "our_label": _("Our reference"),
            "our_number": letter.reference,
            "their_label": _("Your case number"),
            "their_number": letter.their_reference,
            "to": [
                *across_rooms("address_block")(letter.about),
                *([letter.to_name] if letter.to_name else []),
                letter.to,
            ],
            "blocks": _blocks(body),
            "foot": [line for line in foot.split("\n") if line and line not in lines_of_reference],
            "keep": _("Please keep both numbers in your reply."),
        }
    return pdf.render(
        "mailing/letter",
        data,
        language=letter.language,
        title=letter.subject.replace(JOINER, ""),
    )


def _blocks(text: str) -> list[dict[str, object]]:
    """Paragraphs and lists of the plain part, for the template."""
    chunks = [chunk.strip("\n").split("\n") for chunk in text.split("\n\n") if chunk.strip()]
    return [
        {
            "is_list": all(line.startswith("- ") for line in lines),
            "lines": [line.removeprefix("- ") if line.startswith("- ") else line for line in lines],
        }
        for lines in chunks
    ]
