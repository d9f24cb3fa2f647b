"""A task that left somebody's sight while they were writing about it."""

from tasks import ledger
from tasks.models import Event, Reassignment
from units.models import Unit, User
from units.permissions import READERS, within

_PROPOSALS = {
    Reassignment.Decision.WITHDRAWN: "Đề nghị giao lại đã được rút, không cần ý kiến của đơn vị nữa.",
    Reassignment.Decision.REFUSED: "Lãnh đạo không đồng ý giao lại cho đơn vị.",
    Reassignment.Decision.AGREED: "Lãnh đạo đã giao lại cho đơn vị khác.",
    Reassignment.Decision.LAPSED: "Đề nghị giao lại không còn cần quyết định.",
}
_HANDED_OVER = "Nhiệm vụ đã được giao lại cho đơn vị khác."


def why_out_of_sight(user: User, task: int) -> str:
    """Why a person who does not see the task any more saw it once: a unit of theirs led it, or was proposed to; "" for
    one that never was theirs."""
    ranges = user.ranges(*READERS)
    moved = Event.objects.filter(task=task, verb__in=("hand_over", "decide_reassignment")).order_by(
        "sequence"
    )
    former = [ledger.facts_of(event).get("from_unit") for event in moved]
    if ranges and Unit.objects.filter(within("", ranges), pk__in=filter(None, former)).exists():
        return _HANDED_OVER
    asked = Reassignment.objects.filter(within("proposed_unit", ranges), task=task).order_by("-pk").first()
    return _PROPOSALS.get(Reassignment.Decision(asked.decision), "") if asked is not None else ""
