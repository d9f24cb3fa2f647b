"""Facts about a task: appended, never edited. The database itself refuses to change them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from core.append_only import ChainedEvent, canonical_json
from core.clock import now
from core.fields import DayField, LineField, ProseField
from core.files import private_storage, stored_path
from tasks.skeleton import skeleton
from units.models import Unit, User
from units.permissions import Role

from .how import How
from .removal import HIDDEN, Removable
from .task import Task

# A text that may not be empty, unless it was removed by decision.
GONE = Q(removal__isnull=False)


class Event(Removable, ChainedEvent):
    """One line of a task's ledger: who decided, who recorded, in which role and unit, how, and what changed."""

    mutable_columns = (*ChainedEvent.mutable_columns, "is_hidden")
    blankable_columns = ("content", "basis")

    task = models.ForeignKey(Task, models.PROTECT, related_name="events")
    verb = models.CharField("việc", max_length=30)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    role = models.CharField("vai trò", max_length=12, choices=Role, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="đơn vị")
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    decided_by = LineField("người quyết định", max_length=150, blank=True)
    how = models.CharField("hình thức", max_length=10, choices=How, default=How.DIRECT)
    basis = LineField("văn bản căn cứ", max_length=200, blank=True)
    # The line by whose decision this one was written along: of the order to many, or of the standing order.
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", editable=False
    )

    class Meta:
        ordering = ["task_id", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["task", "sequence"], name="event_sequence_once"),
            models.CheckConstraint(
                condition=Q(content="", removal__isnull=False) | ~Q(content="") & Q(removal__isnull=True),
                name="event_empty_by_decision",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(announced_at__isnull=True), name="event_unannounced"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} #{self.sequence} {self.verb}"

    def mask(self) -> None:
        """The skeleton stays: dates, numbers, decisions without their words."""
        self.content = canonical_json(skeleton(self.content))
        if self.basis:
            self.basis = HIDDEN


