"""A task is a debt with a date: one lead unit answers for it."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from core.clock import now, today
from core.deadlines import DeadlineKind, SpanUnit
from core.fields import DayField, LineField, ProseField
from plans.models import Clause, Document, Plan
from tasks.checkins import CheckIn
from tasks.querysets import FIRST_DUE, TaskQuerySet
from tasks.status import BINDING, OPEN_NOW, Confirmation, DeadlineClass, Execution, Strength, deadline_class
from units.models import Unit, UnitGroup, User

from .how import How

if TYPE_CHECKING:
    from core.workdays import WorkCalendar


class Task(models.Model):
    """An order as one unit has to carry it out, or, with `lead_group`, the order to many that fanned out.

    `execution` and `confirmation` say what the last fact says; everything about time is derived (`tasks.status`).
    Only verbs in `tasks.actions` write them.
    """

    # Where tasks of no plan stand (office rule 5).
    WITHOUT_PLAN = "Nhiệm vụ phát sinh"

    class Source(models.TextChoices):
        PLAN = "plan", "Kế hoạch"
        CONCLUSION = "conclusion", "Thông báo kết luận"
        LETTER = "letter", "Công văn"
        NOTE = "note", "Bút phê"
        ORAL = "oral", "Chỉ đạo trực tiếp"

    class Nature(models.TextChoices):
        ORDINARY = "ordinary", "Nhiệm vụ"
        EXPLANATION = "explanation", "Giải trình"

    class CountsFrom(models.TextChoices):
        RECEIVED = "received", "ngày nhận"
        SIGNED = "signed", "ngày ký, ban hành"
        EFFECTIVE = "effective", "ngày có hiệu lực"

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
    # Of a spoken order, or a note on the paper: who gave it and how it came (office rule 1).
    ordered_by = LineField("người chỉ đạo", max_length=150, blank=True)
    ordered_how = models.CharField("hình thức chỉ đạo", max_length=10, choices=How, blank=True)
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
    # Set by a superior: the day is not shifted and not extended inside; an earlier day of our own may stand beside it
    # (office rule 10).
    superior_deadline = models.BooleanField("hạn do cấp trên giao", default=False)
    internal_end = DayField("hạn nội bộ", null=True, blank=True)
    # "Trong vòng N ngày làm việc kể từ …": counted at assignment, anew when the receipt is recorded (office rule 11).
    counts_from = models.CharField("tính từ", max_length=10, choices=CountsFrom, blank=True)
    within_amount = models.PositiveSmallIntegerField("số ngày, tháng", null=True, blank=True)
    within_unit = models.CharField(
        "đơn vị thời gian", max_length=10, blank=True, choices=[(u.value, u.value) for u in SpanUnit]
    )
    received_on = DayField("ngày nhận", null=True, blank=True)
    start_assumed = models.BooleanField("tạm tính từ ngày giao", default=False, editable=False)

    # Countable parts: "02/03 địa bàn" (office rule 17)
    parts_total = models.PositiveSmallIntegerField("số phần việc", null=True, blank=True)
    parts_label = LineField("đơn vị tính phần việc", max_length=60, blank=True)
    parts_done = models.PositiveSmallIntegerField(
        "số phần việc đã xong", null=True, blank=True, editable=False
    )

    # What else it is
    nature = models.CharField("tính chất", max_length=12, choices=Nature, default=Nature.ORDINARY)
    # "(nếu có)": "không phát sinh" is an answer.
    allows_nil = models.BooleanField("được báo cáo “không phát sinh”", default=False)
    # The second step of a chain: this task gathers what the parts of another order answer.
    collects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="collectors", verbose_name="tổng hợp từ"
    )
    # An occurrence of a recurring duty: one per period.
    duty = models.ForeignKey("Duty", models.PROTECT, null=True, blank=True, related_name="occurrences")
    period_key = models.CharField("kỳ", max_length=20, blank=True, default="")
    # How often a standing order wants to hear from its unit; never a deadline.
    check_in = models.CharField(
        "cập nhật định kỳ", max_length=8, choices=CheckIn, default=CheckIn.NONE, db_default=CheckIn.NONE
    )
    # Two units became one while both had a part of the same order: this part went on in the other.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    # What the last fact says
    assigned_on = DayField("ngày giao", null=True, blank=True)
    execution = models.CharField("thực hiện", max_length=12, choices=Execution, default=Execution.NOT_STARTED)
    confirmation = models.CharField(
        "xác nhận", max_length=10, choices=Confirmation, default=Confirmation.NONE
    )
    percent = models.PositiveSmallIntegerField("tỷ lệ hoàn thành (%)", null=True, blank=True)
    submitted_on = DayField("ngày trình kết quả", null=True, blank=True, editable=False)
    completed_on = DayField("ngày hoàn thành", null=True, blank=True)
    # Working days a submission waited for its reviewer, over all submissions; never charged to the unit.
    waited_workdays = models.PositiveSmallIntegerField("số ngày chờ xác nhận", default=0, editable=False)
    # Working days between the product and its submission; more than two are "cập nhật chậm" (office rule 8).
    entry_gap = models.PositiveSmallIntegerField(
        "số ngày cập nhật sau", null=True, blank=True, editable=False
    )
    # "Đã có báo cáo, chờ cập nhật": no overdue mail goes out until then (office rule 29).
    awaited_until = DayField("chờ cập nhật đến hết ngày", null=True, blank=True, editable=False)
    # Whom the unit's head gave it to; the order itself stays as it is.
    officer = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="người thực hiện",
    )
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
            models.Index(fields=["effective_end", "id"], name="task_by_deadline"),
            models.Index(fields=["effective_end", "id"], condition=OPEN_NOW, name="task_open_by_deadline"),
            # What nobody has received, and what waits for the office: few of many, asked for each morning.
            models.Index(
                fields=["assigned_on"],
                condition=Q(
                    execution="not_started",
                    confirmation="none",
                    last_update_at__isnull=True,
                    duty__isnull=True,
                ),
                name="task_unreceived",
            ),
            models.Index(
                fields=["submitted_on"], condition=Q(confirmation="submitted"), name="task_submitted"
            ),
            # The first day anything is due of an open task: its internal deadline, where there is one.
            models.Index(FIRST_DUE, "id", condition=OPEN_NOW, name="task_open_by_first_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                condition=Q(parent__isnull=True, duty__isnull=True),
                name="task_code_once_in_plan",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(plan__isnull=True, parent__isnull=True, duty__isnull=True),
                name="task_code_once_without_plan",
                violation_error_message="Đã có nhiệm vụ phát sinh mang mã này.",
            ),
            models.UniqueConstraint(
                fields=["duty", "period_key"], condition=Q(duty__isnull=False), name="task_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(duty__isnull=True) | ~Q(period_key=""), name="task_occurrence_has_period"
            ),
            models.CheckConstraint(
                condition=Q(internal_end__isnull=True)
                | Q(nominal_end__isnull=True)
                | Q(internal_end__lte=F("nominal_end")),
                name="task_internal_end_not_later",
                violation_error_message="Hạn nội bộ không được sau hạn cấp trên giao.",
            ),
            models.CheckConstraint(
                condition=Q(parts_done__isnull=True)
                | Q(parts_total__isnull=False, parts_done__lte=F("parts_total")),
                name="task_parts_counted",
            ),
            models.UniqueConstraint(
                # A unit may finish the part of a predecessor beside its own that is done.
                fields=["parent", "lead_unit"],
                condition=Q(
                    parent__isnull=False,
                    execution__in=["not_started", "acknowledged", "in_progress", "reassign", "suspended"],
                ),
                name="task_one_per_member",
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
    def is_led_outside(self) -> bool:
        """Whether a body outside our authority has to do it: it is never called late (office rule 28)."""
        return self.lead_unit is not None and self.lead_unit.is_outside

    @property
    def plan_label(self) -> str:
        return self.plan.label if self.plan is not None else self.WITHOUT_PLAN

    @property
    def clause_label(self) -> str:
        return self.clause.label if self.clause is not None else ""

    @property
    def was_extended(self) -> bool:
        return self.first_effective_end != self.effective_end

    @property
    def keeps_orders_deadline(self) -> bool:
        """Whether a part has the deadline of its order: never extended, no words or day of its own. Where days are
        counted from an event, each unit counts its own."""
        order = self.parent
        if order is None or self.was_extended:
            return False
        names = ["phrase", "deadline_kind", "counts_from", "within_amount", "within_unit"]
        if not self.counts_from:
            names.append("nominal_end")
        return all(getattr(self, name) == getattr(order, name) for name in names)

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
    effective_end = DayField("hạn áp dụng", null=True, blank=True, editable=False)
    # As the last report of the part says: when it was delivered, or that the lead wants more.
    delivered_on = DayField("ngày gửi kết quả phối hợp", null=True, blank=True, editable=False)
    returned = models.BooleanField("yêu cầu bổ sung", default=False, editable=False)

    class Meta:
        ordering = ["task_id", "id"]
        indexes = [
            models.Index(
                fields=["nominal_end"],
                condition=Q(nominal_end__isnull=False) & (Q(delivered_on__isnull=True) | Q(returned=True)),
                name="coordination_due",
            )
        ]
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="coordination_once")]

    def __str__(self) -> str:
        return f"{self.unit.label} ({self.get_kind_display()})"


class Exclusion(models.Model):
    """A member of the group that an order to many leaves out ("trừ …")."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="exclusions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reason = LineField("lý do", max_length=200, blank=True)

    class Meta:
        ordering = ["task_id", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="exclusion_once")]

    def __str__(self) -> str:
        return f"{self.task}: trừ {self.unit}"
