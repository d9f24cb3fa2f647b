"""Verbs about the course of a target: the office's colour rules, what a unit expects, what documents may say."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from core.clock import today
from plans.actions import figure_grant
from plans.colours import Colour, Confidence, Rule, When, contradicts
from plans.courses import Course
from plans.models import (
    Clause,
    ColourRule,
    ColourRuleSet,
    HardToReach,
    Indicator,
    Outlook,
    Plan,
    Target,
    TargetIndicator,
    TaskCount,
)
from plans.summaries import bound_units, group_units
from units.actions import RuleBroken
from units.models import RoleGrant, Unit, User
from units.permissions import capacity

MOST_RULES = 12


def colours_grant(user: User, plan: Plan) -> RoleGrant | None:
    """The owner's grant under which `user` may set the colour rules of the office that follows the plan."""
    return capacity(user, "plan.colours", tracking=plan.tracking_unit)


@transaction.atomic
def set_colour_rules(
    plan: Plan, indicator: Indicator | None, rules: Sequence[Rule], *, by: User
) -> ColourRuleSet:
    """The rules of the plan's office for one indicator, or for all its own without one; none: the usual ones again."""
    if colours_grant(by, plan) is None:
        raise RuleBroken("Đồng chí không có quyền đặt quy tắc màu của đơn vị theo dõi kế hoạch này.")
    check_rules(rules)
    made = ColourRuleSet.objects.create(office=plan.tracking_unit, indicator=indicator, by=by)
    ColourRule.objects.bulk_create(
        ColourRule(
            rule_set=made,
            order=order,
            test=rule.test,
            colour=rule.colour,
            threshold=None
            if rule.threshold is None
            else Decimal(rule.threshold.numerator) / rule.threshold.denominator,
        )
        for order, rule in enumerate(rules)
    )
    return made


def check_rules(rules: Sequence[Rule]) -> None:
    """Raises RuleBroken for rules that leave a case open, or contradict what a word means."""
    if not rules:
        return
    if len(rules) > MOST_RULES:
        raise RuleBroken(f"Tối đa {MOST_RULES} quy tắc.")
    for number, rule in enumerate(rules, 1):
        if rule.test.has_threshold != (rule.threshold is not None):
            raise RuleBroken(f"Quy tắc {number}: hãy ghi ngưỡng khi và chỉ khi điều kiện có ngưỡng.")
        if (rule.colour == Colour.NO_DATA) != (rule.test == When.NO_DATA):
            raise RuleBroken(f"Quy tắc {number}: “Không có số liệu” chỉ dùng khi không có số liệu.")
        if rule.test == When.REACHED and rule.colour != Colour.REACHED:
            raise RuleBroken(f"Quy tắc {number}: đã đạt mức thì màu là “Đạt”.")
        if rule.colour == Colour.REACHED and rule.test != When.REACHED:
            raise RuleBroken(f"Quy tắc {number}: màu “Đạt” chỉ dùng khi đã đạt mức.")
    if rules[-1].test != When.ALWAYS or any(rule.test == When.ALWAYS for rule in rules[:-1]):
        raise RuleBroken("Quy tắc cuối cùng, và chỉ quy tắc này, là “các trường hợp còn lại”.")


@transaction.atomic
def give_outlook(
    link: TargetIndicator,
    unit: Unit,
    *,
    by: User,
    confidence: Confidence,
    course: Course | None,
    reason: str = "",
    source: str = "",
) -> Outlook:
    """What the unit expects; the office records it for a unit that does not sign in, saying how it knows.

    `course` is what the number says now: a reason is asked where the two contradict.
    """
    grant = figure_grant(by, "figure.outlook", link.indicator, unit)
    if grant is None:
        raise RuleBroken("Đồng chí không có quyền nhận định thay đơn vị này.")
    if unit.pk not in bound(link.target):
        raise RuleBroken("Đơn vị này không thực hiện chỉ tiêu.")
    colour = course.colour if course is not None else None
    if contradicts(confidence, colour) and not reason.strip():
        assert colour is not None
        words = f"Số liệu cho thấy “{colour.label}”; hãy ghi lý do nhận định khác."
        raise RuleBroken({"reason": words})
    for_unit = grant.role == "plan_owner"
    if for_unit and not source.strip():
        raise RuleBroken({"source": "Văn phòng nhập thay: hãy ghi nguồn."})
    return Outlook.objects.create(
        target_indicator=link,
        unit=unit,
        confidence=confidence,
        reason=reason,
        source=source,
        colour=colour or "",
        by=by,
        recorded_for_unit=for_unit,
    )


def bound(target: Target) -> set[int]:
    """Keys of the units the target binds today."""
    return {unit.pk for unit in bound_units(target, group_units([target], today()), target.plan)}


@transaction.atomic
def let_documents_say(course: Course, needs: str, *, by: User) -> HardToReach:
    """From now on reports say of this line "khó đạt nếu giữ tiến độ hiện nay; cần …" (office rule 31)."""
    if not needs.strip():
        raise RuleBroken({"needs": "Hãy ghi việc cần làm để đạt."})
    if not course.is_hard_to_reach or course.goal is None or course.goal.day is None:
        raise RuleBroken("Chỉ tiêu này hiện không chậm so với lộ trình của mốc sắp tới.")
    line = course.line
    link = TargetIndicator.objects.select_related("target__plan").get(
        target=line.target, indicator=line.indicator
    )
    unit = line.unit if line.target.scope == Target.Scope.EACH else None
    return _hard_to_reach(link, unit, course.goal.day, needs, by, withdrawn=False)


@transaction.atomic
def stop_saying(said: HardToReach, *, by: User) -> HardToReach:
    """Reports made from now on no longer say it."""
    return _hard_to_reach(said.target_indicator, said.unit, said.milestone_on, said.needs, by, withdrawn=True)


def _hard_to_reach(
    link: TargetIndicator, unit: Unit | None, day: date, needs: str, by: User, *, withdrawn: bool
) -> HardToReach:
    if capacity(by, "figure.hard_to_reach", tracking=link.target.plan.tracking_unit) is None:
        raise RuleBroken("Đồng chí không có quyền quyết định nội dung này của báo cáo.")
    return HardToReach.objects.create(
        target_indicator=link,
        unit=unit,
        milestone_on=day,
        needs=needs.strip(),
        is_withdrawn=withdrawn,
        by=by,
    )


@transaction.atomic
def count_tasks(
    indicator: Indicator,
    target: Target,
    *,
    by: User,
    measure: TaskCount.Measure,
    plan: Plan | None,
    clause: Clause | None,
) -> TaskCount:
    """Says once which tasks a computed indicator counts."""
    if capacity(by, "plan.write", tracking=target.plan.tracking_unit) is None:
        raise RuleBroken("Đồng chí không có quyền sửa kế hoạch này.")
    if indicator.source != Indicator.Source.TASKS:
        raise RuleBroken("Chỉ số này không tính từ nhiệm vụ.")
    if TaskCount.objects.filter(indicator=indicator).exists():
        raise RuleBroken("Cách tính đã đặt; cách tính khác là một chỉ số khác.")
    if clause is not None and (plan is None or clause.plan_id != plan.pk):
        raise RuleBroken({"clause": "Mục không thuộc kế hoạch đã chọn."})
    return TaskCount.objects.create(indicator=indicator, measure=measure, plan=plan, clause=clause, by=by)
