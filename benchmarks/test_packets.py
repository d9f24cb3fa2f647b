"""Reading a packet of 10,000 rows, against openpyxl's read-only reader taking the same cells out of the same file.

CPU of this process in one run, ours and openpyxl in turn. Ours also scans the file for what may not be believed, proves
the signature of every row and reads amounts and texts as people write them; openpyxl only gives the values of the
cells. The bare reader below ours is printed too: what it takes to unpack the file and give the cells is the least any
reading with it can take, a sixth of openpyxl. So the goal is out of its reach, checks or none. What ours adds
to that: unpacking once more to prove the file harmless and to scan it, a signature for each row, and a row of checked
values for each row something was typed into.

openpyxl is no dependency: put it where Python finds it (`pip install --target DIR openpyxl`, `PYTHONPATH=DIR`). Run
with `-m bench -s`.
"""

import importlib.util
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from benchmarks.measuring import in_turn
from core.sheets.writing import SheetSpec, write_workbook
from tracker.packets import layout
from tracker.packets.keys import FIGURE, RowKey
from tracker.packets.reading import Packet, read_packet

pytestmark = pytest.mark.bench

ROWS = 10_000
GOAL = 10
# What holds with room for a busy machine (measured 1.8 and 5.6).
KEPT, KEPT_BARE = 1.4, 4.5


@pytest.fixture(scope="module")
def packet() -> bytes:
    """Every row filled in."""
    rows = [
        {
            "indicator": f"Tỷ lệ hồ sơ tiếp nhận trực tuyến của lĩnh vực {number % 40}",
            "period": "tháng 9 năm 2026 (15/08/2026 – 14/09/2026)",
            "demand": "≥ 70%",
            "known": "75,5% (755/1.000)",
            "numerator": 700 + number % 300,
            "denominator": 1000,
            "source": "Hệ thống một cửa",
            "cause": f"Người dân khu vực {number % 70} chưa quen nộp trực tuyến" if number % 3 == 0 else None,
            "remedy": "Hướng dẫn tại bộ phận một cửa" if number % 3 == 0 else None,
            "key": RowKey(7, FIGURE, f"{number}:month:2026-09", number).signed(),
        }
        for number in range(1, ROWS + 1)
    ]
    spec = SheetSpec(layout.FIGURES, layout.FIGURE_COLUMNS, rows=rows, title="SỐ LIỆU", protected=True)
    return write_workbook([spec])


def with_openpyxl(data: bytes) -> list[dict[str, Any]]:
    """The rows under the headings, by heading."""
    import openpyxl  # type: ignore[import-not-found, unused-ignore]

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    rows = iter(book[layout.FIGURES].iter_rows(values_only=True))
    headings: tuple[Any, ...] = ()
    while layout.KEY.heading not in headings:
        headings = next(rows)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def with_calamine(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(layout.FIGURES).to_python()


def ours(data: bytes) -> Packet:
    return read_packet(data, "goi.xlsx")


@pytest.mark.skipif(
    importlib.util.find_spec("openpyxl") is None, reason="needs the package registry (openpyxl)"
)
def test_a_packet_is_read_and_checked_for_less_than_openpyxl_takes_to_read_it(
    packet: bytes, capsys: pytest.CaptureFixture
) -> None:
    read = ours(packet)
    assert (len(read.figures), read.errors) == (ROWS, [])
    assert len(with_openpyxl(packet)) == ROWS
    whole = in_turn(lambda: with_openpyxl(packet), lambda: ours(packet), rounds=5, warm_up=1)
    bare = in_turn(lambda: with_openpyxl(packet), lambda: with_calamine(packet), rounds=5, warm_up=1)
    with capsys.disabled():
        print(
            f"\npacket of {ROWS} rows: openpyxl read-only {whole[0] * 1000:.0f} ms; ours with all checks"
            f" {whole[1] * 1000:.0f} ms, {whole[2]:.1f} times; bare calamine {bare[1] * 1000:.0f} ms,"
            f" {bare[2]:.1f} times (goal {GOAL})"
        )
    assert whole[2] >= KEPT and bare[2] >= KEPT_BARE
