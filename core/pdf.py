"""PDF documents by typst: tagged (PDF/UA), Polish and Ukrainian, data only as JSON.

A template is `templates/pdf/<room>/<name>.typ`. It begins with

    #import "/core/page.typ": data, document
    #show: document

and reads what it shows from `data`; typed text can therefore never become markup.
"""

import hashlib
import json
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override


def render(
    template_name: str,
    data: dict,
    *,
    language: str,
    title: str,
    edition: str = "",
    version: str = "1",
) -> bytes:
    """Make a PDF from `templates/pdf/<template_name>.typ`.

    `title` and `edition` stand in the header; page x of y, `version` and the checksum of the data
    stand in the foot. Equal data give equal bytes. Do not call it inside a transaction.
    """
    folder = settings.BASE_DIR / "templates" / "pdf"
    plain = json.dumps(data, ensure_ascii=False, sort_keys=True, default=_plain)
    checksum = hashlib.sha256(f"{template_name}\n{version}\n{plain}".encode()).hexdigest()
    with override(language):
        frame = {
            "title": str(title),
            "edition": str(edition),
            "language": language,
            "foot": _("Version %(version)s · checksum %(checksum)s")
            % {"version": version, "checksum": checksum[:16]},
            "page_words": _("Page {page} of {pages}"),
        }
    import typst  # most web workers never make a document (W12)

    return typst.compile(
        folder / f"{template_name}.typ",
        root=folder,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"data": plain, "frame": json.dumps(frame, ensure_ascii=False)},
    )


def _plain(value: object) -> str:
    if isinstance(value, Decimal | Promise):
        return str(value)
    if isinstance(value, datetime):
        raise TypeError("format a moment with core.formats before it goes into a document")
    raise TypeError(f"{type(value).__name__} does not go into a document")
