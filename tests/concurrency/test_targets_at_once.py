"""Two people at the grid, or at a definition: one wins, the other is told, nothing is lost."""

import pytest
from django.db import connection

from core.deadlines import parse
from plans.definitions import redefine
from plans.levels import parse_level
from plans.matrix import Stale, WantedLine, Written, fingerprint, write_matrix
from plans.milestones import wanted_milestone
from plans.models import Indicator, IndicatorVersion, Plan
from tests.cast import Cast
from tests.concurrency.test_races import race
from tests.plans.promised import RUNNING, indicator
from tests.tracker.grid_page import draft_plan
from units.actions import RuleBroken

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite has one writer at a time"
    ),
]


def write(plan: Plan, cast: Cast, of: Indicator, level: str, seen: str) -> Written:
    milestone = wanted_milestone(parse("30/6/2026"), parse_level(level), None)
    line = WantedLine(None, "CT01", "Hồ sơ", "unit", cast.so, None, (of,), "%", (milestone,))
    try:
        return write_matrix(plan, [line], by=cast.lan, seen=seen)
    except Stale:
        raise RuleBroken("vừa có người khác sửa") from None


def test_two_grids_saved_at_once(cast: Cast) -> None:
    of, plan = indicator(), draft_plan(cast)
    seen = fingerprint(plan)
    _, two = race(
        lambda: write(plan, cast, of, "đạt 60%", seen), lambda: write(plan, cast, of, "đạt 80%", seen)
    )
    assert "vừa có người khác sửa" in two.words
    assert plan.targets.get().milestones.get().value == 60


def change(of: Indicator, cast: Cast, denominator: str) -> IndicatorVersion:
    return redefine(of, by=cast.lan, valid_from=RUNNING.start, reason="Công văn 15", denominator=denominator)


def test_two_new_definitions_at_once(cast: Cast) -> None:
    of = indicator()
    _, two = race(lambda: change(of, cast, "Một"), lambda: change(of, cast, "Hai"))
    assert "cách tính mới chỉ áp dụng cho kỳ sau đó" in two.words
    assert list(of.versions.values_list("number", "denominator")) == [(1, "Tổng hồ sơ tiếp nhận"), (2, "Một")]
