"""A report is frozen data plus the owner's words; the signed file is the official copy (office rule 19)."""

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField
from core.files import private_storage, stored_path
from plans.models import Plan
from reports.querysets import ReportQuerySet
from tasks.models import ContentRemoval
from units.models import User

from .profile import AgencyProfile


class Snapshot(AppendOnly):
    """Everything a document prints, as canonical JSON text with its hash. Never edited; emptied where words that must
    go are in it and no issued document printed them (office rule 25)."""

    set_once_columns = ("removal",)
    blankable_columns = ("data",)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="snapshots")
    kind = models.CharField("kỳ", max_length=12)
    period_key = models.CharField("mã kỳ", max_length=10)
    as_of = DayField("thời điểm chốt số liệu")
    schema = models.PositiveSmallIntegerField(default=1)
    # Text, not JSON: a JSON column reorders keys, and the hash could not be checked again.
    data = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=now, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    removal = models.ForeignKey(
        ContentRemoval, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = "số liệu đã chốt"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(data="", removal__isnull=False) | ~Q(data="") & Q(removal__isnull=True),
                name="snapshot_empty_by_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.kind} {self.period_key}"


class Report(models.Model):
    """Draft → submitted for signature → issued."""

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        SUBMITTED = "submitted", "Trình ký"
        ISSUED = "issued", "Đã ban hành"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports", verbose_name="kế hoạch")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="reports")
    profile = models.ForeignKey(
        AgencyProfile, models.PROTECT, related_name="reports", verbose_name="mẫu trình bày"
    )
    kind = models.CharField("kỳ báo cáo", max_length=12)
    period_key = models.CharField("mã kỳ", max_length=10)
    title = LineField("tên báo cáo", max_length=300)
    # The profile as it was when the draft was made, and the owner's text by section key: part of the document.
    letterhead = models.JSONField(default=dict)
    sections = models.JSONField(default=dict)
    # The Word file a worker builds from snapshot, letterhead and sections. `edition` counts their changes, so that a
    # build begun before the last change is thrown away.
    edition = models.PositiveIntegerField(default=1, editable=False)
    builder = models.CharField(max_length=120, blank=True, editable=False)
    draft_file = models.FileField(
        "tệp Word dự thảo", upload_to=stored_path, storage=private_storage, blank=True, editable=False
    )
    draft_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    draft_edition = models.PositiveIntegerField(null=True, blank=True, editable=False)
    draft_built_at = models.DateTimeField(null=True, blank=True, editable=False)
    draft_error = models.CharField(max_length=300, blank=True, editable=False)
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    submitted_at = models.DateTimeField("trình ký lúc", null=True, blank=True)
    number = LineField("số, ký hiệu", max_length=60, blank=True)
    issued_on = DayField("ngày ban hành", null=True, blank=True)
    signer = LineField("người ký", max_length=100, blank=True)
    signed_file = models.FileField("bản đã ký", upload_to=stored_path, storage=private_storage, blank=True)
    signed_name = LineField("tên tệp", max_length=150, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="issued")
                | Q(
                    number__gt="",
                    issued_on__isnull=False,
                    signer__gt="",
                    signed_file__gt="",
                    signed_sha256__gt="",
                ),
                name="report_issued_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False), name="report_submitted_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def draft_is_ready(self) -> bool:
        """Whether the stored Word file is that of the present edition."""
        return bool(self.draft_file) and self.draft_edition == self.edition
