"""Reminders of reporting rounds: a unit that owes figures of an open round is told on the same rungs as of a task,
until it has sent them or the round is locked; the office hears once a round. Bodies outside our authority are never
told (office rule 28)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.urls import reverse

from core.text import count_vi
from core.workdays import WorkCalendar
from notifications import ladder
from notifications.ladder import Rung
from notifications.models import Notice
from notifications.recipients import Directory
from notifications.words import LONGEST_TEXT, cut, day_text
from plans.collection import RoundRow, rows_of
from plans.models import ReportingRound, RoundItem
from plans.owed import Standing
from units.models import CalendarDay, Unit, User

# In the key of a line for the office, where another line names the unit.
WHOLE_ROUND = 0


class RoundKey(NamedTuple):
    """The unique key of such a reminder, as stored and as read back before sending."""

    round: int
    unit: int
    step: int
    deadline: date
    person: int

    def __str__(self) -> str:
        return f"round:{self.round}:{self.unit}:{self.step}:{self.deadline.isoformat()}:{self.person}"

    @classmethod
    def read(cls, key: str) -> "RoundKey | None":
        """None for the key of another kind of notice."""
        kind, *parts = key.split(":")
        if kind != "round" or len(parts) != 5:
            return None
        return cls(int(parts[0]), int(parts[1]), int(parts[2]), date.fromisoformat(parts[3]), int(parts[4]))


def still_owed(on: date) -> set[tuple[int, int]]:
    """(round, unit) that still owe a figure of an open round; `WHOLE_ROUND` where any unit does."""
    found = {(row.item.round_id, row.item.unit_id) for row in _owing(on)}
    return found | {(of_round, WHOLE_ROUND) for of_round, _ in found}


def _owing(on: date) -> list[RoundRow]:
    open_rounds = list(
        ReportingRound.objects.open_on(on).select_related("tracking_unit").order_by("due_on", "pk")
    )
    if not open_rounds:
        return []
    rows = rows_of(open_rounds, CalendarDay.objects.by_unit(), RoundItem.objects.standing())
    return [row for row in rows if row.is_chased and not row.is_in]


def owed(on: date, rungs: Sequence[Rung], directory: Directory, *, eve: bool) -> list[Notice]:
    """Reminders of open rounds owed on the working day `on`, unsaved."""
    rows_owing = _owing(on)
    if not rows_owing:
        return []
    calendars = CalendarDay.objects.by_unit()
    by_round: dict[ReportingRound, dict[Unit, list[RoundRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows_owing:
        by_round[row.item.round][row.item.unit].append(row)
    notices: list[Notice] = []
    for found, units in by_round.items():
        alone: list[Unit] = []
        for unit, rows in units.items():
            stands = ladder.standing(_place(found, on, calendars.of(unit)), rungs, eve=eve)
            if stands is None:
                continue
            people = directory.answering(unit.pk, clerk=stands[0].to_clerk, head=stands[0].to_head)
            if not people:
                alone.append(unit)
            notices += _of_unit(found, unit, rows, stands[1], people, on, calendars.of(unit))
        notices += _of_office(found, units, alone, rungs, on, calendars.of(found.tracking_unit), directory)
    return notices


def _place(found: ReportingRound, on: date, calendar: WorkCalendar) -> int:
    """Where a round stands on the ladder's scale: late begins after the grace."""
    return ladder.position(on, calendar.previous_workday(found.due_on), found.grace_end(calendar), calendar)


def _of_unit(
    found: ReportingRound,
    unit: Unit,
    rows: Sequence[RoundRow],
    step: int,
    people: Iterable[User],
    on: date,
    calendar: WorkCalendar,
) -> Iterator[Notice]:
    place = _place(found, on, calendar)
    returned = sum(row.standing == Standing.RETURNED for row in rows)
    figures = f"{count_vi(len(rows))} số liệu" + (
        f", trong đó {count_vi(returned)} cần bổ sung" if returned else ""
    )
    text = f"{_when(found, place, on)}: báo cáo {_title(found)} ({figures})"
    for person in people:
        yield Notice(
            recipient=person,
            key=str(RoundKey(found.pk, unit.pk, step, found.due_on, person.pk)),
            group=Notice.Group.OVERDUE if place > 0 else Notice.Group.DUE,
            text=cut(text, LONGEST_TEXT),
            detail=_facts(found, unit.name),
            url=reverse("round_unit", args=[found.pk, unit.pk]),
            day=on,
        )


def _of_office(
    found: ReportingRound,
    owing: Iterable[Unit],
    alone: Sequence[Unit],
    rungs: Sequence[Rung],
    on: date,
    calendar: WorkCalendar,
    directory: Directory,
) -> Iterator[Notice]:
    """One line a round: once units are late, and before for units nobody of which can be told."""
    place = _place(found, on, calendar)
    stands = ladder.standing(place, rungs)
    if stands is None or not (stands[0].to_owner or alone):
        return
    units = list(owing) if stands[0].to_owner else list(alone)
    names = ", ".join(unit.label for unit in units)
    why = "" if stands[0].to_owner else " không có người nhận thư nhắc"
    text = f"{_when(found, place, on)}: {_title(found)}, {count_vi(len(units))} đơn vị chưa báo cáo đủ{why}: {names}"
    for person in directory.owners(found.tracking_unit_id):
        yield Notice(
            recipient=person,
            key=str(RoundKey(found.pk, WHOLE_ROUND, stands[1], found.due_on, person.pk)),
            group=Notice.Group.OVERDUE if place > 0 else Notice.Group.DUE,
            text=cut(text, LONGEST_TEXT),
            detail=_facts(found, ""),
            url=reverse("round", args=[found.pk]),
            day=on,
        )


def _when(found: ReportingRound, place: int, on: date) -> str:
    if place > 0:
        return f"Quá hạn {count_vi(place)} ngày làm việc"
    if place < 0:
        return f"Còn {count_vi(-place)} ngày làm việc"
    if on == found.due_on:
        return "Đến hạn hôm nay"
    if on > found.due_on:
        return "Đã hết hạn, đang trong thời gian gia hạn"
    return f"Hôm nay là ngày làm việc cuối cùng trước hạn {day_text(found.due_on)}"


def _title(found: ReportingRound) -> str:
    return f"{found.title[:1].lower()}{found.title[1:]}"


def _facts(found: ReportingRound, unit: str) -> str:
    days = f"Hạn báo cáo {day_text(found.due_on)}; khóa số liệu ngày {day_text(found.lock_day)}"
    return f"{days}; đơn vị: {unit}" if unit else days
