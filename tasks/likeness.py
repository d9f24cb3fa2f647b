"""Tasks that look like the one being written: a hint for the owner, never an error."""

from difflib import SequenceMatcher

from django.db.models import Q

from core.text import fold
from tasks.models import Task
from tasks.tables import with_related
from units.models import User

ALIKE = 0.8
MOST = 5
_LOOKED_AT = 300
_WORDS = 3


def alike(task: Task, user: User) -> list[tuple[Task, str]]:
    """At most five orders the person sees whose title is much the same, or that come from the same line of the same
    plan, or the same words of the same document; each with why. One query."""
    title = fold(task.title)
    words = sorted(set(title.split()), key=lambda word: (-len(word), word))[:_WORDS]
    same_title = Q()
    for word in words:
        same_title &= Q(search__contains=word)
    same_place = Q(pk__in=())
    if task.clause_id is not None:
        same_place |= Q(clause=task.clause_id)
    if task.source_document_id is not None and task.plan_id is None:
        same_place |= Q(source_document=task.source_document_id)
    known = with_related(Task.objects.visible_to(user).orders().filter(same_title | same_place))
    found = []
    for other in known.exclude(pk=task.pk).order_by("-pk")[:_LOOKED_AT]:
        likeness = SequenceMatcher(None, title, fold(other.title)).ratio()
        if likeness >= ALIKE:
            found.append((likeness, other, "tên gần giống"))
        elif task.clause_id is not None and other.clause_id == task.clause_id:
            found.append((0.0, other, "cùng mục của kế hoạch"))
        elif _same_words(task, other):
            found.append((0.0, other, "cùng đoạn của văn bản"))
    found.sort(key=lambda each: (-each[0], -each[1].pk))
    return [(other, why) for _, other, why in found[:MOST]]


def _same_words(task: Task, other: Task) -> bool:
    same_document = (
        task.source_document_id is not None and task.source_document_id == other.source_document_id
    )
    return same_document and bool(task.quote) and fold(task.quote) == fold(other.quote)
