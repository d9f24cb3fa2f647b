"""What the ladder lays on the owner's desk: nothing goes from here by itself (office rule 27)."""

from django.db import models
from django.db.models import Q

from core.clock import now
from core.fields import DayField, ProseField
from notifications.querysets import EscalationQuerySet
from tasks.models import Task
from units.models import User


class Escalation(models.Model):
    """One step of the ladder above the unit, for one deadline of one task: a matter for the leader, or a letter.

    The owner releases or drops it. A letter is drafted from it by whoever makes papers; the demand to explain, with a
    day of its own, is the verb of the task and leaves its line there.
    """

    class Kind(models.TextChoices):
        LEADER = "leader", "Chờ chuyển lãnh đạo"
        LETTER = "letter", "Công văn đôn đốc, yêu cầu giải trình"

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ Văn phòng xử lý"
        RELEASED = "released", "Đã chuyển lãnh đạo"
        DONE = "done", "Đã xử lý"
        DROPPED = "dropped", "Không chuyển"
        SETTLED = "settled", "Nhiệm vụ không còn chậm"

    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    kind = models.CharField("loại", max_length=8, choices=Kind)
    # The deadline that was missed: a new one starts the ladder again.
    deadline = DayField("hạn đã lỡ")
    on = DayField("ngày đến bậc")
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.WAITING)
    proposal = ProseField("đề xuất của Văn phòng", max_length=1000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    # Released: the leaders hear of it in the summary of that day.
    tell_on = DayField("ngày báo cáo lãnh đạo", null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = "việc chuyển cấp"
        verbose_name_plural = "việc chuyển cấp"
        ordering = ["on", "id"]
        indexes = [
            models.Index(fields=["kind", "on"], condition=Q(state="waiting"), name="escalation_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["task", "kind", "deadline"], name="escalation_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "settled"]) | Q(decided_at__isnull=False),
                name="escalation_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(tell_on__isnull=False), name="escalation_released_has_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.task}"
