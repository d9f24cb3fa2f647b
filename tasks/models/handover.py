"""Bàn giao công việc: a person leaves, or the fields of a leader change (office rule 7)."""

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField
from plans.models import Plan
from tasks.querysets import HandoverQuerySet
from units.models import RoleGrant, Unit, User

from .facts import How
from .task import Task


class Handover(AppendOnly):
    """What was agreed: who hands over to whom, when, why, on what paper. Carried out once, on its day.

    Without a `receiver` the head of the unit receives. A handover that waits for its day may be withdrawn; then
    nothing of it happens.
    """

    class Kind(models.TextChoices):
        LEAVES = "leaves", "Nghỉ, chuyển công tác, thôi nhiệm vụ"
        FIELDS = "fields", "Thay đổi lĩnh vực phụ trách của lãnh đạo"

    mutable_columns = ("carried_out_at", "withdrawn_at", "withdrawn_by", "tried_on", "trouble")

    kind = models.CharField("loại bàn giao", max_length=8, choices=Kind)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người bàn giao")
    # Where the person works: whose head signs the record, whose head receives when nobody is named.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị")
    on = DayField("ngày bàn giao")
    receiver = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="người nhận bàn giao"
    )
    reason = LineField("lý do", max_length=300)
    basis = LineField("văn bản căn cứ", max_length=200, blank=True)
    decided_by = LineField("người quyết định", max_length=150, blank=True)
    how = models.CharField("hình thức", max_length=10, choices=How, default=How.DIRECT)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    grant = models.ForeignKey(RoleGrant, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=now, editable=False)
    carried_out_at = models.DateTimeField("thời điểm thực hiện", null=True, editable=False)
    withdrawn_at = models.DateTimeField("thời điểm hủy", null=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    # The last day on which carrying it out failed, and why: it is tried again the next day.
    tried_on = DayField(null=True, editable=False)
    trouble = LineField("lý do chưa thực hiện được", max_length=300, blank=True, editable=False)

    objects = HandoverQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "bàn giao công việc"
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(carried_out_at__isnull=True, withdrawn_at__isnull=True),
                name="handover_one_waiting",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="handover_says_why"),
            models.CheckConstraint(
                condition=Q(carried_out_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="handover_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(receiver__isnull=True) | ~Q(receiver=models.F("person")),
                name="handover_to_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.on:%d/%m/%Y}"

    @property
    def is_waiting(self) -> bool:
        return self.carried_out_at is None and self.withdrawn_at is None


class HandedThing(AppendOnly):
    """Base of a row about one thing handed over: exactly one of the keys is set, or the words alone (a draft)."""

    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+")
    role_grant = models.ForeignKey(RoleGrant, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class HandoverChoice(HandedThing):
    """A receiver chosen for one thing when the handover was recorded. `keep`: this one is not handed over.

    A role without a choice ends and begins for nobody; a task or plan without one goes to the common receiver.
    """

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="choices")
    receiver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    keep = models.BooleanField(default=False)

    class Meta:
        ordering = ["handover_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(receiver__isnull=False, keep=False) | Q(receiver__isnull=True, keep=True),
                name="handover_choice_says_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.handover_id}: {self.receiver_id or 'keep'}"


class HandoverLine(HandedThing):
    """What really went over on the day, as it stood then: the record prints these rows for ever."""

    class Part(models.TextChoices):
        OPEN = "1_open", "Nhiệm vụ đang thực hiện"
        WAITING = "2_waiting", "Nhiệm vụ chờ xác nhận, chờ quyết định"
        OVERDUE = "3_overdue", "Nhiệm vụ quá hạn"
        OWED = "4_owed", "Nhiệm vụ nợ tài liệu kiểm chứng"
        CHARGE = "5_charge", "Kế hoạch, nhiệm vụ phụ trách"
        DRAFT = "6_draft", "Dự thảo"
        ROLE = "7_role", "Vai trò trên hệ thống"

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="lines")
    part = models.CharField("phần", max_length=12, choices=Part)
    words = LineField("nội dung", max_length=600)
    status = LineField("tình trạng", max_length=300, blank=True)
    due_on = DayField("hạn", null=True)
    receiver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["handover_id", "part", "id"]

    def __str__(self) -> str:
        return self.words[:80]
