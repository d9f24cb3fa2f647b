"""The payroll roster and the accounts each person must hold. A staff member is not a login."""

from django.db import models
from django.db.models import F, Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField
from units.querysets import AccountCheckQuerySet, StaffMemberQuerySet

from .organisation import Unit
from .people import User


class StaffMember(models.Model):
    """A person on a unit's payroll, as of today; `ServiceSpell` keeps where and as what they served before.

    No personal number is kept here: the duty needs yes or no (`PersonalNumber` where an agency must match by it).
    """

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
    # Seconded people work elsewhere than where they are managed; they count once, at the managing unit unless a
    # campaign says the using one (office rule 35).
    using_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị sử dụng"
    )
    full_name = LineField("họ và tên", max_length=100)
    # Tells two people of one name apart; the day and month are not needed.
    birth_year = models.PositiveSmallIntegerField("năm sinh", null=True, blank=True)
    position = LineField("chức vụ / vị trí việc làm", max_length=100, blank=True)
    employment = models.CharField("tình trạng", max_length=12, choices=Employment, default=Employment.WORKING)
    joined_on = DayField("ngày vào đơn vị", null=True, blank=True)
    left_on = DayField("ngày rời đơn vị", null=True, blank=True)
    # When what tells who it was left this record; counts of past days stay right without it.
    anonymised_at = models.DateTimeField("thời điểm ẩn danh", null=True, blank=True, editable=False)
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
            ),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)),
                name="staff_birth_year",
                violation_error_message="Năm sinh phải là bốn chữ số, từ 1900 đến 2100.",
            ),
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
    # The paper that exempts; only who runs the campaign exempts (office rule 35).
    document = LineField("văn bản căn cứ", max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = AccountCheckQuerySet.as_manager()  # type: ignore[misc]

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


class AccountCheckWithdrawal(AppendOnly):
    """A check said to be wrong: it counts no more, the earlier one stands again, and both stay to be read."""

    check_withdrawn = models.OneToOneField(AccountCheck, models.PROTECT, related_name="withdrawal")
    reason = LineField("lý do rút lại", max_length=200)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người rút lại")
    recorded_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "rút lại kết quả kiểm tra"
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_reason")]

    def __str__(self) -> str:
        return self.reason


class PersonalNumber(models.Model):
    """The twelve digits, where an agency has switched collecting them on (norms §4.2): never in the clear.

    `sealed` opens with a key named `key`, so that keys can rotate; `digest` is a keyed hash (its key is named
    `digest_key`) by which two files are matched; `mask` is all a page shows. `units.identity` alone writes and opens
    these.
    """

    member = models.OneToOneField(StaffMember, models.CASCADE, related_name="personal_number")
    sealed = models.TextField("số đã mã hóa", editable=False)
    key = models.CharField("khóa mã hóa", max_length=16, editable=False)
    digest = models.CharField("mã đối chiếu", max_length=64, unique=True, editable=False)
    digest_key = models.CharField("khóa đối chiếu", max_length=16, editable=False)
    mask = models.CharField("số che bớt", max_length=12, editable=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "số định danh cá nhân"

    def __str__(self) -> str:
        return self.mask
