"""Pages of the application about papers and declarations (И-К)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.enums import FileKind
from applications.forms.intern_base import InternPageForm
from applications.forms.intern_fields import (
    TickField,
)
from core.uploads import UploadField

MEGABYTE = 1024 * 1024


class PapersForm(InternPageForm):
    """И1-И3: files. A file that is already there need not be sent again."""

    slug, title, template = "dokumenty", _("Documents"), "files.html"
    file_kinds = tuple(FileKind.values)

    lyst = UploadField(
        label=_("Letter of nomination signed by the head"),
        help_text=_("PDF with a qualified signature, or a scan as PDF, at most 10 MB."),
        kinds={"pdf"},
        max_bytes=10 * MEGABYTE,
        error_messages={"required": _("Add the letter of nomination as a PDF file.")},
    )
    cv = UploadField(
        label=_("CV"),
        help_text=_("PDF, at most 5 MB."),
        kinds={"pdf"},
        max_bytes=5 * MEGABYTE,
        required=False,
    )
    nakaz = UploadField(
        label=_("Document of appointment to the post"),
        help_text=_("PDF, at most 10 MB."),
        kinds={"pdf"},
        max_bytes=10 * MEGABYTE,
        required=False,
    )

    def prepare(self) -> None:
        self.current = {each.kind: each.stored for each in files_of(self.application)}
        if FileKind.NOMINATION in self.current:
            self.fields["lyst"].required = False

    @classmethod
    def lacks_files(cls, application) -> bool:
        return FileKind.NOMINATION not in {each.kind for each in files_of(application)}


def files_of(application):
    """Files of the application; none for one that is not stored yet."""
    return application.files.select_related("stored") if application.pk else []


class DeclarationsForm(InternPageForm):
    """К1-К7: declarations are required, consents are free and never ticked beforehand."""

    slug, title = "zaiavy", _("Declarations and consents")

    polozhennia = TickField(label=_("I have read the regulations of the programme"))
    pravda = TickField(label=_("The answers are true"))
    uchast = TickField(label=_("I undertake to take part in all stages and to hand in the report"))
    rodo = TickField(label=_("I have read the information on the processing of my data"))
    zhoda_rezerv = forms.BooleanField(
        label=_("I agree to stand on the reserve list"), required=False
    )
    zhoda_foto = forms.BooleanField(label=_("I agree to the use of my image"), required=False)
    zhoda_novyny = forms.BooleanField(
        label=_("I would like to get news of the programme"), required=False
    )
