"""How an agency's papers look: header, symbol, place, signer, recipients. Internal and external are two profiles."""

from django.db import models

from core.fields import LineField, ProseField
from units.models import Unit


class AgencyProfile(models.Model):
    """One kind of paper one unit signs (office rule 20)."""

    class Reach(models.TextChoices):
        INTERNAL = "internal", "Báo cáo nội bộ"
        EXTERNAL = "external", "Báo cáo cấp trên"

        @property
        def slug(self) -> str:
            """In the name of a file."""
            return {"internal": "noi-bo", "external": "cap-tren"}[self.value]

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="profiles", verbose_name="đơn vị ký văn bản")
    reach = models.CharField("loại", max_length=10, choices=Reach)
    name = LineField("tên mẫu", max_length=120)
    parent_agency = LineField(
        "cơ quan chủ quản", max_length=200, help_text="In ở dòng trên, ví dụ UBND TỈNH …"
    )
    # One line per printed line, so that a long name breaks by sense.
    agency_lines = ProseField("tên cơ quan ban hành", max_length=400, help_text="Mỗi dòng in một dòng")
    symbol = LineField("ký hiệu", max_length=30, help_text="Ví dụ /BC-VP")
    place = LineField("địa danh", max_length=80)
    addressees = ProseField("kính gửi", max_length=1000, blank=True, help_text="Mỗi nơi một dòng")
    signer_lines = ProseField("quyền hạn, chức vụ người ký", max_length=300, help_text="Mỗi dòng in một dòng")
    signer_name = LineField("họ và tên người ký", max_length=100, blank=True)
    recipients = ProseField("nơi nhận", max_length=1000, help_text="Mỗi nơi một dòng, dòng cuối là “Lưu: …”")
    # How the text names the sender and the receiver, as they stand inside a sentence.
    sender = LineField("cơ quan báo cáo (trong câu)", max_length=200)
    receiver = LineField("cấp nhận báo cáo (trong câu)", max_length=200)

    class Meta:
        verbose_name = "mẫu trình bày văn bản"
        verbose_name_plural = "mẫu trình bày văn bản"
        ordering = ["unit", "reach"]
        constraints = [models.UniqueConstraint(fields=["unit", "reach"], name="profile_once")]

    def __str__(self) -> str:
        return self.name
