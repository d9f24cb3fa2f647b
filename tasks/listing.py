"""Rows of the task list as plain columns: a page of fifty needs no model objects, only what its words are made of."""

from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import models

from core.prepared import prepared
from plans.models import Clause, Plan
from tasks.models import Task
from units.models import Unit, UnitGroup, User


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
    is_open = Task.is_open  # type: ignore[misc]
    is_standing = Task.is_standing  # type: ignore[misc]


_WORDS = ("lead_label", "is_led_outside", "plan_label", "clause_label")
_COLUMNS = Listed._fields[: -len(_WORDS)]


class UnitWords(NamedTuple):
    """What lists say of a unit."""

    pk: int
    name: str
    short_name: str
    kind: str
    depth: int

    label = Unit.label  # type: ignore[misc]
    is_outside = Unit.is_outside  # type: ignore[misc]
    Kind = Unit.Kind  # type: ignore[misc]


def unit_words(user: User) -> dict[int, UnitWords]:
    """The units a person sees, by key, in the order of the organisation."""
    return _by_key(_every_unit() if user.knows_organisation else [])


def _by_key(rows: Iterable[tuple[Any, ...]]) -> dict[int, UnitWords]:
    return {row[0]: UnitWords(*row) for row in rows}


@prepared
def _every_unit() -> Any:
    return Unit.objects.values_list(*UnitWords._fields)


@prepared
def _rows(keys: Any) -> Any:
    return Task.objects.filter(pk__in=keys).order_by().values_list(*_COLUMNS)


def listed(
    keys: list[int], units: Mapping[int, UnitWords], plans: Mapping[int, tuple[str, str]]
) -> list[Listed]:
    """The tasks of these keys, in no order; one query, and one more for what `units` and `plans` (label and title) do
    not name, for groups and for clauses.

    What they point to is read by keys and not joined: a join would make the database begin with the units, and sort
    every task, where an index gives the first fifty.
    """
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in _rows(tuple(keys))]

    def wanted(name: str, known: Container[int] = ()) -> set[int]:
        return {row[name] for row in rows if row[name] is not None and row[name] not in known}

    if more := wanted("lead_unit_id", units):
        columns = Unit.objects.filter(pk__in=more).order_by().values_list(*UnitWords._fields)
        units = {**units, **_by_key(columns)}
    labels = {pk: label for pk, (label, _title) in plans.items()}
    if more := wanted("plan_id", plans):
        found = Plan.objects.filter(pk__in=more).order_by()
        of_document = ("document__kind", "document__number")
        labels |= {pk: Plan.label_of(*rest) for pk, *rest in found.values_list("pk", "code", *of_document)}
    groups = _texts(UnitGroup, "name", wanted("lead_group_id"))
    clauses = _texts(Clause, "label", wanted("clause_id"))
    return [
        Listed(
            **row,
            lead_label=lead.label if lead is not None else groups.get(row["lead_group_id"], ""),
            is_led_outside=lead is not None and lead.is_outside,
            plan_label=labels.get(row["plan_id"], Task.WITHOUT_PLAN),
            clause_label=clauses.get(row["clause_id"], ""),
        )
        for row in rows
        for lead in [units.get(row["lead_unit_id"])]
    ]


def _texts(model: type[models.Model], column: str, keys: set[int]) -> dict[int, str]:
    if not keys:
        return {}
    return dict(model._default_manager.filter(pk__in=keys).order_by().values_list("pk", column))
