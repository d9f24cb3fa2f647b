"""Verbs of the catalogue: an indicator is added, put right while nobody has counted by it, then only redefined.

Who keeps the catalogue is `units.agency.keeps_catalogues`. A new definition begins with a reporting window, so that no
window is counted in two ways, and never reaches back over figures that were counted in the old one.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from core.changes import acting
from core.clock import today
from core.periods import Period, containing
from core.text import date_vi
from plans.drafting import put
from plans.models import Indicator, IndicatorVersion, Plan
from units.actions import RuleBroken
from units.agency import keeps_catalogues
from units.models import User

NOT_YOURS = "Đồng chí không có quyền sửa danh mục chỉ số."
FIRST_REASON = "Cách tính ban đầu"
LOCKED = (
    "Chỉ số đã có số liệu hoặc đã dùng ở kế hoạch đã giao: cách tính chỉ thay đổi bằng một lần mới, có ngày áp dụng và"
    " lý do."
)
# Windows ahead a new definition may begin with.
AHEAD = 4


def _check_right(by: User) -> None:
    if not by.is_system and not keeps_catalogues(by):
        raise RuleBroken(NOT_YOURS)


def is_counted_by(indicator: Indicator) -> bool:
    """Whether somebody relies on the definition: figures were counted by it, or a given plan asks for them."""
    if indicator._state.adding:
        return False
    given = indicator.targets.exclude(plan__state=Plan.State.DRAFT)
    return indicator.versions.exists() or indicator.measurements.exists() or given.exists()


@transaction.atomic
def add_indicator(*, by: User, **wanted: Any) -> Indicator:
    """A new indicator of the catalogue."""
    _check_right(by)
    indicator = Indicator(**wanted)
    with acting(by):
        indicator.full_clean()
        indicator.save()
    return indicator


@transaction.atomic
def correct_indicator(indicator: Indicator, *, by: User, **wanted: Any) -> list[str]:
    """Puts an indicator right; its definition only while nobody counts by it. Names what changed."""
    _check_right(by)
    locked = Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    changed = put(locked, wanted)
    if set(changed) & set(Indicator.DEFINING) and is_counted_by(locked):
        raise RuleBroken(LOCKED)
    if changed:
        with acting(by):
            locked.full_clean()
            locked.save()
    return changed


def windows_ahead(indicator: Indicator, frequency: str, on: date) -> list[Period]:
    """Windows a new definition may begin with: the running one while nobody has reported for it, and the next ones."""
    found = [containing(frequency, on)]
    while len(found) <= AHEAD:
        found.append(found[-1].next())
    last = _last_day(indicator)
    return [each for each in found if last is None or each.start > last]


def _last_day(indicator: Indicator) -> date | None:
    """The last day that is settled: of a figure counted, or on which a definition begins."""
    figure = indicator.measurements.order_by("-period_end").values_list("period_end", flat=True).first()
    version = indicator.versions.exclude(valid_from=None).order_by("-valid_from").first()
    return max(filter(None, [figure, version and version.valid_from]), default=None)


@transaction.atomic
def redefine(
    indicator: Indicator, *, by: User, valid_from: date, reason: str, **wanted: Any
) -> IndicatorVersion:
    """A new definition from the first day of a window on. Figures before keep the definition they were counted by."""
    _check_right(by)
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi lý do thay đổi cách tính."})
    locked = Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    last = locked.versions.order_by("-number").first()
    before = (last or locked).defining()
    after = before | {name: value for name, value in wanted.items() if name in Indicator.DEFINING}
    if after == before:
        raise RuleBroken("Cách tính không thay đổi.")
    if after["measure_unit"] != before["measure_unit"]:
        raise RuleBroken({"measure_unit": "Đơn vị tính khác thì là chỉ số khác: hãy lập chỉ số mới."})
    frequency = str(after["frequency"])
    if containing(frequency, valid_from).start != valid_from:
        raise RuleBroken({"valid_from": f"{date_vi(valid_from)} không phải là ngày đầu của một kỳ báo cáo."})
    settled = _last_day(locked)
    if settled is not None and settled >= valid_from:
        raise RuleBroken(
            {
                "valid_from": f"Đã có số liệu hoặc cách tính đến ngày {date_vi(settled)};"
                " cách tính mới chỉ áp dụng cho kỳ sau đó."
            }
        )
    if last is None:
        last = IndicatorVersion.objects.create(
            indicator=locked, number=1, valid_from=None, reason=FIRST_REASON, by=by, **before
        )
    made = IndicatorVersion(
        indicator=locked, number=last.number + 1, valid_from=valid_from, reason=reason, by=by, **after
    )
    made.full_clean()
    made.save()
    if valid_from <= today():
        _repeat(locked, made, by)
    return made


def _repeat(indicator: Indicator, version: IndicatorVersion, by: User | None) -> None:
    if put(indicator, version.defining()):
        with acting(by):
            indicator.save()


def bring_into_force(on: date) -> int:
    """Definitions whose day has come: the indicator's own columns follow. May run twice; how many changed."""
    changed = 0
    newer = IndicatorVersion.objects.filter(
        indicator=OuterRef("indicator"), number__gt=OuterRef("number"), valid_from__lte=on
    )
    in_force = IndicatorVersion.objects.filter(Q(valid_from__lte=on), ~Exists(newer))
    for version in in_force.select_related("indicator"):
        if any(getattr(version.indicator, name) != value for name, value in version.defining().items()):
            with transaction.atomic():
                locked = Indicator.objects.select_for_update(no_key=True).get(pk=version.indicator_id)
                _repeat(locked, version, None)
            changed += 1
    return changed


@transaction.atomic
def add_ready(ready: Iterable[dict[str, Any]], *, by: User) -> list[Indicator]:
    """Adds those of a ready list whose code the catalogue does not have; what is there stays as it is."""
    _check_right(by)
    known = set(Indicator.objects.values_list("code", flat=True))
    with acting(by):
        made = []
        for values in ready:
            if values["code"] not in known:
                indicator = Indicator(**values)
                indicator.full_clean()
                indicator.save()
                made.append(indicator)
    return made
