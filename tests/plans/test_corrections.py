"""Corrections after the lock: who asks, who decides, and what stands until then (office rule 18)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from core.clock import today
from plans import rounds
from plans.actions import RuleBroken, accept_figure, return_figure
from plans.corrections import correct_figure, with_old
from plans.models import Indicator, Measurement, ReportingRound
from plans.rounds import Days
from plans.summaries import target_matrix
from tests.cast import Cast
from tests.plans.promised import RUNNING, indicator, report, target
from units.models import User
from units.permissions import Role

LOCKED = "2026-10-22T09:00:00+07:00"


@pytest.fixture
def share(cast: Cast) -> Indicator:
    made = indicator()
    target(cast.plan, made, cast.branches, (date(2026, 10, 14), "ge", "70"))
    return made


@pytest.fixture
def collection(cast: Cast, share: Indicator) -> ReportingRound:
    """The first branch reported 80 of 100, accepted; the second nothing; locked on 22/10."""
    figures = [(each.indicator, each.unit) for each in rounds.wanted_in_window(cast.vp, RUNNING)]
    made = rounds.open_round(
        cast.vp,
        RUNNING,
        figures,
        Days(date(2026, 10, 13), date(2026, 10, 16), 1, date(2026, 10, 22)),
        by=cast.lan,
    )
    accept_figure(report(share, cast.cn1, 80, 100, by=cast.tu, period=RUNNING), by=cast.lan)
    return made


@pytest.fixture
def locked(cast: Cast, collection: ReportingRound) -> Iterator[Cast]:
    with time_machine.travel(LOCKED, tick=False):
        yield cast


def correct(of: Indicator, cast: Cast, by: User, *, unit: Any = None, **fields: Any) -> Measurement:
    given = {"reason": "Tính nhầm hồ sơ bưu chính", "numerator": Decimal(60), "denominator": Decimal(100)}
    return correct_figure(of, unit or cast.cn1, RUNNING, by=by, **(given | fields))


def standing_figure(cast: Cast) -> Any:
    """What pages and reports count for the first branch."""
    line = next(
        member
        for member in target_matrix(cast.plan, today()).rows[0].lines[0].members
        if member.unit == cast.cn1
    )
    return line.latest.figure.numerator if line.latest.figure else None


def test_the_old_figure_stands_until_the_office_accepts_the_new_one(locked: Cast, share: Indicator) -> None:
    asked = correct(share, locked, locked.tu)
    assert (asked.revision, asked.correction) == (2, "Tính nhầm hồ sơ bưu chính")
    assert standing_figure(locked) == 80
    accept_figure(asked, by=locked.lan)
    assert standing_figure(locked) == 60
    assert Measurement.objects.get(revision=1).numerator == 80, "the first one is kept"


def test_a_correction_that_is_sent_back_changes_nothing_and_may_be_asked_for_again(
    locked: Cast, share: Indicator
) -> None:
    return_figure(correct(share, locked, locked.tu), by=locked.lan, reason="Chưa có tài liệu")
    assert standing_figure(locked) == 80
    accept_figure(correct(share, locked, locked.tu, numerator=Decimal(61)), by=locked.lan)
    assert standing_figure(locked) == 61
    last = Measurement.objects.latest("pk")
    found = with_old([last])[0]
    assert found.old is not None and found.old.numerator == 80, "the one returned never stood"


def test_a_figure_that_was_never_given_may_be_supplied_after_the_lock(locked: Cast, share: Indicator) -> None:
    made = correct(share, locked, locked.dung, unit=locked.cn2)
    assert made.revision == 1 and with_old([made])[0].old is None


def test_only_a_locked_period_is_corrected(cast: Cast, collection: ReportingRound, share: Indicator) -> None:
    with pytest.raises(RuleBroken, match="chưa khóa số liệu; hãy báo cáo lại"):
        correct(share, cast, cast.tu)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"numerator": Decimal(101)}, "numerator"),
        ({"numerator": Decimal(-1)}, "numerator"),
        ({"denominator": None}, "denominator"),
        ({"numerator": Decimal(80)}, "numerator"),
    ],
)
def test_a_correction_without_reason_or_sense_is_refused(
    locked: Cast, share: Indicator, fields: dict, field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        correct(share, locked, locked.tu, **fields)
    assert list(refused.value.message_dict) == [field]
    assert Measurement.objects.count() == 1


@pytest.mark.parametrize("who", ["minh", "mai", "hoa", "son", "stranger"])
def test_nobody_but_the_units_head_and_the_office_asks(locked: Cast, share: Indicator, who: str) -> None:
    with pytest.raises(RuleBroken, match="không có quyền đề nghị điều chỉnh"):
        correct(share, locked, getattr(locked, who))


def test_the_clerk_does_not_ask_even_where_the_unit_lets_them_send(locked: Cast, share: Indicator) -> None:
    from tests.cast import make_user

    clerk = make_user("thu", "Bùi Thị Thu", (Role.UNIT_CLERK, locked.cn1))
    locked.cn1.clerk_may_send = True
    locked.cn1.save()
    with pytest.raises(RuleBroken, match="không có quyền"):
        correct(share, locked, clerk)


def test_the_office_writes_it_down_for_the_unit_with_its_source_and_may_decide_it(
    locked: Cast, share: Indicator
) -> None:
    with pytest.raises(RuleBroken, match="nguồn"):
        correct(share, locked, locked.lan)
    made = correct(share, locked, locked.lan, source="Công văn 9/CN1")
    assert made.recorded_for_unit
    accept_figure(made, by=locked.lan)
    assert standing_figure(locked) == 60


def test_whoever_asked_as_head_does_not_decide_even_from_the_office(locked: Cast, share: Indicator) -> None:
    from units.actions import grant_role

    grant_role(locked.tu, Role.PLAN_OWNER, locked.vp, by=None, valid_from=date(2020, 1, 1))
    locked.tu.forget_grants()
    made = correct(share, locked, locked.tu)
    assert not made.recorded_for_unit
    with pytest.raises(RuleBroken, match="không được tự xác nhận"):
        accept_figure(made, by=locked.tu)


# --- The page ---------------------------------------------------------------------------------------


def page(of: Indicator, cast: Cast) -> str:
    return reverse("figure_correct", args=[of.pk, cast.cn1.pk])


def form(**fields: str) -> dict[str, str]:
    seen = str(Measurement.objects.latest("pk").pk)
    return {
        "seen": seen, "period": "month:2026-10", "numerator": "60", "denominator": "100",
        "reason": "Tính nhầm hồ sơ bưu chính", "source": "", "number": "", "issued_on": "",
    } | fields  # fmt: skip


def test_the_head_asks_on_a_page_that_shows_what_was_reported(
    locked: Cast, client: Client, share: Indicator
) -> None:
    client.force_login(locked.tu)
    figure = client.get(reverse("figure", args=[share.pk, locked.cn1.pk])).content.decode()
    assert page(share, locked) in figure and "Báo cáo số liệu" in figure
    shown = client.get(page(share, locked)).content.decode()
    assert "tháng 10 năm 2026" in shown and "80% (80/100)" in shown and 'value="80"' in shown
    assert client.post(page(share, locked), form(number="9/CV-CN1")).status_code == 302
    made = Measurement.objects.latest("pk")
    assert made.correction and made.proofs.get().number == "9/CV-CN1"
    client.force_login(locked.lan)
    waiting = client.get(reverse("figure", args=[share.pk, locked.cn1.pk])).content.decode()
    assert "Đề nghị điều chỉnh số liệu đã khóa. Lý do: Tính nhầm hồ sơ bưu chính" in waiting
    assert reverse("correction", args=[made.pk]) in waiting


def test_what_is_wrong_is_said_at_its_field_and_kept(locked: Cast, client: Client, share: Indicator) -> None:
    client.force_login(locked.tu)
    response = client.post(page(share, locked), form(reason="", numerator="101"))
    assert response.status_code == 422 and set(response.context["form"].errors) == {"reason"}
    response = client.post(page(share, locked), form(numerator="101"))
    assert (
        set(response.context["form"].errors) == {"numerator"} and 'value="101"' in response.content.decode()
    )
    assert Measurement.objects.count() == 1


def test_two_people_do_not_correct_past_each_other(locked: Cast, client: Client, share: Indicator) -> None:
    client.force_login(locked.tu)
    typed = form()
    correct(share, locked, locked.lan, source="Công văn 9/CN1", numerator=Decimal(62))
    response = client.post(page(share, locked), typed)
    assert response.status_code == 409 and Measurement.objects.count() == 2
    again = response.context["form"]
    assert again["reason"].value() == typed["reason"]
    assert client.post(page(share, locked), typed | {"seen": str(again["seen"].value())}).status_code == 302


def test_who_may_only_read_gets_no_page(locked: Cast, client: Client, share: Indicator) -> None:
    for person, status in ((locked.hoa, 403), (locked.son, 403), (locked.minh, 404)):
        client.force_login(person)
        assert client.get(page(share, locked)).status_code == status


def test_while_nothing_is_locked_the_page_says_to_report_again(
    cast: Cast, client: Client, share: Indicator, collection: ReportingRound
) -> None:
    client.force_login(cast.tu)
    shown = client.get(page(share, cast)).content.decode()
    assert "Chưa có kỳ nào bị khóa" in shown
    assert client.post(page(share, cast), form()).status_code == 422
