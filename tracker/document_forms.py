"""Forms of documents: the filter of the list, one document, one link."""

from datetime import date
from typing import Any

from django import forms

from core.fields import LineFormField
from core.files import SECRET_REFUSED, UploadFormField, looks_secret
from core.forms import StyledForm
from plans.documents import same_document
from plans.models import Document, DocumentLink
from plans.querysets import DocumentQuerySet
from tracker.documents import FORCES, newest_first, visible_documents, with_force
from units.models import User

# The list to choose from holds this many; older ones are named by their number.
MOST_OFFERED = 200


class DocumentFilterForm(StyledForm, forms.Form):
    """The filter of the list; a wrong value filters nothing."""

    q = LineFormField(label="Tìm theo số, trích yếu, cơ quan", max_length=200, required=False)
    kind = forms.ChoiceField(
        label="Loại văn bản", required=False, choices=[("", "Tất cả"), *Document.Kind.choices]
    )
    force = forms.ChoiceField(label="Hiệu lực", required=False, choices=[("", "Tất cả"), *FORCES.items()])

    def apply(self, user: User, on: date) -> DocumentQuerySet:
        self.is_valid()
        wanted = self.cleaned_data
        found = visible_documents(user).matching(wanted.get("q") or "")
        if kind := wanted.get("kind"):
            found = found.filter(kind=kind)
        if force := wanted.get("force"):
            found = with_force(found, force, on)
        return newest_first(found)


class _NoSecrets(StyledForm):
    """Nothing stamped as a state secret is taken, not even its subject (office rule 25)."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in [name for name, value in data.items() if isinstance(value, str) and looks_secret(value)]:
            self.add_error(name, SECRET_REFUSED)
        return data


class DocumentForm(_NoSecrets, forms.ModelForm):
    """One document. What another one already says word for word is shown first; it may still be another."""

    file = UploadFormField(label="Tệp văn bản", required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    # The deadlines that move as the person was shown them.
    moves = forms.CharField(widget=forms.HiddenInput, required=False)
    anyway = forms.BooleanField(
        label="Đây là văn bản khác, vẫn lưu", required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Document
        fields = (
            "kind", "number", "issued_on", "effective_on", "issuer", "subject", "signer", "incoming_number",
            "incoming_on", "is_secondary",
        )  # fmt: skip
        help_texts = {
            "number": "Chưa ký thì để trống, bổ sung sau.",
            "effective_on": "Để trống: từ ngày ban hành. Có thể trước ngày ký.",
            "is_secondary": "Chỉ có tin, bài viết về văn bản; số, ký hiệu bổ sung khi có văn bản gốc.",
        }

    def __init__(self, *args: Any, user: User, seen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["seen"].initial = seen
        self.alike: list[Document] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        named = all(name in data for name in ("number", "issued_on", "issuer"))
        changed = self.instance.pk is None or {"number", "issued_on", "issuer"} & set(self.changed_data)
        if named and changed and not data.get("anyway"):
            others = visible_documents(self.user).exclude(pk=self.instance.pk)
            self.alike = same_document(data["number"], data["issued_on"], data["issuer"], others)
            if self.alike:
                self.fields["anyway"].widget = forms.CheckboxInput()
                self.add_error(
                    "anyway", "Văn bản cùng số, ngày, cơ quan ban hành đã có; hãy dùng văn bản đó."
                )
        return data


class LinkForm(_NoSecrets, forms.Form):
    """How this document follows from another one."""

    kind = forms.ChoiceField(label="Văn bản này", choices=DocumentLink.Kind.choices)
    target = forms.ModelChoiceField(
        Document.objects.none(), label="Văn bản", required=False, empty_label="– chọn văn bản –"
    )
    number = LineFormField(
        label="Hoặc số, ký hiệu",
        max_length=60,
        required=False,
        help_text="Khi văn bản không có trong danh sách chọn.",
    )

    def __init__(self, *args: Any, user: User, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = newest_first(visible_documents(user).exclude(pk=document.pk))
        field = self.fields["target"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.candidates
        offered = [
            (each.pk, f"{each.citation}: {each.subject}"[:110]) for each in self.candidates[:MOST_OFFERED]
        ]
        field.choices = [("", "– chọn văn bản –"), *offered]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors or data.get("target"):
            return data
        if not data.get("number"):
            self.add_error("target", "Hãy chọn văn bản, hoặc ghi số, ký hiệu.")
            return data
        found = list(self.candidates.filter(number__iexact=data["number"])[:2])
        if len(found) == 1:
            data["target"] = found[0]
        elif found:
            self.add_error("number", "Có nhiều văn bản cùng số này; hãy chọn trong danh sách.")
        else:
            self.add_error("number", "Chưa có văn bản nào mang số này; hãy nhập văn bản đó trước.")
        return data
