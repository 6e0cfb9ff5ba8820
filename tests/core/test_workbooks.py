"""Workbooks that want to do harm are refused before anything is made of them (SEC-U5, U7, X4)."""

import io
import resource
import time

import pytest

from core.imports import ImportRefused, read_table
from ops.faults import workbooks

MOST_SECONDS = 20
MOST_GROWTH_KB = 300 * 1024
BOMBS = workbooks.bombs()


@pytest.mark.parametrize("name", BOMBS)
def test_harmful_workbook_is_refused_in_bounded_time_and_memory(name):
    """SEC-U5: counted while unpacking; SEC-U7: the memory of this process does not grow by it."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()

    with pytest.raises(ImportRefused):
        read_table(io.BytesIO(BOMBS[name]))

    assert time.monotonic() - began < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH_KB


def test_rows_beyond_a_lying_dimension_are_read():
    """SEC-X4: fifty rows are fifty rows."""
    rows = read_table(io.BytesIO(workbooks.lying_dimension()))

    assert (len(rows), rows[-1]["a"]) == (50, "wiersz 49")


@pytest.mark.parametrize(("rows", "is_taken"), [(20_000, True), (20_001, False)])
def test_row_limit_is_exact(rows, is_taken):
    """SEC-X4."""
    content = io.BytesIO(workbooks.sound(rows))

    if is_taken:
        assert len(read_table(content)) == rows
    else:
        with pytest.raises(ImportRefused) as refused:
            read_table(content)
        assert refused.value.line == rows + 1
