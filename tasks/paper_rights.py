"""Who may print what about one task (office rule 23). The papers themselves are made a floor above."""

from tasks.models import Task
from units.models import RoleGrant, User
from units.permissions import capacity


def may_print_slip(user: User, task: Task) -> RoleGrant | None:
    """Phiếu giao việc: the office that follows the task, the leader in charge, the head of the lead unit."""
    return capacity(
        user,
        "paper.slip",
        answering=task.lead_unit,
        tracking=task.tracking_unit,
        in_charge=lambda: task.leaders,
    )


def may_read_file(user: User, task: Task) -> RoleGrant | None:
    """Hồ sơ theo dõi nhiệm vụ: inspectors and the office that follows the task, nobody else."""
    return capacity(user, "paper.file", tracking=task.tracking_unit)


def may_see_looks(user: User, task: Task) -> RoleGrant | None:
    """Who took the file of the task, and when."""
    return capacity(user, "paper.looks", tracking=task.tracking_unit)


def papers_of(user: User, task: Task) -> list[dict[str, str]]:
    """The papers this person may print of a given task, as links. No query."""
    if task.assigned_on is None:
        return []
    links = []
    if may_print_slip(user, task) or task.lead_group_id is not None:
        links.append({"label": "Phiếu giao việc", "name": "order_slip", "icon": "print"})
    if may_read_file(user, task):
        links.append({"label": "Hồ sơ theo dõi nhiệm vụ", "name": "task_file", "icon": "shield"})
    return links
