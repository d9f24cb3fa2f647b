"""Whose figures an office may read, report and accept: those a given plan of its own wants."""

from decimal import Decimal

import pytest

from core.periods import parse
from plans.actions import RuleBroken, accept_figure, figure_grant, report_figure
from plans.models import Document, Indicator, Measurement, Plan, Target, TargetIndicator
from tests.cast import Cast, make_unit, make_user
from units.actions import renumber_tree
from units.models import Unit, User
from units.permissions import Role

pytestmark = pytest.mark.django_db

SEPTEMBER = parse("month", "2026-09")


@pytest.fixture
def indicator(cast: Cast) -> Indicator:
    """Of the common catalogue; our plan wants it of the division and of every branch."""
    indicator = Indicator.objects.create(code="SOHOA", name="Tỷ lệ số hóa")
    for number, whom in enumerate(
        ({"scope": "unit", "unit": cast.ptd}, {"scope": "each", "group": cast.branches})
    ):
        target = Target.objects.create(plan=cast.plan, code=f"CT{number}", name="Số hóa", **whom)
        TargetIndicator.objects.create(target=target, indicator=indicator)
    return indicator


@pytest.fixture
def neighbour(cast: Cast) -> tuple[User, Unit]:
    """The plan owner of another agency."""
    unit = make_unit("KHAC", "UBND phường Khác", Unit.Kind.COMMUNE)
    renumber_tree()
    unit.refresh_from_db()
    return make_user("khac", "Người Khác", (Role.PLAN_OWNER, unit)), unit


def foreign_plan(owner: Unit, indicator: Indicator, *, state: str, **whom: object) -> None:
    plan = Plan.objects.create(
        code="KHAC",
        title="Kế hoạch của phường",
        document=Document.objects.create(issuer="Phường", subject="x"),
        issuer=owner,
        tracking_unit=owner,
        starts_on="2026-01-01",
        ends_on="2026-12-31",
        state=state,
        activated_at="2026-01-01T08:00:00+07:00",
    )
    target = Target.objects.create(plan=plan, code="CT", name="Số hóa", **whom)
    TargetIndicator.objects.create(target=target, indicator=indicator)


def figure(cast: Cast, indicator: Indicator) -> Measurement:
    return report_figure(
        indicator, cast.ptd, SEPTEMBER, by=cast.minh, numerator=Decimal(7), denominator=Decimal(10)
    )


def test_the_office_that_follows_the_plan_reads_and_accepts(cast: Cast, indicator: Indicator) -> None:
    found = figure(cast, indicator)
    assert Measurement.objects.visible_to(cast.lan).get() == found
    accept_figure(found, by=cast.lan)
    assert figure_grant(cast.lan, "figure.submit", indicator, cast.cn2) is not None


def test_sharing_an_indicator_opens_nothing(
    cast: Cast, indicator: Indicator, neighbour: tuple[User, Unit]
) -> None:
    user, unit = neighbour
    foreign_plan(unit, indicator, state="active", scope="unstated")
    found = figure(cast, indicator)
    assert not Measurement.objects.visible_to(user).exists()
    with pytest.raises(RuleBroken, match="không có quyền"):
        accept_figure(found, by=user)
    with pytest.raises(RuleBroken, match="không có quyền"):
        report_figure(indicator, cast.ptd, SEPTEMBER, by=user, numerator=Decimal(0), denominator=Decimal(10))


def test_a_draft_that_names_a_unit_opens_nothing(
    cast: Cast, indicator: Indicator, neighbour: tuple[User, Unit]
) -> None:
    user, unit = neighbour
    foreign_plan(unit, indicator, state="draft", scope="unit", unit=cast.ptd)
    figure(cast, indicator)
    assert not Measurement.objects.visible_to(user).exists()
    assert figure_grant(user, "figure.accept", indicator, cast.ptd) is None


def test_another_unit_reads_nothing(cast: Cast, indicator: Indicator) -> None:
    figure(cast, indicator)
    assert not Measurement.objects.visible_to(cast.tu).exists()
    assert Measurement.objects.visible_to(cast.son).exists()
