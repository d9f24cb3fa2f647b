"""Rows of the task list as plain columns: a page of fifty needs no model objects, only what its words are made of."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import models

from plans.models import Clause, Plan
from tasks.models import Task
from units.models import Unit, UnitGroup


class Listed(NamedTuple):
    """A task as `tasks.tables` reads it, with the names of what it points to."""

    pk: int
    code: str
    title: str
    strength: str
    deadline_kind: str
    phrase: str
    starts_on: date | None
    printed_on: date | None
    nominal_end: date | None
    effective_end: date | None
    counted_end: date | None
    assigned_on: date | None
    execution: str
    confirmation: str
    percent: int | None
    submitted_on: date | None
    completed_on: date | None
    check_in: str
    last_update_at: datetime | None
    lead_unit_id: int | None
    lead_group_id: int | None
    plan_id: int | None
    clause_id: int | None
    # Words of what it points to.
    lead_label: str
    is_led_outside: bool
    plan_label: str
    clause_label: str

    # The same words as of a task.
    is_open = Task.is_open
    is_standing = Task.is_standing


_WORDS = ("lead_label", "is_led_outside", "plan_label", "clause_label")
_COLUMNS = Listed._fields[: -len(_WORDS)]


def listed(keys: list[int]) -> list[Listed]:
    """The tasks of these keys, in no order; five queries at most.

    What they point to is read by keys and not joined: a join would make the database begin with the units, and sort
    every task, where an index gives the first fifty.
    """
    found_rows = Task.objects.filter(pk__in=keys).order_by().values_list(*_COLUMNS)
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in found_rows]

    def found(model: type[models.Model], name: str, *columns: str) -> dict[int, tuple[Any, ...]]:
        keys = {row[name] for row in rows} - {None}
        if not keys:
            return {}
        named = model._default_manager.filter(pk__in=keys).order_by()
        return {row[0]: row[1:] for row in named.values_list("pk", *columns)}

    units = found(Unit, "lead_unit_id", "short_name", "name", "kind")
    groups = found(UnitGroup, "lead_group_id", "name")
    plans = found(Plan, "plan_id", "code", "document__kind", "document__number")
    clauses = found(Clause, "clause_id", "label")
    return [
        Listed(
            **row,
            lead_label=_lead(units.get(row["lead_unit_id"]), groups.get(row["lead_group_id"])),
            is_led_outside=units.get(row["lead_unit_id"], _NOTHING)[2] == Unit.Kind.OUTSIDE,
            plan_label=_plan(plans.get(row["plan_id"])),
            clause_label=clauses.get(row["clause_id"], _NOTHING)[0],
        )
        for row in rows
    ]


_NOTHING = ("", "", "")


def _lead(unit: tuple[Any, ...] | None, group: tuple[Any, ...] | None) -> str:
    return (unit[0] or unit[1]) if unit else group[0] if group else ""


def _plan(plan: tuple[Any, ...] | None) -> str:
    if plan is None:
        return Task.WITHOUT_PLAN
    code, kind, number = plan
    return Plan.label_of(code, kind, number)
