"""A document that replaces or amends another: what becomes of each open duty of the old one.

The owner says for every open order and target: it ends with the new document as its basis, goes on under the new
one, or goes on with what the new one changes (title, lead, deadline). All of it is one transaction on a leader's
decision. What is not decided yet stays where it is and keeps a replaced plan from being closed, never the new plan
from being given; a replaced plan closes by itself with its last duty. An amendment closes nothing: both stay in force.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from core.clock import today
from core.text import count_vi, date_vi, fold
from plans.actions import may_write
from plans.documents import may_edit
from plans.lineage import AMENDS, REPLACES, Days
from plans.models import Document, DocumentLink, Plan, Target
from plans.replacing import carry_target, close_plan, end_target
from tasks import actions as task_actions
from tasks.ledger import Decision
from tasks.models import Task
from tasks.querysets import OPEN, TaskQuerySet
from tracker.activation import join_targets
from units.actions import RuleBroken
from units.models import Unit, User

LATER, CLOSE, CARRY, CHANGE = "later", "close", "carry", "change"
ACTS = {DocumentLink.Kind.REPLACES: "thay thế", DocumentLink.Kind.AMENDS: "sửa đổi, bổ sung"}
NOT_YOURS = "Đồng chí không có quyền xử lý nhiệm vụ của văn bản này."


class RowsRefused(Exception):
    """What the verbs refuse, duty by duty; nothing was saved."""

    def __init__(self, errors: dict[str, ValidationError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Frame:
    """The new document with its plan, if it is one, and the old one with its own."""

    link: DocumentLink
    old_plan: Plan | None
    new_plan: Plan | None

    @property
    def old(self) -> Document:
        return self.link.target

    @property
    def new(self) -> Document:
        return self.link.source

    @property
    def replaces(self) -> bool:
        return self.link.kind == REPLACES

    @property
    def act(self) -> str:
        return ACTS[DocumentLink.Kind(self.link.kind)]

    @property
    def waits(self) -> str:
        """Why nothing can be decided yet, in words; empty when it can."""
        if self.new_plan is not None:
            if self.new_plan.state == Plan.State.DRAFT:
                return "Kế hoạch mới còn là dự thảo; giao kế hoạch mới rồi xử lý nhiệm vụ của kế hoạch cũ."
            return "" if self.new_plan.state == Plan.State.ACTIVE else "Kế hoạch mới đã kết thúc."
        day = Days(self.new.issued_on, self.new.effective_on).displaces
        if day is None:
            return "Văn bản mới chưa ban hành."
        return "" if day <= today() else f"Văn bản mới có hiệu lực từ {date_vi(day)}."


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """An open order or target of the old document; `key` names it in the form."""

    key: str
    title: str
    code: str
    who: str
    due: str
    task: Task | None = None
    target: Target | None = None
    # The new plan has one of the same words: this one ends by default.
    restated: bool = False

    @property
    def choices(self) -> list[str]:
        if self.target is not None:
            return [LATER, CARRY, CLOSE]
        return [LATER, CARRY, CHANGE, CLOSE]


@dataclass(frozen=True, slots=True)
class Choice:
    duty: OpenDuty
    what: str
    title: str = ""
    lead: Unit | None = None
    due: date | None = None


@dataclass(slots=True)
class Outcome:
    """What was done, or would be: (title, words) of each duty, and whether the old plan closes."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    left: int = 0
    closes: bool = False


# --- What there is to decide ----------------------------------------------------------------------


def frame_of(new: Document, old: Document) -> Frame | None:
    """The two documents where the one replaces or amends the other."""
    kinds = (REPLACES, AMENDS)
    link = (
        DocumentLink.objects.filter(source=new, target=old, kind__in=kinds)
        .select_related("source", "target")
        .order_by("-kind")
        .first()
    )
    if link is None:
        return None
    plans = {
        plan.document_id: plan
        for plan in Plan.objects.filter(document__in=[new, old]).select_related(
            "tracking_unit", "leader_in_charge", "document"
        )
    }
    return Frame(link, plans.get(old.pk), plans.get(new.pk))


def may_replace(user: User, frame: Frame) -> bool:
    """Owners who write both: the old plan's duties go, the new plan's come."""
    for document, plan in ((frame.old, frame.old_plan), (frame.new, frame.new_plan)):
        held = may_write(user, plan) is not None if plan is not None else may_edit(user, document)
        if not held:
            return False
    return True


