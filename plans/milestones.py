"""Milestones as a plan writes them: a phrase that says when, a phrase that says how much. One reading for the workbook
and for the grid."""

from datetime import date

from core.deadlines import Deadline, DeadlineKind, describe
from core.periods import Period
from core.text import date_vi
from plans.drafting import WantedMilestone
from plans.levels import PERCENT, Level, describe_level

# A milestone may say nothing, a day, a stretch that ends on a day, or "from a day on".
MILESTONE_KINDS = frozenset(
    {DeadlineKind.NONE, DeadlineKind.DATE, DeadlineKind.RANGE, DeadlineKind.STANDING, DeadlineKind.REFERENCE}
)
NOT_A_MILESTONE = "không phải là một mốc. Hãy ghi một ngày, hoặc để trống nếu văn bản không nêu."


def outside(day: date | None, starts_on: date, ends_on: date) -> str:
    """Why a day does not belong to a plan of these dates; "" when it does. A day of the plan lies in its own period."""
    if day is None or starts_on <= day <= ends_on:
        return ""
    return f"nằm ngoài thời gian của kế hoạch ({date_vi(starts_on)} – {date_vi(ends_on)})."


def wanted_milestone(deadline: Deadline, level: Level, base: Period | None) -> WantedMilestone:
    """A milestone as a deadline and a level of the text say it; `base` where the level is a change."""
    return WantedMilestone(
        phrase=deadline.phrase,
        holds_from=deadline.start if deadline.kind == DeadlineKind.STANDING else None,
        printed_on=deadline.printed,
        nominal_end=deadline.nominal,
        comparator=level.comparator,
        value=level.value,
        value_phrase=level.phrase,
        value_to=level.value_to,
        is_relative=level.is_relative,
        base_kind=base.kind if base else "",
        base_key=base.key if base else "",
    )


def base_of(level: Level, deadline: Deadline, frequency: str, plan_ends_on: date) -> Period | None:
    """The period a change counts from; a milestone without a day counts from the end of the plan. Raises LevelError for
    one that is not over by then."""
    if level.base is None:
        return None
    return level.base.period(frequency, deadline.nominal or deadline.start or plan_ends_on)


def milestone_meaning(deadline: Deadline) -> str:
    """When a level must hold, in plain words."""
    if deadline.kind == DeadlineKind.STANDING and deadline.start is not None:
        return f"giữ từ ngày {date_vi(deadline.start)} trở đi"
    return "không nêu mốc" if deadline.kind == DeadlineKind.NONE else describe(deadline)


def level_meaning(level: Level, is_ratio: bool, base: Period | None) -> str:
    """What a level demands, in plain words, with the period a change counts from."""
    return describe_level(
        level.comparator,
        level.value,
        level.measure_unit or (PERCENT if is_ratio else ""),
        value_to=level.value_to,
        is_relative=level.is_relative,
        base=level.base.label(base) if level.base is not None and base is not None else "",
    )
