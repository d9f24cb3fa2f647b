"""Bàn giao công việc: what a person has in hand, who may hand it over to whom, and doing it on its day.

One handover joins tasks, plans, drafts, roles and the account of a person (office rule 7). It is recorded first
(`Handover`, `HandoverChoice`) and carried out once, at once or on its day; `HandoverLine` keeps what went over.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from core.clock import now, today
from core.text import date_vi, fold, person_sort_key
from core.workdays import WorkCalendar
from plans.actions import change_leader as change_plan_leader
from plans.models import Plan
from reports.models import Report
from tasks.actions import officers
from tasks.ledger import Decision
from tasks.models import (
    DeadlineChange,
    Evidence,
    Handover,
    HandoverChoice,
    HandoverLine,
    Reassignment,
    Task,
)
from tasks.models.facts import How
from tasks.status import Confirmation, DeadlineClass, Execution, deadline_class, status_text
from units.actions import RuleBroken, close_account, end_grant, grant_role
from units.agency import agency_of, is_administrator
from units.models import CalendarDay, RoleGrant, Unit, User
from units.permissions import Role, covers

logger = logging.getLogger("tracker")

Part = HandoverLine.Part
ANSWERING = (Role.UNIT_HEAD, Role.UNIT_CLERK)
# Roles that are given only on a leader's word, and never to the one who records it.
GUARDED = frozenset({Role.ADMIN, Role.PLAN_OWNER, Role.LEADER, Role.AUDITOR})


# --- who may ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Authority:
    """Under what somebody records a handover: a grant, or, without one, the administrator's right."""

    grant: RoleGrant | None


def authority(user: User, person: User, grants: Iterable[RoleGrant] | None = None) -> Authority | None:
    """What allows `user` to hand over the work of `person`; None when nothing does.

    The head of a unit for its own clerks and for heads below it; the office that follows plans for everybody of its
    agency; the administrator. Nobody records their own: three people sign. `grants` are the person's, when they are
    already read.
    """
    if user.pk == person.pk or person.is_system:
        return None
    grants = list(current_grants(person, today()) if grants is None else grants)
    if not grants:
        return None
    if is_administrator(user):
        return Authority(None)
    for own in user.grants_today:
        if own.role == Role.UNIT_HEAD and all(_is_below(grant, own) for grant in grants):
            return Authority(own)
    for own in user.grants_today:
        if own.role == Role.PLAN_OWNER:
            agency = agency_of(own.unit)
            ranges = ((agency.tree_start, agency.tree_end),)
            if all(grant.role != Role.ADMIN and covers(ranges, grant.unit) for grant in grants):
                return Authority(own)
    return None


def _is_below(grant: RoleGrant, head: RoleGrant) -> bool:
    inside = head.unit.tree_start <= grant.unit.tree_start <= head.unit.tree_end
    if grant.role == Role.UNIT_HEAD:
        return inside and grant.unit_id != head.unit_id
    return inside and grant.role in (Role.UNIT_CLERK, Role.STAFF_ADMIN)


def current_grants(person: User, on: date) -> Iterable[RoleGrant]:
    """Roles that hold on `on` or begin later."""
    held = person.grants.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    return held.select_related("unit", "user").order_by("unit__tree_start", "role", "id")


def people(user: User) -> list[User]:
    """People whose work `user` may hand over, by name."""
    if is_administrator(user):
        reach = None
    else:
        units = [g.unit for g in user.grants_today if g.role == Role.UNIT_HEAD]
        units += [agency_of(g.unit) for g in user.grants_today if g.role == Role.PLAN_OWNER]
        reach = [(unit.tree_start, unit.tree_end) for unit in units]
    grants = RoleGrant.objects.valid_on(today())
    if reach is not None:
        inside = Q(pk__in=())
        for start, end in reach:
            inside |= Q(unit__tree_start__range=(start, end))
        grants = grants.filter(inside)
    active = User.objects.filter(pk__in=grants.values("user"), is_active=True)
    found = sorted(active, key=lambda person: person_sort_key(person.full_name))
    held: dict[int, list[RoleGrant]] = {person.pk: [] for person in found}
    for grant in (
        RoleGrant.objects.filter(user__in=found).exclude(valid_to__lt=today()).select_related("unit")
    ):
        held[grant.user_id].append(grant)
    return [person for person in found if authority(user, person, held[person.pk]) is not None]


