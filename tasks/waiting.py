"""What tasks wait for: one condition each, named once for the filter of the list, the counters and the rows of a home
page, so that a number leads to exactly what it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from tasks.matters import papers_owed
from tasks.models import (
    Coordination,
    DeadlineChange,
    Event,
    Evidence,
    Exclusion,
    Explanation,
    Obstacle,
    Reassignment,
    ReassignmentView,
    Task,
)
from tasks.querysets import OPEN, wanting_update, without_rhythm
from tasks.status import Confirmation, Execution
from tasks.summaries import UNSEEN
from units.models import GroupMember, User
from units.permissions import Ranges, Role, within


@dataclass(frozen=True, slots=True)
class Waiting:
    """`where` gives the condition for a person on a day. `for_units`: it asks about the person's own units, and is
    offered to those who answer for one. `with_orders`: an order to many counts too, beside the tasks of its units."""

    label: str
    where: Callable[[User, date], Any]
    for_units: bool = False
    with_orders: bool = False


def own_ranges(user: User) -> Ranges:
    """Units this person answers for."""
    return user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK)


def coordinated_in(own: Ranges) -> Exists:
    return Exists(Coordination.objects.filter(within("unit", own), task=OuterRef("pk")))


_OPEN = Q(execution__in=OPEN)


# --- Rows that wait, as querysets of their own tables ------------------------------------------------


def pending_extensions() -> Any:
    return DeadlineChange.objects.filter(decision=DeadlineChange.Decision.PENDING)


def pending_reassignments() -> Any:
    return Reassignment.objects.filter(decision=Reassignment.Decision.PENDING)


def explanations_owed() -> Any:
    return Explanation.objects.filter(verdict=Explanation.Verdict.PENDING, answered_at__isnull=True)


def explanations_to_judge() -> Any:
    return Explanation.objects.filter(verdict=Explanation.Verdict.PENDING, answered_at__isnull=False)


def open_obstacles() -> Any:
    return Obstacle.objects.filter(outcome=Obstacle.Outcome.PENDING)


def obstacles_put_to(user: User) -> Any:
    return open_obstacles().filter(within("asked_of", own_ranges(user)))


def parts_owed_by(user: User) -> Any:
    """Parts of the own units that were not delivered, or are to be completed. A unit that is only named to work along,
    with neither a part nor a date of its own, owes nothing by itself."""
    named = ~Q(part="") | Q(nominal_end__isnull=False)
    return Coordination.objects.filter(
        within("unit", own_ranges(user)),
        Q(delivered_on__isnull=True) & named | Q(returned=True),
        task__assigned_on__isnull=False,
        task__execution__in=OPEN,
    )


def views_owed_by(user: User) -> Any:
    """Proposals to give a task to an own unit on which it has not written yet; the lead has said its reason."""
    written = ReassignmentView.objects.filter(reassignment=OuterRef("pk"), unit=OuterRef("proposed_unit"))
    return pending_reassignments().filter(within("proposed_unit", own_ranges(user)), ~Exists(written))


def _joined_late(on: date) -> Exists:
    """A unit entered the group of an open order after it was given, and is neither left out nor given its part."""
    given = Task.objects.filter(parent=OuterRef(OuterRef("pk")), lead_unit=OuterRef("unit"))
    left_out = Exclusion.objects.filter(task=OuterRef(OuterRef("pk")), unit=OuterRef("unit"))
    members = GroupMember.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gt=on),
        group=OuterRef("lead_group"),
        valid_from__lte=on,
    )
    return Exists(members.filter(~Exists(given), ~Exists(left_out)))


def _of_task(rows: Any) -> Exists:
    return Exists(rows.filter(task=OuterRef("pk")))


def led_by_closed(on: date) -> Q:
    """Work left behind by a unit that has closed: it waits for somebody to take it."""
    return _OPEN & Q(lead_unit__closed_on__lte=on)


WAITING: dict[str, Waiting] = {
    "accept": Waiting("Chưa tiếp nhận", lambda user, on: UNSEEN),
    "confirm": Waiting("Chờ xác nhận", lambda user, on: Q(confirmation=Confirmation.SUBMITTED)),
    "returned": Waiting("Yêu cầu bổ sung", lambda user, on: Q(confirmation=Confirmation.RETURNED)),
    "extension": Waiting("Đề nghị gia hạn chờ quyết định", lambda user, on: _of_task(pending_extensions())),
    "reassignment": Waiting(
        "Đề nghị giao lại chờ quyết định", lambda user, on: _of_task(pending_reassignments())
    ),
    "explanation": Waiting("Chưa giải trình", lambda user, on: _of_task(explanations_owed())),
    "explanation_late": Waiting(
        "Quá hạn giải trình", lambda user, on: _of_task(explanations_owed().filter(due_on__lt=on))
    ),
    "verdict": Waiting("Giải trình chờ kết luận", lambda user, on: _of_task(explanations_to_judge())),
    "obstacle": Waiting("Vướng mắc chờ trả lời", lambda user, on: _of_task(open_obstacles())),
    "paper": Waiting(
        "Quyết định chưa có văn bản",
        lambda user, on: _of_task(papers_owed(Event.objects.all())),
        with_orders=True,
    ),
    "check_in": Waiting("Cần cập nhật định kỳ", lambda user, on: wanting_update(on)),
    "rhythm": Waiting("Chưa đặt nhịp định kỳ", lambda user, on: without_rhythm()),
    "orphan": Waiting("Cần giao lại (đơn vị đã chấm dứt hoạt động)", lambda user, on: led_by_closed(on)),
    "joiner": Waiting(
        "Có đơn vị mới vào nhóm chưa được giao",
        lambda user, on: _OPEN & Q(lead_group__isnull=False) & Q(_joined_late(on)),
        with_orders=True,
    ),
    "part": Waiting(
        "Phần phối hợp đơn vị tôi phải gửi",
        lambda user, on: _of_task(parts_owed_by(user)),
        for_units=True,
        with_orders=True,
    ),
    "reply": Waiting(
        "Vướng mắc đơn vị tôi phải trả lời",
        lambda user, on: _of_task(obstacles_put_to(user)),
        for_units=True,
    ),
    "view": Waiting(
        "Đơn vị tôi cho ý kiến về việc giao lại",
        lambda user, on: _of_task(views_owed_by(user)),
        for_units=True,
    ),
    "evidence": Waiting(
        "Nợ tài liệu kiểm chứng",
        lambda user, on: (
            Q(execution=Execution.DONE, lead_unit__isnull=False)
            & ~Exists(Evidence.objects.filter(task=OuterRef("pk")))
        ),
    ),
}
