"""What passes between a unit, its reviewer and its leaders about a task: asked once, settled once, kept for ever."""

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField, ProseField
from units.models import Unit, User

from .facts import GONE, SettledOnce
from .removal import Removable
from .task import Coordination, Task


class Reassignment(SettledOnce):
    """ "Đề nghị giao lại": not our function, or another unit should lead (office rule 3).

    The named lead stays answerable and its clock runs until a leader decides.
    """

    class Decision(models.TextChoices):
        PENDING = "pending", "Chờ quyết định"
        AGREED = "agreed", "Đồng ý giao lại"
        REFUSED = "refused", "Không đồng ý giao lại"
        WITHDRAWN = "withdrawn", "Đơn vị rút đề nghị"
        LAPSED = "lapsed", "Không còn cần quyết định"

    mutable_columns = (*SettledOnce.mutable_columns, "decision")
    set_once_columns = (*SettledOnce.set_once_columns, "new_lead")
    blankable_columns = (*SettledOnce.blankable_columns, "reason")
    speaks = "reason"

    task = models.ForeignKey(Task, models.PROTECT, related_name="reassignments")
    reason = ProseField("lý do", max_length=2000)
    proposed_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị đề nghị chủ trì"
    )
    # Where the task goes back to when the proposal is refused.
    execution_before = models.CharField(max_length=12)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đề nghị")
    asked_at = models.DateTimeField(default=now, editable=False)
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    decision = models.CharField("quyết định", max_length=10, choices=Decision, default=Decision.PENDING)
    new_lead = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị chủ trì mới"
    )

    class Meta:
        verbose_name = "đề nghị giao lại"
        ordering = ["task_id", "id"]
        indexes = [
            models.Index(
                fields=["proposed_unit"], condition=Q(decision="pending"), name="reassignment_to_view"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(decision="pending"), name="reassignment_one_pending"
            ),
            models.CheckConstraint(condition=~Q(reason="") | GONE, name="reassignment_has_reason"),
            models.CheckConstraint(
                condition=Q(decision="pending", decided_at__isnull=True, new_lead__isnull=True)
                | Q(decision="agreed", decided_at__isnull=False, new_lead__isnull=False)
                | Q(
                    decision__in=["refused", "withdrawn", "lapsed"],
                    decided_at__isnull=False,
                    new_lead__isnull=True,
                ),
                name="reassignment_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.get_decision_display()}"


class ReassignmentView(Removable):
    """What one of the two units says of a proposal to give the task to the other."""

    mutable_columns = ("is_hidden",)
    blankable_columns = ("text",)
    speaks = "text"

    reassignment = models.ForeignKey(Reassignment, models.PROTECT, related_name="views")
    task = models.ForeignKey(Task, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị")
    text = ProseField("ý kiến", max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi")
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "ý kiến về đề nghị giao lại"
        ordering = ["reassignment_id", "id"]

    def __str__(self) -> str:
        return self.text[:80]


class Explanation(SettledOnce):
    """A demand to explain, its answer and the verdict. A second demand is a new row."""

    class Cause(models.TextChoices):
        OBJECTIVE = "objective", "Nguyên nhân khách quan"
        SUBJECTIVE = "subjective", "Nguyên nhân chủ quan"
        BOTH = "both", "Cả khách quan và chủ quan"
        NIL = "nil", "Không phát sinh nội dung phải giải trình"

    class Verdict(models.TextChoices):
        PENDING = "pending", "Chưa kết luận"
        OBJECTIVE = "objective", "Công nhận nguyên nhân khách quan"
        ACCEPTED = "accepted", "Chấp nhận giải trình"
        REJECTED = "rejected", "Chưa chấp nhận, yêu cầu giải trình lại"
        LAPSED = "lapsed", "Không còn cần giải trình"

    mutable_columns = (*SettledOnce.mutable_columns, "recorded_for_unit", "verdict")
    set_once_columns = (
        *SettledOnce.set_once_columns, "cause", "answer", "remedy", "new_date", "answered_by", "answered_at",
    )  # fmt: skip
    blankable_columns = (*SettledOnce.blankable_columns, "about", "answer", "remedy")
    speaks = "about"

    task = models.ForeignKey(Task, models.PROTECT, related_name="explanations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị giải trình")
    about = ProseField("nội dung yêu cầu giải trình", max_length=2000)
    due_on = DayField("thời hạn giải trình")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người yêu cầu")
    asked_at = models.DateTimeField(default=now, editable=False)
    cause = models.CharField("nguyên nhân", max_length=10, choices=Cause, blank=True)
    answer = ProseField("giải trình", blank=True)
    remedy = ProseField("biện pháp khắc phục", max_length=2000, blank=True)
    new_date = DayField("thời gian hoàn thành dự kiến", null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người giải trình"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    verdict = models.CharField("kết luận", max_length=10, choices=Verdict, default=Verdict.PENDING)

    class Meta:
        verbose_name = "giải trình"
        ordering = ["task_id", "id"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(answered_at__isnull=True), name="explanation_owed")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(verdict="pending"), name="explanation_one_open"
            ),
            models.CheckConstraint(condition=~Q(about="") | GONE, name="explanation_says_what"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, cause="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(cause=""),
                name="explanation_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(verdict="pending", decided_at__isnull=True)
                | Q(verdict="lapsed", decided_at__isnull=False)
                | Q(
                    verdict__in=["objective", "accepted", "rejected"],
                    decided_at__isnull=False,
                    answered_at__isnull=False,
                ),
                name="explanation_judged_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.get_verdict_display()}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None


class Obstacle(SettledOnce):
    """A difficulty put to somebody who can remove it, with a day to reply by, and the reply."""

    class Outcome(models.TextChoices):
        PENDING = "pending", "Chờ trả lời"
        RESOLVED = "resolved", "Đã giải quyết"
        GUIDED = "guided", "Đã hướng dẫn"
        FORWARDED = "forwarded", "Đã chuyển cấp có thẩm quyền"
        DECLINED = "declined", "Không có cơ sở giải quyết"

    mutable_columns = (*SettledOnce.mutable_columns, "outcome")
    blankable_columns = (*SettledOnce.blankable_columns, "text", "proposal")
    speaks = "text"

    task = models.ForeignKey(Task, models.PROTECT, related_name="obstacles")
    text = ProseField("khó khăn, vướng mắc")
    proposal = ProseField("kiến nghị, đề xuất", blank=True)
    asked_of = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị giải quyết")
    due_on = DayField("đề nghị trả lời trước hết ngày")
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người nêu")
    raised_at = models.DateTimeField(default=now, editable=False)
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    outcome = models.CharField("kết quả", max_length=10, choices=Outcome, default=Outcome.PENDING)

    class Meta:
        verbose_name = "vướng mắc"
        ordering = ["task_id", "id"]
        indexes = [
            models.Index(fields=["asked_of", "due_on"], condition=Q(outcome="pending"), name="obstacle_open")
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") | GONE, name="obstacle_says_what"),
            models.CheckConstraint(
                condition=Q(outcome="pending", decided_at__isnull=True)
                | ~Q(outcome="pending") & Q(decided_at__isnull=False) & (~Q(decision_note="") | GONE),
                name="obstacle_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Direction(Removable):
    """A leader's instruction on a task ("ý kiến chỉ đạo"); who decided and how stands in its event."""

    mutable_columns = ("is_hidden",)
    blankable_columns = ("text",)
    speaks = "text"

    task = models.ForeignKey(Task, models.PROTECT, related_name="directions")
    text = ProseField("ý kiến chỉ đạo")
    due_on = DayField("thực hiện trước hết ngày", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    given_by_name = LineField("lãnh đạo chỉ đạo", max_length=150)
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "ý kiến chỉ đạo"
        ordering = ["task_id", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text="") | GONE, name="direction_says_what")]

    def __str__(self) -> str:
        return self.text[:80]


class Delegation(Removable):
    """Inside the unit: the head gives the work to an officer. The order itself, its lead and dates stay untouched."""

    mutable_columns = ("is_hidden",)
    blankable_columns = ("text",)

    task = models.ForeignKey(Task, models.PROTECT, related_name="delegations")
    officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người thực hiện")
    text = ProseField("yêu cầu", max_length=2000, blank=True)
    due_on = DayField("hạn trong đơn vị", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người phân công")
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "phân công trong đơn vị"
        ordering = ["task_id", "id"]

    def __str__(self) -> str:
        return f"{self.task}: {self.officer}"


class PartReport(Removable):
    """What a coordinating unit delivered of its own part, or, with `returned`, what the lead still wants of it."""

    mutable_columns = ("is_hidden",)
    blankable_columns = ("text", "number")
    speaks = "text"

    task = models.ForeignKey(Task, models.PROTECT, related_name="part_reports")
    coordination = models.ForeignKey(Coordination, models.PROTECT, related_name="reports")
    returned = models.BooleanField("yêu cầu bổ sung", default=False)
    text = ProseField("kết quả phối hợp")
    number = LineField("số, ký hiệu văn bản", max_length=60, blank=True)
    issued_on = DayField("ngày văn bản", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi")
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "kết quả phối hợp"
        ordering = ["task_id", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text="") | GONE, name="part_report_says_what")]

    def __str__(self) -> str:
        return self.text[:80]


class LaterBasis(Removable):
    """The paper behind a decision that was recorded before the paper came (office rule 1)."""

    mutable_columns = ("is_hidden",)
    blankable_columns = ("basis",)
    speaks = "basis"

    task = models.ForeignKey(Task, models.PROTECT, related_name="later_bases")
    event = models.OneToOneField("Event", models.PROTECT, related_name="later_basis")
    basis = LineField("văn bản căn cứ", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người bổ sung")
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "văn bản bổ sung"
        ordering = ["task_id", "id"]
        constraints = [models.CheckConstraint(condition=~Q(basis="") | GONE, name="later_basis_says_what")]

    def __str__(self) -> str:
        return self.basis


class Opening(AppendOnly):
    """The first time a person of an answering unit opened the task: what an inspector asks about (office rule 23)."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="openings")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người xem")
    opened_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "lần mở đầu tiên"
        ordering = ["task_id", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "user"], name="opening_first_only")]

    def __str__(self) -> str:
        return f"{self.task}: {self.user}"
