"""Removing content everywhere: facts of the task first (`tasks.actions.removing`), then every copy (office rule 25).

A copy stands in a `Place`. Some are cleared as soon as removal is asked for, the others when the second person has
decided; what has left the house (issued papers, sent mail) is listed and not altered. An app that begins to keep texts
of tasks somewhere, such as a table of history, adds its place to `PLACES`; `tests/tracker/test_removal_places.py`
fails until it has.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction

from core.changes import history_of
from core.content import ContentError
from core.files import words_inside
from core.text import count_vi
from core.traces import Traces
from notifications import removing as notices
from plans.models import Clause, DocumentFile
from reports.actions import forget_words
from tasks.actions import decide_removal, request_removal
from tasks.actions.removing import events_of, label_of, note_aftermath, words_of
from tasks.models import ContentRemoval, Event, Task
from tasks.models.removal import REMOVED
from tracker.intake import keeping
from units.models import User

__all__ = ["PLACES", "Place", "Sweep", "ask", "decide", "label_of"]

BACKUPS = "Bản sao lưu đã có trước ngày gỡ vẫn còn nội dung: xử lý theo biên bản."


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is looked for, in which tasks, by whose decision."""

    removal: ContentRemoval
    by: User
    traces: Traces
    events: list[Event]
    tasks: frozenset[int]


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of copy. `clear` returns what to tell the person, a line each, without the words themselves.

    `tables` are those it clears; `at_once` places are cleared when removal is asked for as well.
    """

    name: str
    clear: Callable[[Sweep], list[str]]
    tables: tuple[type[models.Model], ...] = ()
    at_once: bool = False


# --- The places -----------------------------------------------------------------------------------------------------


def _inbox(sweep: Sweep) -> list[str]:
    count = notices.cover(sweep.tasks, sweep.events, sweep.traces)
    return [f"Đã che {count_vi(count)} thông báo, thư chưa gửi."] if count else []


def _papers(sweep: Sweep) -> list[str]:
    lines = []
    plans = {
        task.plan for task in Task.objects.filter(pk__in=sweep.tasks).select_related("plan__tracking_unit")
    }
    for plan in sorted((plan for plan in plans if plan is not None), key=lambda each: each.pk):
        changed, issued = forget_words(plan, sweep.traces, removal=sweep.removal, by=sweep.by)
        if changed:
            lines.append(f"Đã lập lại {count_vi(changed)} dự thảo báo cáo của kế hoạch {plan.label}.")
        lines += [f"{paper} đã ban hành có nội dung này, không sửa: xử lý theo biên bản." for paper in issued]
    return lines


def _clauses(sweep: Sweep) -> list[str]:
    """The words of the document a task quotes."""
    plans = Task.objects.filter(pk__in=sweep.tasks, plan__isnull=False).values("plan")
    found = [each for each in Clause.objects.filter(plan__in=plans) if sweep.traces.are_in(each.text)]
    for clause in found:
        clause.text = sweep.traces.cut_from(clause.text, REMOVED)
        clause.save(update_fields=["text"])
    lines = history_of(Clause).filter(plan__in=plans, removal__isnull=True)
    holding = [line.pk for line in lines if sweep.traces.are_in(line.text)]
    history_of(Clause).filter(pk__in=holding).blank(["text"], removal=sweep.removal)  # type: ignore[attr-defined]
    return [f"Đã gỡ ở {count_vi(len(found))} mục của kế hoạch."] if found else []


def _kept_workbooks(sweep: Sweep) -> list[str]:
    count = keeping.forget_holding(sweep.traces)
    return [f"Đã hủy {count_vi(count)} tệp nhập đang xem trước."] if count else []


def _documents(sweep: Sweep) -> list[str]:
    """Files of official documents are originals: listed."""
    lines = []
    for kept in DocumentFile.objects.select_related("document"):
        try:
            with kept.file.storage.open(str(kept.file.name), "rb") as file:
                holds = sweep.traces.are_in(*words_inside(file))
        except (ContentError, FileNotFoundError):
            continue
        if holds:
            lines.append(f"Tệp của {kept.document.citation} có nội dung này, không sửa: xử lý theo biên bản.")
    return lines


def _sent_mail(sweep: Sweep) -> list[str]:
    names = notices.sent_files(sweep.traces)
    if not names:
        return []
    return [
        f"{count_vi(len(names))} thư đã gửi có nội dung này, không thu hồi được: {', '.join(names[:20])}."
    ]


PLACES: tuple[Place, ...] = (
    Place("Hộp thư và thư chưa gửi", _inbox, at_once=True),
    Place("Dự thảo báo cáo", _papers),
    Place("Mục của kế hoạch", _clauses, tables=(Clause, history_of(Clause).model)),
    Place("Tệp nhập đang xem trước", _kept_workbooks),
    Place("Tệp văn bản", _documents),
    Place("Thư đã gửi", _sent_mail),
)


# --- The two acts ---------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    task: Task, *, by: User, kind: str, reason: str, events: Iterable[Event] = (), own: Iterable[str] = ()
) -> ContentRemoval:
    """The first person: hidden from everybody from now on, in inbox and unsent mail as well."""
    removal = request_removal(task, by=by, kind=kind, reason=reason, events=events, own=own)
    _sweep(removal, by, [place for place in PLACES if place.at_once])
    return removal


@transaction.atomic
def decide(
    removal: ContentRemoval,
    *,
    by: User,
    approved: bool,
    minutes_number: str = "",
    minutes_on: date | None = None,
    note: str = "",
) -> ContentRemoval:
    """The second person: gone for good with every copy, or readable again. What was covered in the inbox stays so."""
    words = words_of(removal) if removal.is_waiting else []
    removal = decide_removal(
        removal, by=by, approved=approved, minutes_number=minutes_number, minutes_on=minutes_on, note=note
    )
    if approved:
        note_aftermath(removal, [*_sweep(removal, by, PLACES, words), BACKUPS])
    return removal


def _sweep(
    removal: ContentRemoval, by: User, places: Iterable[Place], words: list[str] | None = None
) -> list[str]:
    events = events_of(removal)
    traces = Traces(words_of(removal) if words is None else words)
    tasks = frozenset({removal.task_id, *(event.task_id for event in events), *_of_cells(removal)})
    sweep = Sweep(removal, by, traces, events, tasks)
    return [line for place in places for line in place.clear(sweep)]


def _of_cells(removal: ContentRemoval) -> list[int]:
    name = Task._meta.model_name
    return [pk for table, pk, _column in removal.what["cells"] if table == name]
