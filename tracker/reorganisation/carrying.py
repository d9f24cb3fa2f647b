"""Carrying a reorganisation out: everything or nothing, once."""

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from core.clock import now, today
from plans import sums
from plans.actions import carry_plan, carry_target
from plans.models import Indicator, Plan, TargetIndicator
from plans.round_changes import pass_on
from tasks.actions import carry_along, carry_over
from tasks.drafting import searchable
from tasks.ledger import Decision
from tasks.models import Task
from tasks.models.facts import How
from tracker.reorganisation.moves import Moves, locked, moves_of
from tracker.reorganisation.proposal import (
    ChangedMeanwhile,
    Choices,
    Kind,
    NewUnit,
    Proposal,
    check,
    check_on_its_day,
    may_reorganise,
)
from units import reorganising
from units.actions import RuleBroken, renumber_tree
from units.agency import keeps_organisation
from units.models import Reorganisation, RoleGrant, Unit, User

logger = logging.getLogger("tracker.reorganisation")


@transaction.atomic
def record_or_carry_out(proposal: Proposal, *, by: User, seen: str | None = None) -> Reorganisation:
    """Carries the proposal out, or, for a day to come, records it for the daily run.

    `seen` is the fingerprint of what the person looked at: under locks it is compared, and ChangedMeanwhile raised when
    it is no longer so. Raises RuleBroken, by field, for what the rules do not allow; nothing is half done then.
    """
    reorganising.lock_organisation()
    proposal = _read_anew(proposal)
    check(proposal, by)
    found = _locked_moves(proposal)
    if seen is not None and seen != found.fingerprint(proposal):
        raise ChangedMeanwhile
    row = Reorganisation.objects.create(
        kind=proposal.kind,
        effective_on=proposal.effective_on,
        decision=proposal.decision,
        note=proposal.note,
        chosen=_as_json(proposal),
        recorded_by=by,
    )
    for unit in proposal.predecessors:
        row.predecessors.add(unit)
    if not proposal.is_ahead:
        _carry_out(row, proposal, found, by)
    return row


@transaction.atomic
def carry_out(row: Reorganisation) -> bool:
    """Carries out what was recorded for a day that has come; whether this call did. A second call changes nothing.

    New open work of the predecessors goes where work nobody chose for goes. Raises RuleBroken when the units are no
    longer what they were when it was recorded.
    """
    reorganising.lock_organisation()
    row = Reorganisation.objects.get(pk=row.pk)
    if not row.is_pending or row.effective_on > today():
        return False
    proposal = _from_json(row)
    check_on_its_day(proposal)
    assert row.recorded_by is not None
    _carry_out(row, proposal, _locked_moves(proposal), row.recorded_by)
    return True


def carry_out_due() -> tuple[int, list[Reorganisation]]:
    """Carries out everything whose day has come: how many, and those the rules refuse now. Each stands alone."""
    done, refused = 0, []
    due = Reorganisation.objects.filter(
        recorded_by__isnull=False,
        carried_out_at__isnull=True,
        withdrawn_at__isnull=True,
        effective_on__lte=today(),
    )
    for row in due.order_by("effective_on", "pk"):
        try:
            done += carry_out(row)
        except RuleBroken as refusal:
            logger.warning("reorganisation %s not carried out: %s", row.pk, " ".join(refusal.messages))
            refused.append(row)
    return done, refused


@transaction.atomic
def withdraw(row: Reorganisation, *, by: User) -> Reorganisation:
    """Takes back what was recorded for a day to come; it stays in the history."""
    reorganising.lock_organisation()
    row = Reorganisation.objects.get(pk=row.pk)
    if not all(may_reorganise(by, unit) for unit in row.predecessors.all()):
        raise RuleBroken("Đồng chí không có quyền rút lại việc tổ chức lại này.")
    if not row.is_pending:
        raise RuleBroken("Chỉ rút lại được việc tổ chức lại chưa thực hiện.")
    row.withdrawn_at = now()
    row.save(update_fields=["withdrawn_at"])
    return row


# --- Keeping a proposal for its day ---------------------------------------------------------------------


def _as_json(proposal: Proposal) -> dict[str, Any]:
    successors = [
        {"unit": each.pk}
        if isinstance(each, Unit)
        else {"code": each.code, "name": each.name, "short_name": each.short_name}
        for each in proposal.successors
    ]
    return {"successors": successors, "names": proposal.names, "choices": proposal.choices.as_json()}


