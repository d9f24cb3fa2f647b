"""Completion of tasks as figures of targets (`plans.computing`): counted each day as of the day before."""

from datetime import date

from plans.computing import keep_count, wanted_of_tasks
from plans.models import Indicator, Plan, TaskCount
from tasks.models import Task
from tasks.querysets import TaskQuerySet
from tasks.summaries import Partition, total_of
from units.models import CalendarDay, Unit


def write_task_figures(on: date) -> int:
    """Counts every figure wanted from tasks as of `on`; how many changed. May run twice: the second finds nothing."""
    calendar = CalendarDay.objects.as_calendar()
    written = 0
    for indicator, unit, plan in wanted_of_tasks(on):
        counted = total_of(_tasks(indicator, unit, plan), on, calendar)
        numerator, denominator = share_of(counted, indicator)
        made = keep_count(indicator, unit, on, numerator, denominator if indicator.is_ratio else None)
        written += made is not None
    return written


def _tasks(indicator: Indicator, unit: Unit, plan: Plan | None) -> TaskQuerySet:
    """Each order once where the plan names nobody; else what the unit and those below it lead."""
    rule = rule_of(indicator)
    tasks = Task.objects.all()
    if rule is not None and rule.plan_id is not None:
        tasks = tasks.filter(plan=rule.plan_id)
    if rule is not None and rule.clause_id is not None:
        tasks = tasks.filter(clause=rule.clause_id)
    if plan is not None:
        return tasks.filter(plan=plan).orders()
    return tasks.leaves().filter(
        lead_unit__tree_start__gte=unit.tree_start, lead_unit__tree_start__lte=unit.tree_end
    )


def rule_of(indicator: Indicator) -> TaskCount | None:
    return getattr(indicator, "task_count", None)


def share_of(counted: Partition, indicator: Indicator) -> tuple[int, int]:
    """Numerator and denominator by the rule of the indicator."""
    rule = rule_of(indicator)
    measure = rule.measure if rule is not None else TaskCount.Measure.DONE
    if measure == TaskCount.Measure.ON_TIME:
        return counted.done_on_time, counted.done
    if measure == TaskCount.Measure.DUE:
        return counted.done, counted.done + counted.open_overdue
    return counted.done, counted.total
