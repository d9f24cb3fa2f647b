"""The life of a task in one table: every verb, from which state it may be done, and why not.

Who may do a verb stands in `units.permissions.VERBS` under `task.<verb>`; this table says when.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.deadlines import DeadlineKind
from tasks.status import Confirmation, Execution

if TYPE_CHECKING:
    from tasks.models import Task

E, C = Execution, Confirmation

_WORKABLE = frozenset({E.NOT_STARTED, E.ACKNOWLEDGED, E.IN_PROGRESS})
_OPEN = _WORKABLE | {E.REASSIGN, E.SUSPENDED}
_UNSENT = frozenset({C.NONE, C.RETURNED})
_ANY = frozenset(C)


@dataclass(frozen=True, slots=True)
class VerbRule:
    """`label` is the button, `past` the line in the ledger, `execution` and `confirmation` where it may start from."""

    label: str
    past: str
    execution: frozenset[Execution]
    confirmation: frozenset[Confirmation]
    needs_deadline: bool = False
    refuses_standing: bool = False
    leaf_only: bool = True


RULES: dict[str, VerbRule] = {
    "accept": VerbRule("Tiếp nhận nhiệm vụ", "Đã tiếp nhận nhiệm vụ", frozenset({E.NOT_STARTED}), _UNSENT),
    "update": VerbRule("Cập nhật tiến độ", "Cập nhật tiến độ", _WORKABLE, _UNSENT),
    "attach": VerbRule(
        "Đính kèm tài liệu kiểm chứng", "Đính kèm tài liệu kiểm chứng", _OPEN | {E.DONE}, _ANY
    ),
    "submit": VerbRule("Trình kết quả", "Trình kết quả", _WORKABLE, _UNSENT, refuses_standing=True),
    "withdraw": VerbRule(
        "Rút lại kết quả đã trình", "Rút lại kết quả đã trình", _OPEN, frozenset({C.SUBMITTED})
    ),
    "confirm": VerbRule("Xác nhận hoàn thành", "Xác nhận hoàn thành", _OPEN, frozenset({C.SUBMITTED})),
    "return": VerbRule("Yêu cầu bổ sung", "Yêu cầu bổ sung", _OPEN, frozenset({C.SUBMITTED})),
    "ask_extension": VerbRule("Đề nghị gia hạn", "Đề nghị gia hạn", _WORKABLE, _UNSENT, needs_deadline=True),
    # A result that came late while the request waited may still be excused: the request was made in its time.
    "decide_extension": VerbRule(
        "Quyết định gia hạn", "Quyết định gia hạn", _OPEN | {E.DONE}, _ANY, needs_deadline=True
    ),
    "suspend": VerbRule("Tạm dừng", "Tạm dừng nhiệm vụ", _WORKABLE, _UNSENT),
    "resume": VerbRule("Tiếp tục thực hiện", "Tiếp tục thực hiện", frozenset({E.SUSPENDED}), _ANY),
    "discontinue": VerbRule(
        "Không tiếp tục thực hiện", "Dừng, không tiếp tục thực hiện", _OPEN, _ANY, leaf_only=False
    ),
}

# Verbs the system writes to the ledger that no person chooses from a page.
OTHER_PAST = {"assign": "Giao nhiệm vụ", "complete_all": "Tất cả đơn vị được giao đã hoàn thành"}


def past_tense(verb: str) -> str:
    """The words of a ledger line."""
    return RULES[verb].past if verb in RULES else OTHER_PAST[verb]


def refusal(verb: str, task: "Task") -> str | None:
    """Why `verb` cannot be done now, in words for the person; None when it can."""
    rule = RULES[verb]
    if task.assigned_on is None:
        return "Nhiệm vụ chưa được giao."
    if rule.leaf_only and task.lead_unit_id is None:
        return "Nhiệm vụ giao nhiều đơn vị: hãy mở nhiệm vụ của từng đơn vị."
    if task.execution not in rule.execution:
        if task.execution == E.NOT_STARTED:
            return "Nhiệm vụ chưa được thực hiện."
        if verb == "accept":
            return "Nhiệm vụ đã được tiếp nhận."
        if verb == "resume":
            return "Nhiệm vụ không ở tình trạng tạm dừng."
        return f"Nhiệm vụ đang ở tình trạng “{Execution(task.execution).label}”."
    if task.confirmation not in rule.confirmation:
        if task.confirmation == C.SUBMITTED:
            return "Kết quả đã trình và đang chờ xác nhận; hãy rút lại trước khi sửa."
        return "Chưa có kết quả nào đang chờ xác nhận."
    if rule.needs_deadline and task.effective_end is None:
        return "Nhiệm vụ không có thời hạn."
    if rule.refuses_standing and task.deadline_kind in (DeadlineKind.STANDING, DeadlineKind.RECURRING):
        return "Nhiệm vụ thường xuyên, định kỳ không trình hoàn thành; hãy cập nhật tiến độ."
    return None
