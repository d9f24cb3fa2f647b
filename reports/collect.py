"""From the database to a snapshot, as of a day, in one consistent read and a constant number of queries.

Counts come from `tasks.summaries` and `units.coverage`, verdicts from `plans.summaries`: the same functions
the pages show, so that paper and screen agree.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from core.clock import now
from core.periods import Period
from core.text import count_vi, date_vi
from core.workdays import WorkCalendar
from plans.models import Clause, Plan
from reports.corrections import corrected_since
from reports.models import Report
from reports.profiles import agency_of
from reports.snapshot import (
    SCHEMA,
    Activity,
    CorrectedFigure,
    Counts,
    Coverage,
    CoverageRow,
    PeriodFacts,
    PlanFacts,
    Previous,
    Remark,
    Share,
    Snapshot,
    TargetResult,
    TaskRow,
    UnitRow,
    Upcoming,
    from_text,
)
from reports.targets import Targets, collect_targets
from reports.wording import NO_CAUSE
from tasks import summaries
from tasks.duty_tally import tally
from tasks.models import Coordination, DeadlineChange, Event, Evidence, ProgressUpdate, Task
from tasks.status import DeadlineClass, Execution, is_done, is_waiting, status_text
from units import coverage
from units.models import CalendarDay, Unit, UnitName

LONGEST_TEXT = 400
"""A cell of the annex holds a report, not a file: longer texts are cut and say so."""


@contextmanager
def one_moment() -> Iterator[None]:
    """Every query inside sees the database as it was at the first one."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # a SQLite transaction is one moment by itself
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def collect(plan: Plan, period: Period, as_of: date) -> Snapshot:
    """Everything a report of `plan` for `period` prints, as known for the day `as_of`."""
    with one_moment():
        return _Collection(plan, period, as_of).snapshot()


