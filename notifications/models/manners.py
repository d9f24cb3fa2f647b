"""What a person, a unit or an office says about being told: peace about one task, leave, a shared mailbox, the day of
giao ban."""

from django.db import models
from django.db.models import F, Q

from core.clock import now
from core.fields import DayField
from tasks.models import Task
from units.models import Unit, User


class Quiet(models.Model):
    """A person wants no reminders of one task: until a day ("tạm hoãn nhắc"), or for good ("ngừng nhắc").

    Not a way out of an order: who answers for the task is told again once it is overdue.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    until = DayField("tạm hoãn đến hết ngày", null=True, blank=True)
    since = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "tạm hoãn, ngừng nhắc"
        constraints = [models.UniqueConstraint(fields=["person", "task"], name="quiet_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.task}"


class Leave(models.Model):
    """Days on which a person is away: what would have gone to them goes to who stands in for them, as their unit's
    grants of those days say (a deputy is a time-boxed grant)."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    starts_on = DayField("nghỉ từ ngày")
    ends_on = DayField("đến hết ngày")

    class Meta:
        verbose_name = "thời gian nghỉ"
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="leave_ends_after_start",
                violation_error_message="Ngày cuối không được trước ngày đầu.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.starts_on:%d/%m/%Y} – {self.ends_on:%d/%m/%Y}"


class Mailbox(models.Model):
    """The shared address of a unit as somebody who can be told: an account without a password or any right, made when
    a unit with an address has nobody else (office rule 33: digests may go to a shared mailbox, logins are personal)."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="+")
    account = models.OneToOneField(User, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "hộp thư đơn vị"

    def __str__(self) -> str:
        return str(self.unit)


class GiaoBan(models.Model):
    """The day of the week on which an office lays before its leaders what it has released (office rule 27)."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "thứ Hai"
        TUESDAY = 1, "thứ Ba"
        WEDNESDAY = 2, "thứ Tư"
        THURSDAY = 3, "thứ Năm"
        FRIDAY = 4, "thứ Sáu"

    office = models.OneToOneField(Unit, models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField("ngày giao ban", choices=Weekday, default=Weekday.MONDAY)

    class Meta:
        verbose_name = "ngày giao ban"

    def __str__(self) -> str:
        return f"{self.office}: {self.get_weekday_display()}"
