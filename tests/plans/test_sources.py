"""Figures of other systems: brought in as facts, confirmed or disputed by their unit, ruled by the office."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.append_only import AppendOnlyError
from core.periods import Period
from plans import sources
from plans.actions import RuleBroken, accept_figure, return_figure
from plans.models import Indicator, Measurement, SourceFigure, SourceFile, SourceRuling
from plans.sources import Proposed, Standing
from tests.cast import TODAY, Cast, make_unit, make_user
from tests.plans.promised import CLOSED, indicator, report, target
from units.actions import renumber_tree
from units.models import Unit, User
from units.permissions import Role

pytestmark = pytest.mark.django_db

DUE = date(2026, 10, 16)


@pytest.fixture
def online(cast: Cast) -> Indicator:
    made = indicator()
    target(cast.plan, made, cast.ptd)
    target(cast.plan, made, cast.branches)
    return made


def bring(
    cast: Cast,
    of: Indicator,
    *figures: tuple[Unit, int, int],
    by: User | None = None,
    period: Period = CLOSED,
    system: str = "one_stop",
) -> list[SourceFigure]:
    file = SourceFile(agency=cast.so, system=system, uploaded_by=cast.lan)
    file.fill(ContentFile(str((figures, system)).encode(), name="th.csv"))
    same = SourceFile.objects.filter(system=system, sha256=file.sha256).first()
    if same is None:
        file.save()
    found = [
        Proposed(f"trang “TH”, dòng {row}, cột D/C", of, unit, Decimal(numerator), Decimal(denominator))
        for row, (unit, numerator, denominator) in enumerate(figures, 7)
    ]
    return sources.bring_in(same or file, period, found, by=by or cast.lan, as_of=CLOSED.end, answer_by=DUE)


def standing(found: SourceFigure) -> Standing:
    return sources.standing_of(sources.with_related(SourceFigure.objects.all()).get(pk=found.pk))


def current(of: Indicator, unit: Unit) -> Measurement:
    return Measurement.objects.current().get(indicator=of, unit=unit)


# --- Bringing in ------------------------------------------------------------------------------------------------------


def test_one_file_fills_every_unit_of_a_period_and_is_no_report_yet(cast: Cast, online: Indicator) -> None:
    made = bring(cast, online, (cast.ptd, 1250, 1840), (cast.cn1, 5, 10))
    assert [standing(each) for each in made] == [Standing.WAITING] * 2
    assert not Measurement.objects.exists()
    assert made[0].place == "trang “TH”, dòng 7, cột D/C"


def test_the_same_file_twice_changes_nothing_and_a_later_one_adds_what_is_new(
    cast: Cast, online: Indicator
) -> None:
    bring(cast, online, (cast.ptd, 1250, 1840), (cast.cn1, 5, 10))
    assert bring(cast, online, (cast.ptd, 1250, 1840), (cast.cn1, 5, 10)) == []
    (later,) = bring(cast, online, (cast.ptd, 1260, 1840), (cast.cn1, 5, 10))
    assert (later.unit, later.revision) == (cast.ptd, 2)
    assert SourceFigure.objects.filter(unit=cast.ptd).count() == 2


def test_what_a_file_said_cannot_be_changed(cast: Cast, online: Indicator) -> None:
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    made.numerator = Decimal(1)
    with pytest.raises(AppendOnlyError):
        made.save()


def test_all_or_nothing(cast: Cast, online: Indicator) -> None:
    for wrong, words in (
        ((cast.cn1, 11, 10), "Tử số không được lớn hơn mẫu số"),
        ((cast.cn1, -1, 10), "không được âm"),
        ((cast.vp, 1, 2), "không có quyền"),
        ((cast.ptd, 1, 2), "hai số liệu của cùng một chỉ số"),
    ):
        with pytest.raises(RuleBroken, match=words):
            bring(cast, online, (cast.ptd, 1250, 1840), wrong)
    assert not SourceFigure.objects.exists()


def test_a_figure_of_a_closed_unit_or_a_period_to_come_is_refused(cast: Cast, online: Indicator) -> None:
    with pytest.raises(RuleBroken, match="chưa bắt đầu"):
        bring(cast, online, (cast.ptd, 1, 2), period=CLOSED.next().next())
    Unit.objects.filter(pk=cast.ptd.pk).update(closed_on=date(2026, 8, 1))
    cast.ptd.refresh_from_db()
    with pytest.raises(RuleBroken, match="đã chấm dứt hoạt động"):
        bring(cast, online, (cast.ptd, 1, 2))


@pytest.mark.parametrize("who", ["minh", "hoa", "son", "stranger"])
def test_only_the_office_that_follows_the_plan_brings_in(cast: Cast, online: Indicator, who: str) -> None:
    with pytest.raises(RuleBroken, match="không có quyền"):
        bring(cast, online, (cast.ptd, 1, 2), by=getattr(cast, who))


def test_many_figures_are_brought_in_with_as_many_questions_as_few(cast: Cast, online: Indicator) -> None:
    with CaptureQueriesContext(connection) as few:
        bring(cast, online, (cast.ptd, 1, 2))
    with CaptureQueriesContext(connection) as many:
        bring(cast, online, (cast.ptd, 1, 3), (cast.cn1, 1, 2), (cast.cn2, 1, 2))
    assert len(many) <= len(few)


# --- The unit's word --------------------------------------------------------------------------------------------------


def test_confirmed_it_is_an_accepted_figure_that_says_whence_it_came(cast: Cast, online: Indicator) -> None:
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    sources.agree(made, by=cast.minh)
    found = current(online, cast.ptd)
    assert (found.numerator, found.denominator, found.origin) == (1250, 1840, "system")
    assert (found.recorded_by, found.recorded_for_unit) == (cast.minh, False)
    assert (found.decision.verdict, found.decision.decided_by) == ("accepted", cast.lan)
    assert "một cửa" in found.source and "th.csv" in found.source
    assert standing(made) == Standing.CONFIRMED


def test_a_clerk_confirms_only_where_the_unit_lets_the_clerk(cast: Cast, online: Indicator) -> None:
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    with pytest.raises(RuleBroken, match="không có quyền"):
        sources.agree(made, by=cast.mai)
    Unit.objects.filter(pk=cast.ptd.pk).update(clerk_may_send=True)
    sources.agree(SourceFigure.objects.get(), by=User.objects.get(pk=cast.mai.pk))


def test_another_unit_neither_sees_nor_answers(cast: Cast, online: Indicator) -> None:
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    assert not SourceFigure.objects.visible_to(cast.tu).exists()
    with pytest.raises(RuleBroken, match="không có quyền"):
        sources.agree(made, by=cast.tu)


def test_two_sources_that_differ_stand_side_by_side_until_somebody_decides(
    cast: Cast, online: Indicator
) -> None:
    mine = report(online, cast.ptd, 1264, 1840, by=cast.minh)
    accept_figure(mine, by=cast.lan)
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    assert standing(made) == Standing.DIFFERS and standing(made).is_alarm
    assert current(online, cast.ptd) == mine, "nothing is overwritten"
    assert list(sources.alarms([(online.pk, cast.ptd.pk)])) == [(online.pk, cast.ptd.pk)]


def test_two_sources_that_agree_ask_nothing(cast: Cast, online: Indicator) -> None:
    report(online, cast.ptd, 1250, 1840, by=cast.minh)
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    assert standing(made) == Standing.MATCHES
    assert sources.open_exchanges(cast.lan) == [] and sources.alarms([(online.pk, cast.ptd.pk)]) == {}


def test_a_dispute_names_the_units_own_figure_and_its_reason(cast: Cast, online: Indicator) -> None:
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    own: dict[str, Any] = {"numerator": Decimal(1264), "denominator": Decimal(1840)}
    with pytest.raises(RuleBroken, match="lý do"):
        sources.dispute(made, by=cast.minh, reason=" ", **own)
    with pytest.raises(RuleBroken, match="lớn hơn mẫu số"):
        sources.dispute(made, by=cast.minh, reason="x", numerator=Decimal(2000), denominator=Decimal(1840))
    with pytest.raises(RuleBroken, match="trùng với số của hệ thống"):
        sources.dispute(made, by=cast.minh, reason="x", numerator=Decimal(1250), denominator=Decimal(1840))
    answer = sources.dispute(made, by=cast.minh, reason="14 hồ sơ nộp qua bưu chính ghi nhầm", **own)
    assert answer.numerator == 1264 and standing(made) == Standing.DISPUTED
    assert not Measurement.objects.exists(), "a dispute is no figure yet"


def test_an_answer_is_given_once_and_only_to_the_newest_figure(cast: Cast, online: Indicator) -> None:
    (old,) = bring(cast, online, (cast.ptd, 1250, 1840))
    (new,) = bring(cast, online, (cast.ptd, 1260, 1840))
    with pytest.raises(RuleBroken, match="mới hơn"):
        sources.agree(old, by=cast.minh)
    sources.agree(new, by=cast.minh)
    with pytest.raises(RuleBroken, match="đã được trả lời"):
        sources.agree(new, by=cast.minh)


def test_the_office_answers_for_a_unit_that_never_signs_in_and_names_its_source(
    cast: Cast, online: Indicator
) -> None:
    (made,) = bring(cast, online, (cast.cn2, 9, 10))
    with pytest.raises(RuleBroken, match="nguồn"):
        sources.agree(made, by=cast.lan)
    answer = sources.agree(made, by=cast.lan, source="Điện thoại, ông Nam, 13/10")
    assert answer.recorded_for_unit and current(online, cast.cn2).decision.decided_by == cast.lan


# --- The office's word ------------------------------------------------------------------------------------------------


@pytest.fixture
def disputed(cast: Cast, online: Indicator) -> SourceFigure:
    report(online, cast.ptd, 1264, 1840, by=cast.minh)
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    sources.dispute(
        made, by=cast.minh, numerator=Decimal(1264), denominator=Decimal(1840), reason="Thiếu 14 hồ sơ"
    )
    return made


@pytest.mark.parametrize(
    ("stands", "given", "expected", "origin", "revision"),
    [
        ("source", {}, 1250, "system", 2),
        ("unit", {}, 1264, "unit", 1),
        ("other", {"numerator": Decimal(1257), "denominator": Decimal(1840)}, 1257, "system", 2),
    ],
)
def test_the_office_rules_which_figure_stands(
    cast: Cast, online: Indicator, disputed: SourceFigure, stands: str, given: dict, expected: int, origin: str,
    revision: int,
) -> None:  # fmt: skip
    ruling = sources.rule(
        disputed.answer, by=cast.lan, stands=stands, reason="Đã đối chiếu từng hồ sơ", decided_by="Trần Thị Hòa",
        how="meeting", basis="15/TB-SNNMT", **given,
    )  # fmt: skip
    found = current(online, cast.ptd)
    assert (found.numerator, found.origin, found.revision) == (expected, origin, revision)
    assert found.decision.verdict == "accepted" and ruling.measurement == found
    assert (ruling.decided_by, ruling.how, ruling.basis) == ("Trần Thị Hòa", "meeting", "15/TB-SNNMT")
    assert standing(disputed) == Standing.RULED and sources.alarms([(online.pk, cast.ptd.pk)]) == {}
    assert Measurement.objects.filter(numerator=1264).exists(), "the unit's report stays"


def test_a_ruling_wants_a_reason_a_third_figure_and_a_named_decider(
    cast: Cast, disputed: SourceFigure
) -> None:
    for given, words in (
        ({"stands": "unit", "reason": " "}, "lý do"),
        ({"stands": "other", "reason": "x"}, "sau đối chiếu"),
        ({"stands": "unit", "reason": "x", "decided_by": "Trần Thị Hòa"}, "hình thức"),
        ({"stands": "unit", "reason": "x", "how": "phone"}, "người quyết định"),
    ):
        with pytest.raises(RuleBroken, match=words):
            sources.rule(disputed.answer, by=cast.lan, **given)
    assert not SourceRuling.objects.exists()


@pytest.mark.parametrize("who", ["minh", "hoa", "tu"])
def test_nobody_but_the_office_rules(cast: Cast, disputed: SourceFigure, who: str) -> None:
    with pytest.raises(RuleBroken, match="không có quyền"):
        sources.rule(disputed.answer, by=getattr(cast, who), stands="unit", reason="x")


def test_a_dispute_is_ruled_once(cast: Cast, disputed: SourceFigure) -> None:
    sources.rule(disputed.answer, by=cast.lan, stands="unit", reason="x")
    with pytest.raises(RuleBroken, match="không chờ kết luận"):
        sources.rule(disputed.answer, by=cast.lan, stands="source", reason="y")


def test_a_figure_sent_back_is_reported_anew_by_the_ruling(cast: Cast, online: Indicator) -> None:
    return_figure(report(online, cast.ptd, 1264, 1840, by=cast.minh), by=cast.lan, reason="Đối chiếu")
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    answer = sources.dispute(
        made, by=cast.minh, numerator=Decimal(1264), denominator=Decimal(1840), reason="Đủ hồ sơ"
    )
    sources.rule(answer, by=cast.lan, stands="unit", reason="Đơn vị đúng")
    assert [each.revision for each in Measurement.objects.all()] == [1, 2]
    assert current(online, cast.ptd).decision.verdict == "accepted"


def test_silence_lets_the_office_take_the_figure_after_the_day(cast: Cast, online: Indicator) -> None:
    (made,) = bring(cast, online, (cast.cn1, 5, 10))
    last = pytest.raises(RuleBroken, match="đến hết ngày 16/10/2026")
    with time_machine.travel(f"{DUE}T09:00:00+07:00", tick=False), last:
        sources.take_unanswered(made, by=cast.lan)
    with time_machine.travel("2026-10-17T09:00:00+07:00", tick=False):
        assert standing(made) == Standing.OVERDUE
        with pytest.raises(RuleBroken, match="không có quyền"):
            sources.take_unanswered(made, by=cast.tu)
        sources.take_unanswered(made, by=cast.lan)
        assert standing(made) == Standing.TAKEN
    found = current(online, cast.cn1)
    assert found.origin == "system" and "Đơn vị chưa xác nhận" in found.decision.reason
    assert "Đơn vị chưa xác nhận" in found.note


def test_silence_of_a_unit_that_reported_otherwise_is_no_agreement_but_holds_it_to_its_report(
    cast: Cast, online: Indicator
) -> None:
    report(online, cast.cn1, 6, 10)
    (made,) = bring(cast, online, (cast.cn1, 5, 10))
    with pytest.raises(RuleBroken, match="còn được trả lời"):
        sources.hold_to_report(made, by=cast.lan)
    with time_machine.travel("2026-10-17T09:00:00+07:00", tick=False):
        with pytest.raises(RuleBroken, match="kết luận đối chiếu"):
            sources.take_unanswered(made, by=cast.lan)
        answer = sources.hold_to_report(made, by=cast.lan)
        assert (answer.numerator, answer.denominator, answer.verdict) == (6, 10, "disputed")
        sources.rule(answer, by=cast.lan, stands="source", reason="Hệ thống ghi đủ ngày nhận")
    assert current(online, cast.cn1).numerator == 5


def test_a_later_report_of_other_numbers_raises_the_alarm_again_until_the_office_accepts_it(
    cast: Cast, online: Indicator
) -> None:
    (made,) = bring(cast, online, (cast.ptd, 1250, 1840))
    sources.agree(made, by=cast.minh)
    later = report(online, cast.ptd, 1300, 1840, by=cast.minh)
    assert standing(made) == Standing.DIFFERS
    accept_figure(later, by=cast.lan)
    assert standing(made) == Standing.CONFIRMED


def test_two_systems_that_differ_are_two_exchanges(cast: Cast, online: Indicator) -> None:
    (one,) = bring(cast, online, (cast.ptd, 1250, 1840))
    (other,) = bring(cast, online, (cast.ptd, 1240, 1840), system="portal")
    sources.agree(one, by=cast.minh)
    assert standing(other) == Standing.DIFFERS


def test_the_open_list_asks_the_oldest_first_and_as_many_questions_for_few_as_for_many(
    cast: Cast, online: Indicator, django_assert_num_queries: Any
) -> None:
    bring(cast, online, (cast.ptd, 1250, 1840), (cast.cn1, 5, 10), (cast.cn2, 5, 10))
    assert [each.unit for each in sources.open_exchanges(cast.lan)] == [cast.ptd, cast.cn1, cast.cn2]
    with django_assert_num_queries(1):
        sources.open_exchanges(cast.lan)
    assert [each.unit for each in sources.open_exchanges(cast.tu)] == [cast.cn1]


def test_an_owner_of_another_agency_sees_nothing(cast: Cast, online: Indicator) -> None:
    bring(cast, online, (cast.ptd, 1250, 1840))
    other = make_unit("KHAC", "UBND phường Khác", Unit.Kind.COMMUNE)
    renumber_tree()
    other.refresh_from_db()
    foreign = make_user("khac", "Người Khác", (Role.PLAN_OWNER, other))
    assert not SourceFigure.objects.visible_to(foreign).exists()
    assert not SourceFile.objects.visible_to(foreign).exists()
    assert (
        SourceFile.objects.visible_to(cast.hoa).exists() and SourceFile.objects.visible_to(cast.son).exists()
    )
    assert not SourceFile.objects.visible_to(cast.minh).exists(), "the file shows every unit"
    assert TODAY < DUE
