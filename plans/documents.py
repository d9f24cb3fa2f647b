"""Verbs about documents and their links, and the questions that need all of them at once.

A document belongs to the agency that keeps it. Its plan owners enter it, fill in its number when it comes, and say
how it follows from others; the document of a plan is also theirs who write that plan.
"""

from collections.abc import Iterable
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from core.changes import acting
from core.text import fold
from plans.actions import may_write
from plans.lineage import Days, Force, Lineage, Link, Standing
from plans.models import Document, DocumentFile, DocumentLink, Plan
from plans.querysets import DocumentQuerySet
from units.actions import RuleBroken
from units.agency import agency_of, keeps_organisation
from units.models import Unit, User
from units.permissions import Role

NOT_YOURS = "Đồng chí không có quyền sửa văn bản này."
# How a link reads from its other end: "được thay thế bởi".
PASSIVE = {
    DocumentLink.Kind.BASED_ON: "là căn cứ của",
    DocumentLink.Kind.IMPLEMENTS: "được thực hiện bởi",
    DocumentLink.Kind.REPLACES: "được thay thế bởi",
    DocumentLink.Kind.AMENDS: "được sửa đổi, bổ sung bởi",
    DocumentLink.Kind.ANSWERS: "được trả lời bởi",
}


def registers(user: User) -> Unit | None:
    """The agency in whose register this person enters documents: that of the office whose plans they own."""
    for grant in user.grants_today:
        if grant.role == Role.PLAN_OWNER:
            return agency_of(grant.unit)
    return None


def may_edit(user: User, document: Document) -> bool:
    """Whether this person may change the document and its links."""
    if document.agency is not None and keeps_organisation(user, document.agency) is not None:
        return True
    plan = Plan.objects.select_related("tracking_unit").filter(document=document).first()
    return plan is not None and may_write(user, plan) is not None


def _check(user: User, document: Document) -> None:
    if not user.is_system and not may_edit(user, document):
        raise RuleBroken(NOT_YOURS)


def same_document(
    number: str, issued_on: date | None, issuer: str, among: DocumentQuerySet
) -> list[Document]:
    """Documents of `among` with this number, day and issuer: one directive behind two papers is stored once."""
    if not number.strip():
        return []
    alike = among.filter(number__iexact=number.strip(), issued_on=issued_on)
    return [each for each in alike if fold(each.issuer) == fold(issuer)]


@transaction.atomic
def register(document: Document, *, by: User, files: Iterable[UploadedFile] = ()) -> Document:
    """Enters a document in the register of the agency `by` keeps."""
    agency = registers(by)
    if agency is None:
        raise RuleBroken("Đồng chí không có quyền nhập văn bản.")
    document.agency = agency
    with acting(by):
        _save(document)
    for file in files:
        keep_file(document, file, by=by)
    return document


@transaction.atomic
def edit(document: Document, *, by: User, files: Iterable[UploadedFile] = ()) -> Document:
    """Saves what was filled in or put right; the history keeps what stood before."""
    _check(by, document)
    with acting(by):
        _save(document)
    for file in files:
        keep_file(document, file, by=by)
    return document


def _save(document: Document) -> None:
    if document.incoming_on and document.issued_on and document.incoming_on < document.issued_on:
        raise RuleBroken({"incoming_on": "Ngày đến không được trước ngày ban hành."})
    document.full_clean(exclude=["search"])
    document.save()


def keep_file(document: Document, upload: UploadedFile, *, by: User) -> DocumentFile:
    """Keeps a file of the document; `UploadRefused` names what is wrong with it."""
    _check(by, document)
    kept = DocumentFile(document=document, uploaded_by=by)
    kept.fill(upload)
    kept.save()
    return kept


@transaction.atomic
def link(source: Document, target: Document, kind: str, *, by: User) -> DocumentLink:
    """Says how `source` follows from `target`. Refused when it would follow from itself."""
    _check(by, source)
    if source.pk == target.pk:
        raise RuleBroken({"target": "Văn bản không thể có quan hệ với chính nó."})
    # Two people who link at once must not close a circle between them.
    ends = sorted([source.pk, target.pk])
    list(Document.objects.select_for_update(no_key=True).filter(pk__in=ends).order_by("pk"))
    if DocumentLink.objects.filter(source=source, target=target, kind=kind).exists():
        raise RuleBroken({"target": "Quan hệ này đã có."})
    way = lineage().circle(source.pk, target.pk, kind)
    if way is not None:
        names = Document.objects.in_bulk(way)
        act = DocumentLink.Kind(kind).label
        words = f" {act} ".join(names[pk].citation for pk in way)
        raise RuleBroken({"target": f"{words}; ngược lại không thể {act} được nữa."})
    with acting(by):
        return DocumentLink.objects.create(source=source, target=target, kind=kind)


@transaction.atomic
def unlink(found: DocumentLink, *, by: User) -> None:
    """Takes back a link entered wrongly."""
    _check(by, found.source)
    with acting(by):
        found.delete()


# --- Questions over all of them -------------------------------------------------------------------


def lineage(*kinds: str) -> Lineage[int]:
    """Every document that has a link (of these kinds, of any when none is named) with its days. Two queries."""
    links = DocumentLink.objects.order_by("id")
    if kinds:
        links = links.filter(kind__in=kinds)
    found = [Link(*row) for row in links.values_list("source_id", "target_id", "kind")]
    ends = Q(links__in=links) | Q(linked_from__in=links)
    rows = Document.objects.filter(ends).order_by().distinct()
    days = {
        pk: Days(issued, effective)
        for pk, issued, effective in rows.values_list("pk", "issued_on", "effective_on")
    }
    return Lineage(days, found)


def standing(document: Document, on: date, known: Lineage[int]) -> Standing[int]:
    """How one document stands, also when it has no links at all."""
    alone = {document.pk: Days(document.issued_on, document.effective_on)}
    if document.pk not in known.days:
        return Lineage(alone, ()).on(document.pk, on)
    return known.on(document.pk, on)


def replaced_on(on: date, known: Lineage[int]) -> list[int]:
    """Keys of the documents another one has replaced by that day."""
    return [pk for pk in known.days if known.on(pk, on).force == Force.REPLACED]
