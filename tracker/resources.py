"""Export of documents: what their list shows, in real dates."""

from typing import Any

from import_export import fields, resources

from core.clock import today
from core.sheets.formats import DayWidget, LineWidget
from core.sheets.resources import ChoiceWidget
from plans.models import Document
from tracker.documents import badges_of


class DocumentResource(resources.ModelResource):
    """Documents as the register lists them, and how each stands on the day of the export."""

    kind = fields.Field("kind", "Loại văn bản", ChoiceWidget(Document.Kind.choices))
    number = fields.Field("number", "Số, ký hiệu", LineWidget())
    issued_on = fields.Field("issued_on", "Ngày ban hành", DayWidget())
    effective_on = fields.Field("effective_on", "Có hiệu lực từ", DayWidget())
    issuer = fields.Field("issuer", "Cơ quan ban hành", LineWidget())
    subject = fields.Field("subject", "Trích yếu", LineWidget())
    signer = fields.Field("signer", "Người ký", LineWidget())
    incoming_number = fields.Field("incoming_number", "Số đến", LineWidget())
    incoming_on = fields.Field("incoming_on", "Ngày đến", DayWidget())
    force = fields.Field(None, "Hiệu lực", LineWidget())
    is_secondary = fields.Field(
        "is_secondary", "Nguồn thứ cấp", ChoiceWidget([(True, "Có"), (False, "Không")])
    )

    class Meta:
        model = Document
        fields = (
            "kind", "number", "issued_on", "effective_on", "issuer", "subject", "signer", "incoming_number",
            "incoming_on", "force", "is_secondary",
        )  # fmt: skip

    def before_export(self, queryset: Any, **kwargs: Any) -> None:
        self.badges = badges_of(list(queryset), today())

    def dehydrate_force(self, document: Document) -> str:
        return self.badges[document.pk]["text"]

    def get_queryset(self) -> Any:
        """Never everything: an export is given its rows."""
        return Document.objects.none()
