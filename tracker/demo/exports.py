"""The export of the one-stop system in the demo: a branch that never signed in has a figure, another says otherwise."""

from decimal import Decimal

from django.core.files.base import ContentFile

from core.periods import Period
from plans.models import Indicator, Measurement, SourceFile, SourceSystem
from plans.sources import Proposed, bring_in
from tracker.demo.stories import Teller
from units.models import Unit

SILENT, OTHERWISE = "CN06", "CN05"
FILE = "Tong-hop-tiep-nhan-ho-so.csv"


def bring_export(
    indicator: Indicator, month: Period, teller: Teller, agency: Unit, units: dict[str, Unit]
) -> None:
    """Received and online files of two branches, brought in today; both still have time to answer."""
    reported = Measurement.objects.current().get(
        indicator=indicator, unit=units[OTHERWISE], period_key=month.key
    )
    assert reported.denominator is not None
    rows = [
        (units[SILENT], Decimal(812), Decimal(1130)),
        (units[OTHERWISE], reported.numerator - 14, reported.denominator),
    ]
    lines = [f"{unit.name};{received:.0f};{online:.0f}" for unit, online, received in rows]
    text = "\n".join(["Đơn vị;Tổng số hồ sơ;Hồ sơ trực tuyến", *lines, ""])
    file = SourceFile(agency=agency, system=SourceSystem.ONE_STOP, uploaded_by=teller.office)
    file.fill(ContentFile(text.encode(), name=FILE))
    file.save()
    proposed = [
        Proposed(f"trang “CSV”, dòng {number}, cột C/B", indicator, unit, online, received)
        for number, (unit, online, received) in enumerate(rows, start=2)
    ]
    bring_in(
        file,
        month,
        proposed,
        by=teller.office,
        as_of=min(month.end, teller.today),
        answer_by=teller.calendar.add_workdays(teller.today, 3),
    )