def home_of(person: User) -> Unit:
    """Where the person works: the unit of the role in it, else of any role."""
    grants = list(current_grants(person, today()))
    working = [grant for grant in grants if grant.role in ANSWERING]
    return (working or grants)[0].unit


# --- what there is to hand over ---------------------------------------------------------------------


class Kind(StrEnum):
    TASK = "task"
    CHARGE = "charge"
    PLAN = "plan"
    DRAFT = "draft"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing in a person's hands, as the preview shows it and the record will print it."""

    kind: Kind
    subject: Task | Plan | Report | RoleGrant
    part: str
    words: str
    status: str
    due_on: date | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.subject.pk}"


def things_of(person: User, kind: str, on: date) -> list[Thing]:
    """Everything that goes over: all there is when somebody leaves, what a leader is in charge of otherwise."""
    calendar = CalendarDay.objects.as_calendar()
    found = _charges(person)
    if kind == Handover.Kind.LEAVES:
        found = [*_tasks(person, calendar), *found, *_drafts(person), *_roles(person, on)]
    return sorted(found, key=lambda thing: thing.part)


def _tasks(person: User, calendar: WorkCalendar) -> list[Thing]:
    """Delegated tasks that are open, or done and still owing their proof."""
    proven = Exists(Evidence.objects.filter(task=OuterRef("pk")))
    asked = Exists(DeadlineChange.objects.filter(task=OuterRef("pk"), decision="pending"))
    moving = Exists(Reassignment.objects.filter(task=OuterRef("pk"), decision="pending"))
    mine = Task.objects.filter(officer=person).exclude(execution=Execution.DISCONTINUED)
    mine = mine.annotate(proven=proven, asked=asked, moving=moving).select_related(
        "lead_unit", "plan__document"
    )
    things = []
    for task in mine.order_by("counted_end", "pk"):
        if not task.is_open and task.proven:
            continue
        status = status_text(task, today(), calendar)
        if not task.is_open:
            part, status = Part.OWED, f"{status}; chưa có tài liệu kiểm chứng"
        elif deadline_class(task, today(), calendar) == DeadlineClass.OVERDUE:
            part = Part.OVERDUE
        elif task.confirmation == Confirmation.SUBMITTED or task.asked or task.moving:
            part = Part.WAITING
        else:
            part = Part.OPEN
        waits = [
            words
            for words, holds in (
                ("kết quả chờ xác nhận", task.confirmation == Confirmation.SUBMITTED),
                ("đề nghị gia hạn chờ quyết định", task.asked),
                ("đề nghị giao lại chờ quyết định", task.moving),
            )
            if holds
        ]
        things.append(
            Thing(
                Kind.TASK,
                task,
                part,
                f"{task.code}. {task.title}",
                "; ".join([status, *waits]),
                task.effective_end,
            )
        )
    return things


def _charges(person: User) -> list[Thing]:
    plans = Plan.objects.exclude(state=Plan.State.CLOSED).filter(leader_in_charge=person)
    things = [
        Thing(Kind.PLAN, plan, Part.CHARGE, f"{plan.label}: {plan.title}", plan.get_state_display())
        for plan in plans.select_related("document", "tracking_unit")
    ]
    tasks = Task.objects.open().filter(leader_in_charge=person).select_related("lead_unit", "tracking_unit")
    calendar = CalendarDay.objects.as_calendar()
    for task in tasks.order_by("counted_end", "pk"):
        status = status_text(task, today(), calendar) if task.assigned_on else "Chưa giao"
        things.append(
            Thing(Kind.CHARGE, task, Part.CHARGE, f"{task.code}. {task.title}", status, task.effective_end)
        )
    return things


