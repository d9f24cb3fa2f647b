"""A task is a debt with a date: one lead unit answers for it."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from core.clock import now, today
from core.deadlines import DeadlineKind
from core.fields import DayField, LineField, ProseField
from plans.models import Clause, Document, Plan
from tasks.querysets import TaskQuerySet
from tasks.status import BINDING, Confirmation, DeadlineClass, Execution, Strength, deadline_class
from units.models import Unit, UnitGroup, User

if TYPE_CHECKING:
    from core.workdays import WorkCalendar


class Task(models.Model):
    """An order as one unit has to carry it out, or, with `lead_group`, the order to many that fanned out.

    `execution` and `confirmation` say what the last fact says; everything about time is derived (`tasks.status`).
    Only verbs in `tasks.actions` write them.
    """

    class Source(models.TextChoices):
        PLAN = "plan", "Kế hoạch"
        CONCLUSION = "conclusion", "Thông báo kết luận"
        LETTER = "letter", "Công văn"
        NOTE = "note", "Bút phê"
        ORAL = "oral", "Chỉ đạo trực tiếp"

    class Urgency(models.TextChoices):
        NORMAL = "normal", "Thường"
        URGENT = "urgent", "Khẩn"
        VERY_URGENT = "very", "Thượng khẩn"
        EXPRESS = "express", "Hỏa tốc"

    # Where it comes from
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="kế hoạch"
    )
    code = LineField("mã nhiệm vụ", max_length=30)
    order = models.PositiveIntegerField("thứ tự", default=0)
    source = models.CharField("nguồn giao", max_length=10, choices=Source, default=Source.PLAN)
    source_document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name="văn bản giao nhiệm vụ",
    )
    clause = models.ForeignKey(Clause, models.SET_NULL, null=True, blank=True, related_name="tasks")
    quote = ProseField("trích nguyên văn", blank=True)
    strength = models.CharField("mức độ giao", max_length=10, choices=Strength, default=Strength.ASSIGN)

    # What
    title = LineField("nhiệm vụ", max_length=500)
    product = LineField("sản phẩm", max_length=300, blank=True)
    note = ProseField("ghi chú", blank=True)
    urgency = models.CharField("độ khẩn", max_length=10, choices=Urgency, default=Urgency.NORMAL)

    # Who
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="led_tasks", verbose_name="đơn vị chủ trì"
    )
    lead_group = models.ForeignKey(
        UnitGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_tasks",
        verbose_name="giao nhiều đơn vị",
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    tracking_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="tracked_tasks", verbose_name="đơn vị theo dõi, đôn đốc"
    )
    leader_in_charge = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="lãnh đạo phụ trách"
    )
    coordinators = models.ManyToManyField(Unit, through="Coordination", related_name="coordinated_tasks")
    # Actors the text names that are no unit of ours ("công chức địa chính cấp xã").
    coordination_note = LineField("phối hợp khác ghi trong văn bản", max_length=300, blank=True)

    # By when: the phrase as printed is always kept beside what it was read as
    phrase = LineField("thời hạn ghi trong văn bản", max_length=200, blank=True)
    deadline_kind = models.CharField(
        "loại thời hạn", max_length=10, choices=[(k.value, k.label) for k in DeadlineKind]
    )
    starts_on = DayField("ngày bắt đầu", null=True, blank=True)
    printed_on = DayField("ngày ghi trong văn bản", null=True, blank=True)
    nominal_end = DayField("thời hạn", null=True, blank=True)
    effective_end = DayField("hạn áp dụng", null=True, blank=True)
    first_effective_end = DayField("hạn ban đầu", null=True, blank=True, editable=False)
    # The effective deadline plus the working days a returned submission had waited for its reviewer.
    counted_end = DayField("hạn tính chậm", null=True, blank=True, editable=False)
    intervals = models.JSONField("các đợt", default=list, blank=True)

    # What the last fact says
    assigned_on = DayField("ngày giao", null=True, blank=True)
    execution = models.CharField("thực hiện", max_length=12, choices=Execution, default=Execution.NOT_STARTED)
    confirmation = models.CharField(
        "xác nhận", max_length=10, choices=Confirmation, default=Confirmation.NONE
    )
    percent = models.PositiveSmallIntegerField("tỷ lệ hoàn thành (%)", null=True, blank=True)
    submitted_on = DayField("ngày trình kết quả", null=True, blank=True, editable=False)
    completed_on = DayField("ngày hoàn thành", null=True, blank=True)
    last_update_at = models.DateTimeField("cập nhật lần cuối", null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    search = models.CharField(max_length=700, editable=False, default="", db_default="")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ"
        verbose_name_plural = "nhiệm vụ"
        ordering = ["plan", "order", "id"]
        indexes = [
            models.Index(fields=["lead_unit", "counted_end"], name="task_by_unit"),
            models.Index(fields=["tracking_unit", "counted_end"], name="task_by_tracker"),
            models.Index(
                fields=["effective_end", "id"],
                condition=Q(
                    execution__in=["not_started", "acknowledged", "in_progress", "reassign", "suspended"]
                ),
                name="task_open_by_deadline",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], condition=Q(parent__isnull=True), name="task_code_once_in_plan"
            ),
            models.UniqueConstraint(
                fields=["parent", "lead_unit"], condition=Q(parent__isnull=False), name="task_one_per_member"
            ),
            models.CheckConstraint(
                condition=Q(lead_unit__isnull=False, lead_group__isnull=True)
                | Q(lead_unit__isnull=True, lead_group__isnull=False, parent__isnull=True),
                name="task_one_lead",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="task_percent"
            ),
            models.CheckConstraint(
                condition=~Q(execution="done") | Q(completed_on__isnull=False), name="task_done_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(confirmation="confirmed") | Q(execution="done"), name="task_confirmed_is_done"
            ),
            models.CheckConstraint(
                condition=~Q(confirmation="submitted") | Q(submitted_on__isnull=False),
                name="task_submitted_has_date",
            ),
            models.CheckConstraint(
                condition=Q(effective_end__isnull=True)
                | Q(counted_end__isnull=False, first_effective_end__isnull=False, nominal_end__isnull=False),
                name="task_deadline_whole",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(nominal_end__isnull=True)
                | Q(nominal_end__gte=F("starts_on")),
                name="task_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(execution__in=Execution.values), name="task_execution_known"),
            models.CheckConstraint(
                condition=Q(confirmation__in=Confirmation.values), name="task_confirmation_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.execution not in (Execution.DONE, Execution.DISCONTINUED)

    @property
    def is_standing(self) -> bool:
        """Followed by check-ins, never overdue."""
        return self.deadline_kind in (DeadlineKind.STANDING, DeadlineKind.RECURRING)

    @property
    def is_binding(self) -> bool:
        """Only giao, yêu cầu, nhắc nhở can be overdue."""
        return self.strength in BINDING

    @property
    def lead_label(self) -> str:
        return self.lead_unit.label if self.lead_unit is not None else str(self.lead_group)

    @property
    def was_extended(self) -> bool:
        return self.first_effective_end != self.effective_end

    @property
    def leaders(self) -> "tuple[User | None, ...]":
        """Leaders who may decide here: of the task, else of the plan."""
        if self.leader_in_charge is not None:
            return (self.leader_in_charge, self.plan.leader_in_charge if self.plan else None)
        return (self.plan.leader_in_charge,) if self.plan else ()

    def deadline_class_on(self, calendar: "WorkCalendar", on: date | None = None) -> DeadlineClass:
        """The third axis on a day, today unless told otherwise."""
        return deadline_class(self, on or today(), calendar)


class Coordination(models.Model):
    """A unit that works along: with its own part, and its own date where the order gives one."""

    class Kind(models.TextChoices):
        COORDINATING = "coordinating", "Phối hợp"
        JOINT = "joint", "Đồng chủ trì"

    task = models.ForeignKey(Task, models.CASCADE, related_name="coordinations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="coordinations")
    kind = models.CharField("vai trò", max_length=12, choices=Kind, default=Kind.COORDINATING)
    part = LineField("phần việc", max_length=300, blank=True)
    nominal_end = DayField("thời hạn riêng", null=True, blank=True)

    class Meta:
        ordering = ["task_id", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="coordination_once")]

    def __str__(self) -> str:
        return f"{self.unit.label} ({self.get_kind_display()})"
