"""The payroll roster and the accounts each person must hold. A staff member is not a login."""

from django.db import models
from django.db.models import F, Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField
from units.querysets import StaffMemberQuerySet

from .organisation import Unit
from .people import User


class StaffMember(models.Model):
    """A person on a unit's payroll. No personal number is kept here: the duty needs yes or no."""

    class Employment(models.TextChoices):
        # office rule 35
        WORKING = "working", "Đang làm việc"
        CONTRACT = "contract", "Hợp đồng lao động"
        SECONDED_IN = "seconded_in", "Biệt phái đến"
        SECONDED_OUT = "seconded_out", "Biệt phái đi"
        STUDY = "study", "Đi học tập trung"
        MATERNITY = "maternity", "Nghỉ thai sản"
        UNPAID = "unpaid", "Nghỉ không lương"
        PRE_RETIREMENT = "pre_retire", "Nghỉ chờ hưu"
        SUSPENDED = "suspended", "Đình chỉ công tác"
        RETIRED = "retired", "Nghỉ hưu"
        LEFT = "left", "Thôi việc"
        TRANSFERRED = "transferred", "Chuyển công tác"

    # Who stands in the denominator: at work on the day. The others are shown beside it, never dropped silently.
    COUNTED = (Employment.WORKING, Employment.CONTRACT)

    code = LineField("mã cán bộ", max_length=30, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="staff", verbose_name="đơn vị")
    full_name = LineField("họ và tên", max_length=100)
    position = LineField("chức vụ / vị trí việc làm", max_length=100, blank=True)
    employment = models.CharField("tình trạng", max_length=12, choices=Employment, default=Employment.WORKING)
    joined_on = DayField("ngày vào đơn vị", null=True, blank=True)
    left_on = DayField("ngày rời đơn vị", null=True, blank=True)
    search = models.CharField(max_length=200, editable=False, default="", db_default="")
    sort_key = models.CharField(max_length=400, editable=False, default="", db_default="")

    objects = StaffMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "công chức, viên chức, người lao động"
        verbose_name_plural = "danh sách công chức, viên chức, người lao động"
        ordering = ["unit__tree_start", "sort_key", "id"]
        indexes = [models.Index(fields=["unit", "sort_key"], name="staff_by_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True)
                | Q(joined_on__isnull=True)
                | Q(left_on__gte=F("joined_on")),
                name="staff_left_after_joined",
                violation_error_message="Ngày rời đơn vị không được trước ngày vào đơn vị.",
            )
        ]

    def __str__(self) -> str:
        return self.full_name


class AccountKind(models.Model):
    """A kind of account staff must hold, with the dates the law made it valid."""

    class CountsWhen(models.TextChoices):
        ISSUED = "issued", "Đã được cấp"
        ACTIVATED = "activated", "Đã kích hoạt"

    code = LineField("mã", max_length=30, unique=True)
    name = LineField("loại tài khoản", max_length=120)
    short_name = LineField("tên gọi tắt", max_length=40, blank=True)
    counts_when = models.CharField("được tính khi", max_length=10, choices=CountsWhen)
    valid_from = DayField("có hiệu lực từ", null=True, blank=True)
    valid_to = DayField("có hiệu lực đến", null=True, blank=True)
    basis = LineField("căn cứ", max_length=200, blank=True)
    position = models.PositiveIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "loại tài khoản"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class AccountCheck(AppendOnly):
    """What was known of one person's account on a day, how, and from whom. The latest check stands."""

    class State(models.TextChoices):
        ISSUED = "issued", "Đã được cấp"
        ACTIVATED = "activated", "Đã kích hoạt"
        NOT_YET = "not_yet", "Chưa kích hoạt"
        EXEMPT = "exempt", "Miễn"

    class Source(models.TextChoices):
        DECLARED = "declared", "Cá nhân tự khai"
        SEEN = "seen", "Đơn vị đã kiểm tra"
        LIST = "list", "Danh sách chính thức"

    member = models.ForeignKey(StaffMember, models.PROTECT, related_name="checks")
    kind = models.ForeignKey(AccountKind, models.PROTECT, related_name="checks")
    state = models.CharField("tình trạng", max_length=10, choices=State)
    checked_on = DayField("ngày xác nhận")
    source = models.CharField("căn cứ xác nhận", max_length=10, choices=Source)
    reason = LineField("lý do", max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    recorded_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "kết quả kiểm tra tài khoản"
        ordering = ["member", "kind", "-checked_on", "-id"]
        indexes = [models.Index(fields=["member", "kind", "-checked_on", "-id"], name="account_check_latest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["not_yet", "exempt"]) | ~Q(reason=""),
                name="account_check_reason",
                violation_error_message="Phải ghi lý do khi chưa kích hoạt hoặc được miễn.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_state_display()}"