def _drafts(person: User) -> list[Thing]:
    """Reports the person wrote that are not issued. Whoever follows the plan goes on with them; the author stays."""
    drafts = Report.objects.filter(created_by=person).exclude(state=Report.State.ISSUED)
    return [
        Thing(Kind.DRAFT, draft, Part.DRAFT, draft.title, draft.get_state_display())
        for draft in drafts.order_by("pk")
    ]


def _roles(person: User, on: date) -> list[Thing]:
    return [
        Thing(Kind.ROLE, grant, Part.ROLE, f"{grant.get_role_display()}, {grant.unit.name}", _span(grant))
        for grant in current_grants(person, on)
    ]


def _span(grant: RoleGrant) -> str:
    words = f"từ {date_vi(grant.valid_from)}"
    return f"{words} đến hết {date_vi(grant.valid_to)}" if grant.valid_to else words


# --- who may receive --------------------------------------------------------------------------------


def candidates(person: User, unit: Unit) -> list[User]:
    """Active people with a role in the agency, by name: whom a form offers."""
    agency = agency_of(unit)
    grants = RoleGrant.objects.valid_on(today()).filter(
        unit__tree_start__range=(agency.tree_start, agency.tree_end)
    )
    found = User.objects.filter(pk__in=grants.values("user"), is_active=True).exclude(pk=person.pk)
    return list(found)


def head_of(unit: Unit, person: User) -> User | None:
    """The head of the unit, else of the nearest unit above that has one: nobody left means the head."""
    grants = (
        RoleGrant.objects.valid_on(today())
        .filter(
            role=Role.UNIT_HEAD,
            unit__tree_start__lte=unit.tree_start,
            unit__tree_end__gte=unit.tree_start,
            user__is_active=True,
        )
        .exclude(user=person)
        .select_related("user")
        .order_by("-unit__depth", "id")
    )
    first = grants.first()
    return first.user if first else None


class _Receivers:
    """Who may take what, with the roles taken over in the same handover; each person and unit is read once."""

    def __init__(self, person: User, taking: Mapping[int, list[RoleGrant]]) -> None:
        self._person = person
        self._taking = taking
        self._grants: dict[int, list[RoleGrant]] = {}
        self._heads: dict[int, User | None] = {}

    def _roles(self, user: User) -> list[RoleGrant]:
        if user.pk not in self._grants:
            self._grants[user.pk] = [*current_grants(user, today()), *self._taking.get(user.pk, ())]
        return self._grants[user.pk]

    def head(self, unit: Unit) -> User | None:
        if unit.pk not in self._heads:
            self._heads[unit.pk] = head_of(unit, self._person)
        return self._heads[unit.pk]

    def may_work(self, user: User, unit: Unit) -> bool:
        """Given the work of a task of `unit`: people of the unit or below, and its head above."""
        if not user.is_active:
            return False
        for grant in self._roles(user):
            below = unit.tree_start <= grant.unit.tree_start <= unit.tree_end
            above = grant.unit.tree_start <= unit.tree_start <= grant.unit.tree_end
            if (grant.role in ANSWERING and below) or (grant.role == Role.UNIT_HEAD and above):
                return True
        return False

    def may_lead(self, user: User, unit: Unit) -> bool:
        """In charge of what `unit` follows: leaders above it."""
        return user.is_active and any(
            grant.role == Role.LEADER and grant.unit.tree_start <= unit.tree_start <= grant.unit.tree_end
            for grant in self._roles(user)
        )


# --- recording --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chosen:
    """For one thing: another receiver than the common one, or `keep` it where it is."""

    receiver: User | None = None
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Plea:
    """What is to be recorded."""

    person: User
    kind: str
    on: date
    receiver: User | None
    reason: str
    basis: str = ""
    decided_by: str = ""
    how: str = How.DIRECT


