"""The one table that says how a page offers each verb: form, act, place, words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tasks import actions
from tasks.duty_forms import EndRhythmForm, LogBreachForm, SetCheckInForm, SetRhythmForm
from tasks.models import Task
from tasks.verb_forms import (
    AcceptForm,
    AddBasisForm,
    AnswerObstacleForm,
    AskExtensionForm,
    AssignMemberForm,
    AttachForm,
    Choices,
    ConfirmForm,
    CorrectDeadlineForm,
    DecideExtensionForm,
    DecideReassignmentForm,
    DelegateForm,
    DeliverPartForm,
    DirectForm,
    DiscontinueForm,
    ExplainForm,
    GiveViewForm,
    HandOverForm,
    JudgeForm,
    NoteReportedForm,
    ProposeReassignmentForm,
    RaiseObstacleForm,
    ReceiveForm,
    ReopenForm,
    RequestExplanationForm,
    ResumeForm,
    ReturnForm,
    ReturnPartForm,
    SubmitForm,
    SuspendForm,
    TellGroupForm,
    UpdateForm,
    UrgeForm,
    VerbForm,
    WithdrawForm,
    WithdrawReassignmentForm,
)
from units.models import RoleGrant, User


@dataclass(frozen=True, slots=True)
class Panel:
    """How a page offers a verb: its form, the act it carries out, the words when it is done; anchor, icon and hint.

    `rare`: it stands in the closed group "Việc khác". `records`: an officer's form asks whose word it is.
    `overtaken_by`: events after the one the person saw that put something else in the place of what they decide on.
    """

    form: type[VerbForm]
    act: Callable[..., Any]
    done: str
    anchor: str
    icon: str
    hint: str = ""
    rare: bool = False
    danger: bool = False
    records: bool = True
    overtaken_by: tuple[str, ...] = ()

    def carry_out(self, task: Task, by: User, form: VerbForm) -> Any:
        """Raises RuleBroken or UploadRefused in words for the person."""
        decided = {"decision": form.decision()} if self.records else {}
        return self.act(task, by=by, **form.given(), **decided)


# In the order in which a page shows them: what somebody waits for first.
PANELS: dict[str, Panel] = {
    "accept": Panel(
        AcceptForm, actions.accept, "Đã tiếp nhận nhiệm vụ.", "tiep-nhan", "check", records=False
    ),
    "confirm": Panel(
        ConfirmForm, actions.confirm, "Đã xác nhận hoàn thành.", "xac-nhan", "check-circle",
        overtaken_by=("submit", "correct_deadline"),
    ),
    "return": Panel(
        ReturnForm, actions.return_result, "Đã gửi yêu cầu bổ sung.", "yeu-cau-bo-sung", "undo",
        "Số ngày làm việc chờ xác nhận không tính vào thời gian của đơn vị.", overtaken_by=("submit",),
    ),
    "decide_extension": Panel(
        DecideExtensionForm, actions.decide_extension, "Đã ghi nhận quyết định gia hạn.",
        "quyet-dinh-gia-han", "calendar", overtaken_by=("ask_extension",),
    ),
    "decide_reassignment": Panel(
        DecideReassignmentForm, actions.decide_reassignment, "Đã ghi nhận quyết định về đề nghị giao lại.",
        "quyet-dinh-giao-lai", "swap", "Đồng ý thì nhiệm vụ cùng thời hạn chuyển sang đơn vị mới.",
        overtaken_by=("propose_reassignment", "give_view"),
    ),
    "judge": Panel(
        JudgeForm, actions.judge, "Đã ghi nhận kết luận giải trình.", "ket-luan-giai-trinh", "check-circle",
        "Chưa chấp nhận thì đơn vị được yêu cầu giải trình lại.", overtaken_by=("explain",),
    ),
    "explain": Panel(
        ExplainForm, actions.explain, "Đã gửi giải trình, chờ kết luận.", "giai-trinh", "comment",
        overtaken_by=("request_explanation",),
    ),
    "answer_obstacle": Panel(
        AnswerObstacleForm, actions.answer_obstacle, "Đã trả lời vướng mắc.", "tra-loi-vuong-mac", "comment"
    ),
    "give_view": Panel(
        GiveViewForm, actions.give_view, "Đã ghi ý kiến của đơn vị.", "y-kien-giao-lai", "comment",
        "Lãnh đạo phụ trách xem ý kiến của hai đơn vị rồi quyết định.", overtaken_by=("propose_reassignment",),
    ),
    "deliver_part": Panel(
        DeliverPartForm, actions.deliver_part, "Đã gửi kết quả phối hợp cho đơn vị chủ trì.",
        "gui-phan-phoi-hop", "send",
    ),
    "submit": Panel(
        SubmitForm, actions.submit, "Đã trình kết quả, chờ xác nhận.", "trinh-ket-qua", "send",
        "Sau khi trình, thời gian chờ xác nhận không tính cho đơn vị.",
    ),
    "update": Panel(
        UpdateForm, actions.update_progress, "Đã ghi nhận tiến độ.", "cap-nhat", "progress",
        "Tỷ lệ phần trăm không làm thay đổi tình trạng; hoàn thành thì trình kết quả.",
    ),
    "attach": Panel(
        AttachForm, actions.attach, "Đã đính kèm tài liệu kiểm chứng.", "dinh-kem", "paperclip"
    ),
    "return_part": Panel(
        ReturnPartForm, actions.return_part, "Đã yêu cầu bổ sung kết quả phối hợp.",
        "bo-sung-phan-phoi-hop", "undo", overtaken_by=("deliver_part",),
    ),
    "ask_extension": Panel(
        AskExtensionForm, actions.ask_extension,
        "Đã gửi đề nghị gia hạn. Hạn hiện tại vẫn áp dụng cho đến khi có quyết định.", "gia-han", "calendar",
    ),
    "raise_obstacle": Panel(
        RaiseObstacleForm, actions.raise_obstacle, "Đã gửi vướng mắc.", "neu-vuong-mac", "warning",
        "Đơn vị được hỏi phải trả lời trong thời hạn; thời hạn của nhiệm vụ vẫn tính.",
    ),
    "delegate": Panel(
        DelegateForm, actions.delegate, "Đã phân công người thực hiện.", "phan-cong", "user",
        "Đơn vị vẫn chịu trách nhiệm; nhiệm vụ và thời hạn không thay đổi.", records=False,
    ),
    "withdraw": Panel(
        WithdrawForm, actions.withdraw, "Đã rút lại kết quả.", "rut-lai", "undo",
        "Rút lại để sửa; kết quả chưa được xử lý thì mới rút được.", records=False,
    ),
    "withdraw_reassignment": Panel(
        WithdrawReassignmentForm, actions.withdraw_reassignment, "Đã rút đề nghị giao lại.",
        "rut-de-nghi-giao-lai", "undo",
    ),
    "resume": Panel(
        ResumeForm, actions.resume, "Nhiệm vụ được tiếp tục thực hiện.", "tiep-tuc", "progress"
    ),
    "assign_member": Panel(
        AssignMemberForm, actions.assign_member, "Đã giao cho đơn vị mới vào nhóm.", "giao-bo-sung", "plus",
        "Đơn vị vào nhóm sau ngày giao; nhận nhiệm vụ từ hôm nay với thời hạn ban đầu.",
    ),
    "add_basis": Panel(
        AddBasisForm, actions.add_basis, "Đã bổ sung văn bản căn cứ.", "bo-sung-van-ban", "paper",
        "Quyết định đã ghi nhận trước khi có văn bản.", records=False,
    ),
    "direct": Panel(
        DirectForm, actions.direct, "Đã ghi ý kiến chỉ đạo.", "y-kien-chi-dao", "comment",
        "Không làm thay đổi tình trạng và thời hạn của nhiệm vụ.",
    ),
    "note_reported": Panel(
        NoteReportedForm, actions.note_reported, "Đã ghi nhận; đơn vị chưa bị nhắc quá hạn trong 02 ngày làm việc.",
        "da-co-bao-cao", "inbox", "Dùng khi đơn vị đã báo cáo bằng cách khác mà chưa nhập lên hệ thống.",
        rare=True, records=False,
    ),
    "urge": Panel(
        UrgeForm, actions.urge, "Đã đôn đốc; đơn vị nhận thông báo ngay trong hộp thư.", "don-doc-ngay", "send",
        "Gửi ngay cho đầu mối và thủ trưởng đơn vị chủ trì, ghi vào quá trình xử lý.", records=False,
    ),
    "tell_group": Panel(
        TellGroupForm, actions.tell_group, "Đã ghi nhận là đã nhắn.", "nhan-nhom", "comment",
        "Sao chép, gửi vào nhóm của đơn vị, rồi ghi nhận là đã nhắn. Hệ thống không tự gửi.", rare=True, records=False,
    ),
    "propose_reassignment": Panel(
        ProposeReassignmentForm, actions.propose_reassignment,
        "Đã gửi đề nghị giao lại. Đơn vị vẫn chịu trách nhiệm cho đến khi có quyết định.",
        "de-nghi-giao-lai", "swap",
        "Khi nhiệm vụ không thuộc chức năng, hoặc đơn vị khác nên chủ trì. Thời hạn vẫn tính.", rare=True,
    ),
    "receive": Panel(
        ReceiveForm, actions.receive, "Đã ghi ngày nhận.", "ngay-nhan", "inbox",
        "Thời hạn “kể từ ngày nhận” được tính từ ngày này.", rare=True,
    ),
    "request_explanation": Panel(
        RequestExplanationForm, actions.request_explanation, "Đã yêu cầu đơn vị giải trình.",
        "yeu-cau-giai-trinh", "help", rare=True,
    ),
    "hand_over": Panel(
        HandOverForm, actions.hand_over, "Đã giao lại nhiệm vụ cho đơn vị khác.", "giao-lai", "swap",
        "Thời hạn, tài liệu và quá trình xử lý chuyển theo nhiệm vụ.", rare=True,
        overtaken_by=("hand_over", "decide_reassignment"),
    ),
    "correct_deadline": Panel(
        CorrectDeadlineForm, actions.correct_deadline, "Đã đính chính thời hạn.", "dinh-chinh-thoi-han", "edit",
        "Chỉ để sửa thời hạn nhập sai, đọc sai; muốn lùi hạn thì gia hạn. Nhiệm vụ giao nhiều đơn vị: áp dụng cho mọi "
        "đơn vị chưa có thời hạn riêng.", rare=True,
        overtaken_by=("correct_deadline",),
    ),
    "set_rhythm": Panel(
        SetRhythmForm, actions.set_rhythm, "Đã đặt nhịp định kỳ.", "dat-nhip", "calendar",
        "Mỗi kỳ thành một nhiệm vụ riêng, có thời hạn, hiện trước khi đến hạn.", rare=True,
    ),
    "log_breach": Panel(
        LogBreachForm, actions.log_breach, "Đã ghi trường hợp không thực hiện đúng.", "khong-dung-quy-dinh", "alert",
        "Chỉ ghi cho ngày thuộc phạm vi quy định; một ngày ghi được nhiều lần.",
    ),
    "set_check_in": Panel(
        SetCheckInForm, actions.set_check_in, "Đã đặt kỳ cập nhật.", "ky-cap-nhat", "calendar",
        "Chỉ để nhắc đơn vị cập nhật; không phải là thời hạn, không tính quá hạn.", rare=True,
    ),
    "end_rhythm": Panel(
        EndRhythmForm, actions.end_rhythm, "Đã dừng nhịp định kỳ.", "dung-nhip", "stop",
        "Kỳ chưa đến hạn không phải thực hiện nữa; kỳ đã qua giữ nguyên.", rare=True,
    ),
    "suspend": Panel(
        SuspendForm, actions.suspend, "Đã tạm dừng nhiệm vụ.", "tam-dung", "pause",
        "Tạm dừng không làm thay đổi thời hạn; muốn lùi hạn thì gia hạn.", rare=True,
    ),
    "reopen": Panel(
        ReopenForm, actions.reopen, "Đã mở lại nhiệm vụ.", "mo-lai", "undo",
        "Việc đã xác nhận vẫn lưu trong quá trình xử lý; thời hạn giữ nguyên.", rare=True,
    ),
    "discontinue": Panel(
        DiscontinueForm, actions.discontinue, "Đã ghi nhận không tiếp tục thực hiện.", "khong-tiep-tuc", "stop",
        "Nhiệm vụ sẽ không còn được tính trong tổng số.", rare=True, danger=True,
    ),
}  # fmt: skip


def verb_form(verb: str, choices: Choices, user: User, grant: RoleGrant, **bound: Any) -> VerbForm:
    """The form of a verb as this person fills it in under this grant: for the own unit, for a unit, for a leader."""
    panel = PANELS[verb]
    return panel.form(verb=verb, choices=choices, user=user, grant=grant, records=panel.records, **bound)