class _Collection:
    """One reading; each method is one part of the snapshot."""

    def __init__(self, plan: Plan, period: Period, as_of: date) -> None:
        self.plan, self.period, self.as_of = plan, period, as_of
        self.calendar: WorkCalendar = CalendarDay.objects.as_calendar()
        self.names = _names_on(as_of)
        self.agency = agency_of(plan.tracking_unit)
        self.tasks = self._given_tasks()
        self.updates = self._updates()
        self.occurrences = self._occurrences()
        self.changes = list(DeadlineChange.objects.filter(task__plan=plan).order_by("id"))

    def snapshot(self) -> Snapshot:
        plan_tasks = Task.objects.filter(plan=self.plan).without_occurrences()
        rows = [
            UnitRow(
                row.unit_id,
                *self._unit_names(row.unit_id, row.name, row.label),
                row.outside,
                _counts(row.partition),
            )
            for row in summaries.unit_rows(plan_tasks, self.as_of, self.calendar)
        ]
        targets = collect_targets(self.plan, self.as_of, self.names)
        after = self.period.next()
        orders = [
            task for task in self.tasks if task.lead_group_id and task.execution != Execution.DISCONTINUED
        ]
        kinds, people = self._coverage(self.as_of)
        return Snapshot(
            schema=SCHEMA,
            plan=plan_facts(self.plan, self.as_of, self.names),
            period=_period(self.period),
            as_of=self.as_of,
            orders=_counts(summaries.total_of(plan_tasks.orders(), self.as_of, self.calendar)),
            leaves=_sum(row.counts for row in rows if not row.outside),
            group_orders=len(orders),
            group_parts=sum(task.parent_id in {order.pk for order in orders} for task in self.tasks),
            units=tuple(rows),
            tasks=self._task_rows(),
            targets=targets.rows,
            activity=self._activity(),
            obstacles=self._remarks("obstacle"),
            proposals=self._remarks("proposal"),
            next_period=_period(after),
            next_tasks=self._next_tasks(after),
            next_milestones=targets.upcoming(self.as_of, after.end),
            coverage=_coverage_facts(kinds, people, self.names),
            previous=self._previous(targets),
            corrections=self._corrections(),
            courses=targets.courses(self.as_of, self.calendar),
        )

    # --- the names of its day --------------------------------------------------------

    def _unit_names(self, unit_id: int, name: str, label: str = "") -> tuple[str, str]:
        """Name and label valid on the day of the figures; the present ones for a unit without history."""
        known, short = self.names.get(unit_id, (name, label))
        return known, short or known

    # --- tasks ------------------------------------------------------------------------------------

    def _given_tasks(self) -> list[Task]:
        """Orders in the order of the plan, each followed by its parts in the order of the organisation. What came of a
        recurring order stands in its row (`_kept`)."""
        given = list(
            Task.objects.filter(plan=self.plan)
            .without_occurrences()
            .given_by(self.as_of)
            .select_related("lead_unit", "lead_group", "source_document", "clause")
            .order_by("order", "id")
        )
        parts = defaultdict(list)
        for task in given:
            if task.parent_id:
                parts[task.parent_id].append(task)
        found = []
        for task in given:
            if task.parent_id is None:
                found += [task, *sorted(parts[task.pk], key=lambda each: each.lead_unit.tree_start)]
        return found

    def _updates(self) -> dict[int, list[ProgressUpdate]]:
        found = defaultdict(list)
        known = ProgressUpdate.objects.filter(
            task__plan=self.plan, entered_at__lt=_midnight_after(self.as_of)
        )
        for update in known.order_by("id"):
            found[update.task_id].append(update)
        return found

    def _occurrences(self) -> dict[int, list[Task]]:
        """What came of each recurring order, by the task that orders it."""
        found = defaultdict(list)
        given = Task.objects.filter(plan=self.plan, duty__isnull=False).given_by(self.as_of)
        for each in given.select_related("duty"):
            found[each.duty.task_id].append(each)
        return found

    def _task_rows(self) -> tuple[TaskRow, ...]:
        coordinating = defaultdict(list)
        for each in Coordination.objects.filter(task__plan=self.plan).select_related("unit").order_by("id"):
            words = " (đồng chủ trì)" if each.kind == Coordination.Kind.JOINT else ""
            coordinating[each.task_id].append(
                self._unit_names(each.unit_id, each.unit.name, each.unit.label)[1] + words
            )
        proofs = defaultdict(list)
        for proof in Evidence.objects.filter(
            task__plan=self.plan, entered_at__lt=_midnight_after(self.as_of)
        ).order_by("id"):
            if proof.number:
                proofs[proof.task_id].append(
                    proof.number + (f" ngày {date_vi(proof.issued_on)}" if proof.issued_on else "")
                )
        sections = self._sections()
        parts: dict[int, list[Task]] = defaultdict(list)
        codes = {task.pk: task.code for task in self.tasks}
        for task in self.tasks:
            if task.parent_id:
                parts[task.parent_id].append(task)
        return tuple(
            self._task_row(
                task,
                coordinating[task.pk],
                proofs[task.pk],
                sections.get(task.clause_id or 0, ""),
                codes[task.parent_id] if task.parent_id else "",
                parts[task.pk] if task.lead_group_id else None,
            )
            for task in self.tasks
        )

    def _task_row(
        self,
        task: Task,
        coordinating: list[str],
        proofs: list[str],
        section: str,
        part_of: str,
        parts: list[Task] | None,
    ) -> TaskRow:
        state = task.deadline_class_on(self.calendar, self.as_of)
        done = is_done(task, self.as_of)
        outside = task.lead_unit is not None and task.lead_unit.is_outside
        others = [*coordinating, *([task.coordination_note] if task.coordination_note else [])]
        finished = sum(is_done(part, self.as_of) for part in parts or ())
        counted = sum(part.execution != Execution.DISCONTINUED for part in parts or ())
        return TaskRow(
            code=task.code,
            part_of=part_of,
            section=section,
            title=task.title,
            source=_source(task, self.plan),
            lead=self._lead(task),
            coordinating="; ".join(others),
            product=task.product,
            deadline=deadline_words(task),
            due_on=task.effective_end,
            progress=f"{count_vi(finished)}/{count_vi(counted)} đơn vị hoàn thành"
            if parts
            else self._progress(task, proofs),
            completed_on=task.completed_on if done else None,
            state=state,
            words=self._words(task, state, outside),
            cause="" if outside or parts else self._cause(task, state),
            outside=outside,
            extended=task.was_extended and part_of == "",
            completed_in_period=done
            and task.completed_on is not None
            and task.completed_on >= self.period.start,
            parts=(finished, counted) if parts is not None else None,
        )

    def _lead(self, task: Task) -> str:
        if task.lead_unit is not None:
            return self._unit_names(task.lead_unit.pk, task.lead_unit.name, task.lead_unit.label)[1]
        return str(task.lead_group)

    def _progress(self, task: Task, proofs: list[str]) -> str:
        """How its periods were kept; the last report of the unit, its percentage while it is open, and the numbers of
        its documents."""
        return " ".join(filter(None, [self._kept(task), self._last_told(task, proofs)]))

    def _kept(self, task: Task) -> str:
        if not (delivered := self.occurrences[task.pk]):
            return ""
        kept = tally(delivered, self.as_of, self.calendar)
        return f"{count_vi(kept.given)} kỳ: {kept.words()}."

    def _last_told(self, task: Task, proofs: list[str]) -> str:
        updates = self.updates[task.pk]
        if not updates:
            silent = (
                self._is_to_do(task)
                and not self.occurrences[task.pk]
                and task.lead_unit is not None
                and not task.lead_unit.is_outside
            )
            return "Đơn vị chưa báo cáo" if silent else ""
        last = updates[-1]
        percent = "" if is_done(task, self.as_of) or last.percent is None else f" ({last.percent}%)"
        documents = f" Văn bản: {'; '.join(proofs)}." if proofs else ""
        return f"{_cut(last.text).rstrip('.')}{percent}.{documents}"

    def _words(self, task: Task, state: DeadlineClass, outside: bool) -> str:
        """The status as read. A body outside our authority is followed, not called late (office rule 28)."""
        if outside and not is_done(task, self.as_of):
            return "Đang phối hợp" if self.updates[task.pk] else "Chưa có thông tin"
        if task.lead_unit_id and is_waiting(task, self.as_of):
            return "Chờ xác nhận" + ("; trình quá hạn" if state == DeadlineClass.OVERDUE else "")
        words = _IN_TIME_WORDS.get(state) or status_text(task, self.as_of, self.calendar)
        if state == DeadlineClass.NO_DEADLINE and not is_done(task, self.as_of):
            begun = self.updates[task.pk] or self.occurrences[task.pk]
            words = Execution.IN_PROGRESS.label if begun else Execution.NOT_STARTED.label
        if task.execution in (Execution.SUSPENDED, Execution.REASSIGN):
            words = f"{Execution(task.execution).label}; {words[:1].lower()}{words[1:]}"
        return words

    def _cause(self, task: Task, state: DeadlineClass) -> str:
        """Why a late task is late, in the unit's own words: its last obstacle, else its reason for more
        time.
        """
        if state not in (DeadlineClass.OVERDUE, DeadlineClass.DONE_LATE):
            return ""
        told = [update.obstacle for update in self.updates[task.pk] if update.obstacle.strip()]
        told = told or [change.reason for change in self.changes if change.task_id == task.pk]
        return _cut(told[-1]) if told else _capital(NO_CAUSE)

    def _sections(self) -> dict[int, str]:
        """Clause → the part of the plan it stands in: the last clause of the first level before it."""
        found, heading = {}, ""
        for clause in Clause.objects.filter(plan=self.plan).order_by("order"):
            if clause.level <= 1:
                heading = f"{clause.label}. {clause.text}".removeprefix(". ")[:150]
            found[clause.pk] = heading
        return found

    def _next_tasks(self, after: Period) -> tuple[Upcoming, ...]:
        """Orders still open whose deadline lies between the day of the figures and the end of the next
        period.
        """
        open_parts = {task.parent_id for task in self.tasks if task.parent_id and self._is_to_do(task)}
        return tuple(
            Upcoming(task.title, self._lead(task), task.effective_end)
            for task in self.tasks
            if task.parent_id is None
            and task.effective_end is not None
            and self.as_of < task.effective_end <= after.end
            and not (task.lead_unit and task.lead_unit.is_outside)
            and (task.pk in open_parts if task.lead_group_id else self._is_to_do(task))
        )

    def _is_to_do(self, task: Task) -> bool:
        stopped = task.execution == Execution.DISCONTINUED
        return task.is_binding and not (stopped or is_done(task, self.as_of) or is_waiting(task, self.as_of))

    # --- what happened ----------------------------------------------------------------------------

    def _activity(self) -> Activity:
        start, end = _midnight(self.period.start), _midnight_after(self.as_of)
        verbs = dict(
            Event.objects.filter(task__plan=self.plan, task__lead_unit__isnull=False)
            .filter(happened_at__gte=start, happened_at__lt=end)
            .order_by()
            .values_list("verb")
            .annotate(n=Count("pk"))
        )
        decided = [
            change.decision
            for change in self.changes
            if change.decided_at and start <= change.decided_at < end
        ]
        return Activity(
            given=sum(self._is_new_order(task) for task in self.tasks),
            updates=verbs.get("update", 0),
            submitted=verbs.get("submit", 0),
            confirmed=verbs.get("confirm", 0),
            returned=verbs.get("return", 0),
            extensions_asked=sum(start <= change.asked_at < end for change in self.changes),
            extensions_granted=decided.count(DeadlineChange.Decision.GRANTED),
            extensions_refused=decided.count(DeadlineChange.Decision.REFUSED),
            extensions_pending=sum(
                change.asked_at < end and (change.decided_at is None or change.decided_at >= end)
                for change in self.changes
            ),
        )

    def _is_new_order(self, task: Task) -> bool:
        """Given in the period and still standing: part of the plan's total."""
        given = task.assigned_on is not None and task.assigned_on >= self.period.start
        return given and task.parent_id is None and task.execution != Execution.DISCONTINUED

    def _remarks(self, field: str) -> tuple[Remark, ...]:
        """The last obstacle or proposal of each task written in the period, in the order of the plan."""
        start = _midnight(self.period.start)
        found = []
        for task in self.tasks:
            texts = [
                text
                for update in self.updates[task.pk]
                if update.entered_at >= start and (text := getattr(update, field).strip())
            ]
            if texts:
                found.append(Remark(self._lead(task), task.code, task.title, _cut(texts[-1])))
        return tuple(found)

    # --- staff accounts ---------------------------------------------------------------------------

    def _coverage(self, on: date) -> tuple[list[str], list[coverage.UnitCoverage]]:
        units = Unit.objects.subtree(self.agency).inside().open_on(on)
        kinds, rows = coverage.by_unit(units, on)
        return [kind.short_name or kind.name for kind in kinds], [
            row for row in rows if row.staff or row.away
        ]

    # --- the period before ------------------------------------------------------------------------

    def _previous(self, targets: Targets) -> Previous | None:
        """The figures issued for the period before; worked out again where none was issued; None before
        the plan.
        """
        before = self.period.previous()
        issued = (
            Report.objects.filter(
                plan=self.plan, kind=before.kind, period_key=before.key, state=Report.State.ISSUED
            )
            .select_related("snapshot")
            .order_by("-issued_on", "-id")
            .first()
        )
        if issued is not None:
            old = from_text(issued.snapshot.data)
            return Previous(
                label=old.period.label,
                as_of=old.as_of,
                issued=True,
                orders=old.orders,
                targets=tuple(
                    TargetResult(row.key, None if row.missing else row.figure)
                    for row in old.targets
                    if row.newest
                ),
                coverage=old.coverage.total.all_kinds if old.coverage.total else None,
            )
        if not any(task.assigned_on and task.assigned_on <= before.end for task in self.tasks):
            return None
        orders = summaries.total_of(Task.objects.filter(plan=self.plan).orders(), before.end, self.calendar)
        people = coverage.total(self._coverage(before.end)[1])
        return Previous(
            label=before.label,
            as_of=before.end,
            issued=False,
            orders=_counts(orders),
            targets=targets.results_of(before),
            coverage=_share(people.all_kinds) if people else None,
        )

    # --- figures of before that changed -----------------------------------------------------------

    def _corrections(self) -> tuple[CorrectedFigure, ...]:
        """Figures corrected since the last issued report took its figures; without one, since the period began.

        Of periods that were over before this one, and of those the last report may have printed (office rule 18).
        """
        last = (
            Report.objects.filter(plan=self.plan, state=Report.State.ISSUED, snapshot__as_of__lt=self.as_of)
            .select_related("snapshot")
            .order_by("-snapshot__as_of", "-id")
            .first()
        )
        since, before = _midnight(self.period.start), self.period.start
        if last is not None:
            since = last.snapshot.made_at
            before = max(before, last.snapshot.as_of + timedelta(days=1))
        return corrected_since(self.plan, since, now(), before, self.names)