class SettledOnce(Removable):
    """Base of what is asked, and settled later by one decision: who decided, who recorded it, how, on what paper."""

    mutable_columns: ClassVar[tuple[str, ...]] = ("is_hidden",)
    set_once_columns: ClassVar[tuple[str, ...]] = (
        "removal",
        "decided_by_name",
        "recorded_by",
        "how",
        "basis",
        "decision_note",
        "decided_at",
    )
    blankable_columns: ClassVar[tuple[str, ...]] = ("basis", "decision_note")
    # What a decision writes, whole.
    DECISION: ClassVar[tuple[str, ...]] = (
        "decided_by_name", "recorded_by", "how", "basis", "decision_note", "decided_at",
    )  # fmt: skip

    decided_by_name = LineField("người quyết định", max_length=150, blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ghi nhận"
    )
    how = models.CharField("hình thức", max_length=10, choices=How, blank=True)
    basis = LineField("văn bản căn cứ", max_length=200, blank=True)
    decision_note = ProseField("ý kiến", max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class ProgressUpdate(Removable):
    """What a unit reported, or sent as its result."""

    mutable_columns = ("is_hidden",)
    blankable_columns = ("text", "obstacle", "proposal")
    speaks = "text"

    task = models.ForeignKey(Task, models.PROTECT, related_name="updates")
    text = ProseField("nội dung")
    percent = models.PositiveSmallIntegerField("tỷ lệ hoàn thành (%)", null=True, blank=True)
    obstacle = ProseField("khó khăn, vướng mắc", blank=True)
    proposal = ProseField("kiến nghị, đề xuất", blank=True)
    is_submission = models.BooleanField("trình kết quả", default=False)
    # "Không phát sinh" is an answer too.
    is_nil = models.BooleanField("không phát sinh", default=False)
    parts_done = models.PositiveSmallIntegerField("số phần việc đã xong", null=True, blank=True)
    product_on = DayField("ngày của văn bản kết quả", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người cập nhật")
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    entered_at = models.DateTimeField("thời điểm nhập", default=now, editable=False)

    class Meta:
        verbose_name = "cập nhật tiến độ"
        ordering = ["task_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="update_percent"
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Evidence(Removable):
    """Proof: a file, a link, or a numbered document whose original lives in the e-office (office rule 24)."""

    mutable_columns = ("is_hidden",)
    blankable_columns = ("title", "number", "issuer", "url", "file", "file_name")
    speaks = "title"

    class Kind(models.TextChoices):
        FILE = "file", "Tệp đính kèm"
        DOCUMENT = "document", "Văn bản"
        LINK = "link", "Đường dẫn"

    task = models.ForeignKey(Task, models.PROTECT, related_name="evidence")
    kind = models.CharField("loại", max_length=10, choices=Kind)
    title = LineField("tên tài liệu", max_length=300)
    number = LineField("số, ký hiệu", max_length=60, blank=True)
    issued_on = DayField("ngày văn bản", null=True, blank=True)
    issuer = LineField("cơ quan ban hành", max_length=200, blank=True)
    url = models.URLField("đường dẫn", max_length=500, blank=True)
    file = models.FileField("tệp", storage=private_storage, upload_to=stored_path, blank=True)
    file_name = LineField("tên tệp", max_length=150, blank=True)
    size = models.PositiveIntegerField("dung lượng", null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đính kèm")
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    entered_at = models.DateTimeField("thời điểm nhập", default=now, editable=False)

    class Meta:
        verbose_name = "tài liệu kiểm chứng"
        ordering = ["task_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="file", file__gt="", sha256__gt="")
                | Q(kind="link", url__gt="")
                | Q(kind="document", number__gt="")
                | GONE,
                name="evidence_has_its_proof",
            )
        ]

    def __str__(self) -> str:
        return self.title


class DeadlineChange(SettledOnce):
    """A request for more time and its decision. The first deadline stays on the task for ever.

    The request is never edited; the decision columns are written once, by `decide_extension`, or when the request has
    become pointless.
    """

    class Decision(models.TextChoices):
        PENDING = "pending", "Chờ quyết định"
        GRANTED = "granted", "Đồng ý gia hạn"
        REFUSED = "refused", "Không đồng ý gia hạn"
        # Done in time or discontinued before anybody decided.
        LAPSED = "lapsed", "Không còn cần quyết định"

    mutable_columns = (*SettledOnce.mutable_columns, "decision")
    set_once_columns = (*SettledOnce.set_once_columns, "granted_end")
    blankable_columns = (*SettledOnce.blankable_columns, "reason")
    speaks = "reason"

    task = models.ForeignKey(Task, models.PROTECT, related_name="deadline_changes")
    old_end = DayField("hạn hiện tại")
    proposed_end = DayField("hạn đề nghị")
    reason = ProseField("lý do", max_length=2000)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đề nghị")
    asked_at = models.DateTimeField(default=now, editable=False)
    # Asked after the deadline, or nearer to it than the plan's rule: the task stays overdue until decided.
    late = models.BooleanField("đề nghị muộn", default=False)
    # Of our own earlier day only; the superior's stays (office rule 10).
    internal = models.BooleanField("gia hạn nội bộ", default=False)
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    decision = models.CharField("quyết định", max_length=10, choices=Decision, default=Decision.PENDING)
    granted_end = DayField("hạn được duyệt", null=True, blank=True)

    class Meta:
        verbose_name = "đề nghị gia hạn"
        ordering = ["task_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(decision="pending"), name="extension_one_pending"
            ),
            models.CheckConstraint(condition=~Q(reason="") | GONE, name="extension_has_reason"),
            models.CheckConstraint(condition=Q(proposed_end__gt=F("old_end")), name="extension_is_later"),
            models.CheckConstraint(
                condition=Q(decision="pending", decided_at__isnull=True, granted_end__isnull=True)
                | Q(decision="granted", decided_at__isnull=False, granted_end__isnull=False)
                | Q(decision__in=["refused", "lapsed"], decided_at__isnull=False, granted_end__isnull=True),
                name="extension_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.get_decision_display()}"
