"""Import and export of units and the working calendar; export of account coverage."""

from collections.abc import Callable
from functools import partial
from typing import Any

from import_export import fields, resources

from core.sheets.formats import DayWidget, LineWidget, NumberWidget
from core.sheets.resources import CatalogueOptions, CatalogueResource, ChoiceWidget, NamedWidget, YesNoWidget
from units.actions import renumber_tree, save_unit
from units.coverage import UnitCoverage
from units.models import AccountKind, CalendarDay, Unit

UNIT_NAMES = ("code", "name", "short_name")


class UnitResource(CatalogueResource):
    """The organisation: a unit is told by its code; a changed name closes the old one and keeps it."""

    code = fields.Field("code", "Mã đơn vị", LineWidget())
    name = fields.Field("name", "Tên đơn vị", LineWidget())
    short_name = fields.Field("short_name", "Tên gọi tắt", LineWidget())
    kind = fields.Field("kind", "Loại đơn vị", ChoiceWidget(Unit.Kind.choices))
    parent = fields.Field("parent", "Đơn vị cấp trên", NamedWidget(Unit, UNIT_NAMES, "đơn vị"))
    position = fields.Field("position", "Thứ tự", NumberWidget(whole=True), default=0)
    email = fields.Field("email", "Thư điện tử", LineWidget())
    clerk_may_send = fields.Field("clerk_may_send", "Chuyên viên được trình thay", YesNoWidget())
    opened_on = fields.Field("opened_on", "Ngày thành lập", DayWidget())
    closed_on = fields.Field("closed_on", "Ngày chấm dứt hoạt động", DayWidget())

    required = ("name", "kind")

    class Meta(CatalogueOptions):
        model = Unit
        fields = (
            "code", "name", "short_name", "kind", "parent", "position", "email", "clerk_may_send", "opened_on",
            "closed_on",
        )  # fmt: skip
        import_id_fields = ("code",)
        clean_model_instances = False  # the verb checks

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        save_unit(instance, renumber=False)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        if not result.has_errors() and not result.has_validation_errors():
            renumber_tree()


class CalendarResource(CatalogueResource):
    """The working calendar: one row a day that differs from the week's rule, for everybody or for one unit.

    The column of the unit may be missing: then all days are everybody's.
    """

    day = fields.Field("day", "Ngày", DayWidget())
    unit = fields.Field("unit", "Lịch riêng của đơn vị", NamedWidget(Unit, UNIT_NAMES, "đơn vị"))
    kind = fields.Field("kind", "Loại ngày", ChoiceWidget(CalendarDay.Kind.choices))
    name = fields.Field("name", "Tên gọi", LineWidget())
    basis = fields.Field("basis", "Văn bản căn cứ", LineWidget())
    provisional = fields.Field("provisional", "Tạm tính", YesNoWidget())

    required = ("kind", "name")

    class Meta(CatalogueOptions):
        model = CalendarDay
        fields = ("day", "unit", "kind", "name", "basis", "provisional")
        import_id_fields = ("day", "unit")


class CoverageResource(resources.Resource):
    """Counts of accounts by unit, as the board shows them: never a name. Rows are `UnitCoverage`."""

    def __init__(self, kinds: list[AccountKind]) -> None:
        super().__init__()
        columns: list[tuple[str, Callable[[UnitCoverage], Any]]] = [
            ("Đơn vị", lambda row: row.unit.name),
            ("Đang làm việc", lambda row: row.staff),
        ]
        for kind in kinds:
            label = kind.short_name or kind.name
            columns.append((f"{label}: đã có", partial(_of_kind, kind.pk, "held")))
            columns.append((f"{label}: phải có", partial(_of_kind, kind.pk, "required")))
        columns += [
            ("Còn thiếu", lambda row: row.all_kinds.missing),
            ("Được miễn", lambda row: row.all_kinds.exempt),
            ("Không tính", lambda row: row.away),
        ]
        for number, (heading, value) in enumerate(columns):
            self.fields[f"column{number}"] = fields.Field(None, heading, dehydrate_method=value)


def _of_kind(kind: int, what: str, row: UnitCoverage) -> int:
    return int(getattr(row.kinds[kind], what))