def assigned(
    plea: Plea, things: list[Thing], choices: Mapping[str, Chosen]
) -> list[tuple[Thing, User | None]]:
    """Each thing with who receives it; what is kept is left out. None: a role that ends for good, or nobody is there.

    Where the common receiver may not take a thing, the head of its unit does.
    """
    taking: dict[int, list[RoleGrant]] = {}
    for thing in things:
        chosen = choices.get(thing.key, Chosen())
        if thing.kind == Kind.ROLE and chosen.receiver is not None:
            assert isinstance(thing.subject, RoleGrant)
            taking.setdefault(chosen.receiver.pk, []).append(thing.subject)
    receivers = _Receivers(plea.person, taking)
    found: list[tuple[Thing, User | None]] = []
    for thing in things:
        chosen = choices.get(thing.key, Chosen())
        if not chosen.keep:
            found.append((thing, _receiver(plea, thing, chosen.receiver, receivers)))
    return found


def _receiver(plea: Plea, thing: Thing, chosen: User | None, receivers: _Receivers) -> User | None:
    if thing.kind == Kind.ROLE:
        return chosen
    options = [each for each in (chosen, plea.receiver) if each is not None]
    if isinstance(thing.subject, Task) and thing.kind == Kind.TASK:
        lead = thing.subject.lead_unit
        assert lead is not None
        fits = [each for each in options if receivers.may_work(each, lead)]
        return fits[0] if fits else receivers.head(lead)
    if isinstance(thing.subject, (Task, Plan)):
        unit = thing.subject.tracking_unit
        fits = [each for each in options if receivers.may_lead(each, unit)]
        return fits[0] if fits else None
    active = [each for each in options if each.is_active]
    return active[0] if active else receivers.head(home_of(plea.person))


def check(plea: Plea, choices: Mapping[str, Chosen], *, by: User) -> list[tuple[Thing, User | None]]:
    """What will go over to whom. Raises RuleBroken, by field, when it may not be recorded so."""
    right = authority(by, plea.person)
    if right is None:
        raise RuleBroken("Đồng chí không có quyền ghi nhận bàn giao công việc của người này.")
    if not plea.reason.strip():
        raise RuleBroken({"reason": "Hãy ghi lý do bàn giao."})
    if plea.receiver is not None and plea.receiver.pk == plea.person.pk:
        raise RuleBroken({"receiver": "Người nhận phải khác người bàn giao."})
    things = things_of(plea.person, plea.kind, plea.on)
    fields = plea.kind == Handover.Kind.FIELDS
    if fields and right.grant is not None and right.grant.role == Role.UNIT_HEAD:
        raise RuleBroken({"kind": "Lĩnh vực phụ trách của lãnh đạo do Văn phòng ghi nhận."})
    if fields and not things:
        raise RuleBroken({"kind": "Người này không phụ trách kế hoạch, nhiệm vụ nào."})
    moves = assigned(plea, things, choices)
    guarded = [
        (thing, to)
        for thing, to in moves
        if isinstance(thing.subject, RoleGrant) and thing.subject.role in GUARDED and to is not None
    ]
    if fields or guarded or any(thing.part == Part.CHARGE for thing, _ in moves):
        _leader_is_named(plea, by)
    if any(to is not None and to.pk == by.pk for _, to in guarded):
        raise RuleBroken("Người ghi nhận không tự nhận vai trò lãnh đạo, theo dõi, thanh tra, quản trị.")
    for thing, to in moves:
        if to is None and thing.kind != Kind.ROLE:
            raise RuleBroken({"receiver": f"Chưa có người nhận phù hợp cho “{thing.words[:80]}”."})
    _nobody_takes_by_surprise(choices, moves)
    return moves


