"""Forms of the intake: a workbook to look at, and the confirmation of what was shown."""

from typing import Any

from django import forms

from core.files import KINDS_BY_EXTENSION, UploadRefused, check_upload
from core.forms import StyledForm
from core.text import shown


class WorkbookForm(StyledForm, forms.Form):
    """One Excel file. `accept` says what the browser offers; what it is, its content says."""

    file = forms.FileField(
        label="Tệp Excel", allow_empty_file=True, error_messages={"required": "Hãy chọn tệp."}
    )
    errors_title = "Chưa đọc được tệp."

    def __init__(self, *args: Any, extensions: tuple[str, ...] = (".xlsx",), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extensions = extensions
        self.fields["file"].widget.attrs["accept"] = ",".join(extensions)

    def bytes_of_file(self) -> tuple[bytes, str]:
        """The bytes and the name to show. Raises UploadRefused, also for a stamp of secrecy."""
        upload = self.cleaned_data["file"]
        # A kind of file taken elsewhere is named for what it is when it is read; others are refused by name.
        if upload.name.rpartition(".")[2].lower() not in KINDS_BY_EXTENSION:
            wanted = " hoặc ".join(self.extensions)
            message = f"Không nhận loại tệp của “{shown(upload.name)}”. Chỉ nhận tệp {wanted}."
            raise UploadRefused(message, 415)
        info = check_upload(upload)
        return upload.read(), info.name


class ConfirmForm(forms.Form):
    """What the preview showed: the kept file, its hash, and a digest of what was going to change."""

    key = forms.CharField(max_length=32, widget=forms.HiddenInput)
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(max_length=150, required=False, widget=forms.HiddenInput)


class ActivateForm(StyledForm, forms.Form):
    """Giving a plan: the day, and one acknowledgement of what is not clear."""

    acknowledged = forms.BooleanField(
        label="Tôi đã xem các nội dung chưa rõ ở trên; vẫn giao kế hoạch",
        required=False,
    )

    def __init__(self, *args: Any, has_gaps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_gaps:
            del self.fields["acknowledged"]
