"""Pages of documents: the list, one document with its chain, entering, putting right, linking."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.changes import history_of
from core.clock import today
from core.files import UploadRefused
from core.sheets.resources import export_response
from core.templatetags.ui import day
from plans import documents as verbs
from plans.models import Document, DocumentFile, DocumentLink
from tasks.models import Task
from tasks.tables import list_url, task_rows, with_related
from tracker.document_dates import EditedDocument
from tracker.document_forms import DocumentFilterForm, DocumentForm, LinkForm
from tracker.documents import (
    badges_of,
    chain_rows,
    document_facts,
    force_words,
    plan_of,
    visible_documents,
)
from tracker.replacement import replacements_of
from tracker.resources import DocumentResource
from units.actions import RuleBroken
from units.models import CalendarDay
from units.requests import PersonRequest

PAGE = 50
MOST_TASKS = 20
# Excel opens it, and a page of the server does not wait for ever; the filter narrows further.
MOST_EXPORTED = 20_000


@require_safe
def documents(request: PersonRequest) -> HttpResponse:
    """Documents this person sees, unsigned ones first."""
    on = today()
    form = DocumentFilterForm(request.GET)
    found = form.apply(request.user, on).select_related("plan")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    badges = badges_of(list(page.object_list), on)
    rows = [
        {
            "url": reverse("document", args=[each.pk]),
            "citation": each.citation,
            "subject": each.subject,
            "issuer": each.issuer,
            "incoming": " ".join(filter(None, [each.incoming_number, _in_brackets(each)])),
            "badge": badges[each.pk],
            "secondary": each.is_secondary,
        }
        for each in page.object_list
    ]
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "query": request.GET.urlencode(),
        "narrowed": any(form.cleaned_data.values()),
        "registers": verbs.registers(request.user) is not None,
    }
    return render(request, "tracker/documents.html", context)


@require_safe
def documents_export(request: PersonRequest) -> HttpResponse:
    """Documents of the list with its filter and order. `?dang=csv` gives CSV."""
    found = DocumentFilterForm(request.GET).apply(request.user, today())[:MOST_EXPORTED]
    return export_response(request, DocumentResource(), list(found), title="Văn bản", name="Van-ban")


def _in_brackets(document: Document) -> str:
    return f"({day(document.incoming_on)})" if document.incoming_on else ""


def _visible(request: PersonRequest, pk: int) -> Document:
    return get_object_or_404(visible_documents(request.user).select_related("agency"), pk=pk)


@require_safe
def document(request: PersonRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(
    request: PersonRequest, found: Document, *, link_form: LinkForm | None = None, status: int = 200
) -> HttpResponse:
    """One document: what it says, whether it is in force, what it comes from, what came from it. A constant number of
    queries whatever the length of the chain."""
    user, on, known = request.user, today(), verbs.lineage()
    connected = {
        key for upwards in (True, False) for _depth, _kind, key in known.chain(found.pk, upwards=upwards)
    }
    papers = Document.objects.in_bulk(connected)
    seen = set(visible_documents(user).filter(pk__in=connected).values_list("pk", flat=True))
    edits = verbs.may_edit(user, found)
    given = Task.objects.visible_to(user).filter(Q(source_document=found) | Q(plan__document=found)).orders()
    calendar = CalendarDay.objects.as_calendar()
    listed = list(with_related(given).order_by("plan", "order", "pk")[: MOST_TASKS + 1])
    plan = plan_of(user, found)
    context: dict[str, Any] = {
        "document": found,
        "force": force_words(found, on, known),
        "facts": document_facts(found),
        "above": chain_rows(found, known, upwards=True, seen=seen, papers=papers),
        "below": chain_rows(found, known, upwards=False, seen=seen, papers=papers),
        "files": [
            {"name": each.name, "url": reverse("document_file", args=[each.pk]), "size": each.size}
            for each in found.files.order_by("pk")
        ],
        "plan": plan,
        "tasks": task_rows(listed[:MOST_TASKS], on, calendar),
        "more_url": list_url(part="all", plan=plan.pk) if plan and len(listed) > MOST_TASKS else "",
        "edits": edits,
        "replacements": replacements_of(user, found),
    }
    if edits:
        own = found.links.select_related("target").order_by("pk")
        context["links"] = [
            {"pk": each.pk, "words": f"{each.get_kind_display().capitalize()}: {each.target.citation}"}
            for each in own
        ]
        context["link_form"] = link_form or LinkForm(user=user, document=found)
    return render(request, "tracker/document.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def document_new(request: PersonRequest) -> HttpResponse:
    if verbs.registers(request.user) is None:
        raise PermissionDenied
    form = DocumentForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        user=request.user,
        instance=Document(kind=Document.Kind.LETTER),
    )
    if request.method == "POST":
        saved = _save(request, form, verbs.register)
        if saved is not None:
            messages.success(request, "Đã lưu văn bản.")
            return redirect("document", pk=saved.pk)
    return _form_page(request, form, None, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def document_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """403 without the right, 409 when somebody saved meanwhile: what was typed stays."""
    found = _visible(request, pk)
    if not verbs.may_edit(request.user, found):
        raise PermissionDenied
    newest = _newest(found)
    if request.method != "POST":
        return _form_page(request, DocumentForm(user=request.user, instance=found, seen=newest), found)
    with transaction.atomic():
        found = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        newest = _newest(found)
        data = request.POST.copy()
        stale = bool(data.get("seen")) and data["seen"] != newest
        data["seen"] = newest
        form = DocumentForm(data, request.FILES or None, user=request.user, instance=found)
        if stale:
            form.add_error(None, "Văn bản vừa được người khác sửa; hãy xem lại các ô trước khi lưu.")
            return _form_page(request, form, Document.objects.get(pk=pk), 409)
        edited = EditedDocument(seen=form.data.get("moves", ""))
        saved = _save(request, form, edited.save)
        if not edited.as_seen:
            transaction.set_rollback(True)
    if saved is None:
        return _form_page(request, form, Document.objects.get(pk=pk), 422)
    if not edited.as_seen:
        data["moves"] = edited.fingerprint
        return _form_page(request, form, Document.objects.get(pk=pk), moves=edited)
    messages.success(request, edited.words)
    return redirect("document", pk=pk)


def _newest(found: Document) -> str:
    last = (
        history_of(Document).filter(id=found.pk).order_by("-history_id").values_list("history_id", flat=True)
    )
    return str(last.first() or "")


def _save(request: PersonRequest, form: DocumentForm, verb: Any) -> Document | None:
    """Saves through the verb; None with the errors on the form."""
    if not form.is_valid():
        return None
    upload = form.cleaned_data.get("file")
    try:
        with transaction.atomic():
            saved: Document = verb(form.instance, by=request.user, files=[upload] if upload else [])
            return saved
    except UploadRefused as error:
        form.add_error("file", str(error))
    except RuleBroken as error:
        for name, errors in getattr(error, "error_dict", {None: error.messages}).items():
            form.add_error(name if name in form.fields else None, errors)
    return None


def _form_page(
    request: PersonRequest,
    form: DocumentForm,
    found: Document | None,
    status: int = 200,
    moves: EditedDocument | None = None,
) -> HttpResponse:
    alike = [
        {"url": reverse("document", args=[each.pk]), "words": f"{each.citation}: {each.subject}"}
        for each in form.alike
    ]
    context = {"form": form, "document": found, "alike": alike, "moves": moves, "refile": bool(request.FILES)}
    return render(request, "tracker/document_form.html", context, status=status)


@require_POST
def document_link(request: PersonRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    if not verbs.may_edit(request.user, found):
        raise PermissionDenied
    form = LinkForm(request.POST, user=request.user, document=found)
    if form.is_valid():
        try:
            verbs.link(found, form.cleaned_data["target"], form.cleaned_data["kind"], by=request.user)
        except RuleBroken as error:
            form.add_error("target", error.messages)
        else:
            messages.success(request, "Đã ghi nhận quan hệ văn bản.")
            return redirect("document", pk=pk)
    return _page(request, found, link_form=form, status=422)


@require_POST
def document_unlink(request: PersonRequest, pk: int) -> HttpResponse:
    own = DocumentLink.objects.filter(source__in=visible_documents(request.user)).select_related("source")
    found = get_object_or_404(own, pk=pk)
    if not verbs.may_edit(request.user, found.source):
        raise PermissionDenied
    source = found.source_id
    verbs.unlink(found, by=request.user)
    messages.success(request, "Đã bỏ quan hệ văn bản.")
    return redirect("document", pk=source)


@require_safe
def document_file(request: PersonRequest, pk: int) -> FileResponse:
    """A file of a document this person sees: always an attachment, never shown inside the site."""
    kept = get_object_or_404(DocumentFile.objects.filter(document__in=visible_documents(request.user)), pk=pk)
    try:
        stored = kept.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        stored, as_attachment=True, filename=kept.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
