"""What stands between a mail and its reader: how a person wants it, addresses that refuse it, the calendar feed."""

from datetime import time

from django.db import models

from core.clock import now
from core.fields import LineField
from notifications.querysets import MarkedAddressQuerySet
from units.models import User


class Preference(models.Model):
    """How a person wants to be told; without a row the defaults hold. Whether mails come stands at the person."""

    class Hour(models.TextChoices):
        OPENING = "", "Ngay đầu giờ làm việc"
        EIGHT = "08:00", "08 giờ"
        NINE = "09:00", "09 giờ"
        TEN = "10:00", "10 giờ"
        HALF_PAST_ONE = "13:30", "13 giờ 30"
        THREE = "15:00", "15 giờ"

    person = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    urgent_at_once = models.BooleanField("việc khẩn gửi thư ngay", default=True)
    # The daily mail comes no earlier than this.
    quiet_until = models.CharField("không gửi thư trước", max_length=5, choices=Hour, blank=True)

    class Meta:
        verbose_name = "cách nhận thông báo"

    def __str__(self) -> str:
        return str(self.person)

    @property
    def quiet(self) -> time | None:
        return time.fromisoformat(self.quiet_until) if self.quiet_until else None


class MarkedAddress(models.Model):
    """An address a mail server said is not there. Nothing more is sent to it until an administrator has looked."""

    class Kind(models.TextChoices):
        REFUSED = "refused", "Máy chủ thư từ chối"
        BOUNCED = "bounced", "Thư bị trả lại"

    # Lower case: mail servers do not tell the cases apart.
    address = models.EmailField("địa chỉ", unique=True)
    kind = models.CharField("loại", max_length=8, choices=Kind)
    answer = LineField("trả lời của máy chủ", max_length=300)
    times = models.PositiveIntegerField("số lần", default=1)
    marked_at = models.DateTimeField("thời điểm", default=now)
    cleared_at = models.DateTimeField("đã cho gửi lại lúc", null=True, blank=True)
    cleared_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = MarkedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = "địa chỉ không nhận thư"
        verbose_name_plural = "địa chỉ không nhận thư"
        ordering = ["-marked_at"]

    def __str__(self) -> str:
        return self.address


class CalendarFeed(models.Model):
    """The secret address under which a person's calendar program reads their deadlines. Only its hash is kept: who
    reads the database cannot read calendars. Making a new one, or none, ends the old one."""

    person = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("tạo lúc", default=now)
    read_at = models.DateTimeField("đọc gần nhất", null=True, blank=True)

    class Meta:
        verbose_name = "lịch cá nhân"

    def __str__(self) -> str:
        return str(self.person)
