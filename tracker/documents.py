"""Which documents a person sees, and what the pages of documents say about them.

A person sees a document through the agency that keeps it or through a plan (`plans.querysets`), and through a task
they see that was given by it. What a visible document itself cites is named, but opens only to those who see it too.
"""

from datetime import date
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.templatetags.ui import day
from plans.documents import PASSIVE, lineage, replaced_on, standing
from plans.lineage import AMENDS, REPLACES, Days, Force, Lineage, Standing
from plans.models import Document, DocumentLink, Plan
from plans.querysets import DocumentQuerySet
from tasks.models import Task
from units.models import User

FORCES = {
    "in_force": "Đang có hiệu lực",
    "replaced": "Đã được thay thế",
    "not_yet": "Chưa có hiệu lực",
    "no_number": "Chưa có số, ký hiệu",
    "secondary": "Tin, bài về văn bản",
}
_LOOK = {Force.IN_FORCE: "active", Force.REPLACED: "none", Force.NOT_YET: "draft"}


def visible_documents(user: User) -> DocumentQuerySet:
    through_tasks = Task.objects.visible_to(user).filter(source_document__isnull=False)
    return Document.objects.filter(
        Q(pk__in=Document.objects.visible_to(user).order_by().values("pk"))
        | Q(pk__in=through_tasks.order_by().values("source_document"))
    )


def with_force(found: DocumentQuerySet, wanted: str, on: date) -> DocumentQuerySet:
    """Those of `found` that stand as `wanted` (a key of FORCES) on the day. Two queries before the answer's own."""
    if wanted == "no_number":
        return found.filter(number="")
    if wanted == "secondary":
        return found.filter(is_secondary=True)
    replaced = replaced_on(on, lineage(REPLACES))
    if wanted == "replaced":
        return found.filter(pk__in=replaced)
    begun = Q(starts__lte=on)
    found = found.annotate(starts=Coalesce("effective_on", "issued_on")).exclude(pk__in=replaced)
    return found.filter(begun) if wanted == "in_force" else found.exclude(begun & Q(starts__isnull=False))


def newest_first(found: DocumentQuerySet) -> DocumentQuerySet:
    """Unsigned ones on top: they wait for their number."""
    return found.order_by(F("issued_on").desc(nulls_first=True), "-pk")


def force_badge(found: Standing[int]) -> dict[str, str]:
    return {"kind": _LOOK[found.force], "text": FORCES[found.force]}


def force_words(document: Document, on: date, known: Lineage[int]) -> dict[str, Any]:
    """The badge and one sentence: since when, replaced or amended by what. One query."""
    found = standing(document, on, known)
    others = Document.objects.in_bulk([pk for pk in (found.by, *found.amended_by) if pk is not None])
    match found.force:
        case Force.REPLACED:
            assert found.by is not None
            words = f"Đã được {others[found.by].citation} thay thế từ {day(found.since)}."
        case Force.IN_FORCE:
            words = f"Có hiệu lực từ {day(found.since)}."
            if document.issued_on and found.since and found.since < document.issued_on:
                words = f"Có hiệu lực từ {day(found.since)}, trước ngày ký {day(document.issued_on)}."
        case _:
            words = f"Có hiệu lực từ {day(found.since)}." if found.since else "Chưa ban hành, chưa có ngày."
    amended = [others[pk].citation for pk in found.amended_by]
    return {"badge": force_badge(found), "words": words, "amended": "; ".join(amended)}


def badges_of(documents: list[Document], on: date) -> dict[int, dict[str, str]]:
    """How each of a page of documents stands. Two queries."""
    known = lineage(REPLACES, AMENDS)
    return {each.pk: force_badge(standing(each, on, known)) for each in documents}


def chain_rows(
    document: Document, known: Lineage[int], *, upwards: bool, seen: set[int], papers: dict[int, Document]
) -> list[dict[str, Any]]:
    """The lines of one side of the chain. Upwards a document nobody may open is named by its citation, and the way
    ends there; downwards it is left out with what follows from it."""
    rows = []
    hidden_below: int | None = None
    for depth, kind, pk in known.chain(document.pk, upwards=upwards):
        if hidden_below is not None and depth > hidden_below:
            continue
        hidden_below = None
        paper, opens = papers[pk], pk in seen
        if not opens:
            hidden_below = depth
            if not upwards:
                continue
        label = DocumentLink.Kind(kind).label if upwards else PASSIVE[DocumentLink.Kind(kind)]
        rows.append(
            {
                "level": min(depth, 4),
                "relation": label[0].upper() + label[1:],
                "citation": paper.citation,
                "subject": paper.subject if opens else "",
                "url": reverse("document", args=[pk]) if opens else "",
            }
        )
    return rows


def document_facts(document: Document) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("Loại văn bản", document.get_kind_display()),
        ("Số, ký hiệu", document.number or "Chưa có số"),
        ("Ngày ban hành", day(document.issued_on) if document.issued_on else "Chưa ban hành"),
        ("Có hiệu lực từ", day(Days(document.issued_on, document.effective_on).starts)),
        ("Cơ quan ban hành", document.issuer),
        ("Người ký", document.signer),
    ]
    if document.incoming_number or document.incoming_on:
        facts += [("Số đến", document.incoming_number), ("Ngày đến", day(document.incoming_on))]
    if document.agency is not None:
        facts.append(("Cơ quan lưu", document.agency.name))
    return facts


def plan_of(user: User, document: Document) -> Plan | None:
    return Plan.objects.visible_to(user).filter(document=document).first()
