"""Roles, and the one table that says who may do what.

A grant is a role in a unit and its subtree. A verb is done in one of three capacities:

* `answering`: for the unit that answers for the object (lead unit of a task, unit of a figure, unit of the staff);
* `tracking`: for the unit that follows the plan (the plan owner's office), which may also record what a unit or a
  leader decided, always naming who, how and on what paper (office rules 1 and 2);
* `deciding`: for the leader in charge, who stands above the unit that follows the plan.

`capacity()` returns the grant a person acts under, so that the ledger can say in which role and unit it was done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from units.models import RoleGrant, Unit, User

Ranges = tuple[tuple[int, int], ...]


class Role(models.TextChoices):
    ADMIN = "admin", "Quản trị hệ thống"
    PLAN_OWNER = "plan_owner", "Văn phòng theo dõi kế hoạch"
    UNIT_HEAD = "unit_head", "Thủ trưởng đơn vị"
    UNIT_CLERK = "unit_clerk", "Chuyên viên đầu mối"
    STAFF_ADMIN = "staff_admin", "Quản lý danh sách nhân sự"
    LEADER = "leader", "Lãnh đạo"
    AUDITOR = "auditor", "Thanh tra, kiểm tra"


@dataclass(frozen=True, slots=True)
class Who:
    """Roles that may do a verb, by capacity."""

    answering: tuple[Role, ...] = ()
    tracking: tuple[Role, ...] = ()
    deciding: tuple[Role, ...] = ()


_UNIT = (Role.UNIT_HEAD, Role.UNIT_CLERK)
_HEAD = (Role.UNIT_HEAD,)
_OWNER = (Role.PLAN_OWNER,)
_LEADER = (Role.LEADER,)

# The clerk may also do verbs marked SENT_BY_HEAD where the unit's setting `clerk_may_send` says so.
SENT_BY_HEAD = frozenset(
    {
        "task.submit",
        "task.withdraw",
        "task.ask_extension",
        "task.propose_reassignment",
        "task.withdraw_reassignment",
        "task.give_view",
        "task.explain",
        "task.deliver_part",
        "figure.submit",
        "figure.answer_source",
    }
)

VERBS: dict[str, Who] = {
    # plans
    "plan.write": Who(tracking=_OWNER),
    "plan.activate": Who(tracking=_OWNER),
    "plan.colours": Who(tracking=_OWNER),
    # tasks
    "task.assign": Who(tracking=_OWNER),
    "task.accept": Who(answering=_UNIT),
    "task.update": Who(answering=_UNIT, tracking=_OWNER),
    "task.attach": Who(answering=_UNIT, tracking=_OWNER),
    "task.submit": Who(answering=_HEAD, tracking=_OWNER),
    "task.withdraw": Who(answering=_HEAD, tracking=_OWNER),
    "task.confirm": Who(tracking=_OWNER, deciding=_LEADER),
    "task.return": Who(tracking=_OWNER, deciding=_LEADER),
    "task.ask_extension": Who(answering=_HEAD, tracking=_OWNER),
    "task.decide_extension": Who(tracking=_OWNER, deciding=_LEADER),
    "task.suspend": Who(tracking=_OWNER, deciding=_LEADER),
    "task.resume": Who(tracking=_OWNER, deciding=_LEADER),
    "task.discontinue": Who(tracking=_OWNER, deciding=_LEADER),
    "task.reopen": Who(tracking=_OWNER, deciding=_LEADER),
    "task.propose_reassignment": Who(answering=_HEAD, tracking=_OWNER),
    "task.withdraw_reassignment": Who(answering=_HEAD, tracking=_OWNER),
    "task.give_view": Who(answering=_HEAD, tracking=_OWNER),
    "task.decide_reassignment": Who(tracking=_OWNER, deciding=_LEADER),
    "task.hand_over": Who(tracking=_OWNER, deciding=_LEADER),
    "task.transfer": Who(tracking=_OWNER),
    "task.delegate": Who(answering=_HEAD),
    "task.request_explanation": Who(tracking=_OWNER, deciding=_LEADER),
    "task.explain": Who(answering=_HEAD, tracking=_OWNER),
    "task.judge": Who(tracking=_OWNER, deciding=_LEADER),
    "task.direct": Who(tracking=_OWNER, deciding=_LEADER),
    "task.raise_obstacle": Who(answering=_UNIT, tracking=_OWNER),
    "task.answer_obstacle": Who(answering=_HEAD, tracking=_OWNER, deciding=_LEADER),
    "task.deliver_part": Who(answering=_HEAD, tracking=_OWNER),
    "task.return_part": Who(answering=_HEAD, tracking=_OWNER),
    "task.receive": Who(answering=_UNIT, tracking=_OWNER),
    "task.correct_deadline": Who(tracking=_OWNER),
    "task.note_reported": Who(tracking=_OWNER),
    "task.urge": Who(tracking=_OWNER),
    "task.tell_group": Who(tracking=_OWNER),
    "task.add_basis": Who(tracking=_OWNER),
    "task.assign_member": Who(tracking=_OWNER),
    "task.set_rhythm": Who(tracking=_OWNER),
    "task.end_rhythm": Who(tracking=_OWNER),
    "task.set_check_in": Who(tracking=_OWNER),
    "task.log_breach": Who(answering=_UNIT, tracking=_OWNER),
    # Two persons (office rule 25): the unit or the office asks, somebody else of the office or above it decides. An
    # administrator may where the office has but one officer: no other part of the task is theirs.
    "task.request_removal": Who(answering=_HEAD, tracking=_OWNER),
    "task.decide_removal": Who(tracking=(*_OWNER, Role.ADMIN), deciding=_LEADER),
    # figures
    "figure.submit": Who(answering=_HEAD, tracking=_OWNER),
    "figure.accept": Who(tracking=_OWNER),
    "figure.return": Who(tracking=_OWNER),
    # Opening, deciding at once and locking a round; a correction is asked for by the head, never by the clerk alone.
    "figure.collect": Who(tracking=_OWNER),
    "figure.correct": Who(answering=_HEAD, tracking=_OWNER),
    # figures of other systems: the office brings them in and rules, the unit confirms or disputes
    "figure.bring_source": Who(tracking=_OWNER),
    "figure.answer_source": Who(answering=_HEAD, tracking=_OWNER),
    "figure.rule_source": Who(tracking=_OWNER),
    # What a unit expects of its own target; what documents may say of it is the office's (office rule 31).
    "figure.outlook": Who(answering=_UNIT, tracking=_OWNER),
    "figure.hard_to_reach": Who(tracking=_OWNER),
    # staff accounts: names stay inside the unit's own line
    "staff.read": Who(answering=(Role.UNIT_HEAD, Role.UNIT_CLERK, Role.STAFF_ADMIN)),
    "staff.check": Who(answering=(Role.UNIT_HEAD, Role.UNIT_CLERK, Role.STAFF_ADMIN)),
    # The full personal number, each look logged (`units.identity`).
    "staff.number": Who(answering=(Role.STAFF_ADMIN,)),
    # papers about one task
    "paper.slip": Who(answering=_HEAD, tracking=_OWNER, deciding=_LEADER),
    "paper.file": Who(tracking=(Role.PLAN_OWNER, Role.AUDITOR)),
    "paper.looks": Who(tracking=_OWNER),
    # reports
    "report.write": Who(tracking=_OWNER),
    "report.issue": Who(tracking=_OWNER),
}

# Who may read what a unit answers for. Plan owners read by the tracking unit as well (see the querysets).
READERS = (
    Role.UNIT_HEAD,
    Role.UNIT_CLERK,
    Role.PLAN_OWNER,
    Role.LEADER,
    Role.AUDITOR,
)

# Who reads a whole table over the units a tracking office follows; a unit sees itself (office rule 30).
OVERSEERS = (Role.PLAN_OWNER, Role.LEADER, Role.AUDITOR)


def within(prefix: str, ranges: Ranges) -> Q:
    """Filter on a unit foreign key: `within("lead_unit", ranges)`, or on units themselves with an empty prefix.

    No range matches nothing.
    """
    place = f"{prefix}__tree_start" if prefix else "tree_start"
    condition = Q(pk__in=())
    for start, end in ranges:
        condition |= Q(**{f"{place}__gte": start, f"{place}__lte": end})
    return condition


def covers(ranges: Ranges, unit: "Unit | None") -> bool:
    return unit is not None and any(start <= unit.tree_start <= end for start, end in ranges)


def capacity(
    user: "User",
    verb: str,
    *,
    answering: "Unit | None" = None,
    tracking: "Unit | None" = None,
    in_charge: "Callable[[], Iterable[User | None]]" = tuple,
) -> "RoleGrant | None":
    """The grant under which `user` may do `verb`, or None.

    `answering` and `tracking` are the units of the object. `in_charge` gives the leaders in charge of it, asked for
    only where a leader may decide: a leader decides where named; where nobody is named, a leader above the tracking
    unit does. Leading only the unit that answers gives no say: it would be deciding one's own case. Who both leads and
    follows the plan acts as leader.
    """
    who = VERBS[verb]

    def reaches(grant: "RoleGrant", unit: "Unit | None") -> bool:
        return unit is not None and grant.unit.tree_start <= unit.tree_start <= grant.unit.tree_end

    def leads(grant: "RoleGrant") -> bool:
        if named := [leader for leader in in_charge() if leader is not None]:
            return user in named and (reaches(grant, answering) or reaches(grant, tracking))
        return reaches(grant, tracking)

    for grant in user.grants_today:
        role = grant.role
        sends = (
            role == Role.UNIT_CLERK
            and verb in SENT_BY_HEAD
            and answering is not None
            and answering.clerk_may_send
        )
        if (role in who.answering or sends) and reaches(grant, answering):
            return grant
    for grant in user.grants_today:
        if grant.role in who.deciding and leads(grant):
            return grant
    for grant in user.grants_today:
        if grant.role in who.tracking and reaches(grant, tracking):
            return grant
    return None
