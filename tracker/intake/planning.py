"""The part of an import that is the plan itself: document, outline, indicators, targets, tasks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from core.clock import today
from core.deadlines import Deadline, describe
from core.periods import Period
from core.text import date_vi, fold, shown
from plans import drafting
from plans.drafting import WantedClause, differing
from plans.levels import LevelError
from plans.milestones import base_of, level_meaning, milestone_meaning, wanted_milestone
from plans.models import Clause, Document, Indicator, Plan, Target
from tasks.actions.writing import leave_out
from tasks.drafting import save_task, set_deadline, understand
from tasks.models import Task
from tracker.intake import layout
from tracker.intake.draft import Draft, Line, MilestoneRow, TargetRow, TaskRow
from tracker.intake.outline import Mark, in_order, level
from tracker.intake.result import Change, Outcome, Result, TargetShown, TaskShown
from units.actions import RuleBroken
from units.agency import agency_of
from units.models import CalendarDay, Unit, UnitGroup, User

GIVEN_TASK = (
    "nhiệm vụ đã giao, khác với nội dung đang thực hiện ({}). Nội dung nhiệm vụ đã giao chỉ thay đổi bằng các việc có"
    " ghi nhận (gia hạn, tạm dừng, giao lại …)."
)
GIVEN_TARGET = "chỉ tiêu của kế hoạch đã giao, khác với nội dung đang thực hiện ({})."
GIVEN_NEW = "kế hoạch đã giao, không thêm được bằng tệp nhập."
GIVEN_GONE = "Kế hoạch đã giao nhưng tệp không còn {}: {}."

AtRow = Callable[[Line, str], AbstractContextManager[None]]


class PlanWriter:
    """Writes the plan of a draft; `units` by code, `at_row` turns refusals into errors at a cell."""

    def __init__(self, draft: Draft, by: User, units: dict[str, Unit], result: Result, at_row: AtRow) -> None:
        assert draft.plan is not None
        self.draft = draft
        self.row = draft.plan
        self.by = by
        self.units = units
        self.groups = {group.name: group for group in UnitGroup.objects.named()}
        self.result = result
        self.at_row = at_row
        self.calendars = CalendarDay.objects.by_unit()
        self.indicators: dict[str, Indicator] = {}
        self.clauses: dict[tuple[str, int], Clause] = {}
        found = Plan.objects.select_for_update(of=("self",), no_key=True).filter(code=self.row.code).first()
        self.plan: Plan = found or Plan(code=self.row.code)
        self.is_new = found is None

    def write(self) -> None:
        with self.at_row(self.row.lines["code"], "value"):
            changed = self._plan()
            changed += self._outline()
            change = Change.NEW if self.is_new else Change.CHANGED if changed else Change.SAME
            line = self.row.lines["code"]
            self._add(layout.PLAN, line, self.plan.code, self.plan.title, change, changed)
        if self.draft.errors:
            return
        self._indicators()
        if not self.draft.errors:
            self._targets()
            self._tasks()

    @property
    def is_given(self) -> bool:
        return self.plan.state != Plan.State.DRAFT

    def _add(self, sheet: str, line: Line, code: str, title: str, change: Change, what: list[str]) -> Outcome:
        words = _words(sheet, what) if change == Change.CHANGED else ()
        return self.result.add(Outcome(sheet, line.number, code, title, change, words))

    # --- plan and outline

    def _plan(self) -> list[str]:
        row = self.row
        assert row.starts_on is not None and row.ends_on is not None
        issuer = self.units[row.issuer_code]
        wanted = {
            "title": row.title,
            "issuer": issuer,
            "tracking_unit": self.units[row.tracking_code],
            "leader_in_charge": row.leader_found,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "includes_day": row.includes_day,
            "shifts_holidays": row.shifts_holidays,
        }
        document = {
            "kind": row.kind,
            "number": row.number,
            "issued_on": row.issued_on,
            "issuer": issuer.name_on(row.issued_on or row.starts_on),
            "subject": row.title,
            "signer": row.signer,
            "incoming_number": row.incoming_number,
            "incoming_on": row.incoming_on,
        }
        agency = agency_of(self.units[row.tracking_code])
        bases = [drafting.cited_document(**vars(basis), agency=agency) for basis in row.bases]
        return drafting.save_plan(self.plan, wanted, document, bases, by=self.by)

    def _marked_rows(self) -> list[TargetRow | TaskRow]:
        return [*self.draft.targets, *self.draft.tasks]

    def _outline(self) -> list[str]:
        marks = [row.mark for row in self._marked_rows() if row.mark is not None]
        headed: dict[tuple[str, int], Mark] = {}
        for row in self._marked_rows():
            mark = row.mark
            if mark is None or not mark.text:
                continue
            first = headed.setdefault(mark.key, mark)
            if fold(first.text) != fold(mark.text):
                row.line.wrong("clause", f"mục {first.label} đã ghi là “{first.text}” ở dòng trên.")
        if self.is_given:
            self._given_outline(headed)
            return []
        wanted = [
            WantedClause((mark.label, mark.time), mark.label, mark.text, level(mark.label))
            for mark in in_order(marks)
        ]
        found, changed = drafting.save_outline(self.plan, wanted)
        self.clauses = {(fold(label), time): clause for (label, time), clause in found.items()}
        return changed

    def _given_outline(self, headed: dict[tuple[str, int], Mark]) -> None:
        """The clauses of a given plan; what rows say of them else is an error at the row."""
        times: dict[str, int] = {}
        for clause in self.plan.clauses.order_by("order"):
            key = fold(clause.label)
            times[key] = times.get(key, 0) + 1
            self.clauses[(key, times[key])] = clause
        for row in self._marked_rows():
            mark = row.mark
            held = self._clause(mark)
            if held is not None and mark is not None and headed.get(mark.key, mark).text != held.text:
                row.line.wrong("clause", f"kế hoạch đã giao, mục này đang ghi là “{shown(held.text)}”.")

    def _clause(self, mark: Mark | None) -> Clause | None:
        return self.clauses.get(mark.key) if mark is not None else None

    # --- indicators

    def _indicators(self) -> None:
        used = {code for target in self.draft.targets for code in target.indicators}
        self.indicators = {each.code: each for each in Indicator.objects.filter(code__in=used)}
        known = {
            fold(each.code): each
            for each in Indicator.objects.all()
            if fold(each.code) in {fold(row.code) for row in self.draft.indicators}
        }
        for row in self.draft.indicators:
            indicator = known.get(fold(row.code)) or Indicator(code=row.code)
            is_new = indicator.pk is None
            wanted = {
                "name": row.name,
                "measure_unit": row.measure_unit,
                "numerator": row.numerator,
                "denominator": row.denominator,
                "data_source": row.data_source,
                "frequency": row.frequency,
                "source": row.source,
                "basis": row.basis,
                "direction": row.direction,
            }
            # A blank cell says nothing of what the catalogue may know by now.
            later = {"confirmed_by": row.confirmed_by, "legal_basis": row.legal_basis}
            wanted |= {name: said for name, said in later.items() if said}
            with self.at_row(row.line, "code"):
                what = drafting.save_indicator(indicator, wanted, plan=self.plan)
                change = Change.NEW if is_new else Change.CHANGED if what else Change.SAME
                self._add(layout.INDICATORS, row.line, indicator.code, row.name, change, what)
                self.indicators[row.code] = self.indicators[indicator.code] = indicator

    def _own_indicator(self, target: TargetRow) -> Indicator:
        measure_unit = next((each.level.measure_unit for each in target.milestones), "")
        return drafting.own_indicator(self.plan, target.code, target.name, measure_unit)

    # --- targets

    def _targets(self) -> None:
        existing = {fold(target.code): target for target in self.plan.targets.all()}
        for order, row in enumerate(self.draft.targets, start=1):
            target = existing.pop(fold(row.code), None)
            if target is None and self.is_given:
                row.line.wrong("code", GIVEN_NEW)
                continue
            target = target or Target(plan=self.plan, code=row.code)
            target.plan = self.plan
            with self.at_row(row.line, "code"):
                self._target(order, row, target)
        if existing and self.is_given:
            self.draft.errors.append(
                GIVEN_GONE.format("chỉ tiêu", "; ".join(each.code for each in existing.values()))
            )
        elif existing:
            for target in existing.values():
                self._gone(layout.TARGETS, target.code, target.name)
            drafting.drop_targets(self.plan, existing.values())

    def _target(self, order: int, row: TargetRow, target: Target) -> None:
        is_new = target.pk is None
        wanted = {
            "order": order,
            "clause": self._clause(row.mark),
            "name": row.name,
            "quote": row.quote,
            "scope": row.scope,
            "unit": self.units[row.unit_code] if row.unit_code else None,
            "group": self.groups[row.group] if row.group else None,
        }
        if self.is_given and (what := differing(target, wanted)):
            row.line.wrong("code", GIVEN_TARGET.format(", ".join(_words(layout.TARGETS, what))))
            return
        indicators = [self.indicators[code] for code in row.indicators] or [self._own_indicator(row)]
        bases = [self._base(each, indicators) for each in row.milestones]
        if any(each.level.base and base is None for each, base in zip(row.milestones, bases, strict=True)):
            return
        milestones = [
            wanted_milestone(each.deadline, each.level, base)
            for each, base in zip(row.milestones, bases, strict=True)
        ]
        what = drafting.save_target(target, wanted, indicators, milestones)
        change = Change.NEW if is_new else Change.CHANGED if what else Change.SAME
        outcome = self._add(layout.TARGETS, row.line, target.code, target.name, change, what)
        shown = tuple(
            (
                each.deadline.phrase,
                milestone_meaning(each.deadline),
                level_meaning(each.level, any(indicator.is_ratio for indicator in indicators), base),
            )
            for each, base in zip(row.milestones, bases, strict=True)
        )
        names = tuple(indicator.name for indicator in indicators)
        self.result.targets.append(TargetShown(outcome, target.scope_label, names, shown))

    def _base(self, milestone: MilestoneRow, indicators: list[Indicator]) -> Period | None:
        try:
            return base_of(milestone.level, milestone.deadline, indicators[0].frequency, self.plan.ends_on)
        except LevelError as error:
            milestone.line.wrong("level", str(error))
            return None

    # --- tasks

    def _tasks(self) -> None:
        orders = self.plan.tasks.orders().prefetch_related("coordinations", "exclusions")
        existing = {fold(task.code): task for task in orders}
        for order, row in enumerate(self.draft.tasks, start=1):
            task = existing.pop(fold(row.code), None)
            if task is None and self.is_given:
                row.line.wrong("code", GIVEN_NEW)
                continue
            task = task or Task(plan=self.plan, code=row.code, tracking_unit=self.plan.tracking_unit)
            task.plan = self.plan
            with self.at_row(row.line, "title"):
                self._task(order, row, task)
        if existing and self.is_given:
            self.draft.errors.append(
                GIVEN_GONE.format("nhiệm vụ", "; ".join(each.code for each in existing.values()))
            )
        elif existing:
            for task in existing.values():
                self._gone(layout.TASKS, task.code, task.title)
                task.delete()

    def _task(self, order: int, row: TaskRow, task: Task) -> None:
        is_new = task.pk is None
        lead = self.units[row.lead_code] if row.lead_code else None
        content = {
            "order": order,
            "clause": self._clause(row.mark),
            "title": row.title,
            "product": row.product,
            "lead_unit": lead,
            "lead_group": self.groups[row.lead_group] if row.lead_group else None,
            "coordination_note": row.coordination_note,
            "strength": row.strength,
            "quote": row.quote,
            "note": row.note,
        } | _said(row)
        calendar = self.calendars.of(lead)
        read = understand(row.deadline, row.due, calendar)
        content |= {name: read.pop(name) for name in ("phrase", "deadline_kind")}
        # These follow from the text until the task is given; then only recorded verbs move them.
        dates = {
            "tracking_unit": self.plan.tracking_unit,
            "leader_in_charge": row.leader_found,
            "source_document": self.plan.document,
            **_said_of_dates(row),
            **read,
        }
        wanted_along = self._along(row, lead)
        along = {each.unit_id: each.kind for each in task.coordinations.all()} if task.pk else {}
        moved = ["coordinators"] if along != {unit.pk: kind for unit, kind in wanted_along} else []
        left_out = [self.units[code] for code in dict.fromkeys(row.left_out_codes)]
        known_out = {each.unit_id for each in task.exclusions.all()} if task.pk else set()
        if row.line.says("left_out") and known_out != {unit.pk for unit in left_out}:
            moved.append("left_out")
        if task.assigned_on is not None:
            if what := differing(task, content) + moved:
                row.line.wrong("code", GIVEN_TASK.format(", ".join(_words(layout.TASKS, what))))
                return
        else:
            before = task.effective_end
            what = drafting.put(task, content | dates) + moved
            set_deadline(task, calendar)
            if not is_new and task.effective_end != before:
                what.append("effective_end")
            if is_new or what:
                save_task(task, coordinators=wanted_along, calendar=calendar, check_constraints=False)
            if "left_out" in moved:
                self._leave_out(row, task, left_out)
        change = Change.NEW if is_new else Change.CHANGED if what else Change.SAME
        outcome = self._add(layout.TASKS, row.line, task.code, task.title, change, what)
        self.result.tasks.append(
            TaskShown(
                outcome=outcome,
                lead=task.lead_label + (f" (trừ {'; '.join(u.label for u in left_out)})" if left_out else ""),
                along=(*(unit.label for unit, _ in wanted_along), *filter(None, [row.coordination_note])),
                phrase=row.deadline.phrase,
                meaning=_meaning(row.deadline, row.due),
                nominal=task.nominal_end,
                effective=task.effective_end,
            )
        )

    def _leave_out(self, row: TaskRow, task: Task, units: list[Unit]) -> None:
        try:
            leave_out(task, [(unit, "") for unit in units])
        except RuleBroken as error:
            row.line.wrong("left_out", error.messages[0])

    def _along(self, row: TaskRow, lead: Unit | None) -> list[tuple[Unit, str]]:
        """Coordinating units, groups opened into their members; joint leads first, each unit once."""
        found: dict[int, tuple[Unit, str]] = {}
        for each in row.coordination:
            members = (
                [self.units[each.unit_code]]
                if each.unit_code
                else list(self.groups[each.group].members_on(today()))
            )
            for unit in members:
                if lead is None or unit.pk != lead.pk:
                    found.setdefault(unit.pk, (unit, each.kind))
        return list(found.values())

    def _gone(self, sheet: str, code: str, title: str) -> None:
        self.result.add(Outcome(sheet, 0, code, title, Change.REMOVED))


def _said(row: TaskRow) -> dict[str, Any]:
    """What columns say that older workbooks lack; a lacking column says nothing."""
    said: dict[str, Any] = {}
    if row.line.says("parts"):
        said["parts_total"], said["parts_label"] = row.parts or (None, "")
    if row.line.says("allows_nil"):
        said["allows_nil"] = row.allows_nil
    return said


def _said_of_dates(row: TaskRow) -> dict[str, Any]:
    said = {"superior_deadline": row.superior} if row.line.says("superior") else {}
    return said | ({"internal_end": row.internal_end} if row.line.says("internal_end") else {})


def _meaning(deadline: Deadline, due: date | None) -> str:
    return describe(deadline) + (f"; ngày hạn {date_vi(due)}" if due else "")


_MODELS = {
    layout.PLAN: (Document, Plan),
    layout.INDICATORS: (Indicator,),
    layout.TARGETS: (Target,),
    layout.TASKS: (Task,),
}
_NOT_FIELDS = {
    "bases": "căn cứ",
    "clauses": "đề cương",
    "clause": "mục",
    "milestones": "mốc",
    "indicators": "chỉ số",
    "coordinators": "phối hợp",
    "left_out": "trừ các đơn vị",
}


def _words(sheet: str, names: list[str]) -> tuple[str, ...]:
    """What changed, as people call it, each word once."""
    words = {
        field.name: str(getattr(field, "verbose_name", field.name))
        for model in _MODELS[sheet]
        for field in model._meta.concrete_fields
    }
    return tuple(dict.fromkeys((words | _NOT_FIELDS).get(name, name) for name in names))
