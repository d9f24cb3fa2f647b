"""What proves a figure: asked for beside it, kept with it (office rule 24). The one form and verb for every door."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.clock import today
from core.fields import DayFormField, LineFormField
from core.files import UploadFormField
from core.forms import StyledForm
from plans.models import FigureFile, FigureProof, Measurement
from units.models import Unit, User


class ProofForm(StyledForm, forms.Form):
    """A numbered document, a file, or both. Nothing is asked for: a figure may owe its proof, which is seen."""

    number = LineFormField(
        label="Số, ký hiệu văn bản báo cáo",
        max_length=60,
        required=False,
        help_text="Văn bản gốc lưu ở hệ thống quản lý văn bản thì chỉ cần ghi số.",
    )
    issued_on = DayFormField(label="Ngày văn bản", required=False)
    issuer = LineFormField(label="Cơ quan ban hành", max_length=200, required=False)
    file = UploadFormField(label="Tệp kiểm chứng", required=False)

    def clean_issued_on(self) -> date | None:
        issued_on: date | None = self.cleaned_data["issued_on"]
        if issued_on is not None and issued_on > today():
            raise ValidationError("Ngày văn bản không được sau hôm nay.")
        return issued_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        about_paper = cleaned.get("issued_on") or cleaned.get("issuer")
        if about_paper and not cleaned.get("number") and "number" not in self.errors:
            self.add_error("number", "Hãy ghi số, ký hiệu của văn bản này.")
        return cleaned


def attach_proof(figures: Sequence[Measurement], *, by: User, unit: Unit, data: dict[str, Any]) -> None:
    """One document or file that proves all these figures; nothing when neither was given."""
    file = None
    if data.get("file"):
        file = FigureFile(unit=unit, uploaded_by=by)
        file.fill(data["file"])
        file.save()
    if file is None and not data.get("number"):
        return
    for figure in figures:
        FigureProof.objects.create(
            measurement=figure,
            number=data.get("number") or "",
            issued_on=data.get("issued_on"),
            issuer=data.get("issuer") or "",
            file=file,
            by=by,
        )
