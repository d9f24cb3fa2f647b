"""A plan is a promise: its document, who follows it, how it reads its own deadlines, its outline."""

from django.db import models
from django.db.models import F, Q

from core.changes import ChangeHistory, KeptQuerySet, RemovableLine
from core.fields import DayField, LineField, ProseField
from plans.querysets import PlanQuerySet
from units.models import Unit, User

from .documents import Document


class Plan(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        ACTIVE = "active", "Đang thực hiện"
        CLOSED = "closed", "Đã kết thúc"

    code = LineField("mã kế hoạch", max_length=30, unique=True)
    title = LineField("tên kế hoạch", max_length=500)
    document = models.OneToOneField(Document, models.PROTECT, related_name="plan", verbose_name="văn bản")
    issuer = models.ForeignKey(
        Unit, models.PROTECT, related_name="issued_plans", verbose_name="cơ quan ban hành"
    )
    tracking_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="tracked_plans", verbose_name="đơn vị theo dõi, đôn đốc"
    )
    leader_in_charge = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="lãnh đạo phụ trách"
    )
    starts_on = DayField("từ ngày")
    ends_on = DayField("đến ngày")
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.DRAFT)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="kế hoạch cấp trên",
    )
    # "Trước ngày D" counts D itself only when the plan says so (office rule 9).
    includes_day = models.BooleanField("“trước ngày D” gồm cả ngày D", default=False)
    # A last day on a day off moves to the next working day (Civil Code 91/2015, art. 148.5); off for deadlines
    # set by a superior (office rule 10).
    shifts_holidays = models.BooleanField(
        "hạn rơi vào ngày nghỉ thì chuyển sang ngày làm việc kế tiếp", default=True
    )
    extension_notice_days = models.PositiveSmallIntegerField(
        "đề nghị gia hạn trước hạn ít nhất (ngày làm việc)", default=3
    )
    extension_limit = models.PositiveSmallIntegerField(
        "số lần gia hạn tối đa",
        null=True,
        blank=True,
        default=2,
        help_text="Để trống: không giới hạn.",
    )
    activated_at = models.DateTimeField("thời điểm giao", null=True, blank=True, editable=False)
    activated_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="người giao",
    )
    # What was not clear when the plan was activated, acknowledged once by the owner; it never blocks (office 4).
    acknowledged_gaps = ProseField("nội dung chưa rõ khi giao", max_length=20_000, blank=True, editable=False)
    participants = models.ManyToManyField(Unit, through="PlanParticipation", related_name="plans")

    objects = PlanQuerySet.as_manager()
    history = ChangeHistory()

    class Meta:
        verbose_name = "kế hoạch"
        verbose_name_plural = "kế hoạch"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="plan_dates",
                violation_error_message="Ngày kết thúc không được trước ngày bắt đầu.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(activated_at__isnull=False), name="plan_active_was_activated"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """Document number where there is one, else the plan's own code."""
        return self.label_of(self.code, self.document.kind, self.document.number)

    @staticmethod
    def label_of(code: str, kind: str, number: str) -> str:
        """`label` from the columns alone."""
        return f"{Document.Kind(kind).label} số {number}" if number else code


class PlanParticipation(models.Model):
    """A unit has a part in a plan: written by whoever assigns, so that the unit sees its plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="participations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="participations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="plan_participation_once")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.plan}"


class ClauseLine(RemovableLine):
    blankable_columns = ("text",)

    class Meta:
        abstract = True


class Clause(models.Model):
    """One line of the outline as printed. Labels may repeat in a real plan; the order does not."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="clauses", verbose_name="kế hoạch")
    order = models.PositiveIntegerField("thứ tự")
    level = models.PositiveSmallIntegerField("cấp", default=1)
    label = LineField("ký hiệu mục", max_length=30, blank=True)
    text = ProseField("nội dung")

    objects = KeptQuerySet.as_manager()
    history = ChangeHistory(bases=(ClauseLine,))

    class Meta:
        verbose_name = "mục của kế hoạch"
        ordering = ["plan", "order"]
        constraints = [models.UniqueConstraint(fields=["plan", "order"], name="clause_order_once")]

    def __str__(self) -> str:
        return f"{self.label} {self.text}".strip()[:120]