def _from_json(row: Reorganisation) -> Proposal:
    stored = row.chosen
    return Proposal(
        kind=row.kind,
        predecessors=_in_order(row),
        successors=tuple(
            Unit.objects.get(pk=each["unit"]) if "unit" in each else NewUnit(**each)
            for each in stored["successors"]
        ),
        effective_on=row.effective_on,
        decision=row.decision,
        note=row.note,
        names=stored["names"],
        choices=Choices.from_json(stored["choices"]),
    )


def _in_order(row: Reorganisation) -> tuple[Unit, ...]:
    through = Reorganisation.predecessors.through._default_manager.filter(reorganisation=row)
    return tuple(each.unit for each in through.select_related("unit").order_by("pk"))


def _read_anew(proposal: Proposal) -> Proposal:
    """The same with its units as they stand under the lock."""
    fresh = Unit.objects.in_bulk(
        [unit.pk for unit in (*proposal.predecessors, *proposal.successors) if isinstance(unit, Unit)]
    )
    return Proposal(
        kind=proposal.kind,
        predecessors=tuple(fresh[unit.pk] for unit in proposal.predecessors),
        successors=tuple(fresh[unit.pk] if isinstance(unit, Unit) else unit for unit in proposal.successors),
        effective_on=proposal.effective_on,
        decision=proposal.decision,
        note=proposal.note,
        names=proposal.names,
        choices=proposal.choices,
    )


def _locked_moves(proposal: Proposal) -> Moves:
    found = moves_of(proposal)
    locked([*found.tasks, *found.tracked, *(part.task for part in found.parts)])
    return moves_of(proposal)


# --- The act --------------------------------------------------------------------------------------------


def _carry_out(row: Reorganisation, proposal: Proposal, found: Moves, by: User) -> None:
    if proposal.kind == Kind.RENAME:
        unit = proposal.predecessors[0]
        reorganising.rename(unit, on=proposal.effective_on, **proposal.names)
        _search_by_new_name(unit)
        moved: Counter[str] = Counter()
    else:
        with sums.following_tree():
            moved = _Act(row, proposal, found, by).run()
    row.carried_out_at = now()
    row.moved = dict(moved)
    row.save(update_fields=["carried_out_at", "moved"])


def _search_by_new_name(unit: Unit) -> None:
    """The task list finds work by the name of today."""
    tasks = list(Task.objects.filter(lead_unit=unit).select_related("lead_unit"))
    for task in tasks:
        task.search = searchable(task)
    Task.objects.bulk_update(tasks, ["search"], batch_size=500)


