"""The life of a task in one table: every verb, from which state it may be done, what it needs, and why not.

Who may do a verb stands in `units.permissions.VERBS` under `task.<verb>`; this table says when and with what.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from core.deadlines import DeadlineKind
from tasks.status import Confirmation, Execution

if TYPE_CHECKING:
    from tasks.models import Task

E, C = Execution, Confirmation

_WORKABLE = frozenset({E.NOT_STARTED, E.ACKNOWLEDGED, E.IN_PROGRESS})
# A lead that asked to be replaced stays answerable: its work goes on until somebody decides (office rule 3).
_ANSWERABLE = _WORKABLE | {E.REASSIGN}
_OPEN = _ANSWERABLE | {E.SUSPENDED}
_EVER = frozenset(E)
_UNSENT = frozenset({C.NONE, C.RETURNED})
_ANY = frozenset(C)


class Matter(StrEnum):
    """Something between the parties that a verb begins or settles; `tasks.matters` reads them."""

    EXTENSION = "extension"
    REASSIGNMENT = "reassignment"
    EXPLANATION_OWED = "explanation_owed"
    EXPLANATION_GIVEN = "explanation_given"
    EXPLANATION = "explanation"  # owed or given, not settled
    OBSTACLE = "obstacle"
    COORDINATION = "coordination"
    DELIVERED_PART = "delivered_part"
    PAPER_OWED = "paper_owed"
    LATE_JOINER = "late_joiner"
    DUTY = "duty"
    RULE_DUTY = "rule_duty"
    REMOVAL = "removal"


MISSING = {
    Matter.EXTENSION: "Không có đề nghị gia hạn nào đang chờ quyết định.",
    Matter.REASSIGNMENT: "Không có đề nghị giao lại nào đang chờ quyết định.",
    Matter.EXPLANATION_OWED: "Không có yêu cầu giải trình nào chưa trả lời.",
    Matter.EXPLANATION_GIVEN: "Chưa có giải trình nào chờ kết luận.",
    Matter.OBSTACLE: "Không có vướng mắc nào đang chờ trả lời.",
    Matter.COORDINATION: "Nhiệm vụ không có đơn vị phối hợp.",
    Matter.DELIVERED_PART: "Chưa có kết quả phối hợp nào được gửi.",
    Matter.PAPER_OWED: "Không có quyết định nào chưa có văn bản.",
    Matter.LATE_JOINER: "Không có đơn vị nào mới vào nhóm mà chưa được giao.",
    Matter.DUTY: "Nhiệm vụ chưa có nhịp định kỳ.",
    Matter.RULE_DUTY: "Nhiệm vụ không có quy định phải giữ theo ngày.",
    Matter.REMOVAL: "Không có đề nghị gỡ nội dung nào đang chờ quyết định.",
}
STANDS = {
    Matter.EXTENSION: "Đã có một đề nghị gia hạn đang chờ quyết định.",
    Matter.REASSIGNMENT: "Đã có một đề nghị giao lại đang chờ quyết định.",
    Matter.EXPLANATION: "Đã có một yêu cầu giải trình chưa kết luận.",
}


@dataclass(frozen=True, slots=True)
class VerbRule:
    """`label` is the button, `past` the line in the ledger, `execution` and `confirmation` where it may start from.

    `needs` is the open matter the verb settles, `refuses` the one that must not stand; `required` the texts nobody may
    leave empty, each with the words that ask for it. `leader_decides`: an officer only records it and must say which
    leader decided and how (office rule 1).
    """

    label: str
    past: str
    execution: frozenset[Execution] = _OPEN
    confirmation: frozenset[Confirmation] = _ANY
    needs: Matter | None = None
    refuses: Matter | None = None
    required: dict[str, str] = field(default_factory=dict)
    leader_decides: bool = False
    needs_deadline: bool = False
    refuses_standing: bool = False
    only_standing: bool = False
    leaf_only: bool = True


def _reason(words: str) -> dict[str, str]:
    return {"reason": words}


RULES: dict[str, VerbRule] = {
    # the unit
    "accept": VerbRule("Tiếp nhận nhiệm vụ", "Đã tiếp nhận nhiệm vụ", frozenset({E.NOT_STARTED}), _UNSENT),
    "receive": VerbRule("Ghi ngày nhận", "Ghi ngày nhận văn bản"),
    "delegate": VerbRule("Phân công người thực hiện", "Phân công người thực hiện", _ANSWERABLE),
    "update": VerbRule(
        "Cập nhật tiến độ", "Cập nhật tiến độ", _ANSWERABLE, _UNSENT,
        required={"text": "Hãy ghi nội dung đã thực hiện."},
    ),
    "attach": VerbRule(
        "Đính kèm tài liệu kiểm chứng", "Đính kèm tài liệu kiểm chứng", _OPEN | {E.DONE}
    ),
    "submit": VerbRule(
        "Trình kết quả", "Trình kết quả", _ANSWERABLE, _UNSENT, refuses_standing=True,
        required={"text": "Hãy ghi kết quả thực hiện."},
    ),
    "withdraw": VerbRule(
        "Rút lại kết quả đã trình", "Rút lại kết quả đã trình", confirmation=frozenset({C.SUBMITTED})
    ),
    "ask_extension": VerbRule(
        "Đề nghị gia hạn", "Đề nghị gia hạn", _ANSWERABLE, _UNSENT, refuses=Matter.EXTENSION, needs_deadline=True,
        required=_reason("Hãy ghi rõ lý do đề nghị gia hạn."),
    ),
    "propose_reassignment": VerbRule(
        "Đề nghị giao lại", "Đề nghị giao lại", _WORKABLE, _UNSENT, refuses=Matter.REASSIGNMENT,
        required=_reason("Hãy ghi rõ lý do đề nghị giao lại."),
    ),
    "withdraw_reassignment": VerbRule(
        "Rút đề nghị giao lại", "Rút đề nghị giao lại", needs=Matter.REASSIGNMENT
    ),
    "give_view": VerbRule(
        "Ghi ý kiến về đề nghị giao lại", "Ý kiến về đề nghị giao lại", needs=Matter.REASSIGNMENT,
        required={"text": "Hãy ghi ý kiến của đơn vị."},
    ),
    "raise_obstacle": VerbRule(
        "Nêu vướng mắc", "Nêu vướng mắc", required={"text": "Hãy ghi khó khăn, vướng mắc."}
    ),
    # A task that is done may still owe its explanation.
    "explain": VerbRule(
        "Giải trình", "Giải trình", _OPEN | {E.DONE}, needs=Matter.EXPLANATION_OWED,
        required={"text": "Hãy ghi nội dung giải trình."},
    ),
    # those who work along: of an order to many, with the order itself, where the tracking office asks for more
    "deliver_part": VerbRule(
        "Gửi kết quả phối hợp", "Gửi kết quả phối hợp", needs=Matter.COORDINATION, leaf_only=False,
        required={"text": "Hãy ghi kết quả phối hợp."},
    ),
    "return_part": VerbRule(
        "Yêu cầu bổ sung kết quả phối hợp", "Yêu cầu bổ sung kết quả phối hợp", needs=Matter.DELIVERED_PART,
        leaf_only=False,
        required=_reason("Hãy ghi rõ nội dung cần bổ sung."),
    ),
    # the reviewer and the leader
    "confirm": VerbRule("Xác nhận hoàn thành", "Xác nhận hoàn thành", confirmation=frozenset({C.SUBMITTED})),
    "return": VerbRule(
        "Yêu cầu bổ sung", "Yêu cầu bổ sung", confirmation=frozenset({C.SUBMITTED}),
        required=_reason("Hãy ghi rõ nội dung cần bổ sung."),
    ),
    # A result that came late while the request waited may still be excused: the request was made in its time.
    "decide_extension": VerbRule(
        "Quyết định gia hạn", "Quyết định gia hạn", _OPEN | {E.DONE}, needs=Matter.EXTENSION, leader_decides=True,
        needs_deadline=True,
    ),
    "decide_reassignment": VerbRule(
        "Quyết định đề nghị giao lại", "Quyết định đề nghị giao lại", needs=Matter.REASSIGNMENT, leader_decides=True
    ),
    "answer_obstacle": VerbRule(
        "Trả lời vướng mắc", "Trả lời vướng mắc", _EVER, needs=Matter.OBSTACLE,
        required={"reply": "Hãy ghi nội dung trả lời."},
    ),
    "request_explanation": VerbRule(
        "Yêu cầu giải trình", "Yêu cầu giải trình", _OPEN | {E.DONE}, refuses=Matter.EXPLANATION,
        required={"about": "Hãy ghi nội dung cần giải trình."},
    ),
    "judge": VerbRule(
        "Kết luận giải trình", "Kết luận giải trình", _EVER, needs=Matter.EXPLANATION_GIVEN, leader_decides=True
    ),
    "direct": VerbRule(
        "Ghi ý kiến chỉ đạo", "Ý kiến chỉ đạo", _EVER, leader_decides=True, leaf_only=False,
        required={"text": "Hãy ghi ý kiến chỉ đạo."},
    ),
    "note_reported": VerbRule(
        "Đã có báo cáo, chờ cập nhật", "Đã có báo cáo, chờ cập nhật", _ANSWERABLE, _UNSENT, needs_deadline=True,
        required={"source": "Hãy ghi đã nhận báo cáo ở đâu (số văn bản, thư điện tử, điện thoại)."},
    ),
    # Of an order to many once for all its parts. A result that waits was sent under the deadline that was read wrongly.
    # While a result waits for its reviewer nobody urges the unit (office rule 29).
    "urge": VerbRule(
        "Đôn đốc ngay", "Đôn đốc", _ANSWERABLE, _UNSENT, required={"text": "Hãy ghi nội dung đôn đốc."}
    ),
    "tell_group": VerbRule(
        "Nhắn nhóm và ghi đã nhắn", "Đã nhắn nhóm của đơn vị", required={"text": "Hãy ghi nội dung đã nhắn."}
    ),
    "correct_deadline": VerbRule(
        "Đính chính thời hạn", "Đính chính thời hạn", leaf_only=False,
        required=_reason("Hãy ghi vì sao phải đính chính."),
    ),
    "suspend": VerbRule(
        "Tạm dừng", "Tạm dừng nhiệm vụ", _WORKABLE, _UNSENT, leader_decides=True, leaf_only=False,
        required=_reason("Hãy ghi rõ lý do."),
    ),
    "resume": VerbRule(
        "Tiếp tục thực hiện", "Tiếp tục thực hiện", frozenset({E.SUSPENDED}), leaf_only=False,
        required=_reason("Hãy ghi rõ lý do."),
    ),
    "reopen": VerbRule(
        "Mở lại nhiệm vụ", "Mở lại nhiệm vụ", frozenset({E.DONE, E.DISCONTINUED}), leader_decides=True, leaf_only=False,
        required=_reason("Hãy ghi rõ vì sao mở lại."),
    ),
    "hand_over": VerbRule(
        "Giao lại cho đơn vị khác", "Giao lại cho đơn vị khác", leader_decides=True,
        required=_reason("Hãy ghi rõ lý do giao lại."),
    ),
    "discontinue": VerbRule(
        "Không tiếp tục thực hiện", "Dừng, không tiếp tục thực hiện", leader_decides=True, leaf_only=False,
        required=_reason("Hãy ghi rõ lý do."),
    ),
    "add_basis": VerbRule(
        "Bổ sung văn bản căn cứ", "Bổ sung văn bản căn cứ", _EVER, needs=Matter.PAPER_OWED, leaf_only=False,
        required={"basis": "Hãy ghi số, ký hiệu, ngày của văn bản."},
    ),
    # orders to many, and duties that come back
    "assign_member": VerbRule(
        "Giao bổ sung đơn vị mới vào nhóm", "Giao bổ sung đơn vị", needs=Matter.LATE_JOINER, leaf_only=False
    ),
    "set_rhythm": VerbRule(
        "Đặt nhịp định kỳ", "Đặt nhịp định kỳ", leaf_only=False, only_standing=True
    ),
    "end_rhythm": VerbRule(
        "Dừng nhịp định kỳ", "Dừng nhịp định kỳ", _EVER, needs=Matter.DUTY, leaf_only=False,
        required=_reason("Hãy ghi rõ lý do."),
    ),
    "set_check_in": VerbRule(
        "Đặt kỳ cập nhật", "Đặt kỳ cập nhật", leaf_only=False, only_standing=True
    ),
    "log_breach": VerbRule(
        "Ghi trường hợp không thực hiện đúng", "Trường hợp không thực hiện đúng", needs=Matter.RULE_DUTY,
        required={"text": "Hãy ghi nội dung."},
    ),
    # content that must go (office rule 25)
    "request_removal": VerbRule(
        "Đề nghị gỡ nội dung", "Đề nghị gỡ nội dung", _EVER, leaf_only=False,
        required=_reason("Hãy ghi lý do, không nhắc lại nội dung phải gỡ."),
    ),
    "decide_removal": VerbRule(
        "Quyết định gỡ nội dung", "Không đồng ý gỡ nội dung", _EVER, needs=Matter.REMOVAL, leaf_only=False
    ),
}  # fmt: skip

# Lines of the ledger that no person chooses from a task's page.
OTHER_PAST = {
    "assign": "Giao nhiệm vụ",
    "transfer": "Chuyển sang văn bản mới",
    "complete_all": "Tất cả đơn vị được giao đã hoàn thành",
    "remove_content": "Gỡ nội dung",
    "reorganise": "Đơn vị được tổ chức lại",
    "recount_calendar": "Tính lại thời hạn theo lịch làm việc",
    "change_leader": "Thay đổi lãnh đạo phụ trách",
}


def past_tense(verb: str) -> str:
    """The words of a ledger line."""
    return RULES[verb].past if verb in RULES else OTHER_PAST[verb]


def refusal(verb: str, task: "Task") -> str | None:
    """Why `verb` cannot be done in this state, in words for the person; None when it can. What must be open or may not
    be (`needs`, `refuses`) is looked at by `tasks.matters`."""
    rule = RULES[verb]
    if task.assigned_on is None:
        return "Nhiệm vụ chưa được giao."
    to_many = task.lead_unit_id is None
    if rule.leaf_only and to_many:
        return "Nhiệm vụ giao nhiều đơn vị: hãy mở nhiệm vụ của từng đơn vị."
    if task.execution not in rule.execution:
        return _wrong_state(verb, task)
    if task.confirmation not in rule.confirmation:
        if task.confirmation == C.SUBMITTED and to_many:
            return (
                "Các đơn vị đã trình kết quả; hãy xác nhận hoặc yêu cầu bổ sung ở nhiệm vụ của từng đơn vị."
            )
        if task.confirmation == C.SUBMITTED:
            return "Kết quả đã trình và đang chờ xác nhận; hãy rút lại trước khi sửa."
        return "Chưa có kết quả nào đang chờ xác nhận."
    if verb == "reopen" and to_many and task.execution == E.DONE:
        return "Các đơn vị đã hoàn thành: hãy mở lại ở nhiệm vụ của từng đơn vị."
    if verb == "correct_deadline" and (elsewhere := _kept_deadline(task)):
        return elsewhere
    if rule.needs_deadline and task.effective_end is None:
        return "Nhiệm vụ không có thời hạn."
    standing = task.deadline_kind in (DeadlineKind.STANDING, DeadlineKind.RECURRING)
    if rule.refuses_standing and standing:
        return "Nhiệm vụ thường xuyên, định kỳ không trình hoàn thành; hãy cập nhật tiến độ."
    if rule.only_standing and not standing:
        return "Chỉ nhiệm vụ thường xuyên, định kỳ mới đặt nhịp; nếu đọc sai thì đính chính thời hạn trước."
    return None


def _kept_deadline(task: "Task") -> str:
    """Why a deadline is not mended on this task, and where it is; "" where it may be."""
    if task.was_extended:
        return "Nhiệm vụ đã được gia hạn; thời hạn chỉ thay đổi bằng quyết định gia hạn."
    if task.duty_id is not None:
        return (
            "Thời hạn của kỳ này do nhịp định kỳ đặt ra: hãy dừng nhịp và đặt nhịp đúng ở nhiệm vụ thường xuyên, "
            "hoặc gia hạn riêng kỳ này."
        )
    if task.keeps_orders_deadline:
        return "Thời hạn của phần việc này theo nhiệm vụ chung; hãy đính chính ở đó, một lần cho các đơn vị."
    return ""


def _wrong_state(verb: str, task: "Task") -> str:
    if verb == "reopen":
        return "Nhiệm vụ đang được thực hiện, không cần mở lại."
    if task.execution == E.NOT_STARTED:
        return "Nhiệm vụ chưa được thực hiện."
    if verb == "accept":
        return "Nhiệm vụ đã được tiếp nhận."
    if verb == "resume":
        return "Nhiệm vụ không ở tình trạng tạm dừng."
    way_out = _WAYS_OUT.get(Execution(task.execution), "")
    return f"Nhiệm vụ đang ở tình trạng “{Execution(task.execution).label}”{way_out}."


# Which verb leads on from where another one cannot be done.
_WAYS_OUT = {
    E.SUSPENDED: ": hãy “Tiếp tục thực hiện” trước",
    E.REASSIGN: ": hãy chờ quyết định, hoặc rút đề nghị giao lại trước",
    E.DONE: "; cần làm tiếp thì đề nghị Văn phòng “Mở lại nhiệm vụ”",
    E.DISCONTINUED: "; vẫn phải làm thì đề nghị Văn phòng “Mở lại nhiệm vụ”",
}
