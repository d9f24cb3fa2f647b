"""Words on charts: never one over another, never off the sheet, figures as Vietnamese clerks write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts import (
    CoverageChart,
    CoverageRow,
    PartitionChart,
    PartitionRow,
    TargetChart,
    TargetRow,
    alt_text,
    courses,
    figures,
    sheet,
    trajectory,
)
from reports.charts.sheet import text_width
from tests.reports.chart_specs import CHARTS, COVERAGE, LONG_NAME, PARTITION, TARGETS, TRAJECTORY


class RecordingSheet(sheet.Sheet):
    """Remembers the box of every line of words instead of drawing."""

    drawn: list["RecordingSheet"] = []

    def __init__(self, width_mm, height_mm):
        super().__init__(width_mm, height_mm)
        self.boxes = []
        self.drawn.append(self)

    def text(self, x, y, words, size_pt, *, align="left", **look):
        width, height = text_width(words, size_pt), size_pt * 25.4 / 72 * 0.8
        left = {"left": x, "center": x - width / 2, "right": x - width}[align]
        self.boxes.append((left, y - height / 2, left + width, y + height / 2, words))


@pytest.fixture
def words_of(monkeypatch):
    """The recorded sheet of a chart."""
    monkeypatch.setattr(figures, "Sheet", RecordingSheet)
    monkeypatch.setattr(trajectory, "Sheet", RecordingSheet)
    monkeypatch.setattr(courses, "Sheet", RecordingSheet)
    monkeypatch.setattr(RecordingSheet, "drawn", [])

    def record(spec):
        figures.draw(spec)
        return RecordingSheet.drawn[-1]

    return record


def assert_legible(drawn):
    boxes = [box for box in drawn.boxes if box[4]]
    for left, top, right, bottom, words in boxes:
        assert left >= -0.5 and top >= -0.5, words
        assert right <= drawn.width + 0.5 and bottom <= drawn.height + 0.5, words
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one, other)


@pytest.mark.parametrize("name", CHARTS)
def test_no_words_lie_over_others_or_off_the_sheet(words_of, name):
    assert_legible(words_of(CHARTS[name]))


labels = st.one_of(st.just(LONG_NAME), st.text("aăâbcđƯỮ ", min_size=0, max_size=300))
counts = st.integers(0, 20_000)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(labels, counts, counts, counts, counts), max_size=65))
def test_any_partition_is_legible(rows):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "Sheet", RecordingSheet)
        figures.draw(PartitionChart(tuple(PartitionRow(*row) for row in rows)))
    assert_legible(RecordingSheet.drawn[-1])


def test_figures_have_a_decimal_comma_and_dots_between_thousands(words_of):
    words = {box[4] for box in words_of(TARGETS).boxes}
    assert {"79,2%", "91,3%", "≥ 80%", "Chưa đạt", "Đạt", "Không có số liệu"} <= words
    many = words_of(CoverageChart((CoverageRow("A", 5_000, 12_345),)))
    assert {"5.000/12.345", "40,5%"} <= {box[4] for box in many.boxes}


def test_nothing_to_cover_is_said_in_words(words_of):
    assert "không phát sinh" in {box[4] for box in words_of(COVERAGE).boxes}


def test_a_chart_without_rows_says_so(words_of):
    assert [box[4] for box in words_of(PartitionChart(())).boxes] == ["Không có số liệu"]


def test_every_unit_shows_its_total_and_an_idle_one_says_so(words_of):
    words = [box[4] for box in words_of(PARTITION).boxes]
    assert "11" in words and "9" in words and "không có nhiệm vụ" in words


def test_rows_beyond_sixty_are_named_as_left_out(words_of):
    words = [box[4] for box in words_of(CHARTS["partition of 95 communes"]).boxes]
    assert "Còn 35 dòng không vẽ, xem bảng số liệu." in words
    assert "Xã 59" in words and "Xã 60" not in words


def test_a_name_too_long_for_its_lines_ends_in_an_ellipsis():
    lines = sheet.wrap(LONG_NAME, 54, 8, 3)
    assert len(lines) == 3 and lines[-1].endswith("…")
    assert all(text_width(line, 8) <= 54 for line in lines)


def test_a_name_is_broken_between_words_that_belong_together():
    assert sheet.wrap("Chi nhánh Văn phòng Đăng ký đất đai khu vực Tân Bình", 54, 8, 3) == [
        "Chi nhánh Văn phòng Đăng ký",
        "đất đai khu vực Tân Bình",
    ]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (PARTITION, "Văn phòng Sở: hoàn thành đúng hạn 06, hoàn thành quá hạn 0,"),
        (TARGETS, "Hồ sơ nộp trực tuyến: 79,2%, mục tiêu ≥ 80%"),
        (COVERAGE, "Văn phòng Sở: 31/31, 100%; Phòng Kế hoạch: 0/0, không phát sinh"),
        (TRAJECTORY, "T12: lộ trình 85%, kết quả không có số liệu"),
        (
            TargetChart((TargetRow("A", 1_250, 1_000),), unit="hồ sơ"),
            "A: 1.250 hồ sơ, mục tiêu ≥ 1.000 hồ sơ",
        ),
        (PartitionChart(()), "Không có số liệu"),
    ],
)
def test_a_chart_in_words(spec, said):
    assert said in alt_text(spec)
