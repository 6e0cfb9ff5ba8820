"""Why a register file cannot be taken."""

from django.utils.translation import gettext as _


class RegisterRefused(Exception):  # noqa: N818 - the name is agreed between the rooms
    """The whole file is refused: `line` (counted from 1, None for the whole) and a `sentence`.

    `file` is its name and `role` what it was given as, as far as they are known.
    """

    def __init__(self, line: int | None, sentence: str):
        self.line, self.sentence = line, sentence
        self.role = self.file = ""
        super().__init__(line, sentence)

    def __str__(self) -> str:
        if self.line is None:
            return self.sentence
        return _("Line %(line)d: %(sentence)s") % {"line": self.line, "sentence": self.sentence}
