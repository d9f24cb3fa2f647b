"""Reminder rules: how many working days before or after a deadline, and to whom."""

from django.db import models

from core.fields import LineField


class Rule(models.Model):
    """One rung of the reminder ladder.

    `offset` counts working days from the deadline: −3 = three working days before, 0 = on the day, 1 = first
    working day after. A task stands on exactly one rung on any day: the highest whose offset is reached, so
    an outage sends one line, not three. `repeat_days` repeats the last rung.
    """

    name = LineField("tên quy tắc", max_length=100)
    offset = models.SmallIntegerField("số ngày làm việc so với hạn", unique=True)
    to_clerk = models.BooleanField("chuyên viên đầu mối", default=True)
    to_head = models.BooleanField("thủ trưởng đơn vị", default=False)
    to_owner = models.BooleanField("Văn phòng theo dõi", default=False)
    repeat_days = models.PositiveSmallIntegerField("nhắc lại sau mỗi (ngày làm việc)", null=True, blank=True)
    active = models.BooleanField("đang áp dụng", default=True)

    class Meta:
        verbose_name = "quy tắc nhắc việc"
        verbose_name_plural = "quy tắc nhắc việc"
        ordering = ["offset"]

    def __str__(self) -> str:
        return self.name