# --- small conversions ----------------------------------------------------------------------------


def _names_on(on: date) -> dict[int, tuple[str, str]]:
    """Unit → official name and short name on the day."""
    rows = UnitName.objects.filter(valid_from__lte=on).exclude(valid_to__lte=on)
    return {unit: (name, short) for unit, name, short in rows.values_list("unit_id", "name", "short_name")}


def plan_facts(plan: Plan, on: date, names: dict[int, tuple[str, str]] | None = None) -> PlanFacts:
    """The plan and its document, with the names of the day `on`."""
    known = _names_on(on) if names is None else names

    def name_of(unit: Unit) -> str:
        return known.get(unit.pk, (unit.name, ""))[0]

    return PlanFacts(
        id=plan.pk,
        code=plan.code,
        title=plan.title,
        kind=plan.document.get_kind_display(),
        number=plan.document.number,
        issued_on=plan.document.issued_on,
        subject=plan.document.subject or plan.title,
        issuer=plan.document.issuer or name_of(plan.issuer),
        tracking_unit=name_of(plan.tracking_unit),
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
    )


def _period(period: Period) -> PeriodFacts:
    return PeriodFacts(period.kind, period.key, period.label, period.start, period.end)


_COUNTED = [field.name for field in fields(Counts)]


def _counts(partition: summaries.Partition) -> Counts:
    return Counts(**{name: getattr(partition, name) for name in _COUNTED})


