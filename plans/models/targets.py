"""Targets: what is measured, for whom, and what must be reached by when."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

from django.db import models
from django.db.models import F, Q

from core.append_only import AppendOnly
from core.changes import ChangeHistory, KeptQuerySet
from core.clock import now
from core.fields import DayField, LineField, ProseField
from core.periods import Period, parse
from plans.attainment import Demand
from plans.querysets import IndicatorQuerySet, TargetQuerySet
from units.models import Unit, UnitGroup, User

from .documents import Document
from .plan import Clause, Plan


class Definition(models.Model):
    """How a figure is counted. `CALCULATION` names what makes figures of two definitions different things; the rest
    says where they come from and on what ground."""

    class Basis(models.TextChoices):
        # office rule 13: every figure says its basis; cumulative figures are never added up. The year of reports
        # begins on 15/12 (Decree 09/2019), that of plans on 01/01.
        PER_PERIOD = "period", "Số trong kỳ"
        CUMULATIVE = "cumulative", "Lũy kế từ 01/01"
        REPORT_YEAR = "since_1512", "Lũy kế từ 15/12 năm trước"
        STATE = "state", "Tại thời điểm"

    class Direction(models.TextChoices):
        HIGHER = "higher", "Càng cao càng tốt"
        LOWER = "lower", "Càng thấp càng tốt"

    class Frequency(models.TextChoices):
        WEEK = "week", "Hằng tuần"
        MONTH = "month", "Hằng tháng"
        QUARTER = "quarter", "Hằng quý"
        HALF = "half", "6 tháng"
        YEAR = "year", "Hằng năm"

    DEFINING = (
        "measure_unit", "numerator", "denominator", "may_exceed", "basis", "direction", "frequency", "data_source",
        "confirmed_by", "legal_basis",
    )  # fmt: skip
    CALCULATION = ("measure_unit", "numerator", "denominator", "basis")

    measure_unit = LineField("đơn vị tính", max_length=30, default="%")
    numerator = LineField("tử số", max_length=300, blank=True)
    denominator = LineField("mẫu số", max_length=300, blank=True)
    may_exceed = models.BooleanField("tử số được lớn hơn mẫu số", default=False)
    data_source = LineField("nguồn số liệu", max_length=200, blank=True)
    frequency = models.CharField("tần suất", max_length=10, choices=Frequency, default=Frequency.MONTH)
    basis = models.CharField("loại số liệu", max_length=10, choices=Basis, default=Basis.PER_PERIOD)
    direction = models.CharField("chiều tốt", max_length=6, choices=Direction, default=Direction.HIGHER)
    confirmed_by = LineField("đơn vị xác nhận", max_length=200, blank=True)
    legal_basis = LineField("căn cứ", max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def is_ratio(self) -> bool:
        return self.measure_unit == "%"

    @property
    def is_cumulative(self) -> bool:
        return self.basis in (self.Basis.CUMULATIVE, self.Basis.REPORT_YEAR)

    def counted_since(self, window_start: date, as_of: date) -> date:
        """The first day a figure up to `as_of` counts from: of the year it runs in, or of its own window."""
        if self.basis == self.Basis.CUMULATIVE:
            return date(as_of.year, 1, 1)
        if self.basis == self.Basis.REPORT_YEAR:
            begins = date(as_of.year, 12, 15)
            return begins if as_of >= begins else begins.replace(year=as_of.year - 1)
        return window_start

    def defining(self) -> dict[str, object]:
        """The definition itself: column → value."""
        return {name: getattr(self, name) for name in self.DEFINING}

    def counts_like(self, other: "Definition") -> bool:
        """Whether figures of both are of one kind and may be compared."""
        return all(getattr(self, name) == getattr(other, name) for name in self.CALCULATION)


class Indicator(Definition):
    """A figure with a definition. Its columns repeat the version in force today (`IndicatorVersion`); what held on
    another day is `definition_on`. The validity dates are those of the indicator itself."""

    class Source(models.TextChoices):
        REPORTED = "reported", "Đơn vị báo cáo"
        IMPORTED = "imported", "Từ hệ thống khác"
        STAFF_ACCOUNTS = "staff_accounts", "Tính từ danh sách tài khoản nhân sự"
        TASKS = "tasks", "Tính từ tiến độ nhiệm vụ"

    code = LineField("mã chỉ số", max_length=30, unique=True)
    name = LineField("tên chỉ số", max_length=300)
    source = models.CharField("cách lấy số liệu", max_length=15, choices=Source, default=Source.REPORTED)
    valid_from = DayField("áp dụng từ", null=True, blank=True)
    valid_to = DayField("áp dụng đến", null=True, blank=True)

    objects = IndicatorQuerySet.as_manager()
    history = ChangeHistory()

    class Meta:
        verbose_name = "chỉ số"
        verbose_name_plural = "danh mục chỉ số"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="indicator_dates",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_computed(self) -> bool:
        """Nobody types it: it is counted from what the system already knows."""
        return self.source in (self.Source.STAFF_ACCOUNTS, self.Source.TASKS)

    def definition_on(self, day: date) -> Definition:
        """The definition in force on a day; of a period, on its last one. No query where `versions` were read along."""
        in_force = [each for each in self.versions.all() if each.valid_from is None or each.valid_from <= day]
        return max(in_force, key=lambda each: each.number, default=self)

    def redefined(self) -> list[date]:
        """Days from which figures are counted another way than before."""
        versions = sorted(self.versions.all(), key=lambda each: each.number)
        return [after.valid_from for before, after in pairwise(versions) if not before.counts_like(after)]


class Target(models.Model):
    """One line of the plan: what shall be reached, by which units, measured by one or more indicators.

    A compound line ("received and paid online") stays one target with two indicators: it is reached when each of
    them is.
    """

    class Scope(models.TextChoices):
        UNIT = "unit", "Một đơn vị"
        EACH = "each", "Từng đơn vị trong nhóm"
        TOGETHER = "together", "Cả nhóm tính chung"
        UNSTATED = "unstated", "Văn bản không nêu"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets", verbose_name="kế hoạch")
    code = LineField("mã chỉ tiêu", max_length=30)
    order = models.PositiveIntegerField("thứ tự", default=0)
    clause = models.ForeignKey(
        Clause,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name="mục của kế hoạch",
    )
    name = LineField("chỉ tiêu", max_length=500)
    quote = ProseField("trích nguyên văn", blank=True)
    scope = models.CharField("đối tượng áp dụng", max_length=10, choices=Scope)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="đơn vị thực hiện"
    )
    group = models.ForeignKey(
        UnitGroup, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="nhóm đơn vị"
    )
    indicators = models.ManyToManyField(Indicator, through="TargetIndicator", related_name="targets")
    # No figure is owed from this day on: the plan was replaced and the new one does not ask for it any more.
    ended_on = DayField("ngày dừng thực hiện", null=True, blank=True, editable=False)

    objects = TargetQuerySet.as_manager()
    history = ChangeHistory()

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ["plan", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="target_code_once"),
            models.CheckConstraint(
                condition=Q(scope="unit", unit__isnull=False, group__isnull=True)
                | Q(scope__in=["each", "together"], unit__isnull=True, group__isnull=False)
                | Q(scope="unstated", unit__isnull=True, group__isnull=True),
                name="target_scope_says_who",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_label(self) -> str:
        """Who it binds, in words."""
        if self.unit is not None:
            return self.unit.label
        if self.group is not None:
            return f"{'Từng' if self.scope == self.Scope.EACH else 'Chung'}: {self.group.name}"
        return "Văn bản không nêu đơn vị"


class TargetIndicator(models.Model):
    target = models.ForeignKey(
        Target, models.CASCADE, related_name="target_indicators", verbose_name="chỉ tiêu"
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="target_indicators", verbose_name="chỉ số"
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    objects = KeptQuerySet.as_manager()
    history = ChangeHistory()

    class Meta:
        ordering = ["target", "order"]
        constraints = [models.UniqueConstraint(fields=["target", "indicator"], name="target_indicator_once")]

    def __str__(self) -> str:
        return f"{self.target}: {self.indicator}"


class Milestone(models.Model):
    """The value a target must have at (or from) a date. Never shifted by holidays (office rule 14)."""

    class Comparator(models.TextChoices):
        AT_LEAST = "ge", "đạt (từ)"
        ABOVE = "gt", "trên"
        EXACTLY = "eq", "bằng"
        AT_MOST = "le", "không quá"
        BELOW = "lt", "dưới"
        BETWEEN = "rg", "trong khoảng"
        UP = "up", "tăng"
        DOWN = "dn", "giảm"

    SYMBOLS = {
        "ge": "≥",
        "gt": ">",
        "eq": "=",
        "le": "≤",
        "lt": "<",
        "rg": "trong khoảng",
        "up": "tăng",
        "dn": "giảm",
    }

    target = models.ForeignKey(Target, models.CASCADE, related_name="milestones", verbose_name="chỉ tiêu")
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    phrase = LineField("mốc ghi trong văn bản", max_length=200, blank=True)
    # `from`: holds from that day on; `by`: judged at that day; none: the plan names no date.
    holds_from = DayField("giữ từ ngày", null=True, blank=True)
    printed_on = DayField("ngày ghi trong văn bản", null=True, blank=True)
    nominal_end = DayField("mốc", null=True, blank=True)
    comparator = models.CharField("so sánh", max_length=2, choices=Comparator)
    value = models.DecimalField("mức chỉ tiêu", max_digits=14, decimal_places=4)
    # The upper end of a range.
    value_to = models.DecimalField("đến mức", max_digits=14, decimal_places=4, null=True, blank=True)
    # A change is measured against the accepted figure of an earlier period of the same units; `is_relative`: in percent
    # of that figure ("giảm 10% số hồ sơ"), else in the indicator's own unit ("giảm 3 ngày", "tăng 5 điểm %").
    is_relative = models.BooleanField("tính theo % của số gốc", default=False)
    base_kind = models.CharField("kỳ gốc", max_length=12, blank=True)
    base_key = models.CharField("mã kỳ gốc", max_length=10, blank=True)
    value_phrase = LineField("mức ghi trong văn bản", max_length=60, blank=True)

    objects = KeptQuerySet.as_manager()
    history = ChangeHistory()

    class Meta:
        verbose_name = "mốc chỉ tiêu"
        verbose_name_plural = "mốc chỉ tiêu"
        ordering = ["target", "order", "nominal_end"]
        constraints = [
            models.UniqueConstraint(fields=["target", "order"], name="milestone_order_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="milestone_value_not_negative"),
            models.CheckConstraint(
                condition=Q(comparator="rg", value_to__gte=F("value"))
                | (~Q(comparator="rg") & Q(value_to__isnull=True)),
                name="milestone_range_has_two_ends",
            ),
            models.CheckConstraint(
                condition=(Q(comparator__in=["up", "dn"]) & ~Q(base_kind="") & ~Q(base_key=""))
                | (~Q(comparator__in=["up", "dn"]) & Q(base_kind="", base_key="", is_relative=False)),
                name="milestone_change_has_a_base",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.SYMBOLS[self.comparator]} {self.value.normalize():f}"

    @property
    def base_period(self) -> Period | None:
        """The period a change counts from; None for a level of its own."""
        return parse(self.base_kind, self.base_key) if self.base_kind else None

    def demand(self, base: Fraction | None = None) -> Demand:
        """What it demands, with the figure a change counts from where it is known."""
        return Demand(self.comparator, self.value, self.value_to, self.is_relative, base)


class TargetTransfer(AppendOnly):
    """What became of a target when the plan it stood in was replaced or amended: who decided, on what paper."""

    class Outcome(models.TextChoices):
        CARRIED = "carried", "Chuyển sang kế hoạch mới"
        ENDED = "ended", "Không tiếp tục thực hiện"

    target = models.ForeignKey(Target, models.PROTECT, related_name="transfers")
    outcome = models.CharField("xử lý", max_length=8, choices=Outcome)
    from_plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    to_plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="văn bản mới")
    reason = ProseField("lý do", max_length=2000)
    decided_by = LineField("người quyết định", max_length=150)
    how = models.CharField("hình thức", max_length=10)
    basis = LineField("văn bản căn cứ", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "xử lý chỉ tiêu khi thay thế kế hoạch"
        ordering = ["target_id", "id"]

    def __str__(self) -> str:
        return f"{self.target}: {self.get_outcome_display()}"
