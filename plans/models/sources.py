"""Figures that come from other systems (office rule 15): the file, how it is read, what it says, what became of it.

A file is evidence and its figures are facts: a unit confirms a figure or disputes it with its own, the office rules on
a dispute, and only then a `Measurement` follows. Nothing of one source overwrites the other.
"""

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField, ProseField
from core.files import StoredFile
from core.periods import Period
from plans.source_querysets import OfAgencyQuerySet, SourceFigureQuerySet, SourceFileQuerySet
from units.models import Unit, User

from .figures import Measurement
from .targets import Indicator


class SourceSystem(models.TextChoices):
    ONE_STOP = "one_stop", "Hệ thống thông tin giải quyết TTHC (một cửa)"
    PORTAL = "portal", "Cổng Dịch vụ công quốc gia"
    INDEX = "index", "Bộ chỉ số phục vụ người dân, doanh nghiệp"
    LAND = "land", "Hệ thống thông tin đất đai"
    OTHER = "other", "Hệ thống khác"


class SourceMapping(models.Model):
    """How one table of one system is read. The next file with the same headings is read the same way."""

    agency = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="cơ quan")
    system = models.CharField("hệ thống", max_length=10, choices=SourceSystem)
    # SHA-256 of the headings as they stand, column by column.
    signature = models.CharField(max_length=64)
    # {"unit": column of the unit names or None, "by_field": whether rows of one unit are added up,
    #  "whole": key of the one unit the whole table is about or None, "figures": {key of indicator: [columns whose sum
    #  is the numerator, column of the denominator or None]}}; columns count from 0.
    columns = models.JSONField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=now)

    objects = OfAgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "cách đọc bảng của hệ thống khác"
        constraints = [
            models.UniqueConstraint(fields=["agency", "system", "signature"], name="source_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_system_display()} {self.signature[:8]}"


class SourceName(models.Model):
    """Whom another system means by a name; without a unit: a line that is none of ours."""

    agency = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="cơ quan")
    system = models.CharField("hệ thống", max_length=10, choices=SourceSystem)
    key = models.CharField(max_length=300)  # the folded name
    name = LineField("tên trong hệ thống", max_length=300)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị"
    )
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = OfAgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "tên đơn vị trong hệ thống khác"
        constraints = [models.UniqueConstraint(fields=["agency", "system", "key"], name="source_name_once")]

    def __str__(self) -> str:
        return self.name


class SourceFile(StoredFile):
    """An export of another system, kept as the evidence of every figure read from it."""

    agency = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="cơ quan")
    system = models.CharField("hệ thống", max_length=10, choices=SourceSystem)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người nhập")

    objects = SourceFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp của hệ thống khác"
        constraints = [
            models.UniqueConstraint(fields=["agency", "system", "sha256"], name="source_file_once")
        ]

    def __str__(self) -> str:
        return self.name


class SourceFigure(AppendOnly):
    """What a file says of one indicator, unit and period, and where in the file it says so.

    A later file that says otherwise is a new revision; one that says the same adds nothing.
    """

    file = models.ForeignKey(SourceFile, models.PROTECT, related_name="figures")
    system = models.CharField("hệ thống", max_length=10, choices=SourceSystem)
    place = LineField("vị trí trong tệp", max_length=200)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="source_figures")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="source_figures")
    period_kind = models.CharField("kỳ", max_length=12)
    period_key = models.CharField("mã kỳ", max_length=10)
    period_start = DayField("từ ngày")
    period_end = DayField("đến ngày")
    revision = models.PositiveSmallIntegerField("lần", default=1)
    numerator = models.DecimalField("tử số", max_digits=14, decimal_places=2)
    denominator = models.DecimalField("mẫu số", max_digits=14, decimal_places=2, null=True, blank=True)
    as_of = DayField("số liệu đến ngày")
    # After this day the office may take the figure of a unit that said nothing.
    answer_by = DayField("đề nghị trả lời trước hết ngày")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người nhập")
    entered_at = models.DateTimeField("thời điểm nhập", default=now, editable=False)

    objects = SourceFigureQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "số liệu từ hệ thống khác"
        verbose_name_plural = "số liệu từ hệ thống khác"
        ordering = ["-period_end", "indicator", "unit", "-revision"]
        indexes = [models.Index(fields=["indicator", "unit", "period_key"], name="source_figure_lookup")]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "indicator", "unit", "period_kind", "period_key", "revision"],
                name="source_figure_revision_once",
            ),
            models.CheckConstraint(
                condition=Q(numerator__gte=0) & (Q(denominator__isnull=True) | Q(denominator__gte=0)),
                name="source_figure_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.unit} {self.period_key} ({self.get_system_display()})"

    @property
    def window(self) -> Period:
        return Period(self.period_kind, self.period_key, self.period_start, self.period_end)


class SourceAnswer(AppendOnly):
    """The one answer to a figure of another system: the unit's word, or the office's after the unit's silence."""

    class Verdict(models.TextChoices):
        AGREED = "agreed", "Thống nhất"
        DISPUTED = "disputed", "Đề nghị đối chiếu số liệu"
        TAKEN = "taken", "Đơn vị chưa xác nhận"

    figure = models.OneToOneField(SourceFigure, models.PROTECT, related_name="answer")
    verdict = models.CharField("trả lời", max_length=10, choices=Verdict)
    # The unit's own figure, where it disputes.
    numerator = models.DecimalField("tử số", max_digits=14, decimal_places=2, null=True, blank=True)
    denominator = models.DecimalField("mẫu số", max_digits=14, decimal_places=2, null=True, blank=True)
    reason = ProseField("lý do", max_length=2000, blank=True)
    # Whence the office has the word of a unit it answers for.
    source = LineField("nguồn", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người trả lời")
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    measurement = models.ForeignKey(
        Measurement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="số liệu ghi nhận"
    )
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "trả lời số liệu của hệ thống khác"
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(verdict="disputed", numerator__isnull=False, measurement__isnull=True) & ~Q(reason="")
                )
                | Q(verdict__in=["agreed", "taken"], numerator__isnull=True, measurement__isnull=False),
                name="source_answer_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.figure}: {self.get_verdict_display()}"


class SourceRuling(AppendOnly):
    """Which figure stands after a dispute: who decided so, how, on what paper (office rule 1)."""

    class Stands(models.TextChoices):
        SOURCE = "source", "Số của hệ thống"
        UNIT = "unit", "Số của đơn vị"
        OTHER = "other", "Số khác, sau đối chiếu"

    answer = models.OneToOneField(SourceAnswer, models.PROTECT, related_name="ruling")
    stands = models.CharField("kết luận", max_length=6, choices=Stands)
    reason = ProseField("lý do", max_length=2000)
    decided_by = LineField("người quyết định", max_length=150)
    how = models.CharField("hình thức", max_length=10)
    basis = LineField("văn bản căn cứ", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    measurement = models.ForeignKey(
        Measurement, models.PROTECT, related_name="+", verbose_name="số liệu ghi nhận"
    )
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "kết luận đối chiếu số liệu"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="source_ruling_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.answer.figure}: {self.get_stands_display()}"
