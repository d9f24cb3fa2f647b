"""Export of plans and figures; import and export of the indicator catalogue."""

from fractions import Fraction
from math import floor
from typing import Any

from django.core.exceptions import ValidationError
from import_export import fields, resources

from core.sheets.formats import DayWidget, LineWidget, NumberWidget
from core.sheets.resources import CatalogueOptions, CatalogueResource, ChoiceWidget
from plans.attainment import Figure, rate
from plans.definitions import LOCKED, is_counted_by
from plans.models import Indicator, Measurement, Plan


class BasisWidget(ChoiceWidget):
    """ "Lũy kế" alone counts from the first day of the year."""

    def __init__(self) -> None:
        super().__init__(Indicator.Basis.choices)
        self.values["luy ke"] = Indicator.Basis.CUMULATIVE


class PlanResource(resources.ModelResource):
    """Plans as their list shows them."""

    code = fields.Field("code", "Mã kế hoạch", LineWidget())
    title = fields.Field("title", "Tên kế hoạch", LineWidget())
    number = fields.Field("document__number", "Số, ký hiệu", LineWidget())
    issued_on = fields.Field("document__issued_on", "Ngày ban hành", DayWidget())
    issuer = fields.Field("issuer__name", "Cơ quan ban hành", LineWidget())
    tracking_unit = fields.Field("tracking_unit__name", "Đơn vị theo dõi, đôn đốc", LineWidget())
    leader = fields.Field("leader_in_charge__full_name", "Lãnh đạo phụ trách", LineWidget())
    starts_on = fields.Field("starts_on", "Từ ngày", DayWidget())
    ends_on = fields.Field("ends_on", "Đến ngày", DayWidget())
    state = fields.Field("state", "Tình trạng", ChoiceWidget(Plan.State.choices))

    class Meta:
        model = Plan
        fields = (
            "code", "title", "number", "issued_on", "issuer", "tracking_unit", "leader", "starts_on", "ends_on",
            "state",
        )  # fmt: skip


class FigureResource(resources.ModelResource):
    """Figures with what they mean: basis, period, day they hold for."""

    indicator_code = fields.Field("indicator__code", "Mã chỉ số", LineWidget())
    indicator = fields.Field("indicator__name", "Chỉ số", LineWidget())
    unit = fields.Field("unit__name", "Đơn vị", LineWidget())
    period_start = fields.Field("period_start", "Từ ngày", DayWidget())
    period_end = fields.Field("period_end", "Đến ngày", DayWidget())
    basis = fields.Field("indicator__basis", "Loại số liệu", BasisWidget())
    numerator = fields.Field("numerator", "Tử số", NumberWidget())
    denominator = fields.Field("denominator", "Mẫu số", NumberWidget())
    value = fields.Field(None, "Kết quả", NumberWidget())
    measure_unit = fields.Field("indicator__measure_unit", "Đơn vị tính", LineWidget())
    as_of = fields.Field("as_of", "Số liệu đến ngày", DayWidget())
    decision = fields.Field("decision__verdict", "Xác nhận", LineWidget())
    source = fields.Field("source", "Nguồn", LineWidget())
    cause = fields.Field("cause", "Nguyên nhân", LineWidget())
    remedy = fields.Field("remedy", "Biện pháp khắc phục", LineWidget())
    note = fields.Field("note", "Ghi chú", LineWidget())

    class Meta:
        model = Measurement
        fields = (
            "indicator_code", "indicator", "unit", "period_start", "period_end", "basis", "numerator",
            "denominator", "value", "measure_unit", "as_of", "decision", "source", "cause",
            "remedy", "note",
        )  # fmt: skip

    def dehydrate_value(self, measurement: Measurement) -> Any:
        """What pages and papers print, in the indicator's own unit; nothing at 0/0, which is neither 0 % nor 100 %.

        A share has one decimal there, so the cell shows no more; the exact one is its two amounts. One that would round
        to a whole per cent keeps two, since a cell cannot say "100,0".
        """
        figure = Figure(measurement.numerator, measurement.denominator)
        value = rate(figure, ratio=measurement.indicator.is_ratio)
        if value is None or value.denominator == 1 or not measurement.indicator.is_ratio:
            return value
        for scale in (10, 100):
            rounded = Fraction(floor(value * scale + Fraction(1, 2)), scale)
            if rounded.denominator > 1:
                return rounded
        return Fraction(floor(value * 100), 100)

    def dehydrate_decision(self, measurement: Measurement) -> str:
        decision = getattr(measurement, "decision", None)
        return decision.get_verdict_display() if decision else "Chờ xác nhận"


class IndicatorResource(CatalogueResource):
    """The catalogue of indicators: one row a definition, told by its code."""

    code = fields.Field("code", "Mã chỉ số", LineWidget())
    name = fields.Field("name", "Tên chỉ số", LineWidget())
    measure_unit = fields.Field("measure_unit", "Đơn vị tính", LineWidget(), default="%")
    numerator = fields.Field("numerator", "Tử số", LineWidget())
    denominator = fields.Field("denominator", "Mẫu số", LineWidget())
    data_source = fields.Field("data_source", "Nguồn số liệu", LineWidget())
    frequency = fields.Field(
        "frequency", "Tần suất", ChoiceWidget(Indicator.Frequency.choices), default="month"
    )
    source = fields.Field(
        "source", "Cách lấy số liệu", ChoiceWidget(Indicator.Source.choices), default="reported"
    )
    basis = fields.Field("basis", "Loại số liệu", BasisWidget(), default="period")
    direction = fields.Field(
        "direction", "Chiều tốt", ChoiceWidget(Indicator.Direction.choices), default="higher"
    )
    confirmed_by = fields.Field("confirmed_by", "Đơn vị xác nhận", LineWidget())
    legal_basis = fields.Field("legal_basis", "Căn cứ", LineWidget())
    valid_from = fields.Field("valid_from", "Áp dụng từ", DayWidget())
    valid_to = fields.Field("valid_to", "Áp dụng đến", DayWidget())

    required = ("name",)

    class Meta(CatalogueOptions):
        model = Indicator
        fields = (
            "code", "name", "measure_unit", "numerator", "denominator", "data_source", "frequency", "source",
            "basis", "direction", "confirmed_by", "legal_basis", "valid_from", "valid_to",
        )  # fmt: skip
        import_id_fields = ("code",)

    def validate_instance(self, instance: Indicator, *args: Any, **kwargs: Any) -> None:
        """A definition somebody counts by does not change through a list: it takes a version, with day and reason."""
        super().validate_instance(instance, *args, **kwargs)
        if instance._state.adding:
            return
        stored = Indicator.objects.get(pk=instance.pk)
        changed = [name for name, value in stored.defining().items() if getattr(instance, name) != value]
        if changed and is_counted_by(stored):
            raise ValidationError({name: LOCKED for name in changed})
