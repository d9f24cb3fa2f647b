"""Ranges and changes on paper, and snapshots that were taken before there were any."""

import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from plans.attainment import Attainment
from reports.layouts.progress import chart_specs
from reports.snapshot import FigureFacts, Snapshot, TargetRow, from_text, sha256, to_text
from reports.wording import aim_text, aim_words, change_text, gap_text, verdict_text

NOW = FigureFacts(Decimal(55), Decimal(100), "tháng 9 năm 2026", date(2026, 9, 14))
THEN = FigureFacts(Decimal(60), Decimal(100), "tháng 9 năm 2025", date(2025, 9, 14))

ROW = TargetRow(
    key="CT1/HS/SO", role="current", newest=True, code="CT1", name="Hồ sơ", indicator="Hồ sơ", scope="Sở",
    member=False, measure_unit="%", basis="Số trong kỳ", comparator="ge", value=Decimal(50), milestone="14/9/2026",
    milestone_on=date(2026, 9, 14), due=True, figure=NOW, missing=(), verdict=Attainment.REACHED, reached=None,
    members=None, note="",
)  # fmt: skip
RANGE = replace(ROW, comparator="rg", value=Decimal(40), value_to=Decimal(50), verdict=Attainment.SHORT)
CHANGE = replace(
    ROW, comparator="dn", value=Decimal(10), is_relative=True, base=THEN, base_label="tháng 9 năm 2025",
    verdict=Attainment.SHORT,
)  # fmt: skip


def test_a_range_reads_as_a_range() -> None:
    assert (aim_text(RANGE), aim_words(RANGE)) == ("40% – 50%", "từ 40% đến 50%")
    assert verdict_text(RANGE) == "Chưa đạt; cao hơn khoảng 5 điểm %"
    assert gap_text(replace(RANGE, value_to=Decimal(60), verdict=Attainment.REACHED)) == "trong khoảng"


def test_a_change_names_its_base_and_is_measured_from_it() -> None:
    assert aim_text(CHANGE) == aim_words(CHANGE) == "giảm 10% so với tháng 9 năm 2025"
    assert verdict_text(CHANGE) == "Chưa đạt; cao hơn mức cho phép 1 điểm %"
    points = replace(CHANGE, comparator="up", value=Decimal(5), is_relative=False)
    assert aim_words(points) == "tăng 5 điểm % so với tháng 9 năm 2025"
    assert gap_text(points) == "còn thiếu 10 điểm %"


def test_a_change_without_its_base_says_so() -> None:
    row = replace(CHANGE, base=None, verdict=Attainment.NO_BASE)
    assert (row.gap, verdict_text(row)) == (None, "Chưa có số gốc")


def test_a_figure_counted_another_way_is_not_compared_with_the_period_before() -> None:
    before = FigureFacts(Decimal(60), Decimal(100), "tháng 8 năm 2026", date(2026, 8, 14))
    assert change_text(ROW, before) == "giảm 5 điểm % so với kỳ trước"
    redefined = replace(ROW, redefined_on=date(2026, 8, 15))
    assert change_text(redefined, before) == "cách tính thay đổi từ 15/8/2026, không so sánh với kỳ trước"
    assert change_text(replace(ROW, redefined_on=date(2026, 7, 15)), before).startswith("giảm 5")


def _with(snapshot: Snapshot, *rows: TargetRow) -> Snapshot:
    return replace(snapshot, targets=rows)


def test_an_older_snapshot_reads_and_keeps_its_text(figures: Snapshot) -> None:
    text = to_text(_with(figures, ROW))
    later = {each.name for each in fields(TargetRow) if each.metadata.get("later")}
    assert later and not later & set(json.loads(text)["targets"][0])
    assert sha256(to_text(from_text(text))) == sha256(text)


def test_a_snapshot_with_a_change_comes_back_whole(figures: Snapshot) -> None:
    taken = _with(figures, RANGE, CHANGE)
    assert from_text(to_text(taken)) == taken


def test_the_chart_marks_where_a_change_must_arrive(figures: Snapshot) -> None:
    unknown = replace(CHANGE, base=None, verdict=Attainment.NO_BASE)
    spec = chart_specs(_with(figures, RANGE, CHANGE, unknown))["targets"]
    assert [(each.comparator, each.target) for each in spec.rows] == [("40% –", 50), ("≤", 54)]  # type: ignore[union-attr]