def _sum(found: Iterator[Counts]) -> Counts:
    rows = list(found)
    return Counts(**{name: sum(getattr(row, name) for row in rows) for name in _COUNTED})


def _share(count: coverage.KindCount) -> Share:
    return Share(count.required, count.held, count.exempt)


def _coverage_facts(
    kinds: list[str], rows: list[coverage.UnitCoverage], names: dict[int, tuple[str, str]]
) -> Coverage:
    def facts(row: coverage.UnitCoverage, name: str, label: str) -> CoverageRow:
        return CoverageRow(
            name,
            label,
            row.staff,
            row.away,
            _share(row.all_kinds),
            tuple(_share(k) for k in row.kinds.values()),
        )

    made = []
    for row in rows:
        name, short = names.get(row.unit.pk, (row.unit.name, row.unit.short_name))
        made.append(facts(row, name, short or name))
    total = coverage.total(rows)
    return Coverage(tuple(kinds), tuple(made), facts(total, "Tổng cộng", "Tổng cộng") if total else None)


def _source(task: Task, plan: Plan) -> str:
    """Number and day of the document that gives the task, and the clause in it: "12/KH-SNNMT, 28/9/2026,
    mục II".
    """
    document = task.source_document or plan.document
    day = f", {date_vi(document.issued_on)}" if document.issued_on else ""
    label = f", mục {task.clause.label}" if task.clause and task.clause.label else ""
    return f"{document.number or document.get_kind_display()}{day}{label}"


def deadline_words(task: Task) -> str:
    """As printed in the order, always; the day it means where the words name none; the new day where
    extended.
    """
    words = task.phrase
    first = task.first_effective_end if task.was_extended else task.nominal_end
    if first and not any(letter.isdigit() for letter in words):
        words = f"{words} ({date_vi(first)})" if words else date_vi(first)
    if task.was_extended and task.effective_end:
        words += f"; gia hạn đến {date_vi(task.effective_end)}"
    return words


_IN_TIME_WORDS = {
    DeadlineClass.NOT_DUE: "Đang thực hiện, trong hạn",
    DeadlineClass.DUE_TODAY: "Đến hạn trong ngày chốt số liệu",  # a paper is not read on its "today"
}


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rsplit(" ", 1)[0] + " …"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _midnight_after(day: date) -> datetime:
    return _midnight(day + timedelta(days=1))
