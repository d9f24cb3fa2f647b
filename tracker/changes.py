"""The history of changes in words: what was changed, from what to what, by whom, when. One page of it at a time.

Lines of several tables are merged by the database (a union, newest first), so that a page costs the same however long
the history is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery, Value

from core.changes import history_of
from core.templatetags.ui import day, moment
from core.text import number_vi
from notifications.models import Rule
from plans.models import (
    Clause,
    Document,
    DocumentLink,
    Indicator,
    Milestone,
    Plan,
    Target,
    TargetIndicator,
)
from units.models import CalendarDay, GroupMember, RoleGrant, Unit, User

PAGE = 50
NOBODY = "Hệ thống"

_ACTS = {"+": ("Thêm", "active", "plus"), "~": ("Sửa", "plain", "edit"), "-": ("Bỏ", "stopped", "x")}
# Small rows are told whole when they appear; of the others the title says enough.
_TOLD_WHOLE = (RoleGrant, GroupMember, Milestone, DocumentLink)
# Columns that mean nothing to a reader.
_SILENT = {"id", "acknowledged_gaps"}


@dataclass(frozen=True, slots=True)
class Source:
    """Lines of one model that belong to the history shown."""

    model: type[models.Model]
    lines: "QuerySet[Any]"


def plan_sources(plan: Plan) -> list[Source]:
    """The plan, its document and links, its outline, its targets with indicators and milestones, its reminder rules; a
    target that went on in another plan stays in the history of both."""
    targets = history_of(Target).filter(plan_id=plan.pk).order_by().values("id")
    measured = history_of(TargetIndicator).filter(target_id__in=targets).order_by().values("indicator_id")
    return [
        Source(Plan, history_of(Plan).filter(id=plan.pk)),
        Source(Document, history_of(Document).filter(id=plan.document_id)),
        Source(DocumentLink, history_of(DocumentLink).filter(source_id=plan.document_id)),
        Source(Clause, history_of(Clause).filter(plan_id=plan.pk)),
        Source(Target, history_of(Target).filter(id__in=targets)),
        Source(Milestone, history_of(Milestone).filter(target_id__in=targets)),
        Source(TargetIndicator, history_of(TargetIndicator).filter(target_id__in=targets)),
        Source(Indicator, history_of(Indicator).filter(id__in=measured)),
        Source(Rule, history_of(Rule).filter(plan_id=plan.pk)),
    ]


def grant_sources(units: "QuerySet[Unit] | None") -> list[Source]:
    """Role grants and memberships of groups in these units, in all when None."""
    grants, members = history_of(RoleGrant), history_of(GroupMember)
    if units is not None:
        grants, members = (
            grants.filter(unit_id__in=units.values("pk")),
            members.filter(unit_id__in=units.values("pk")),
        )
    return [Source(RoleGrant, grants), Source(GroupMember, members)]


def calendar_sources(year: int) -> list[Source]:
    """The days of one year of the working calendar."""
    return [Source(CalendarDay, history_of(CalendarDay).filter(day__year=year))]


class _Lines:
    """What a Paginator pages over: (model, key of the line), newest first."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources

    @cached_property
    def merged(self) -> Any:
        first, *others = [
            source.lines.order_by()
            .annotate(place=Value(place, output_field=models.IntegerField()))
            .values_list("place", "history_id", "history_date")
            for place, source in enumerate(self.sources)
        ]
        return first.union(*others, all=True).order_by("-history_date", "place", "-history_id")

    def count(self) -> int:
        return sum(source.lines.order_by().count() for source in self.sources)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, cut: slice) -> list[tuple[int, int]]:
        return [(place, key) for place, key, _at in self.merged[cut]]


def page_of(sources: Sequence[Source], number: str | None) -> Any:
    """The page with `facts` as `components/timeline.html` takes them. The queries do not grow with the history."""
    pages: Paginator[Any] = Paginator(_Lines(sources), PAGE)  # type: ignore[arg-type]
    page: Any = pages.get_page(number)
    page.facts = _facts(sources, list(page.object_list))
    return page


