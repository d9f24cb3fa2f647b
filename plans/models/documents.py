"""Official documents and how they follow from each other. Lengths follow Decree 30/2020, Annex VI."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from core.changes import ChangeHistory, KeptQuerySet
from core.fields import DayField, LineField
from core.files import StoredFile
from core.text import date_vi, fold
from plans.querysets import DocumentQuerySet
from units.models import Unit, User


class Document(models.Model):
    """A paper that orders, plans or answers. Number and date may be blank until it is signed."""

    class Kind(models.TextChoices):
        PLAN = "KH", "Kế hoạch"
        DECISION = "QĐ", "Quyết định"
        LETTER = "CV", "Công văn"
        NOTICE = "TB", "Thông báo"
        DIRECTIVE = "CT", "Chỉ thị"
        RESOLUTION = "NQ", "Nghị quyết"
        PROGRAMME = "CTr", "Chương trình"
        REPORT = "BC", "Báo cáo"
        OTHER = "khac", "Văn bản khác"

    kind = models.CharField("loại văn bản", max_length=5, choices=Kind, default=Kind.PLAN)
    number = LineField("số, ký hiệu", max_length=60, blank=True)
    issued_on = DayField("ngày ban hành", null=True, blank=True)
    effective_on = DayField("có hiệu lực từ", null=True, blank=True)
    issuer = LineField("cơ quan ban hành", max_length=200)
    subject = LineField("trích yếu", max_length=500)
    signer = LineField("người ký", max_length=100, blank=True)
    # A report about a document (an article, a post): the number of the document itself is still to be filled in.
    is_secondary = models.BooleanField("nguồn thứ cấp (tin, bài về văn bản)", default=False)
    incoming_number = LineField("số đến", max_length=30, blank=True)
    incoming_on = DayField("ngày đến", null=True, blank=True)
    # Whose register it stands in: the agency that sees it whole, whoever follows from it.
    agency = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="cơ quan lưu"
    )
    search = models.CharField(max_length=800, editable=False, default="", db_default="")

    objects = DocumentQuerySet.as_manager()
    history = ChangeHistory(leave_out=["search"])

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        ordering = ["-issued_on", "-id"]

    def __str__(self) -> str:
        return self.citation

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = fold(f"{self.number} {self.subject} {self.issuer}")[:800]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search"}
        super().save(*args, **kwargs)

    @property
    def citation(self) -> str:
        """ "Kế hoạch số 12/KH-SNNMT ngày 05/4/2026", or with blanks while unsigned."""
        number = f" số {self.number}" if self.number else " (chưa có số)"
        day = f" ngày {date_vi(self.issued_on)}" if self.issued_on else ""
        return f"{self.get_kind_display()}{number}{day}"


class DocumentFile(StoredFile):
    document = models.ForeignKey(Document, models.CASCADE, related_name="files")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "tệp văn bản"

    def __str__(self) -> str:
        return self.name


class DocumentLink(models.Model):
    class Kind(models.TextChoices):
        BASED_ON = "based_on", "căn cứ"
        IMPLEMENTS = "implements", "thực hiện"
        REPLACES = "replaces", "thay thế"
        AMENDS = "amends", "sửa đổi, bổ sung"
        ANSWERS = "answers", "trả lời"

    source = models.ForeignKey(Document, models.CASCADE, related_name="links", verbose_name="văn bản")
    target = models.ForeignKey(
        Document, models.PROTECT, related_name="linked_from", verbose_name="văn bản liên quan"
    )
    kind = models.CharField("quan hệ", max_length=10, choices=Kind)

    objects = KeptQuerySet.as_manager()
    history = ChangeHistory()

    class Meta:
        verbose_name = "quan hệ văn bản"
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="document_link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="document_link_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()} {self.target}"
