"""Export of tasks: what the list shows, in real dates and numbers."""

from typing import Any

from import_export import fields, resources

from core.clock import today
from core.sheets.formats import DayWidget, LineWidget, NumberWidget
from core.sheets.resources import ChoiceWidget
from core.workdays import WorkCalendar
from tasks.models import Task
from tasks.status import Confirmation, Execution, Strength
from tasks.tables import badges


class TaskResource(resources.ModelResource):
    """Tasks as an annex prints them; the status in the words of the list, of the day of the export."""

    plan = fields.Field("plan__label", "Kế hoạch", LineWidget())
    clause = fields.Field("clause__label", "Mục", LineWidget())
    code = fields.Field("code", "Mã nhiệm vụ", LineWidget())
    title = fields.Field("title", "Nhiệm vụ", LineWidget())
    lead = fields.Field("lead_label", "Chủ trì", LineWidget())
    coordinating = fields.Field(None, "Phối hợp", LineWidget())
    product = fields.Field("product", "Sản phẩm", LineWidget())
    strength = fields.Field("strength", "Mức độ giao", ChoiceWidget(Strength.choices))
    phrase = fields.Field("phrase", "Thời hạn ghi trong văn bản", LineWidget())
    starts_on = fields.Field("starts_on", "Ngày bắt đầu", DayWidget())
    nominal_end = fields.Field("nominal_end", "Thời hạn", DayWidget())
    effective_end = fields.Field("effective_end", "Hạn áp dụng", DayWidget())
    first_effective_end = fields.Field("first_effective_end", "Hạn ban đầu", DayWidget())
    assigned_on = fields.Field("assigned_on", "Ngày giao", DayWidget())
    execution = fields.Field("execution", "Thực hiện", ChoiceWidget(Execution.choices))
    confirmation = fields.Field("confirmation", "Xác nhận", ChoiceWidget(Confirmation.choices))
    percent = fields.Field("percent", "Tiến độ (%)", NumberWidget())
    completed_on = fields.Field("completed_on", "Ngày hoàn thành", DayWidget())
    status = fields.Field(None, "Tình trạng", LineWidget())

    class Meta:
        model = Task
        fields = (
            "plan", "clause", "code", "title", "lead", "coordinating", "product", "strength", "phrase", "starts_on",
            "nominal_end", "effective_end", "first_effective_end", "assigned_on", "execution", "confirmation",
            "percent", "completed_on", "status",
        )  # fmt: skip

    def __init__(self, calendar: WorkCalendar) -> None:
        super().__init__()
        self.calendar = calendar
        self.day = today()

    def dehydrate_coordinating(self, task: Task) -> str:
        names = [each.unit.label for each in task.coordinations.all()]
        return "; ".join([*names, *filter(None, [task.coordination_note])])

    def dehydrate_status(self, task: Task) -> str:
        return "; ".join(badge.text for badge in badges(task, self.day, self.calendar))

    def get_queryset(self) -> Any:
        """Never everything: an export is given its rows."""
        return Task.objects.none()


class DutyResource(resources.Resource):
    """Rhythms as their list shows them (rows of `tasks.duty_page.duty_rows`), one for each unit."""

    place = fields.Field("place", "Nhiệm vụ, kế hoạch", LineWidget())
    title = fields.Field("title", "Nội dung", LineWidget())
    lead = fields.Field("lead", "Đơn vị", LineWidget())
    words = fields.Field("words", "Nhịp", LineWidget())
    span = fields.Field("span", "Thời gian", LineWidget())
    period = fields.Field("period", "Kỳ hiện nay", LineWidget())
    due_on = fields.Field("due_on", "Hạn của kỳ", DayWidget())
    given = fields.Field("given", "Số kỳ", NumberWidget())
    on_time = fields.Field("on_time", "Đúng hạn", NumberWidget())
    late = fields.Field("late", "Muộn", NumberWidget())
    missed = fields.Field("missed", "Quá hạn chưa thực hiện", NumberWidget())
    open = fields.Field("open", "Đang thực hiện", NumberWidget())
    covered = fields.Field("covered", "Số ngày phải giữ", NumberWidget())
    kept = fields.Field("kept", "Số ngày giữ đúng", NumberWidget())
    breaches = fields.Field("breaches", "Số trường hợp không đúng", NumberWidget())

    class Meta:
        fields = (
            "place", "title", "lead", "words", "span", "period", "due_on", "given", "on_time", "late", "missed", "open",
            "covered", "kept", "breaches",
        )  # fmt: skip

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """Rows are ready values: figures of a rule stay empty for a rhythm that delivers, and the other way."""
        name = field.attribute
        if name in ("given", "on_time", "late", "missed", "open"):
            return None if instance["is_rule"] else getattr(instance["tally"], name)
        if name in ("covered", "kept", "breaches"):
            key = {"covered": "all_covered", "kept": "all_kept", "breaches": "all_broken"}[name]
            return instance.get(key)
        return instance[name]