def _facts(sources: Sequence[Source], keys: list[tuple[int, int]]) -> list[dict[str, Any]]:
    wanted: dict[int, list[int]] = defaultdict(list)
    for place, key in keys:
        wanted[place].append(key)
    lines: dict[tuple[int, int], tuple[Any, Any]] = {}
    for place, ids in wanted.items():
        kept = history_of(sources[place].model)
        before = kept.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
        told = kept.filter(history_id__in=ids).annotate(before=Subquery(before.values("history_id")[:1]))
        rows = list(told.select_related("history_user"))
        earlier = kept.in_bulk([row.before for row in rows if row.before])
        for row in rows:
            lines[place, row.history_id] = (row, earlier.get(row.before))
    names = _Names()
    for (place, _key), (row, earlier_row) in lines.items():
        names.want(sources[place].model, [row, earlier_row])
    names.read()
    found = []
    for place, key in keys:
        row, earlier_row = lines[place, key]
        found.append(_fact(sources[place].model, row, earlier_row, names))
    return found


class _Names:
    """Names of what lines point at: one query a model."""

    def __init__(self) -> None:
        self._wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        self._found: dict[type[models.Model], dict[int, Any]] = {}

    def want(self, model: type[models.Model], rows: Iterable[Any]) -> None:
        for field in model._meta.concrete_fields:
            if field.is_relation:
                pointed = {getattr(row, field.attname) for row in rows if row is not None}
                self._wanted[field.related_model] |= pointed - {None}  # type: ignore[index]

    def read(self) -> None:
        self._found = {model: model._base_manager.in_bulk(keys) for model, keys in self._wanted.items()}

    def of(self, model: Any, key: int | None) -> str:
        if key is None:
            return ""
        found = self._found.get(model, {}).get(key)
        if isinstance(found, Unit):
            return found.label
        # What is gone is known by what it was called: its own line says so.
        return str(found) if found is not None else "(đã bỏ)"


def _fact(model: type[models.Model], row: Any, earlier: Any, names: _Names) -> dict[str, Any]:
    act, kind, icon = _ACTS[row.history_type]
    changes: list[tuple[str, str, str]] = []
    if row.history_type == "~":
        changes = _changes(model, row, earlier, names)
    elif row.history_type == "+" and issubclass(model, _TOLD_WHOLE):
        changes = _changes(model, row, None, names)
    return {
        "title": f"{act} {_subject(model, row, names)}",
        "kind": kind,
        "icon": icon,
        "who": row.history_user.full_name if row.history_user is not None else NOBODY,
        "happened": moment(row.history_date),
        "changes": changes,
    }


def _subject(model: type[models.Model], row: Any, names: _Names) -> str:
    """What the line is about, as it was called then."""
    if model is Plan:
        return "kế hoạch"
    if model is Document:
        return f"văn bản {row.number}".strip()
    if model is DocumentLink:
        kind = DocumentLink.Kind(row.kind).label
        return f"quan hệ văn bản: {kind} {names.of(Document, row.target_id)}"
    if model is Clause:
        return f"mục {row.label}".strip() + f": {row.text[:120]}"
    if model is Target:
        return f"chỉ tiêu {row.code}: {row.name}"
    if model is Milestone:
        return f"mốc của chỉ tiêu “{names.of(Target, row.target_id)}”"
    if model is TargetIndicator:
        return f"chỉ số “{names.of(Indicator, row.indicator_id)}” của “{names.of(Target, row.target_id)}”"
    if model is Indicator:
        return f"chỉ số {row.code}: {row.name}"
    if model is CalendarDay:
        return f"ngày {day(row.day)}: {row.get_kind_display().lower()}, {row.name}"
    if model is Rule:
        return f"quy tắc nhắc việc ({row.get_subject_display().lower()}): {row.name}"
    if model is RoleGrant:
        return f"phân quyền của {names.of(User, row.user_id)}"
    return f"thành viên nhóm “{names.of(model._meta.get_field('group').related_model, row.group_id)}”"


def _changes(model: type[models.Model], row: Any, earlier: Any, names: _Names) -> list[tuple[str, str, str]]:
    found = []
    for field in model._meta.concrete_fields:
        if field.name in _SILENT or not hasattr(row, field.attname):
            continue
        after = getattr(row, field.attname)
        before = getattr(earlier, field.attname) if earlier is not None else None
        if after == before or (earlier is None and after in (None, "")):
            continue
        label = str(field.verbose_name)
        found.append(
            (label[0].upper() + label[1:], _words(field, before, names), _words(field, after, names))
        )
    return found


def _words(field: Any, value: Any, names: _Names) -> str:
    if value is None or value == "":
        return ""
    if field.is_relation:
        return names.of(field.related_model, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(field, models.DateTimeField):
        return str(moment(value))
    if isinstance(value, date):
        return str(day(value))
    if isinstance(value, Decimal):
        return number_vi(value.normalize(), max(0, -int(value.normalize().as_tuple().exponent)))
    return str(value)
