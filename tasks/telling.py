"""A line of the ledger told in full from its own content: every column it wrote, every column it changed.

The timeline (`tasks.history`) says what a clerk wants to read; this says all there is, for an inspector. It reads the
content of the event alone, so what was removed by decision is not told.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from core.templatetags.ui import day
from tasks import ledger
from tasks.models import Event, Task
from units.models import Unit, User

REMOVED = "Nội dung đã được gỡ theo quyết định."

# Facts beside rows, in words.
_LABELS = {
    "reason": "Lý do",
    "note": "Ý kiến",
    "source": "Nguồn thông tin",
    "text": "Nội dung",
    "granted": "Đồng ý gia hạn",
    "completed_on": "Ngày hoàn thành",
    "assigned_on": "Ngày giao",
    "waited_workdays": "Số ngày làm việc chờ xác nhận",
    "to_unit": "Đơn vị nhận",
    "from_unit": "Đơn vị chuyển",
    "unit": "Đơn vị",
    "awaited_until": "Chờ cập nhật đến hết ngày",
    "missing_parts": "Đơn vị phối hợp chưa gửi kết quả",
    "of": "Bổ sung cho dòng số",
    "reached": "Số đơn vị áp dụng",
    "own": "Số đơn vị giữ thời hạn riêng",
}
_UNIT_FACTS = frozenset({"to_unit", "from_unit", "unit", "missing_parts"})
# When a thing really happened, where it is not the moment of the line: the first one present counts.
_ACTUAL = ("assigned_on", "received_on", "product_on", "issued_on", "on")


class Names:
    """Names of the people and units a set of events points at: two queries for all of them."""

    def __init__(self, events: Iterable[Event]) -> None:
        users: set[int] = set()
        units: set[int] = set()
        for event in events:
            facts = ledger.facts_of(event)
            for name in _UNIT_FACTS & facts.keys():
                value = facts[name]
                units.update(value if isinstance(value, list) else [value])
            for name, value in _columns(event):
                target = _target(name)
                (users if target is User else units if target is Unit else set()).update(
                    [each for each in value if isinstance(each, int)]
                )
        self.users: dict[int, str] = dict(
            User.objects.filter(pk__in=users).order_by().values_list("pk", "full_name")
        )
        self.units: dict[int, str] = dict(
            Unit.objects.filter(pk__in=[each for each in units if each]).order_by().values_list("pk", "name")
        )


def actual_day(event: Event) -> date | None:
    """The day the thing itself bears, where it is not the day of the line: of a paper, of the assignment, of the
    receipt."""
    facts = ledger.facts_of(event)
    for name in _ACTUAL:
        value = facts.get(name) or facts.get("row", {}).get(name)
        if isinstance(value, str):
            return date.fromisoformat(value)
    return None


def told(event: Event, names: Names) -> list[tuple[str, str]]:
    """(label, value) of everything the line holds, empty values left out."""
    if event.content_removed:
        return [("", REMOVED)]
    facts = ledger.facts_of(event)
    found = []
    for name, value in facts.get("row", {}).items():
        model = _row_table(facts)
        found.append((_label(model, name), _value(model, name, value, names)))
    for table, (_pk, columns) in facts.get("rows", {}).items():
        model = ledger.row_model(table)
        found += [(_label(model, name), _value(model, name, value, names)) for name, value in columns.items()]
    known = {label for label, _ in found}
    for name, label in _LABELS.items():
        if name in facts and label not in known:
            found.append((label, _fact(name, facts[name], names)))
    for name, (before, after) in ledger.changed_in(event).items():
        old, new = (_value(Task, name, each, names) for each in (before, after))
        if old != new:
            words = f"{old or 'chưa có'} → {new or 'không'}" if before is not None or old else new
            found.append((_label(Task, name), words))
    return list(dict.fromkeys((label, value) for label, value in found if value))


def _columns(event: Event) -> list[tuple[str, list[Any]]]:
    facts = ledger.facts_of(event)
    columns = [(name, [value]) for name, value in facts.get("row", {}).items()]
    columns += [(name, list(pair)) for name, pair in ledger.changed_in(event).items()]
    for _table, (_pk, row) in facts.get("rows", {}).items():
        columns += [(name, [value]) for name, value in row.items()]
    return columns


def _row_table(facts: dict[str, Any]) -> type[models.Model]:
    for name in facts:
        try:
            return ledger.row_model(name)
        except KeyError:
            continue
    return Task


def _target(name: str) -> type[models.Model] | None:
    """What a column ending in `_id` points at, by its name."""
    if name in ("lead_unit_id", "proposed_unit_id", "new_lead_id", "unit_id", "asked_of_id"):
        return Unit
    if name in ("officer_id", "leader_in_charge_id"):
        return User
    return None


def _label(model: type[models.Model], name: str) -> str:
    try:
        words = str(model._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        words = name
    return words[:1].upper() + words[1:]


def _value(model: type[models.Model], name: str, value: Any, names: Names) -> str:
    if value is None or value == "":
        return ""
    target = _target(name)
    if target is User:
        return names.users.get(value, "")
    if target is Unit:
        return names.units.get(value, "")
    if name.endswith("_id"):
        return ""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return str(value)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return day(date.fromisoformat(value))
    if isinstance(value, bool):
        return "có" if value else ""
    if field.choices:  # type: ignore[union-attr]
        return str(dict(field.flatchoices).get(value, value))  # type: ignore[union-attr]
    return str(value)


def _fact(name: str, value: Any, names: Names) -> str:
    if value is None or value == "" or value == []:
        return ""
    if name in _UNIT_FACTS:
        ids = value if isinstance(value, list) else [value]
        return ", ".join(names.units.get(each, "") for each in ids)
    if isinstance(value, bool):
        return "có" if value else "không"
    if name.endswith(("_on", "_until")):
        return day(date.fromisoformat(value))
    return str(value)
