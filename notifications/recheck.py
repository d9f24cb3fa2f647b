"""Before a mail goes, its subjects are read again: what was settled meanwhile is not sent, and says why."""

from collections.abc import Collection

from notifications.models import Notice
from notifications.planner import ReminderKey
from notifications.recipients import Directory
from tasks.models import Task
from tasks.status import Confirmation, Execution
from units.models import User

GONE = "Người nhận không còn hoạt động"
DONE = "Nhiệm vụ đã hoàn thành"
STOPPED = "Nhiệm vụ không tiếp tục thực hiện"
SUSPENDED = "Nhiệm vụ đang tạm dừng"
MOVED = "Thời hạn đã thay đổi"
SUBMITTED = "Kết quả đã trình, đang chờ xác nhận"
SETTLED = "Đã được xử lý"
CLOSED_UNIT = "Đơn vị đã chấm dứt hoạt động"
HANDED_OVER = "Nhiệm vụ không còn thuộc phần việc của người nhận"
REPEATED = "Đã có trong dòng khác của cùng nhiệm vụ"

Group = Notice.Group


def reason_to_skip(notice: Notice, directory: Directory, asked: Collection[int]) -> str:
    """Why this notice no longer goes out, or "" when it still stands. Its task and event come loaded.

    `asked`: tasks with a request for more time that waits.
    """
    recipient, task = notice.recipient, notice.task
    if not recipient.is_active:
        return GONE
    if task is None:
        return ""
    if notice.group != Group.NEWS:
        settled = _settled(notice, task, asked)
        if settled:
            return settled
    return _not_theirs(task, recipient, directory)


def _settled(notice: Notice, task: Task, asked: Collection[int]) -> str:
    if task.execution == Execution.DONE:
        return DONE
    if task.execution == Execution.DISCONTINUED:
        return STOPPED
    if task.execution == Execution.SUSPENDED:
        return SUSPENDED
    submitted = task.confirmation == Confirmation.SUBMITTED
    match notice.group:
        case Group.WAITING if notice.event is not None and notice.event.verb == "ask_extension":
            return "" if task.pk in asked else SETTLED
        case Group.WAITING:
            return "" if submitted else SETTLED
        case Group.RETURNED:
            return "" if task.confirmation == Confirmation.RETURNED else SETTLED
        case Group.DUE | Group.OVERDUE:
            key = ReminderKey.read(notice.key)
            if key is not None and key.deadline != task.counted_end:
                return MOVED
            return SUBMITTED if submitted else ""
        case _:
            return SUBMITTED if submitted else ""


def _not_theirs(task: Task, person: User, directory: Directory) -> str:
    """The unit was closed, or the person no longer answers for the task, follows it or works along."""
    if person in directory.owners(task.tracking_unit_id):
        return ""
    units = [each.unit_id for each in task.coordinations.all()]
    if task.lead_unit_id is not None:
        if not directory.is_open(task.lead_unit_id):
            return CLOSED_UNIT
        units.append(task.lead_unit_id)
    if any(person in directory.answering(unit_id) for unit_id in units):
        return ""
    return HANDED_OVER


def repeated(notices: list[Notice]) -> set[int]:
    """Of notices that stand, those another makes needless: one line a task and matter, the latest.

    A reminder says all that "new" does. Each piece of news stands for itself.
    """
    latest: dict[tuple[int | None, str], int] = {}
    for notice in notices:
        place = notice.task_id, _matter(notice)
        latest[place] = max(notice.pk, latest.get(place, 0))
    needless = set()
    for notice in notices:
        if notice.group == Group.NEWS or notice.task_id is None:
            continue
        reminded = notice.group == Group.NEW and (notice.task_id, _DEADLINE) in latest
        if reminded or latest[notice.task_id, _matter(notice)] != notice.pk:
            needless.add(notice.pk)
    return needless


_DEADLINE = "deadline"


def _matter(notice: Notice) -> str:
    if notice.group in (Group.DUE, Group.OVERDUE):
        return _DEADLINE
    if notice.event is not None and notice.event.verb == "ask_extension":
        return "extension"
    return str(notice.group)
