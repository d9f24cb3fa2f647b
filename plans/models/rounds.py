"""Reporting rounds: which figures an office asks of which units, by when, until they are locked; and their proofs."""

from datetime import date, datetime
from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField
from core.files import StoredFile
from core.periods import Period
from core.text import date_vi
from core.workdays import WorkCalendar
from plans.querysets import FigureProofQuerySet, ReportingRoundQuerySet, RoundItemQuerySet
from units.models import Unit, User

from .figures import Measurement
from .plan import Plan
from .targets import Indicator


class RoundState(StrEnum):
    """Where a round stands on a day: follows from its days and its lock, never stored."""

    COMING = "coming"
    OPEN = "open"
    GRACE = "grace"
    OVER = "over"
    LOCKED = "locked"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            RoundState.COMING: "Chưa mở",
            RoundState.OPEN: "Đang mở",
            RoundState.GRACE: "Trong thời gian gia hạn",
            RoundState.OVER: "Hết gia hạn, chờ khóa",
            RoundState.LOCKED: "Đã khóa",
            RoundState.WITHDRAWN: "Đã rút",
        }[self]


class ReportingRound(AppendOnly):
    """One collection of figures: of a legal window, or up to the very day of a milestone (office rule 14).

    Its days are set when it is opened; `RoundMove` keeps each time they were moved. It is locked on `locks_on`, or
    before by hand with a reason; from then on its figures change only by a correction (office rule 18). One opened by
    mistake is withdrawn: it asks for nothing any more, and what it asked for may be asked again.
    """

    class Kind(models.TextChoices):
        WINDOW = "window", "Theo kỳ báo cáo"
        MILESTONE = "milestone", "Theo mốc của kế hoạch"

    mutable_columns = ("due_on", "locks_on")
    set_once_columns = (
        "locked_at", "locked_by", "lock_reason", "withdrawn_at", "withdrawn_by", "withdrawal_reason",
    )  # fmt: skip

    tracking_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="rounds", verbose_name="đơn vị theo dõi, đôn đốc"
    )
    # None: of every plan the office follows.
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name="kế hoạch"
    )
    kind = models.CharField("loại đợt", max_length=9, choices=Kind)
    period_kind = models.CharField("kỳ", max_length=12)
    period_key = models.CharField("mã kỳ", max_length=10)
    period_start = DayField("số liệu từ ngày")
    period_end = DayField("số liệu đến ngày")
    opens_on = DayField("ngày mở")
    due_on = DayField("hạn báo cáo")
    # Working days of each unit's own calendar in which a first report is not yet late.
    grace_days = models.PositiveSmallIntegerField("gia hạn (ngày làm việc)", default=0)
    locks_on = DayField("ngày khóa số liệu")
    automatic = models.BooleanField("hệ thống tự mở", default=False)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người mở")
    opened_at = models.DateTimeField("thời điểm lập", default=now, editable=False)
    locked_at = models.DateTimeField("thời điểm khóa", null=True, blank=True, editable=False)
    locked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người khóa"
    )
    lock_reason = LineField("lý do khóa trước ngày", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField("thời điểm rút", null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người rút"
    )
    withdrawal_reason = LineField("lý do rút", max_length=300, blank=True)

    objects = ReportingRoundQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "đợt báo cáo số liệu"
        verbose_name_plural = "đợt báo cáo số liệu"
        ordering = ["-period_end", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    period_end__gte=F("period_start"), due_on__gte=F("opens_on"), locks_on__gt=F("due_on")
                ),
                name="round_days_in_order",
            ),
            # The daily job may run twice: each window and each milestone is opened by it once.
            models.UniqueConstraint(
                fields=["tracking_unit", "period_kind", "period_key"],
                condition=Q(automatic=True, plan__isnull=True),
                name="round_of_window_once",
            ),
            models.UniqueConstraint(
                fields=["tracking_unit", "plan", "period_kind", "period_key"],
                condition=Q(automatic=True, plan__isnull=False),
                name="round_of_milestone_once",
            ),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True, locked_by__isnull=True, lock_reason="")
                | Q(locked_at__isnull=False, locked_by__isnull=False),
                name="round_lock_says_who",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="round_withdrawal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def window(self) -> Period:
        """The period its figures are for, with the days they really cover."""
        return Period(self.period_kind, self.period_key, self.period_start, self.period_end)

    @property
    def title(self) -> str:
        """ "Số liệu tháng 10 năm 2026", "Số liệu đến ngày 30/6/2026"."""
        return f"Số liệu {self.window.label}"

    def grace_end(self, calendar: WorkCalendar) -> date:
        """The last day on which a first report is in time, by the calendar of whoever reports."""
        return calendar.add_workdays(self.due_on, self.grace_days) if self.grace_days else self.due_on

    @property
    def lock_day(self) -> date:
        """The day from which nothing is entered any more."""
        if self.locked_at is not None:
            return day_in_office(self.locked_at)
        return self.locks_on

    @property
    def locked_words(self) -> str:
        """What whoever would still report is told."""
        day = date_vi(self.lock_day)
        return f"Kỳ {self.window.label} đã khóa số liệu ngày {day}; hãy đề nghị điều chỉnh."

    def is_locked(self, on: date) -> bool:
        """By its day, whether or not the job has written it down yet, or by hand before."""
        return self.locked_at is not None or on >= self.locks_on

    def state(self, on: date, calendar: WorkCalendar) -> RoundState:
        """`calendar`: that of the office which follows the figures."""
        if self.withdrawn_at is not None:
            return RoundState.WITHDRAWN
        if self.is_locked(on):
            return RoundState.LOCKED
        if on < self.opens_on:
            return RoundState.COMING
        if on <= self.due_on:
            return RoundState.OPEN
        return RoundState.GRACE if on <= self.grace_end(calendar) else RoundState.OVER


