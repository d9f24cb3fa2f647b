"""Verbs that write a plan while it is a draft: the plan with its document, outline, indicators, targets.

Each takes what is wanted and returns what it changed, as field names; nothing changed is an empty list, so that the
same content twice is no change. A plan that has been given keeps its content: only what the document got when it was
signed (number, date, signer) may still be filled in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from core.changes import acting
from plans.actions import may_write
from plans.models import Clause, Document, DocumentLink, Indicator, Milestone, Plan, Target, TargetIndicator
from units.actions import RuleBroken
from units.agency import agency_of
from units.models import Unit, User

GIVEN = "Kế hoạch đã giao; nội dung không sửa bằng tệp nhập."
_FILLED_WHEN_SIGNED = frozenset({"number", "issued_on", "signer"})


def differing(instance: models.Model, wanted: dict[str, Any]) -> list[str]:
    """Names of the fields whose value is not the wanted one; for an unsaved object all of them."""
    if instance._state.adding:
        return list(wanted)
    return [name for name, value in wanted.items() if _stored(instance, name) != _comparable(value)]


def _stored(instance: models.Model, name: str) -> Any:
    field = instance._meta.get_field(name)
    return getattr(instance, getattr(field, "attname", name))


def _comparable(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def put(instance: models.Model, wanted: dict[str, Any]) -> list[str]:
    """Sets the wanted values and says which were different. Saves nothing."""
    names = differing(instance, wanted)
    for name in names:
        setattr(instance, name, wanted[name])
    return names


def _check_writer(plan: Plan, by: User) -> None:
    if not by.is_system and may_write(by, plan) is None:
        raise RuleBroken("Đồng chí không có quyền lập kế hoạch của đơn vị này.")


def _check_draft(plan: Plan) -> None:
    if plan.state != Plan.State.DRAFT:
        raise RuleBroken(GIVEN)


@transaction.atomic
def save_plan(
    plan: Plan, wanted: dict[str, Any], document: dict[str, Any], bases: Sequence[Document], *, by: User
) -> list[str]:
    """Brings a plan, its document and the documents it is based on to what is wanted."""
    is_new = plan.pk is None
    paper = Document() if is_new else plan.document
    blank = {name for name in _FILLED_WHEN_SIGNED if paper.pk and not getattr(paper, name)}
    if not is_new and plan.state != Plan.State.DRAFT:
        # A workbook made before the signing says nothing about the number.
        document = {
            name: value for name, value in document.items() if value or name not in _FILLED_WHEN_SIGNED
        }
    own = put(plan, wanted)
    _check_writer(plan, by)
    changed = put(paper, document)
    if paper.agency_id is None:
        paper.agency = agency_of(plan.tracking_unit)
    if not is_new and (own or not set(changed) <= blank):
        _check_draft(plan)
    with acting(by):
        if changed:
            paper.full_clean()
            paper.save()
        if own:
            plan.document = paper
            plan.full_clean(exclude=["document"])
            plan.save()
        return [*own, *changed, *_save_bases(plan, paper, bases)]


def _save_bases(plan: Plan, paper: Document, bases: Sequence[Document]) -> list[str]:
    links = DocumentLink.objects.filter(source=paper, kind=DocumentLink.Kind.BASED_ON)
    known = {link.target_id for link in links}
    wanted = {basis.pk for basis in bases}
    if known == wanted:
        return []
    _check_draft(plan)
    links.exclude(target__in=wanted).delete()
    DocumentLink.objects.bulk_create(
        DocumentLink(source=paper, target=basis, kind=DocumentLink.Kind.BASED_ON)
        for basis in bases
        if basis.pk not in known
    )
    return ["bases"]


def cited_document(
    kind: str,
    number: str,
    issued_on: date | None,
    issuer: str,
    subject: str,
    *,
    agency: Unit | None = None,
) -> Document:
    """The document cited, found by number and day, or by its words where it has no number; else a new one."""
    same = Document.objects.filter(kind=kind, number=number, issued_on=issued_on)
    found = same.first() if number else same.filter(subject=subject).first()
    if found is not None:
        return found
    return Document.objects.create(
        kind=kind,
        number=number,
        issued_on=issued_on,
        issuer=issuer or "Không ghi",
        subject=subject,
        agency=agency,
    )


@dataclass(frozen=True)
class WantedClause:
    """A line of the outline; `key` tells it from others with the same label."""

    key: tuple[str, int]
    label: str
    text: str
    level: int


@transaction.atomic
def save_outline(
    plan: Plan, wanted: Sequence[WantedClause]
) -> tuple[dict[tuple[str, int], Clause], list[str]]:
    """Brings the outline to the wanted lines in their order: key → clause, and what changed."""
    existing: dict[tuple[str, int], Clause] = {}
    times: dict[str, int] = {}
    for clause in plan.clauses.order_by("order"):
        times[clause.label] = times.get(clause.label, 0) + 1
        existing[(clause.label, times[clause.label])] = clause
    found: dict[tuple[str, int], Clause] = {}
    changed = []
    for order, line in enumerate(wanted, start=1):
        place = (line.label, line.key[1])
        clause = existing.pop(place) if place in existing else Clause(plan=plan)
        values = {"order": order, "label": line.label, "text": line.text, "level": line.level}
        if put(clause, values):
            changed.append(clause)
        found[line.key] = clause
    if not changed and not existing:
        return found, []
    _check_draft(plan)
    for target in plan.targets.filter(clause__in=list(existing.values())):
        # The database would empty the column without a word in the history.
        target.clause = None
        target.save(update_fields=["clause"])
    for clause in existing.values():
        clause.delete()
    # Two lines that change places must not meet on one number. A step on the way is no change to keep.
    far = 1_000_000
    moving: models.QuerySet[Clause] = models.QuerySet(Clause).filter(
        pk__in=[clause.pk for clause in changed if clause.pk]
    )
    moving.update(order=models.F("order") + far)
    for clause in changed:
        clause.save()
    return found, ["clauses"]


@transaction.atomic
def save_indicator(indicator: Indicator, wanted: dict[str, Any], *, plan: Plan | None) -> list[str]:
    """Writes an indicator of the catalogue. One that other plans use, or that has figures, keeps its definition."""
    changed = put(indicator, wanted)
    if not changed:
        return []
    if indicator.pk:
        if plan is not None and plan.pk:
            _check_draft(plan)
        elsewhere = Target.objects.filter(indicators=indicator)
        if plan is not None and plan.pk:
            elsewhere = elsewhere.exclude(plan=plan)
        if elsewhere.exists() or indicator.measurements.exists() or indicator.versions.exists():
            raise RuleBroken(
                "Chỉ số này đã dùng ở kế hoạch khác hoặc đã có số liệu nên không sửa ở đây. Hãy dùng mã chỉ số khác."
            )
    indicator.full_clean()
    indicator.save()
    return changed


COUNTED_THING = "số lượng"


def own_indicator(plan: Plan, code: str, name: str, measure_unit: str) -> Indicator:
    """The indicator of a target that names none: called as the target, coded by plan and target."""
    own = f"{plan.code}.{code}"[:30]
    indicator = Indicator.objects.filter(code=own).first() or Indicator(code=own)
    wanted = {"name": name[:300], "measure_unit": measure_unit or COUNTED_THING}
    if indicator.pk is None or (plan.state == Plan.State.DRAFT and differing(indicator, wanted)):
        save_indicator(indicator, wanted, plan=plan)
    return indicator


@dataclass(frozen=True)
class WantedMilestone:
    phrase: str
    holds_from: date | None
    printed_on: date | None
    nominal_end: date | None
    comparator: str
    value: Decimal
    value_phrase: str
    value_to: Decimal | None = None
    is_relative: bool = False
    base_kind: str = ""
    base_key: str = ""


@transaction.atomic
def save_target(
    target: Target,
    wanted: dict[str, Any],
    indicators: Sequence[Indicator],
    milestones: Sequence[WantedMilestone],
) -> list[str]:
    """Writes a target with its indicators and milestones, in their order."""
    is_new = target.pk is None
    changed = put(target, wanted)
    wanted_milestones = [
        {"order": order, **{name: getattr(each, name) for name in WantedMilestone.__dataclass_fields__}}
        for order, each in enumerate(milestones)
    ]
    if is_new:
        _check_draft(target.plan)
        target.full_clean()
        target.save()
    stored = list(target.milestones.order_by("order"))
    if len(stored) != len(wanted_milestones) or any(
        differing(one, other) for one, other in zip(stored, wanted_milestones, strict=False)
    ):
        changed.append("milestones")
    links = list(target.target_indicators.order_by("order").values_list("indicator", flat=True))
    if links != [indicator.pk for indicator in indicators]:
        changed.append("indicators")
    if not changed or (is_new and not milestones and not indicators):
        return changed
    _check_draft(target.plan)
    if not is_new:
        target.full_clean()
        target.save()
    if "indicators" in changed:
        target.target_indicators.all().delete()
        TargetIndicator.objects.bulk_create(
            TargetIndicator(target=target, indicator=indicator, order=order)
            for order, indicator in enumerate(indicators)
        )
    if "milestones" in changed:
        target.milestones.all().delete()
        Milestone.objects.bulk_create(Milestone(target=target, **values) for values in wanted_milestones)
    return changed


@transaction.atomic
def drop_targets(plan: Plan, targets: Iterable[Target]) -> None:
    """Takes targets out of a draft."""
    found = list(targets)
    if found:
        _check_draft(plan)
        Target.objects.filter(plan=plan, pk__in=[target.pk for target in found]).delete()
