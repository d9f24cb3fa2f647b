"""Reminder rules: of what, how many working days before or after its day, and to whom."""

from django.db import models
from django.db.models import Q

from core.changes import ChangeHistory, KeptQuerySet
from core.fields import LineField
from plans.models import Plan
from tasks.models import Task


class Subject(models.TextChoices):
    """What somebody is reminded of. The day its offsets count from stands behind each (`notifications.subjects`)."""

    DEADLINE = "deadline", "Nhiệm vụ có thời hạn"
    ACCEPTANCE = "acceptance", "Nhiệm vụ chưa tiếp nhận"
    RESULT = "result", "Kết quả chờ xác nhận"
    PART = "part", "Phần phối hợp có thời hạn riêng"
    EXPLANATION = "explanation", "Giải trình phải gửi"
    OBSTACLE = "obstacle", "Vướng mắc phải trả lời"
    FIGURES = "figures", "Số liệu của đợt báo cáo"
    REPORT = "report", "Báo cáo định kỳ chưa trình"


class Step(models.TextChoices):
    """What a rung does beyond telling the unit and the office."""

    NONE = "", "Chỉ nhắc"
    LEADER = "leader", "Chờ chuyển lãnh đạo"
    LETTER = "letter", "Dự thảo công văn đôn đốc, yêu cầu giải trình"


class Rule(models.Model):
    """One rung of a reminder ladder.

    `offset` counts working days from the day of the subject: −3 = three working days before, 0 = on the day, 1 = first
    working day after. A thing stands on exactly one rung on any day: the highest whose offset is reached, so an outage
    sends one line, not three. `repeat_days` repeats the last rung.

    Rules form sets: of the whole system, of a plan, of an urgency, of both. The nearest set that has any rule holds
    alone (`notifications.rulebook`); a subject without any follows the ladder of the product.
    """

    subject = models.CharField("nội dung nhắc", max_length=12, choices=Subject, default=Subject.DEADLINE)
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="kế hoạch"
    )
    urgency = models.CharField("độ khẩn", max_length=10, choices=Task.Urgency, blank=True)
    name = LineField("tên quy tắc", max_length=100)
    offset = models.SmallIntegerField("số ngày làm việc so với hạn")
    to_clerk = models.BooleanField("chuyên viên đầu mối", default=True)
    to_head = models.BooleanField("thủ trưởng đơn vị", default=False)
    to_owner = models.BooleanField("Văn phòng theo dõi", default=False)
    step = models.CharField("chuyển cấp", max_length=8, choices=Step, blank=True, default=Step.NONE)
    repeat_days = models.PositiveSmallIntegerField("nhắc lại sau mỗi (ngày làm việc)", null=True, blank=True)
    active = models.BooleanField("đang áp dụng", default=True)

    objects = KeptQuerySet.as_manager()
    history = ChangeHistory()

    class Meta:
        verbose_name = "quy tắc nhắc việc"
        verbose_name_plural = "quy tắc nhắc việc"
        ordering = ["subject", "plan", "urgency", "offset"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "urgency", "offset"], condition=Q(plan__isnull=True), name="rule_once"
            ),
            models.UniqueConstraint(
                fields=["subject", "plan", "urgency", "offset"],
                condition=Q(plan__isnull=False),
                name="rule_once_in_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.name