def _leader_is_named(plea: Plea, by: User) -> None:
    """An officer never decides in their own name (office rule 1)."""
    if not plea.decided_by.strip() or plea.how == How.DIRECT:
        raise RuleBroken(
            {"decided_by": "Hãy ghi lãnh đạo đã quyết định và hình thức (văn bản, điện thoại, …)."}
        )
    if fold(plea.decided_by) == fold(by.full_name):
        raise RuleBroken(
            {"decided_by": "Người ghi nhận không tự quyết định; hãy ghi lãnh đạo đã quyết định."}
        )


def _nobody_takes_by_surprise(choices: Mapping[str, Chosen], moves: list[tuple[Thing, User | None]]) -> None:
    """Whoever was chosen for a thing must be able to take it; the head stands in only for the common receiver."""
    for thing, to in moves:
        chosen = choices.get(thing.key, Chosen()).receiver
        if chosen is not None and chosen != to:
            raise RuleBroken(
                f"{chosen.full_name} không thuộc đơn vị hoặc lĩnh vực để nhận “{thing.words[:80]}”."
            )


@transaction.atomic
def record(plea: Plea, choices: Mapping[str, Chosen], *, by: User) -> Handover:
    """Writes the handover down, and carries it out when its day has come."""
    check(plea, choices, by=by)
    right = authority(by, plea.person)
    assert right is not None
    try:
        with transaction.atomic():
            handover = Handover.objects.create(
                kind=plea.kind,
                person=plea.person,
                unit=home_of(plea.person),
                on=plea.on,
                receiver=plea.receiver,
                reason=plea.reason,
                basis=plea.basis,
                decided_by=plea.decided_by,
                how=plea.how,
                recorded_by=by,
                grant=right.grant,
            )
    except IntegrityError as error:
        raise RuleBroken(
            "Người này đã có một bàn giao đang chờ đến ngày; hãy hủy bàn giao đó trước."
        ) from error
    by_key = {thing.key: thing for thing in things_of(plea.person, plea.kind, plea.on)}
    for key, chosen in choices.items():
        if key in by_key and by_key[key].kind != Kind.DRAFT and (chosen.keep or chosen.receiver):
            HandoverChoice.objects.create(
                handover=handover, receiver=chosen.receiver, keep=chosen.keep, **_columns(by_key[key])
            )
    if handover.on <= today():
        carry_out(handover)
        handover.refresh_from_db()
    return handover


def _columns(thing: Thing) -> dict[str, object]:
    """The foreign key of a row about this thing; a draft has only its words."""
    if isinstance(thing.subject, Task):
        return {"task": thing.subject}
    if isinstance(thing.subject, Plan):
        return {"plan": thing.subject}
    return {"role_grant": thing.subject} if isinstance(thing.subject, RoleGrant) else {}


# --- carrying out -----------------------------------------------------------------------------------


def plea_of(handover: Handover) -> Plea:
    return Plea(
        person=handover.person,
        kind=handover.kind,
        on=handover.on,
        receiver=handover.receiver,
        reason=handover.reason,
        basis=handover.basis,
        decided_by=handover.decided_by,
        how=handover.how,
    )


def moves_of(handover: Handover) -> list[tuple[Thing, User | None]]:
    """What would go over now: things that came into the person's hands since go to the common receiver."""
    choices: dict[str, Chosen] = {}
    for row in handover.choices.select_related("receiver"):
        chosen = Chosen(row.receiver, row.keep)
        for kind, pk in (
            (Kind.TASK, row.task_id),
            (Kind.CHARGE, row.task_id),
            (Kind.PLAN, row.plan_id),
            (Kind.ROLE, row.role_grant_id),
        ):
            if pk is not None:
                choices[f"{kind}-{pk}"] = chosen
    plea = plea_of(handover)
    return assigned(plea, things_of(handover.person, handover.kind, handover.on), choices)