def day_in_office(moment: datetime) -> date:
    """The day of a moment where the office is."""
    return timezone.localtime(moment).date()


class RoundItem(AppendOnly):
    """One figure a round asks for. A figure of a period stands in one round only, which says when it is locked.

    It is dropped when the round is withdrawn, or when the unit ended and another answers in its place.
    """

    set_once_columns = ("dropped_at",)

    round = models.ForeignKey(ReportingRound, models.PROTECT, related_name="items")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="round_items")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="round_items")
    # The round's own, repeated so that the database can see a figure asked for twice.
    period_kind = models.CharField("kỳ", max_length=12)
    period_key = models.CharField("mã kỳ", max_length=10)
    # Names of units that ended before they had reported this.
    in_place_of = LineField("thay cho", max_length=400, blank=True)
    dropped_at = models.DateTimeField("thời điểm thôi yêu cầu", null=True, blank=True, editable=False)

    objects = RoundItemQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "số liệu của đợt"
        ordering = ["round", "indicator", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "period_kind", "period_key"],
                condition=Q(dropped_at__isnull=True),
                name="figure_asked_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.indicator}, {self.unit}"


class RoundMove(AppendOnly):
    """Other days for a round, with those that held before."""

    round = models.ForeignKey(ReportingRound, models.PROTECT, related_name="moves")
    due_before = DayField("hạn báo cáo trước đây")
    locks_before = DayField("ngày khóa số liệu trước đây")
    due_on = DayField("hạn báo cáo")
    locks_on = DayField("ngày khóa số liệu")
    reason = LineField("lý do", max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người dời")
    entered_at = models.DateTimeField("thời điểm nhập", default=now, editable=False)

    class Meta:
        verbose_name = "dời hạn đợt báo cáo số liệu"
        ordering = ["round", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(locks_on__gt=F("due_on")) & ~Q(reason=""), name="round_move_days_and_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{date_vi(self.due_before)} → {date_vi(self.due_on)}"


class FigureFile(StoredFile):
    """A file that proves figures; one paper often proves all a unit sends in a round."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="figure_files")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "tệp kiểm chứng số liệu"

    def __str__(self) -> str:
        return self.name


class FigureProof(AppendOnly):
    """What proves a figure: a numbered document whose original lives in the e-office, a file, or both (office 24)."""

    measurement = models.ForeignKey(Measurement, models.PROTECT, related_name="proofs")
    number = LineField("số, ký hiệu", max_length=60, blank=True)
    issued_on = DayField("ngày văn bản", null=True, blank=True)
    issuer = LineField("cơ quan ban hành", max_length=200, blank=True)
    file = models.ForeignKey(FigureFile, models.PROTECT, null=True, blank=True, related_name="proofs")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đính kèm")
    entered_at = models.DateTimeField("thời điểm nhập", default=now, editable=False)

    objects = FigureProofQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "tài liệu kiểm chứng số liệu"
        ordering = ["measurement_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") | Q(file__isnull=False), name="figure_proof_is_something"
            )
        ]

    def __str__(self) -> str:
        return self.number or (self.file.name if self.file else "")