def _given(old: Document, plan: Plan | None) -> TaskQuerySet:
    """Everything the old document gave that is still open."""
    of_plan = Q(plan=plan) if plan is not None else Q(pk__in=())
    without = Q(plan__isnull=True, source_document=old)
    return Task.objects.filter(of_plan | without, execution__in=OPEN, assigned_on__isnull=False)


def _orders(old: Document, plan: Plan | None) -> TaskQuerySet:
    """One row per order. A part or an occurrence goes with its order; alone only where that is over."""
    found = _given(old, plan)
    alone = Q(parent__isnull=True, duty__isnull=True)
    orphan = Q(duty__isnull=False) & ~Q(duty__task__execution__in=OPEN)
    return found.filter(alone | orphan)


def _targets(plan: Plan | None) -> Iterable[Target]:
    if plan is None:
        return ()
    found = plan.targets.followed_on(today()).select_related("unit", "group")
    return found.order_by("order", "pk")


def open_duties(frame: Frame) -> list[OpenDuty]:
    """Every open order and target, in the order of the old plan. Four queries."""
    titles: Counter[str] = Counter()
    names: set[str] = set()
    if frame.new_plan is not None:
        orders = Task.objects.filter(plan=frame.new_plan).orders()
        titles.update(fold(title) for title in orders.values_list("title", flat=True))
        names = {fold(name) for name in frame.new_plan.targets.values_list("name", flat=True)}
    rows = [
        OpenDuty(
            key=f"nv{task.pk}",
            title=task.title,
            code=task.code,
            who=task.lead_label,
            due=_due_words(task),
            task=task,
            restated=bool(titles[fold(task.title)]),
        )
        for task in _orders(frame.old, frame.old_plan)
        .select_related("lead_unit", "lead_group", "tracking_unit", "plan", "duty__task")
        .order_by("order", "pk")
    ]
    rows += [
        OpenDuty(
            key=f"ct{target.pk}",
            title=target.name,
            code=target.code,
            who=target.scope_label,
            due="",
            target=target,
            restated=fold(target.name) in names,
        )
        for target in _targets(frame.old_plan)
    ]
    return rows


def _due_words(task: Task) -> str:
    if task.is_standing:
        return "Thường xuyên, định kỳ"
    return date_vi(task.effective_end) if task.effective_end else "Chưa có thời hạn"


def default_choice(frame: Frame, duty: OpenDuty) -> str:
    """What the page proposes: an amendment leaves alone, a replacement carries over what it does not say itself."""
    if not frame.replaces:
        return LATER
    if duty.restated or (duty.target is not None and frame.new_plan is None):
        return CLOSE
    return CARRY


def fingerprint(duties: Sequence[OpenDuty]) -> str:
    """Tells whether the list is still the one the person saw."""
    said = "|".join(f"{duty.key}:{duty.title}:{duty.who}:{duty.due}" for duty in duties)
    return sha256(said.encode()).hexdigest()[:32]


def replacements_of(user: User, document: Document) -> list[dict[str, Any]]:
    """What the page of a document says to whoever may decide. At most eight queries and four for each link."""
    links = DocumentLink.objects.filter(
        Q(source=document) | Q(target=document), kind__in=[REPLACES, AMENDS]
    ).select_related("source", "target")
    found = []
    for link in links.order_by("pk")[:5]:
        frame = frame_of(link.source, link.target)
        if frame is None or frame.link != link or not may_replace(user, frame):
            continue
        left = _orders(frame.old, frame.old_plan).count() + len(list(_targets(frame.old_plan)))
        if frame.old_plan is not None and frame.old_plan.state == Plan.State.CLOSED and not left:
            continue
        found.append(
            {
                "url": reverse("replacement", args=[link.source_id, link.target_id]),
                "old": link.target.citation,
                "act": frame.act,
                "open": left,
            }
        )
    return found


# --- Doing it -------------------------------------------------------------------------------------


