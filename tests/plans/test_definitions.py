"""How a figure is counted changes in the open: from a window on, with a reason, never over figures counted before."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.append_only import AppendOnlyError
from core.periods import parse
from plans.actions import RuleBroken, report_figure
from plans.definitions import (
    add_indicator,
    add_ready,
    bring_into_force,
    correct_indicator,
    redefine,
    windows_ahead,
)
from plans.models import Indicator, IndicatorVersion
from tests.cast import TODAY, Cast
from tests.plans.promised import CLOSED, RUNNING, indicator, report, target

pytestmark = pytest.mark.django_db

NEW = {"denominator": "Hồ sơ của thủ tục đủ điều kiện"}
REASON = "Công văn 15/SNV"


def change(of: Indicator, by: Cast, start: date = RUNNING.start, **wanted: object) -> IndicatorVersion:
    return redefine(of, by=by.lan, valid_from=start, reason=REASON, **(NEW | wanted))


def test_the_first_change_keeps_the_old_definition_and_begins_the_new(cast: Cast) -> None:
    of = indicator()
    report(of, cast.ptd, 7, 10)
    made = change(of, cast)
    assert [(each.number, each.valid_from, each.denominator) for each in of.versions.all()] == [
        (1, None, "Tổng hồ sơ tiếp nhận"),
        (2, RUNNING.start, "Hồ sơ của thủ tục đủ điều kiện"),
    ]
    assert (made.reason, made.by) == (REASON, cast.lan)


def test_the_definition_in_force_depends_on_the_day(cast: Cast) -> None:
    of = indicator()
    assert of.definition_on(TODAY).denominator == "Tổng hồ sơ tiếp nhận"
    change(of, cast)
    of = Indicator.objects.get(pk=of.pk)
    assert of.definition_on(CLOSED.end).denominator == "Tổng hồ sơ tiếp nhận"
    assert of.definition_on(RUNNING.start).denominator == "Hồ sơ của thủ tục đủ điều kiện"
    assert of.redefined() == [RUNNING.start]


def test_the_columns_repeat_the_version_in_force_today(cast: Cast) -> None:
    of = indicator()
    change(of, cast, RUNNING.next().start)
    of.refresh_from_db()
    assert of.denominator == "Tổng hồ sơ tiếp nhận", "its day has not come"
    assert bring_into_force(TODAY) == 0
    with time_machine.travel("2026-10-15T08:00:00+07:00"):
        assert (bring_into_force(date(2026, 10, 15)), bring_into_force(date(2026, 10, 15))) == (1, 0)
    of.refresh_from_db()
    assert of.denominator == "Hồ sơ của thủ tục đủ điều kiện"


def test_another_source_or_ground_is_a_version_but_counts_alike(cast: Cast) -> None:
    of = indicator()
    redefine(of, by=cast.lan, valid_from=RUNNING.start, reason=REASON, data_source="Cổng DVC quốc gia")
    of = Indicator.objects.get(pk=of.pk)
    assert of.versions.count() == 2 and of.redefined() == []


WRONG = [
    ({"valid_from": date(2026, 10, 1)}, "không phải là ngày đầu của một kỳ"),
    ({"valid_from": CLOSED.start}, "Đã có số liệu hoặc cách tính đến ngày 14/9/2026"),
    ({"reason": "  "}, "lý do"),
    ({"denominator": "Tổng hồ sơ tiếp nhận"}, "không thay đổi"),
    ({"measure_unit": "hồ sơ"}, "chỉ số khác"),
]


@pytest.mark.parametrize(("wrong", "why"), WRONG)
def test_a_change_that_would_blur_what_was_counted_is_refused(
    cast: Cast, wrong: dict[str, object], why: str
) -> None:
    of = indicator()
    report(of, cast.ptd, 7, 10)
    given = {"valid_from": RUNNING.start, "reason": REASON, **NEW} | wrong
    with pytest.raises(RuleBroken, match=why):
        redefine(of, by=cast.lan, **given)  # type: ignore[arg-type]
    assert not IndicatorVersion.objects.exists()


def test_windows_a_change_may_begin_with(cast: Cast) -> None:
    of = indicator()
    assert [each.key for each in windows_ahead(of, "month", TODAY)][:2] == ["2026-10", "2026-11"]
    report(of, cast.ptd, 1, 2, period=RUNNING)
    assert next(each.key for each in windows_ahead(of, "month", TODAY)) == "2026-11"
    change(of, cast, RUNNING.next().start)
    assert next(each.key for each in windows_ahead(of, "month", TODAY)) == "2026-12"


def test_versions_are_written_once(cast: Cast) -> None:
    made = change(indicator(), cast)
    made.denominator = "khác"
    with pytest.raises(AppendOnlyError):
        made.save()
    with pytest.raises(AppendOnlyError):
        IndicatorVersion.objects.filter(pk=made.pk).update(denominator="khác")
    with pytest.raises(IntegrityError), transaction.atomic():
        IndicatorVersion.objects.create(
            indicator=made.indicator, number=2, valid_from=date(2027, 1, 1), reason="x", by=cast.lan
        )


# --- putting right ------------------------------------------------------------------------------------------------


def test_a_definition_nobody_counts_by_is_put_right(cast: Cast) -> None:
    of = indicator()
    assert correct_indicator(of, by=cast.lan, **NEW) == ["denominator"]
    assert not of.versions.exists()


def test_once_counted_by_only_its_name_is_put_right(cast: Cast) -> None:
    reported, promised = indicator(), indicator("B", "Chỉ số B")
    report(reported, cast.ptd, 1, 2)
    target(cast.plan, promised, cast.ptd)
    for of in (reported, promised):
        with pytest.raises(RuleBroken, match="bằng một lần mới"):
            correct_indicator(of, by=cast.lan, **NEW)
        assert correct_indicator(of, by=cast.lan, name="Tên đúng") == ["name"]


@pytest.mark.parametrize("person", ["hoa", "minh", "tu", "son", "stranger"])
def test_only_who_keeps_the_catalogue_writes_it(cast: Cast, person: str) -> None:
    of, by = indicator(), getattr(cast, person)
    with pytest.raises(RuleBroken, match="không có quyền"):
        redefine(of, by=by, valid_from=RUNNING.start, reason=REASON, **NEW)
    with pytest.raises(RuleBroken, match="không có quyền"):
        correct_indicator(of, by=by, name="x")
    with pytest.raises(RuleBroken, match="không có quyền"):
        add_indicator(by=by, code="X", name="X")
    with pytest.raises(RuleBroken, match="không có quyền"):
        add_ready([{"code": "X", "name": "X"}], by=by)


# --- what a definition allows -------------------------------------------------------------------------------------


def test_a_numerator_above_its_denominator_where_the_definition_of_that_period_allows_it(cast: Cast) -> None:
    of = indicator()
    with pytest.raises(RuleBroken, match="lớn hơn mẫu số"):
        report(of, cast.ptd, 12, 10, period=RUNNING)
    redefine(of, by=cast.lan, valid_from=RUNNING.start, reason=REASON, may_exceed=True)
    of = Indicator.objects.get(pk=of.pk)
    assert report(of, cast.ptd, 12, 10, period=RUNNING).numerator == 12
    with pytest.raises(RuleBroken, match="lớn hơn mẫu số"):
        report(of, cast.ptd, 12, 10, period=CLOSED)


def test_a_share_is_no_count(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="giống một tỷ lệ"):
        report_figure(
            indicator(), cast.ptd, parse("month", "2026-09"), by=cast.minh, numerator=Decimal("0.95"),
            denominator=Decimal(1),
        )  # fmt: skip


# --- from which day a cumulative figure counts (office rule 13) -----------------------------------


@pytest.mark.parametrize(
    ("basis", "as_of", "since"),
    [
        ("period", date(2026, 10, 14), date(2026, 9, 15)),
        ("state", date(2026, 10, 14), date(2026, 9, 15)),
        ("cumulative", date(2026, 10, 14), date(2026, 1, 1)),
        ("since_1512", date(2026, 10, 14), date(2025, 12, 15)),
        ("since_1512", date(2026, 12, 14), date(2025, 12, 15)),
        ("since_1512", date(2026, 12, 15), date(2026, 12, 15)),
    ],
)
def test_a_figure_counts_from_the_first_day_of_its_year_or_window(
    basis: str, as_of: date, since: date
) -> None:
    assert Indicator(basis=basis).counted_since(date(2026, 9, 15), as_of) == since


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_the_year_of_reports_never_counts_from_a_day_to_come_nor_longer_than_a_year(as_of: date) -> None:
    since = Indicator(basis="since_1512").counted_since(as_of, as_of)
    assert since <= as_of and (as_of - since).days < 366
    assert (since.month, since.day) == (12, 15)
