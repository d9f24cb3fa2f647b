"""What a reorganisation moves, read once: the preview shows it, the act moves it, its fingerprint compares the two."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from core.append_only import canonical_json
from core.text import count_vi
from plans.models import Plan, RoundItem, Target
from plans.round_changes import still_owed_by
from reports.models import AgencyProfile
from tasks.models import Coordination, Duty, Exclusion, Explanation, Obstacle, Reassignment, Task
from tasks.querysets import OPEN
from tasks.status import Confirmation
from tracker.reorganisation.proposal import Kind, Proposal
from units.models import GroupMember, RoleGrant, Unit
from units.permissions import Role
from units.reorganising import grants_from, memberships_from, staff_from

_OPEN_TASK = Q(task__execution__in=OPEN)


@dataclass(slots=True)
class Moves:
    """Everything open of the predecessors. `tracked` are tasks their office follows; those they lead are in `tasks`."""

    tasks: list[Task] = field(default_factory=list)
    parts: list[Coordination] = field(default_factory=list)
    tracked_plans: list[Plan] = field(default_factory=list)
    tracked: list[Task] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    figures: list[RoundItem] = field(default_factory=list)
    memberships: list[GroupMember] = field(default_factory=list)
    children: list[Unit] = field(default_factory=list)
    grants: list[RoleGrant] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)
    obstacles: int = 0
    explanations: int = 0
    duties: int = 0
    conflicts: list[str] = field(default_factory=list)

    def fingerprint(self, proposal: Proposal) -> str:
        """Changes when anything that would move, or the units themselves, have changed."""
        units = [unit for unit in (*proposal.predecessors, *proposal.successors) if isinstance(unit, Unit)]
        seen = {
            "units": [[unit.pk, unit.name, unit.parent_id, unit.closed_on] for unit in units],
            "tasks": [
                [task.pk, task.lead_unit_id, task.execution, task.confirmation, task.effective_end]
                for task in self.tasks
            ],
            "parts": [[part.pk, part.unit_id, part.delivered_on, part.returned] for part in self.parts],
            "plans": [plan.pk for plan in self.tracked_plans],
            "tracked": [task.pk for task in self.tracked],
            "targets": [target.pk for target in self.targets],
            "figures": [item.pk for item in self.figures],
            "memberships": [[each.pk, each.valid_to] for each in self.memberships],
            "children": [unit.pk for unit in self.children],
            "grants": [[grant.pk, grant.valid_to] for grant in self.grants],
            "staff": self.staff,
            "asked": [self.obstacles, self.explanations],
        }
        return hashlib.sha256(canonical_json(seen).encode()).hexdigest()


def moves_of(proposal: Proposal) -> Moves:
    """Reads what moves; the same rows under locks or without. A constant number of queries."""
    found = Moves()
    if proposal.kind == Kind.RENAME:
        return found
    before, on = list(proposal.predecessors), proposal.effective_on
    led = Task.objects.open().filter(lead_unit__in=before)
    related = ("lead_unit", "plan__document", "parent", "officer", "duty__task")
    # Orders before the occurrences of their duties: an occurrence asks where its order went.
    found.tasks = list(led.select_related(*related).order_by("duty_id", "pk"))
    found.tasks.sort(key=lambda task: (task.duty_id is not None, task.pk))
    found.targets = list(
        Target.objects.filter(unit__in=before)
        .exclude(plan__state=Plan.State.CLOSED)
        .select_related("plan", "unit")
        .order_by("plan_id", "pk")
    )
    found.figures = still_owed_by(before, on)
    if proposal.ends_units:
        parts = Coordination.objects.filter(_OPEN_TASK, unit__in=before)
        found.parts = list(parts.select_related("task", "unit").order_by("task_id", "pk"))
        plans = Plan.objects.filter(tracking_unit__in=before).exclude(state=Plan.State.CLOSED)
        found.tracked_plans = list(plans.select_related("document").order_by("pk"))
        found.tracked = list(Task.objects.open().filter(tracking_unit__in=before).order_by("pk"))
        found.memberships = list(memberships_from(before, on).order_by("pk"))
        children = Unit.objects.filter(parent__in=before, closed_on__isnull=True).exclude(
            pk__in=[unit.pk for unit in before]
        )
        new_parents = [unit.pk for unit in proposal.successors if isinstance(unit, Unit)]
        found.children = list(children.exclude(pk__in=new_parents).order_by("tree_start"))
        found.grants = list(grants_from(before, on).order_by("unit__tree_start", "role", "user__full_name"))
        found.staff = list(staff_from(before, on).order_by("pk").values_list("pk", flat=True))
        found.obstacles = Obstacle.objects.filter(asked_of__in=before, outcome="pending").count()
        found.explanations = Explanation.objects.filter(unit__in=before, verdict="pending").count()
    found.duties = Duty.objects.filter(task__in=led, ended_at__isnull=True).count()
    found.conflicts = _conflicts(proposal, found)
    return found


def merged_parts(proposal: Proposal, found: Moves) -> list[tuple[Task, list[Task]]]:
    """(the part that goes on, those that end in it): parts of one order, or occurrences of one period, that come to the
    same successor."""
    groups: dict[tuple[int, int], list[Task]] = defaultdict(list)
    for task in found.tasks:
        place = proposal.taker("tasks", task.pk)
        if task.parent_id is not None and place is not None:
            groups[task.parent_id, place].append(task)
    existing = [unit for unit in proposal.successors if isinstance(unit, Unit)]
    orders = {parent for parent, _ in groups}
    for own in (
        Task.objects.open().filter(parent__in=orders, lead_unit__in=existing).select_related("lead_unit")
    ):
        place = next(n for n, unit in enumerate(proposal.successors) if unit == own.lead_unit)
        if own.parent_id is not None and (own.parent_id, place) in groups:
            groups[own.parent_id, place].insert(0, own)
    return [(parts[0], parts[1:]) for parts in groups.values() if len(parts) > 1]


def _conflicts(proposal: Proposal, found: Moves) -> list[str]:
    """What is not a plain move, in words the owner reads before confirming."""
    words = _merged_words(proposal, found)
    words += _coordinating_words(proposal, found)
    if proposal.ends_units and not proposal.successors:
        if given := [task for task in found.tasks if task.assigned_on is not None]:
            words.append(
                f"Không có đơn vị tiếp nhận: {count_vi(len(given))} nhiệm vụ chưa hoàn thành được đưa vào danh sách "
                "“Cần giao lại”, thời hạn vẫn tính."
            )
        if found.targets:
            words.append(
                f"{count_vi(len(found.targets))} chỉ tiêu chưa có đơn vị nhận, vẫn ghi tên đơn vị cũ."
            )
        if found.tracked_plans:
            words.append("Kế hoạch đơn vị đang theo dõi chưa có đơn vị nhận, không ai theo dõi tiếp.")
        if found.obstacles:
            words.append(
                f"{count_vi(found.obstacles)} vướng mắc gửi đơn vị chưa trả lời: văn phòng trả lời thay."
            )
    words += _twice_the_role(proposal, found)
    words += _waiting_words(proposal, found)
    same = defaultdict(list)
    for target in found.targets:
        if (place := proposal.taker("targets", target.pk)) is not None:
            same[target.plan_id, target.name, place].append(target)
    for targets in same.values():
        if len(targets) > 1:
            names = ", ".join(target.code for target in targets)
            words.append(
                f"Các chỉ tiêu {names} cùng nội dung, nay cùng một đơn vị; hãy xem lại mức phải đạt."
            )
    before = list(proposal.predecessors)
    if proposal.ends_units and AgencyProfile.objects.filter(unit__in=before).exists():
        words.append("Mẫu trình bày văn bản của đơn vị cũ không chuyển theo; hãy lập mẫu cho đơn vị kế thừa.")
    left_out = Exclusion.objects.filter(unit__in=before, task__assigned_on__isnull=True).select_related(
        "task"
    )
    words += [
        f"Dự thảo {each.task.code} không giao cho {each.unit.label}; hãy xem lại có giao cho đơn vị kế thừa không."
        for each in (left_out.select_related("task", "unit") if proposal.ends_units else ())
    ]
    return words


def _merged_words(proposal: Proposal, found: Moves) -> list[str]:
    words = []
    for kept, ending in merged_parts(proposal, found):
        units = ", ".join(task.lead_label for task in (kept, *ending))
        line = f"{kept.code}: phần việc của {units} nhập thành một, theo thời hạn của {kept.lead_label}."
        if len({task.effective_end for task in (kept, *ending)}) > 1:
            line += " Thời hạn của các phần khác nhau."
        if sent := [task.lead_label for task in ending if task.confirmation == Confirmation.SUBMITTED]:
            line += (
                f" Kết quả {', '.join(sent)} đã trình chưa xác nhận; đơn vị kế thừa trình lại kết quả chung."
            )
        words.append(line)
    return words


def _coordinating_words(proposal: Proposal, found: Moves) -> list[str]:
    """Who would lead and work along, or work along twice, is one (norms 6, consequence 8)."""
    if not proposal.successors or not found.parts:
        return []
    first = proposal.successors[0]
    leads = {task.pk for task in found.tasks if proposal.taker("tasks", task.pk) == 0}
    by_task: dict[int, list[Coordination]] = defaultdict(list)
    for part in found.parts:
        by_task[part.task_id].append(part)
    own = set()
    if isinstance(first, Unit):
        leads |= {part.task_id for part in found.parts if part.task.lead_unit_id == first.pk}
        own = set(Coordination.objects.filter(task__in=by_task, unit=first).values_list("task_id", flat=True))
    words = []
    for task_id, parts in by_task.items():
        code = parts[0].task.code
        if task_id in leads:
            words.append(f"{code}: {first.label} chủ trì và phối hợp, nay chỉ còn chủ trì.")
        elif len(parts) > 1 or task_id in own:
            words.append(f"{code}: các phần phối hợp về {first.label} nhập thành một.")
    return words


_ONE_OF = (Role.UNIT_HEAD,)


def _twice_the_role(proposal: Proposal, found: Moves) -> list[str]:
    """Several heads come to the same unit: who keeps the role is for the leadership to say."""
    heads: dict[int, list[str]] = defaultdict(list)
    for grant in found.grants:
        place = proposal.taker("grants", grant.pk)
        if grant.role in _ONE_OF and place is not None:
            heads[place].append(grant.user.full_name)
    for place, unit in enumerate(proposal.successors):
        if isinstance(unit, Unit) and place in heads:
            present = RoleGrant.objects.filter(unit=unit, role__in=_ONE_OF, valid_to__isnull=True)
            heads[place] += list(present.values_list("user__full_name", flat=True))
    return [
        f"{proposal.successors[place].label} có {count_vi(len(set(names)))} người có vai trò thủ trưởng: "
        f"{', '.join(dict.fromkeys(names))}. Hãy chọn người thôi vai trò."
        for place, names in heads.items()
        if len(set(names)) > 1
    ]


def _waiting_words(proposal: Proposal, found: Moves) -> list[str]:
    moving = [task.pk for task in found.tasks if proposal.taker("tasks", task.pk) is not None]
    lapsing = Reassignment.objects.filter(task__in=moving, decision="pending").count()
    if not lapsing:
        return []
    return [
        f"{count_vi(lapsing)} đề nghị giao lại đang chờ không còn cần quyết định; đơn vị kế thừa đề nghị lại nếu cần."
    ]


def locked(tasks: Sequence[Task]) -> None:
    """Takes the row locks in the order everybody does: plans, then orders, then parts."""
    plans = {task.plan_id for task in tasks if task.plan_id}
    list(Plan.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=plans).order_by("pk"))
    orders = {task.parent_id for task in tasks if task.parent_id} | {
        task.pk for task in tasks if task.parent_id is None
    }
    for pks in (orders, {task.pk for task in tasks} - orders):
        list(Task.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk"))