class _Act:
    """One reorganisation being carried out; `moved` counts what it has moved so far."""

    def __init__(self, row: Reorganisation, proposal: Proposal, found: Moves, by: User) -> None:
        self.row, self.proposal, self.found, self.by = row, proposal, found, by
        self.on = proposal.effective_on
        self.moved: Counter[str] = Counter()
        self.grant: RoleGrant | None = keeps_organisation(by, proposal.predecessors[0])
        self.words: dict[str, Any] = {
            "by": by,
            "grant": self.grant,
            "reason": proposal.reason,
            "decision": Decision(how=How.DOCUMENT, basis=proposal.decision),
        }

    def run(self) -> Counter[str]:
        self.successors = self._successors()
        for unit in self.successors:
            self.row.successors.add(unit)
        self._tasks()
        self._along()
        self._plans_and_targets()
        if self.proposal.ends_units:
            self._people()
            self._groups()
            self._tree()
        renumber_tree()
        self.by.forget_grants()
        return self.moved

    def _above(self) -> Unit | None:
        """The unit above the predecessors, none of them itself."""
        ending = {unit.pk for unit in self.proposal.predecessors}
        parent = self.proposal.predecessors[0].parent
        while parent is not None and parent.pk in ending:
            parent = parent.parent
        return parent

    def _successors(self) -> list[Unit]:
        model = self.proposal.predecessors[0]
        return [
            each
            if isinstance(each, Unit)
            else reorganising.found_unit(
                code=each.code,
                name=each.name,
                short_name=each.short_name,
                model=model,
                parent=self._above(),
                on=self.on,
            )
            for each in self.proposal.successors
        ]

    def _taker(self, what: str, pk: int) -> Unit | None:
        place = self.proposal.taker(what, pk)
        return None if place is None else self.successors[place]

    def _tasks(self) -> None:
        stays = self._who_moves_along()
        for task in self.found.tasks:
            to = self._taker("tasks", task.pk)
            if to is None:
                self.moved["orphaned"] += self.proposal.ends_units and task.assigned_on is not None
                continue
            keep = (task.officer_id, to.pk) in stays
            carried = carry_over(task, to=to, keep_officer=keep, **self.words)
            self.moved["merged" if carried.merged_into_id else "tasks"] += 1

    def _who_moves_along(self) -> set[tuple[int | None, int]]:
        """(person, unit they go to): an officer keeps the work where it goes the same way."""
        pairs: set[tuple[int | None, int]] = set()
        for grant in self.found.grants:
            to = self._taker("grants", grant.pk)
            if to is not None:
                pairs.add((grant.user_id, to.pk))
        return pairs

    def _along(self) -> None:
        """Units that work along, and the office that follows: one line of the ledger for each task."""
        if not self.successors:
            return
        first = self.successors[0]
        moved: dict[int, dict[int, Unit]] = defaultdict(dict)
        for part in self.found.parts:
            moved[part.task_id][part.unit_id] = first
        tracked = {task.pk for task in self.found.tracked}
        added: dict[int, Sequence[Unit]] = {}
        for task in self.found.tasks:
            to = self._taker("tasks", task.pk)
            if task.pk in self.proposal.choices.along and to is not None:
                added[task.pk] = [unit for unit in self.successors if unit != to]
        wanted = sorted({*moved, *tracked, *added})
        for task in Task.objects.open().filter(pk__in=wanted).order_by("pk"):
            tracking = first if task.pk in tracked else None
            carry_along(
                task, moved=moved[task.pk], added=added.get(task.pk, ()), tracking=tracking, **self.words
            )
        self.moved["parts"] = len(self.found.parts)
        self.moved["tracked"] = len(tracked)

    def _plans_and_targets(self) -> None:
        self.targets_before = [(target, target.unit_id) for target in self.found.targets]
        for target in self.found.targets:
            to = self._taker("targets", target.pk)
            if to is not None:
                carry_target(target, to)
                self.moved["targets"] += 1
        self._figures()
        if self.successors:
            for plan in Plan.objects.filter(pk__in=[plan.pk for plan in self.found.tracked_plans]):
                carry_plan(plan, self.successors[0])
                self.moved["plans"] += 1

    def _figures(self) -> None:
        """What running rounds still ask of the predecessors goes where their target of that indicator went; without
        one, to the first successor of units that end."""
        takers: dict[tuple[int, int | None], Unit] = {}
        before = {target.pk: unit for target, unit in self.targets_before}
        for row in TargetIndicator.objects.filter(target__in=before).order_by("target", "pk"):
            to = self._taker("targets", row.target_id)
            if to is not None:
                takers.setdefault((row.indicator_id, before[row.target_id]), to)
        first = self.successors[0] if self.proposal.ends_units and self.successors else None

        def taker(indicator: Indicator, unit: Unit) -> Unit | None:
            return takers.get((indicator.pk, unit.pk), first)

        self.moved["figures"] = pass_on(self.found.figures, taker)

    def _people(self) -> None:
        for grant in self.found.grants:
            to = self._taker("grants", grant.pk)
            reorganising.move_grant(grant, to, self.on, by=self.by)
            self.moved["grants" if to is not None else "grants_ended"] += 1
        if self.successors:
            self.moved["staff"] = reorganising.move_staff(
                self.found.staff, self.successors[0], self.on, paper=self.proposal.decision
            )

    def _groups(self) -> None:
        for membership in self.found.memberships:
            reorganising.move_membership(membership, self.successors, self.on)
            self.moved["memberships"] += 1

    def _tree(self) -> None:
        """Closes the predecessors and places them under the first successor, so that whoever follows it reaches all
        their past: results, evidence still owed, questions asked of them."""
        above = self._above()
        inside = {unit.pk for unit in self.proposal.predecessors}
        for unit in self.successors:
            if any(old.tree_start <= unit.tree_start <= old.tree_end for old in self.proposal.predecessors):
                reorganising.place_under(unit, above)
        for child in self.found.children:
            taker = self._taker("children", child.pk)
            reorganising.place_under(child, above if taker is None else taker)
            self.moved["children"] += 1
        for unit in self.proposal.predecessors:
            reorganising.close(unit, self.on)
            if self.successors:
                reorganising.place_under(unit, self.successors[0])
            elif unit.parent_id in inside:
                reorganising.place_under(unit, above)
