"""The agreement as a person and a screen reader get it."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from grants import services
from tests.grants.conftest import MARCH

pytestmark = pytest.mark.django_db


def test_agreement_says_who_what_and_how_much(draft, walk, coordinator):
    """G6, G20: A4, tagged, in Polish, with every line of the budget."""
    project = walk.agreed(draft)

    agreement = services.make_agreement(project, actor=coordinator, now=MARCH)

    with agreement.file.content.open("rb") as file:
        reader = PdfReader(BytesIO(file.read()))
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    expected = [
        agreement.number,
        project.title,
        project.organisation.name,
        project.hromada.name,
        project.host.name,
        "19 000,00 zł",
        "1 marca 2027",
        "30 września 2027",
        *project.lines.order_by("position").values_list("description", flat=True),
    ]
    assert [each for each in expected if each not in text] == []
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "pl"
    assert [round(side) for side in reader.pages[0].mediabox[2:]] == [595, 842]
