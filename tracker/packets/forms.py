"""Forms of packets: the file that came back, and for the office whence it came; then what to do with conflicts."""

from typing import Any

from django import forms

from core.clock import today
from core.fields import DayFormField, LineFormField
from core.files import SECRET_REFUSED, looks_secret
from core.text import shown
from tasks.ledger import Decision
from tasks.models.facts import How
from tracker.intake.forms import WorkbookForm
from tracker.packets.applying import Received

_WAYS = (How.EMAIL, How.DOCUMENT, How.PHONE, How.SPOKEN)


class PacketForm(WorkbookForm):
    """The packet; `for_unit` also asks who sent it, how and when."""

    sent_by = LineFormField(label="Người gửi", max_length=150)
    how = forms.ChoiceField(label="Hình thức nhận", choices=[(each.value, each.label) for each in _WAYS])
    received_on = DayFormField(label="Ngày nhận", help_text="Ngày thư hoặc văn bản đến.")
    paper = LineFormField(label="Số văn bản", max_length=60, required=False)
    field_order = ("file", "sent_by", "how", "received_on", "paper")

    def __init__(self, *args: Any, for_unit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.for_unit = for_unit
        if not for_unit:
            for name in ("sent_by", "how", "received_on", "paper"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("received_on") is not None and data["received_on"] > today():
            self.add_error("received_on", "Ngày nhận không được sau hôm nay.")
        for name in ("sent_by", "paper"):
            if looks_secret(data.get(name) or ""):
                self.add_error(name, SECRET_REFUSED)
        return data

    def received(self) -> Received:
        """Whence the packet came, in words and for the ledger."""
        data = self.cleaned_data
        if not self.for_unit:
            return Received("gói cập nhật")
        paper = f" số {data['paper']}" if data["paper"] else ""
        words = f"gói cập nhật, {How(data['how']).label.lower()}{paper} ngày {data['received_on']:%d/%m/%Y}"
        return Received(words, Decision(data["sent_by"], data["how"], shown(words, 199)))

    def carry(self) -> dict[str, str]:
        """The same values as hidden fields of the next page."""
        if not self.for_unit:
            return {}
        data = self.cleaned_data
        return {
            "sent_by": data["sent_by"],
            "how": data["how"],
            "received_on": f"{data['received_on']:%d/%m/%Y}",
            "paper": data["paper"],
        }


class AgainForm(PacketForm):
    """The same without the file, which is kept since."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["file"]
