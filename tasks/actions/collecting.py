"""The two-step chain: several units answer by a day of our own, one unit gathers the answers by the order's day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from core.clock import today
from tasks.actions.giving import assign
from tasks.actions.writing import Leads, write_task
from tasks.models import Task
from units.actions import RuleBroken
from units.models import Unit, User

SYNTHESIS = "Tổng hợp: {}"
_SHARED = (
    "plan", "clause", "source", "source_document", "ordered_by", "ordered_how", "quote", "strength", "urgency",
    "leader_in_charge", "superior_deadline", "tracking_unit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chain:
    """Both orders of a chain, as they were given."""

    order: Task
    synthesis: Task
    given: list[Task] = field(default_factory=list)


@transaction.atomic
def order_with_synthesis(
    order: Task,
    *,
    by: User,
    units: tuple[Unit, ...],
    collector: Unit,
    phrase: str,
    answer_by: date,
    due: date | None = None,
    about: Mapping[int, str] | None = None,
) -> Chain:
    """Gives `order` (unsaved: title, source, nature) to `units`, to be answered by `answer_by`, and its synthesis to
    `collector` by the day the order prints: one paper often gives one date for both steps.

    `about` is what only one unit is told, by unit id: nobody reads of another's arrears.
    """
    if answer_by < today():
        raise RuleBroken({"answer_by": "Hạn gửi không được trước hôm nay."})
    order.superior_deadline = True
    order.internal_end = answer_by
    write_task(order, by=by, leads=Leads(each=units), phrase=phrase, due=due)
    if order.nominal_end is None:
        raise RuleBroken({"phrase": "Hãy ghi thời hạn tổng hợp có ngày cụ thể."})
    synthesis = Task(
        title=SYNTHESIS.format(order.title)[:500],
        product="Báo cáo tổng hợp",
        collects=order,
        **{name: getattr(order, name) for name in _SHARED},
    )
    write_task(synthesis, by=by, leads=Leads(unit=collector), phrase=phrase, due=due)
    given = assign(order, by=by)
    for part in given:
        if part.parent_id is not None and (own := (about or {}).get(part.lead_unit_id or 0)):
            part.note = own
            part.save(update_fields=["note"])
    assign(synthesis, by=by)
    return Chain(Task.objects.get(pk=order.pk), Task.objects.get(pk=synthesis.pk), given)
