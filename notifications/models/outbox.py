"""The outbox: rows that must go out. A unique key makes a second row for the same cause impossible."""

from django.db import models
from django.db.models import Q

from core.clock import now
from core.fields import DayField, LineField, ProseField
from notifications.querysets import DigestQuerySet, NoticeQuerySet
from tasks.models import Event, Task
from units.models import User


class Digest(models.Model):
    """One mail to one person on one day, holding that day's notices. Nothing due: no row, no mail.

    Beside it one mail for each urgent event, which waits for no morning.
    """

    class Kind(models.TextChoices):
        DAILY = "daily", "Thư hằng ngày"
        URGENT = "urgent", "Thư khẩn"

    class State(models.TextChoices):
        PENDING = "pending", "Chờ gửi"
        SENT = "sent", "Đã gửi"
        SKIPPED = "skipped", "Không gửi"
        FAILED = "failed", "Gửi không thành công"

    class Fault(models.TextChoices):
        """Why the last attempt came to nothing; what follows from it stands in `notifications.outbox`."""

        NONE = "", "Không"
        LOGIN = "login", "Máy chủ thư không nhận tài khoản hoặc địa chỉ gửi của hệ thống"
        NETWORK = "network", "Không nối được máy chủ thư"
        FOR_NOW = "for_now", "Máy chủ thư tạm thời chưa nhận"
        REFUSED = "refused", "Máy chủ thư từ chối"
        ADDRESS = "address", "Địa chỉ người nhận không dùng được"
        BOUNCED = "bounced", "Thư bị trả lại"
        OURS = "ours", "Lỗi khi soạn thư"

    recipient = models.ForeignKey(User, models.CASCADE, related_name="digests")
    kind = models.CharField("loại thư", max_length=6, choices=Kind, default=Kind.DAILY)
    # The event an urgent mail is about.
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="+")
    day = DayField("ngày")
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.PENDING)
    # Raised and committed before each attempt, so that a message that kills its sender is not tried for ever.
    attempts = models.PositiveSmallIntegerField("số lần gửi", default=0)
    claim = models.CharField(max_length=36, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField("không gửi trước", default=now)
    # The same at every attempt: a mail store folds the copy a crash may cause.
    message_id = models.CharField(max_length=120, unique=True)
    subject = LineField("tiêu đề", max_length=200, blank=True)
    error = LineField("lỗi", max_length=300, blank=True)
    fault = models.CharField("loại lỗi", max_length=8, choices=Fault, blank=True)
    reason = LineField("lý do không gửi", max_length=200, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    sent_at = models.DateTimeField("thời điểm gửi", null=True, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = "thư nhắc việc"
        verbose_name_plural = "thư nhắc việc"
        ordering = ["-day", "recipient"]
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state="pending"), name="digest_pending"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "day"], condition=Q(kind="daily"), name="digest_one_a_day"
            ),
            models.UniqueConstraint(
                fields=["recipient", "event"], condition=Q(kind="urgent"), name="digest_once_an_event"
            ),
            models.CheckConstraint(
                condition=Q(kind="daily", event__isnull=True) | Q(kind="urgent", event__isnull=False),
                name="digest_urgent_has_event",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="digest_sent_has_time"
            ),
            models.CheckConstraint(
                condition=Q(claim="") | Q(lease_until__isnull=False), name="digest_claim_has_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.day:%d/%m/%Y}"


class Notice(models.Model):
    """One thing for one person: shown in the inbox at once, carried by that day's digest."""

    class Group(models.TextChoices):
        # The order in which a digest lists what to do
        REPORT = "0_report", "Báo cáo, xin ý kiến"
        OVERDUE = "1_overdue", "Quá hạn"
        DUE = "2_due", "Sắp đến hạn, đến hạn"
        NEW = "3_new", "Mới giao"
        RETURNED = "4_returned", "Yêu cầu bổ sung"
        WAITING = "5_waiting", "Chờ xử lý"
        NEWS = "6_news", "Thông tin"

    class State(models.TextChoices):
        PENDING = "pending", "Chờ gửi"
        SENT = "sent", "Đã gửi"
        SKIPPED = "skipped", "Không gửi"
        FAILED = "failed", "Gửi không thành công"

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notices")
    # subject, rule or verb, deadline, person: the same cause never makes a second row
    key = models.CharField(max_length=120, unique=True)
    group = models.CharField("nhóm việc", max_length=12, choices=Group)
    task = models.ForeignKey(Task, models.CASCADE, null=True, blank=True, related_name="notices")
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="notices")
    text = LineField("nội dung", max_length=300)
    detail = ProseField("chi tiết", max_length=1000, blank=True)
    url = models.CharField("đường dẫn", max_length=200)
    day = DayField("ngày")
    digest = models.ForeignKey(Digest, models.SET_NULL, null=True, blank=True, related_name="notices")
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.PENDING)
    reason = LineField("lý do không gửi", max_length=200, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    read_at = models.DateTimeField("đã xem lúc", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_inbox"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(
                fields=["recipient"],
                condition=Q(state="pending", digest__isnull=True),
                name="notice_undigested",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(reason=""), name="notice_skipped_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.text