@transaction.atomic
def carry_out(handover: Handover) -> Handover:
    """Moves everything, once; RuleBroken when something has nobody to go to, and then nothing is moved."""
    found = Handover.objects.select_for_update(of=("self",), no_key=True).select_related(
        "person", "receiver", "recorded_by", "grant", "unit"
    )
    handover = found.get(pk=handover.pk)
    if not handover.is_waiting:
        return handover
    moves = moves_of(handover)
    # Roles last: until then everybody has the rights under which the work was theirs.
    for thing, to in sorted(moves, key=lambda move: (move[0].kind == Kind.ROLE, move[0].subject.pk)):
        _move(handover, thing, to)
        HandoverLine.objects.create(
            handover=handover,
            part=thing.part,
            words=thing.words[:600],
            status=thing.status[:300],
            due_on=thing.due_on,
            receiver=to,
            **_columns(thing),
        )
    if handover.kind == Handover.Kind.LEAVES and not _still_works(handover):
        close_account(handover.person)
    handover.carried_out_at = now()
    handover.trouble = ""
    handover.save(update_fields=["carried_out_at", "trouble"])
    return handover


def _still_works(handover: Handover) -> bool:
    held = handover.person.grants.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=max(handover.on, today())))
    return held.filter(valid_from__lte=max(handover.on, today())).exists()


def _move(handover: Handover, thing: Thing, to: User | None) -> None:
    subject, by, grant = thing.subject, handover.recorded_by, handover.grant
    decision = Decision(handover.decided_by, handover.how, handover.basis)
    reason = f"Bàn giao công việc: {handover.reason}"
    if isinstance(subject, RoleGrant):
        _move_role(handover, subject, to)
        return
    if to is None:
        raise RuleBroken(f"Chưa có người nhận phù hợp cho “{thing.words[:80]}”.")
    if isinstance(subject, Plan):
        change_plan_leader(subject, to)
    elif isinstance(subject, Task) and thing.kind == Kind.TASK:
        officers.pass_on(subject, by=by, to=to, text=reason, decision=decision, grant=grant)
    elif isinstance(subject, Task):
        officers.change_leader(subject, by=by, to=to, reason=reason, decision=decision, grant=grant)


def _move_role(handover: Handover, grant: RoleGrant, to: User | None) -> None:
    """The old role ends with the day; the same begins for the receiver, a time-boxed one with the same end."""
    until = grant.valid_to
    end_grant(grant, handover.on)
    if to is not None:
        begins = max(handover.on, today(), grant.valid_from)
        held = to.grants.filter(role=grant.role, unit=grant.unit).filter(Q(valid_to__isnull=True))
        if not held.exists():
            grant_role(
                to, Role(grant.role), grant.unit, by=handover.recorded_by, valid_from=begins, valid_to=until
            )


@transaction.atomic
def withdraw(handover: Handover, *, by: User) -> Handover:
    """Takes back a handover that waits for its day."""
    handover = Handover.objects.select_for_update(of=("self",), no_key=True).get(pk=handover.pk)
    if authority(by, handover.person) is None:
        raise RuleBroken("Đồng chí không có quyền hủy bàn giao này.")
    if not handover.is_waiting:
        raise RuleBroken("Bàn giao đã thực hiện hoặc đã hủy.")
    handover.withdrawn_at = now()
    handover.withdrawn_by = by
    handover.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return handover


def carry_out_due(on: date) -> int:
    """Carries out what has come due by `on`; each stands alone. One that fails says why on its page and is tried
    again the next day. Returns how many were carried out."""
    done = 0
    for handover in Handover.objects.due(on).order_by("on", "pk"):
        try:
            done += carry_out(handover).carried_out_at is not None
        except RuleBroken as refused:
            _note_trouble(handover, on, " ".join(refused.messages))
        except Exception:
            logger.exception("handover %s failed", handover.pk)
            _note_trouble(handover, on, "Lỗi hệ thống; hãy báo quản trị hệ thống.")
    return done


def _note_trouble(handover: Handover, on: date, words: str) -> None:
    Handover.objects.filter(pk=handover.pk).update(tried_on=on, trouble=words[:300])
