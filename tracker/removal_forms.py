"""Forms of removing content: what must go and why; the second person's decision."""

from typing import Any

from django import forms

from core.fields import DayFormField, LineFormField, ProseFormField
from core.forms import StyledForm
from tasks.actions.removing import OWN, own_texts, removable_events
from tasks.history import timeline
from tasks.models import ContentRemoval, Event, Task

LONGEST_SHOWN = 200


class RequestRemovalForm(StyledForm, forms.Form):
    """The first person names the places, never the content."""

    events = forms.MultipleChoiceField(
        label="Dòng trong quá trình xử lý",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Gỡ cả nội dung và tệp mà dòng đó ghi. Dòng khác nhắc lại cùng nội dung được gỡ theo.",
        error_messages={"invalid_choice": "Có dòng đã gỡ, đang chờ gỡ hoặc không có nội dung để gỡ."},
    )
    own = forms.MultipleChoiceField(
        label="Nội dung ghi trong nhiệm vụ",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Gỡ cả ở nhiệm vụ của các đơn vị và các kỳ có cùng nội dung.",
        error_messages={"invalid_choice": "Nội dung này đã gỡ hoặc đang chờ gỡ."},
    )
    kind = forms.ChoiceField(label="Loại nội dung", choices=ContentRemoval.Kind, widget=forms.RadioSelect)
    reason = ProseFormField(
        label="Lý do",
        max_length=1000,
        help_text="Không nhắc lại nội dung phải gỡ: lý do được lưu lại và hiện trong quá trình xử lý.",
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {event.sequence: event for event in removable_events(task)}
        told = {int(fact["id"].rpartition("-")[2]): fact for fact in timeline(task)}
        choices = {
            "events": [(str(sequence), _line(sequence, told[sequence])) for sequence in self.lines],
            "own": [(name, OWN[name][0]) for name in own_texts(task)],
        }
        for name, each in choices.items():
            self.fields[name].choices = each  # type: ignore[attr-defined]
            if not each:
                del self.fields[name]

    def chosen(self) -> list[Event]:
        return [self.lines[int(sequence)] for sequence in self.cleaned_data.get("events", ())]


def _line(sequence: int, fact: dict[str, Any]) -> str:
    words = " ".join([*fact["text"].split(), *(file["name"] for file in fact["files"])])
    if len(words) > LONGEST_SHOWN:
        words = f"{words[:LONGEST_SHOWN].rstrip()}…"
    head = f"Dòng {sequence}. {fact['title']} – {fact['who']}, {fact['happened']}"
    return f"{head}: {words}" if words else head


class DecideRemovalForm(StyledForm, forms.Form):
    """The second person's decision."""

    sometimes_required = ("minutes_number", "minutes_on", "note")

    approved = forms.TypedChoiceField(
        label="Quyết định",
        choices=[("yes", "Đồng ý gỡ"), ("no", "Không đồng ý gỡ")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    minutes_number = LineFormField(
        label="Số biên bản", max_length=60, required=False, help_text="Bắt buộc khi đồng ý gỡ."
    )
    minutes_on = DayFormField(label="Ngày biên bản", required=False)
    note = ProseFormField(
        label="Lý do không đồng ý",
        max_length=1000,
        required=False,
        help_text="Bắt buộc khi không đồng ý; không nhắc lại nội dung.",
    )
