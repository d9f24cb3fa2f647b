"""Carrying out a packet: every row through the ordinary verb of a person who types, all rows or none."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from core.text import shown
from plans.actions import report_figure
from tasks import actions
from tasks.ledger import DIRECT, Decision
from tasks.models import Task
from tracker.packets.contents import FigureRow, TaskRow
from tracker.packets.planning import KEEP, Change, PacketPlan, spread
from tracker.packets.reading import TypedFigure, TypedTask
from units.actions import RuleBroken
from units.models import User


@dataclass(frozen=True, slots=True)
class Received:
    """Whence the packet came: for the office, who sent it, how and when (nhập thay, office rule 2)."""

    words: str
    decision: Decision = DIRECT


class PacketRefused(Exception):
    """Nothing was saved; `plan.errors` say why, cell by cell."""


def apply(plan: PacketPlan, choices: Mapping[str, str], received: Received, *, by: User) -> int:
    """Saves every row but the conflicts where `choices` keeps what stands; how many. Raises PacketRefused."""
    kept = [each for each in plan.changes if not (each.is_conflict and choices.get(each.name) == KEEP)]
    with transaction.atomic():
        for change in kept:
            _save(plan, change, received, by)
        if plan.errors:
            transaction.set_rollback(True)
    if plan.errors:
        raise PacketRefused
    return len(kept)


def _save(plan: PacketPlan, change: Change, received: Received, by: User) -> None:
    try:
        with transaction.atomic():
            if change.figure is not None:
                _report(*change.figure, received, by)
            elif change.task is not None:
                _update(*change.task, received, by)
    except RuleBroken as error:
        spread(plan, change.line, error)


def _report(typed: TypedFigure, row: FigureRow, received: Received, by: User) -> None:
    assert typed.numerator is not None
    indicator = row.owed.indicator
    source = "; ".join(filter(None, [typed.source or indicator.data_source, received.words]))
    report_figure(
        indicator,
        row.owed.unit,
        row.window,
        by=by,
        numerator=typed.numerator,
        denominator=typed.denominator if indicator.is_ratio else None,
        source=shown(source, 199),
        cause=typed.cause,
        remedy=typed.remedy,
    )


def _update(typed: TypedTask, row: TaskRow, received: Received, by: User) -> None:
    task: Task = row.task
    if typed.percent is not None or typed.text or typed.obstacle or typed.proposal:
        actions.update_progress(
            task,
            by=by,
            text=typed.text or _neutral(typed),
            percent=typed.percent,
            obstacle=typed.obstacle,
            proposal=typed.proposal,
            decision=received.decision,
        )
    if typed.number and typed.issued_on is not None:
        actions.attach(
            task,
            by=by,
            title=f"Văn bản {typed.number}",
            number=typed.number,
            issued_on=typed.issued_on,
            decision=received.decision,
        )


def _neutral(typed: TypedTask) -> str:
    """What an update says of itself where only other cells of the row were filled in."""
    if typed.percent is not None:
        return f"Cập nhật tỷ lệ hoàn thành {typed.percent}%."
    return "Báo cáo khó khăn, vướng mắc." if typed.obstacle else "Gửi kiến nghị, đề xuất."
