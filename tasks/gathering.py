"""Where an order to many stands, and what its units answered: for the order itself and for whoever gathers it."""

from collections.abc import Iterable, Sequence
from textwrap import shorten

from core.fields import PROSE_MAX_LENGTH
from core.templatetags.ui import day
from core.text import count_vi
from tasks.models import Explanation, ProgressUpdate, Task
from tasks.status import Confirmation, Execution


def has_reported(part: Task) -> bool:
    """Sent, or done; "không phát sinh" is an answer too."""
    return part.execution == Execution.DONE or part.confirmation == Confirmation.SUBMITTED


def counted_parts(order: Task) -> list[Task]:
    """The tasks of an order that count, in the order of the organisation; an order to one unit is its own part."""
    if order.lead_unit_id is not None:
        return [order]
    parts = order.children.exclude(execution=Execution.DISCONTINUED).select_related("lead_unit")
    return list(parts.order_by("lead_unit__tree_start"))


def unanswered(order: Task) -> list[Task]:
    return [part for part in counted_parts(order) if not has_reported(part)]


def report_words(parts: Sequence[Task]) -> str:
    """ "đã báo cáo 03/04 đơn vị"."""
    reported = sum(has_reported(part) for part in parts)
    return f"{count_vi(reported)}/{count_vi(len(parts))} đơn vị"


def gathered_text(parts: Iterable[Task]) -> str:
    """The answers one under another, ready to be edited into a synthesis; who has not answered is named at the end.
    Two queries. Long answers are shortened so that all of them fit into one report."""
    parts = list(parts)
    answers = _answers(parts)
    answered = [part for part in parts if part.pk in answers]
    missing = [part.lead_label for part in parts if part.pk not in answers]
    last = f"Chưa có báo cáo: {'; '.join(missing)}." if missing else ""
    room = PROSE_MAX_LENGTH - len(last) - 200
    share = room // len(answered) if answered else room
    lines = [
        shorten(f"{part.lead_label}: {answers[part.pk]}", max(60, share - 2), placeholder=" …")
        for part in answered
    ]
    return "\n".join(filter(None, [*lines, last]))[:PROSE_MAX_LENGTH]


def _answers(parts: Iterable[Task]) -> dict[int, str]:
    """Part → its newest answer in words: the explanation where one was asked, else the result sent."""
    reported = [part for part in parts if has_reported(part)]
    found: dict[int, str] = {}
    sent = ProgressUpdate.objects.filter(task__in=reported, is_submission=True).order_by("pk")
    for update in sent:
        found[update.task_id] = update.text
    explained = Explanation.objects.filter(task__in=reported, answered_at__isnull=False).order_by("pk")
    for each in explained:
        found[each.task_id] = _explained(each)
    return found


def _explained(each: Explanation) -> str:
    if each.cause == Explanation.Cause.NIL:
        return "không phát sinh."
    words = [each.answer.rstrip(".") + ".", f"{each.get_cause_display()}."]
    if each.remedy:
        words.append(f"Biện pháp khắc phục: {each.remedy.rstrip('.')}.")
    if each.new_date:
        words.append(f"Dự kiến hoàn thành ngày {day(each.new_date)}.")
    return " ".join(words)