@transaction.atomic
def replace(frame: Frame, choices: Sequence[Choice], *, by: User, decision: Decision, reason: str) -> Outcome:
    """Carries out what was decided, all of it or nothing. Raises RowsRefused with what is wrong, duty by duty."""
    if not may_replace(by, frame):
        raise RuleBroken(NOT_YOURS)
    if frame.waits:
        raise RuleBroken(frame.waits)
    task_actions.leader_is_named(decision, by)
    outcome, errors = Outcome(), {}
    for choice in choices:
        if choice.what == LATER:
            continue
        try:
            with transaction.atomic():
                words = _do(frame, choice, by=by, decision=decision, reason=reason)
        except ValidationError as error:
            errors[choice.duty.key] = error
        else:
            outcome.lines.append((choice.duty.title, words))
    if errors:
        raise RowsRefused(errors)
    if frame.new_plan is not None:
        join_targets(frame.new_plan, today())
    # Parts and occurrences count here too: nothing may stay behind in a closed plan.
    outcome.left = _orders(frame.old, frame.old_plan).count() + len(list(_targets(frame.old_plan)))
    behind = _given(frame.old, frame.old_plan).exists()
    if frame.replaces and frame.old_plan is not None and not outcome.left and not behind:
        if frame.old_plan.state == Plan.State.ACTIVE:
            close_plan(frame.old_plan, by=by)
        outcome.closes = True
    return outcome


def preview(frame: Frame, choices: Sequence[Choice], *, by: User, decision: Decision, reason: str) -> Outcome:
    """What `replace` would do: the same work, taken back."""
    with transaction.atomic():
        outcome = replace(frame, choices, by=by, decision=decision, reason=reason)
        transaction.set_rollback(True)
    return outcome


def _do(frame: Frame, choice: Choice, *, by: User, decision: Decision, reason: str) -> str:
    if choice.duty.target is not None:
        return _do_target(frame, choice, by=by, decision=decision, reason=reason)
    task = choice.duty.task
    assert task is not None
    if choice.what == CLOSE:
        return _end(task, by=by, decision=decision, reason=reason)
    changes = choice.what == CHANGE
    if changes and not (choice.title or choice.lead or choice.due):
        raise RuleBroken({"title": "Hãy ghi nội dung thay đổi: tên, đơn vị chủ trì hoặc thời hạn."})
    moved = task_actions.transfer(
        task,
        by=by,
        document=frame.new,
        plan=frame.new_plan,
        decision=decision,
        reason=reason,
        title=choice.title if changes else "",
        due=choice.due if changes else None,
    )
    words = [f"tiếp tục theo {frame.new.citation}, mã {moved[0].code}"]
    if len(moved) > 1:
        words.append(f"kèm {count_vi(len(moved) - 1)} phần việc, kỳ chưa hoàn thành")
    if changes and choice.title:
        words.append(f"tên mới “{choice.title}”")
    if changes and choice.due:
        words.append(f"hạn {choice.duty.due} → {date_vi(choice.due)}, hạn ban đầu được giữ")
    if changes and choice.lead:
        task_actions.hand_over(moved[0], by=by, to=choice.lead, reason=reason, decision=decision)
        words.append(f"chủ trì {choice.duty.who} → {choice.lead.label}")
    return _sentence(words)


def _end(task: Task, *, by: User, decision: Decision, reason: str) -> str:
    occurrences = Task.objects.filter(Q(duty__task=task) | Q(duty__task__parent=task), execution__in=OPEN)
    also = list(occurrences.order_by("pk"))
    task_actions.discontinue(task, by=by, reason=reason, decision=decision)
    for each in also:
        if Task.objects.get(pk=each.pk).is_open:
            task_actions.discontinue(each, by=by, reason=reason, decision=decision)
    extra = f", kèm {count_vi(len(also))} kỳ chưa hoàn thành" if also else ""
    return f"Không tiếp tục thực hiện{extra}."


def _do_target(frame: Frame, choice: Choice, *, by: User, decision: Decision, reason: str) -> str:
    target = choice.duty.target
    assert target is not None
    said = {
        "reason": reason, "decided_by": decision.decided_by, "how": decision.how, "basis": decision.basis,
    }  # fmt: skip
    if choice.what == CLOSE:
        end_target(target, by=by, document=frame.new, **said)
        return "Không tiếp tục thực hiện; số liệu đã báo cáo được giữ."
    if frame.new_plan is None:
        raise RuleBroken({"what": "Văn bản mới không phải kế hoạch nên không nhận chỉ tiêu."})
    moved = carry_target(target, by=by, plan=frame.new_plan, document=frame.new, **said)
    return _sentence([f"tiếp tục theo {frame.new.citation}, mã {moved.code}"])


def _sentence(words: list[str]) -> str:
    text = "; ".join(words)
    return f"{text[0].upper()}{text[1:]}."
