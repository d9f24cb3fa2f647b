"""The targets of a draft plan written all at once, as its grid says them.

The grid is the whole of the plan's targets: a line that is not in it is taken out. What a person saw is told by
`fingerprint`, so that two people at once never overwrite each other unread.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from core.changes import acting
from plans.actions import may_write
from plans.drafting import WantedMilestone, drop_targets, own_indicator, save_target
from plans.models import Indicator, Plan, Target
from units.actions import RuleBroken
from units.models import Unit, UnitGroup, User

GIVEN = "Kế hoạch đã giao: chỉ tiêu chỉ thay đổi bằng văn bản sửa đổi, bổ sung hoặc thay thế, không sửa trong bảng này."
STALE = "Bảng chỉ tiêu vừa có người khác sửa."


class Stale(Exception):
    """Somebody else has written the targets since they were read."""


@dataclass(frozen=True)
class WantedLine:
    """One line of the plan. Without indicators it gets one of its own, counted in `measure_unit`."""

    target: int | None
    code: str
    name: str
    scope: str
    unit: Unit | None
    group: UnitGroup | None
    indicators: tuple[Indicator, ...]
    measure_unit: str
    milestones: tuple[WantedMilestone, ...]


@dataclass(frozen=True)
class Written:
    """Codes of the lines by what became of them."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def fingerprint(plan: Plan) -> str:
    """Tells one state of the plan's targets from every other."""
    targets = plan.targets.order_by("order", "id").prefetch_related("milestones", "target_indicators")
    rows = [
        (
            *(
                target.pk,
                target.code,
                target.order,
                target.name,
                target.scope,
                target.unit_id,
                target.group_id,
            ),
            sorted((each.order, each.indicator_id) for each in target.target_indicators.all()),
            sorted(
                (each.order, each.phrase, each.value_phrase, each.comparator, str(each.value.normalize()))
                for each in target.milestones.all()
            ),
        )
        for target in targets
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()[:16]


@transaction.atomic
def write_matrix(plan: Plan, lines: Sequence[WantedLine], *, by: User, seen: str) -> Written:
    """Brings the targets of a draft to these lines, in their order; whole or not at all. Raises Stale when they are no
    longer what `seen` was."""
    if not by.is_system and may_write(by, plan) is None:
        raise RuleBroken("Đồng chí không có quyền lập kế hoạch của đơn vị này.")
    plan = Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    if plan.state != Plan.State.DRAFT:
        raise RuleBroken(GIVEN)
    if fingerprint(plan) != seen:
        raise Stale
    known = {target.pk: target for target in plan.targets.all()}
    created: list[str] = []
    changed: list[str] = []
    with acting(by):
        kept = {line.target for line in lines}
        gone = [target for target in known.values() if target.pk not in kept]
        drop_targets(plan, gone)
        for order, line in enumerate(lines, start=1):
            target = known.get(line.target or 0) or Target(plan=plan)
            target.plan = plan
            is_new = target.pk is None
            indicators = line.indicators or (own_indicator(plan, line.code, line.name, line.measure_unit),)
            wanted = {
                "code": line.code,
                "order": order,
                "name": line.name,
                "scope": line.scope,
                "unit": line.unit,
                "group": line.group,
            }
            if save_target(target, wanted, indicators, line.milestones):
                (created if is_new else changed).append(line.code)
    return Written(tuple(created), tuple(changed), tuple(target.code for target in gone))
