"""Totals by the tree of units are always what the accepted figures say, however they came and wherever units stand."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from io import StringIO
from random import Random

import pytest
from django.apps import apps
from django.core.management import call_command

from core.periods import Period, parse
from plans import sums
from plans.actions import accept_figure, report_figure, return_figure
from plans.attainment import Figure
from plans.models import FigureSum, Indicator, Measurement
from tests.cast import Cast
from units.actions import renumber_tree, save_unit
from units.models import Unit, User

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER = parse("month", "2026-08"), parse("month", "2026-09")


@pytest.fixture
def online(cast: Cast) -> Indicator:
    return Indicator.objects.create(
        code="HSTT", name="Tỷ lệ hồ sơ trực tuyến", numerator="a", denominator="b"
    )


def report(
    cast: Cast, indicator: Indicator, unit: Unit, done: int | str, of: int | None, period: Period = SEPTEMBER
) -> Measurement:
    system = _system()
    return report_figure(
        indicator,
        unit,
        period,
        by=system,
        numerator=Decimal(done),
        denominator=None if of is None else Decimal(of),
    )


def _system() -> User:
    return User.objects.system()


def accept(
    cast: Cast, indicator: Indicator, unit: Unit, done: int | str, of: int | None, period: Period = SEPTEMBER
) -> None:
    accept_figure(report(cast, indicator, unit, done, of, period), by=_system())


def below(indicator: Indicator, unit: Unit) -> tuple[Figure, int]:
    row = sums.newest_below(indicator, unit)
    assert row is not None
    return sums.figure_of(row), row.units


def figure(numerator: int | str, denominator: int | None) -> Figure:
    return Figure(Decimal(numerator), None if denominator is None else Decimal(denominator))


def test_an_accepted_figure_counts_for_its_unit_and_all_above(cast: Cast, online: Indicator) -> None:
    accept(cast, online, cast.cn1, 30, 40)
    accept(cast, online, cast.cn2, "10.25", 20)
    assert below(online, cast.cn1) == (figure(30, 40), 1)
    assert below(online, cast.vpdk) == below(online, cast.so) == (figure("40.25", 60), 2)
    assert sums.newest_below(online, cast.ptd) is None


def test_what_waits_or_was_sent_back_does_not_count(cast: Cast, online: Indicator) -> None:
    accept(cast, online, cast.cn1, 30, 40)
    return_figure(report(cast, online, cast.cn1, 35, 40), by=_system(), reason="Thiếu hồ sơ")
    report(cast, online, cast.cn1, 36, 40)
    assert below(online, cast.so) == (figure(30, 40), 1)


def test_a_new_revision_takes_the_place_of_the_old_one_once_it_is_accepted(
    cast: Cast, online: Indicator
) -> None:
    accept(cast, online, cast.cn1, 30, 40)
    accept(cast, online, cast.cn2, 10, 20)
    accept(cast, online, cast.cn1, 32, 44)
    assert below(online, cast.so) == (figure(42, 64), 2)


def test_a_figure_without_denominator_makes_the_total_a_count(cast: Cast, online: Indicator) -> None:
    online.measure_unit = "hồ sơ"
    online.save()
    accept(cast, online, cast.cn1, 30, None)
    accept(cast, online, cast.cn2, 10, 20)
    assert below(online, cast.so) == (figure(40, None), 2)


def test_windows_stand_apart_and_the_newest_comes_first(cast: Cast, online: Indicator) -> None:
    accept(cast, online, cast.cn1, 30, 40)
    accept(cast, online, cast.cn2, 5, 10, AUGUST)
    assert below(online, cast.so) == (figure(30, 40), 1)
    assert [sums.figure_of(row) for row in sums.series_below(online, cast.so)] == [
        figure(5, 10),
        figure(30, 40),
    ]


def test_the_rows_of_a_tree_stand_in_the_order_of_the_organisation(cast: Cast, online: Indicator) -> None:
    accept(cast, online, cast.cn2, 10, 20)
    accept(cast, online, cast.ptd, 1, 2)
    window = sums.newest_below(online, cast.so)
    assert window is not None
    rows = sums.tree_rows(online, cast.so, window)
    assert [row.label for row in rows] == ["Sở", "Phòng Quản lý đất đai", "VPĐKĐĐ", "Chi nhánh An Phú"]
    assert [row.depth for row in sums.tree_rows(online, cast.so, window, levels=1)] == [0, 1, 1]


def test_the_oldest_day_among_the_figures_is_kept(cast: Cast, online: Indicator) -> None:
    system = _system()
    october = parse("month", "2026-10")
    for unit, day in ((cast.cn1, 1), (cast.cn2, 5)):
        as_of = date(2026, 10, day)
        found = report_figure(
            online, unit, october, by=system, numerator=Decimal(1), denominator=Decimal(2), as_of=as_of
        )
        accept_figure(found, by=system)
    row = sums.newest_below(online, cast.so)
    assert row is not None and row.as_of == date(2026, 10, 1)
    accept(cast, online, cast.cn1, 1, 2, october)  # up to today, the thirteenth
    row = sums.newest_below(online, cast.so)
    assert row is not None and row.as_of == date(2026, 10, 5)


def test_when_a_unit_moves_the_totals_move_with_it(cast: Cast, online: Indicator) -> None:
    accept(cast, online, cast.cn1, 30, 40)
    accept(cast, online, cast.cn2, 10, 20)
    with sums.following_tree():
        cast.cn1.parent = cast.ptd
        save_unit(cast.cn1)
    assert below(online, cast.vpdk) == (figure(10, 20), 1)
    assert below(online, cast.ptd) == (figure(30, 40), 1)
    assert below(online, cast.so) == (figure(40, 60), 2)
    assert sums.drift() == []


def _accept_something(random: Random, indicators: list[Indicator], units: list[Unit]) -> None:
    indicator, unit = random.choice(indicators), random.choice(units)
    of = None if not indicator.is_ratio and random.random() < 0.5 else random.randrange(1, 100_000)
    numerator = Decimal(random.randrange(0, 100 * (of or 5000) + 1)) / 100
    made = report_figure(
        indicator,
        unit,
        random.choice([AUGUST, SEPTEMBER]),
        by=_system(),
        numerator=numerator,
        denominator=None if of is None else Decimal(of),
        as_of=None if random.random() < 0.7 else random.choice([AUGUST, SEPTEMBER]).start,
    )
    fate = random.random()
    if fate < 0.75:
        accept_figure(made, by=_system())
    elif fate < 0.9:
        return_figure(made, by=_system(), reason="Xem lại")


def _move_something(random: Random, units: list[Unit]) -> None:
    moved, under = random.sample(units, 2)
    moved.refresh_from_db()
    under.refresh_from_db()
    if under.tree_start < moved.tree_start or under.tree_start > moved.tree_end:
        with sums.following_tree():
            moved.parent = under
            moved.save(update_fields=["parent"])
            renumber_tree()


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edits_the_totals_are_those_of_the_facts(cast: Cast, online: Indicator, seed: int) -> None:
    random = Random(seed)
    count = Indicator.objects.create(code="VD", name="Số video", measure_unit="video")
    units = [cast.so, cast.vp, cast.ptd, cast.vpdk, cast.cn1, cast.cn2, cast.doan]
    for step in range(60):
        if random.random() < 0.2:
            _move_something(random, units[1:])
        else:
            _accept_something(random, [online, count], units)
        if step % 15 == 14:
            assert sums.drift() == []
    assert FigureSum.objects.filter(units__gt=0).exists()


@pytest.fixture
def disturbed(cast: Cast, online: Indicator) -> Iterator[Indicator]:
    accept(cast, online, cast.cn1, 30, 40)
    FigureSum.objects.filter(unit=cast.so).update(numerator=1)
    yield online


def test_a_wrong_total_is_found_and_made_again_from_the_facts(cast: Cast, disturbed: Indicator) -> None:
    assert len(sums.drift()) == len(sums.drift(newest_only=True)) == 1
    out = StringIO()
    call_command("rebuild_figure_sums", stdout=out)
    assert "trước đó 1 dòng không khớp" in out.getvalue()
    assert sums.drift() == []
    assert below(disturbed, cast.so) == (figure(30, 40), 1)


def test_the_doctor_says_so(cast: Cast, disturbed: Indicator) -> None:
    from tracker.doctor import figure_sums

    assert not figure_sums().well
    sums.rebuild()
    assert figure_sums().well


def test_figures_accepted_before_there_were_totals_are_added_up_by_the_migration(
    cast: Cast, online: Indicator
) -> None:
    accept(cast, online, cast.cn1, 30, 40)
    accept(cast, online, cast.cn1, 31, 40)
    accept(cast, online, cast.cn2, "10.25", 20)
    accept(cast, online, cast.ptd, 1, 2, AUGUST)
    FigureSum.objects.all().delete()
    import_module("plans.migrations.0008_courses").fill_sums(apps, None)
    assert sums.drift() == [] and below(online, cast.so) == (figure("41.25", 60), 2)
