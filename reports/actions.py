"""The verbs of a report: draft, edit, take the figures again, submit for signature, withdraw, issue.

The draft is ours and rebuilds byte for byte from snapshot, letterhead and words; the signed file is uploaded
and is the official copy (office rule 19). Building the Word file is the queue's work.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core.clock import now, today
from core.files import SECRET_REFUSED, UploadRefused, check_upload, looks_secret
from core.periods import Period, containing, parse
from core.queue import enqueue
from core.text import clean_line, date_vi, nfc
from core.traces import Traces, texts_in
from plans.models import Plan
from reports import outline, prose
from reports.collect import collect
from reports.forecasts import forecasts
from reports.models import AgencyProfile, Report, Snapshot
from reports.profiles import letterhead_of
from reports.snapshot import from_text, sha256, to_text
from tasks.models import ContentRemoval
from tasks.models.removal import REMOVED
from units.actions import RuleBroken
from units.models import User
from units.permissions import capacity

__all__ = [
    "LONGEST_SECTION",
    "RuleBroken",
    "accept_forecast",
    "create_draft",
    "default_period",
    "edit_sections",
    "forget_words",
    "issue",
    "may",
    "open_forecasts",
    "rebuild",
    "redraft",
    "submit_for_signature",
    "withdraw",
]

LONGEST_SECTION = 20_000
SYSTEM = "he-thong"
State = Report.State


def may(user: User, verb: str, plan: Plan) -> bool:
    """Whether `user` may `write` or `issue` reports of this plan; the account of commands may."""
    return (
        user.username == SYSTEM or capacity(user, f"report.{verb}", tracking=plan.tracking_unit) is not None
    )


def default_period(kind: str, on: date) -> Period:
    """The last window of `kind` that is closed on `on`: what is due to be reported."""

    try:
        return containing(kind, on).previous()
    except ValueError:  # between two nine-month windows the last one is closed
        return containing(kind, date(on.year, 9, 14))


def _require(user: User, verb: str, plan: Plan) -> None:
    if not may(user, verb, plan):
        raise RuleBroken("Đồng chí không có quyền lập, ban hành báo cáo của kế hoạch này.")


# --- making the draft -----------------------------------------------------------------------------


def create_draft(
    plan: Plan, period: Period, profile: AgencyProfile, *, by: User, as_of: date | None = None
) -> Report:
    """Takes the figures and writes the draft; a draft of the same paper takes the new figures and keeps its
    words.

    `as_of` is the day of the figures: the last day of the period unless it is still running. Raises
    RuleBroken for a person without the right, a plan not yet given, a day outside the period or after today,
    a paper that waits for its signature.
    """
    _require(by, "write", plan)
    day = _day_of_figures(plan, period, as_of)
    if not profile.unit.tree_start <= plan.tracking_unit.tree_start <= profile.unit.tree_end:
        raise RuleBroken({"profile": "Mẫu trình bày không phải của cơ quan theo dõi kế hoạch này."})
    taken = collect(plan, period, day)
    with transaction.atomic():
        Plan.objects.select_for_update(of=("self",)).get(
            pk=plan.pk
        )  # two people draft the same paper at once
        same = Report.objects.filter(plan=plan, kind=period.kind, period_key=period.key, profile=profile)
        if same.filter(state=State.SUBMITTED).exists():
            raise RuleBroken("Báo cáo của kỳ này đang trình ký; hãy rút lại trước khi lập lại.")
        snapshot = _stored(plan, period, day, to_text(taken), by)
        report = same.filter(state=State.DRAFT).first()
        if report is not None:
            _take(report, snapshot, external=_is_external(profile))
        else:
            report = Report(
                plan=plan,
                snapshot=snapshot,
                profile=profile,
                kind=period.kind,
                period_key=period.key,
                sections=prose.write(taken, external=_is_external(profile)),
                created_by=by,
            )
        report.title = f"Báo cáo {outline.subject(taken)[:1].lower()}{outline.subject(taken)[1:]}"[:300]
        report.letterhead = letterhead_of(profile)
        return _changed(report)


def _day_of_figures(plan: Plan, period: Period, as_of: date | None) -> date:
    day = as_of or min(period.end, today())
    if plan.state == Plan.State.DRAFT:
        raise RuleBroken("Kế hoạch chưa được giao nên chưa có số liệu để báo cáo.")
    if day > today():
        raise RuleBroken({"as_of": "Thời điểm chốt số liệu không được sau hôm nay."})
    if not period.start <= day <= period.end:
        window = f"từ {date_vi(period.start)} đến {date_vi(period.end)}"
        message = f"Thời điểm chốt số liệu phải trong kỳ báo cáo ({window})."
        raise RuleBroken({"period" if as_of is None else "as_of": message})
    return day


def _stored(plan: Plan, period: Period, day: date, text: str, by: User) -> Snapshot:
    """The snapshot as a row; the same figures are not stored twice."""
    digest = sha256(text)
    kept = Snapshot.objects.filter(removal__isnull=True, sha256=digest)
    same = kept.filter(plan=plan, kind=period.kind, period_key=period.key).first()
    return same or Snapshot.objects.create(
        plan=plan, kind=period.kind, period_key=period.key, as_of=day, data=text, sha256=digest, made_by=by
    )


def _is_external(profile: AgencyProfile) -> bool:
    return profile.reach == AgencyProfile.Reach.EXTERNAL


def _take(report: Report, snapshot: Snapshot, *, external: bool) -> None:
    """New figures under the draft: sections nobody edited are written anew, edited ones stay as they are."""
    old_words = prose.write(from_text(report.snapshot.data), external=external)
    new_words = prose.write(from_text(snapshot.data), external=external)
    report.sections = {
        key: words if report.sections.get(key, "") == old_words[key] else report.sections[key]
        for key, words in new_words.items()
    }
    report.snapshot = snapshot


def _changed(report: Report) -> Report:
    """Saves a changed draft; its Word file is built again."""
    report.edition = report.edition + 1 if report.pk else 1
    report.draft_error = ""
    report.full_clean()
    report.save()
    enqueue("build_report", report.pk)
    return report


def redraft(report: Report, *, by: User) -> Report:
    """Takes the figures of the same day again, as they are known now."""
    _locked_state(report, by, "write", State.DRAFT)
    period = _period(report)
    day = report.snapshot.as_of if report.snapshot.as_of == period.end else min(period.end, today())
    return create_draft(report.plan, period, report.profile, by=by, as_of=day)


def _period(report: Report) -> Period:

    return parse(report.kind, report.period_key)


@transaction.atomic
def rebuild(report: Report, *, by: User) -> Report:
    """Asks a worker for the Word file once more."""
    _require(by, "write", report.plan)
    Report.objects.filter(pk=report.pk).update(draft_error="")
    enqueue("build_report", report.pk)
    return report


# --- editing --------------------------------------------------------------------------------------


def _locked_state(report: Report, by: User, verb: str, *states: str) -> Report:
    """The report as it is now; under its row lock inside a transaction."""
    _require(by, verb, report.plan)
    rows = Report.objects.select_related("plan__tracking_unit", "snapshot", "profile__unit")
    if transaction.get_connection().in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    found = rows.get(pk=report.pk)
    if found.state not in states:
        raise RuleBroken(f"Báo cáo đang ở tình trạng “{found.get_state_display()}”.")
    return found


@transaction.atomic
def edit_sections(
    report: Report, *, by: User, sections: Mapping[str, str], edition: int | None = None
) -> Report:
    """Writes the owner's words. With `edition`, refuses to overwrite what somebody else changed meanwhile."""
    report = _locked_state(report, by, "write", State.DRAFT)
    if edition is not None and edition != report.edition:
        raise RuleBroken("Báo cáo vừa được người khác sửa; hãy tải lại trang rồi sửa tiếp.")
    errors = {}
    cleaned = dict(report.sections)
    for key, text in sections.items():
        if key not in outline.EDITABLE:
            raise ValueError(f"no section {key!r}")
        cleaned[key] = "\n".join(line.strip() for line in nfc(text).splitlines() if line.strip())
        if len(cleaned[key]) > LONGEST_SECTION:
            errors[key] = f"Nội dung quá dài (tối đa {LONGEST_SECTION:,} ký tự).".replace(",", ".")
        elif looks_secret(cleaned[key]):
            errors[key] = SECRET_REFUSED
    if errors:
        raise RuleBroken(errors)
    if cleaned == report.sections:
        return report
    report.sections = cleaned
    return _changed(report)


def open_forecasts(report: Report) -> tuple[str, ...]:
    """Sentences on targets hard to reach that the owner has not taken into the report (office rule 31)."""
    words = "\n".join(report.sections.values())
    return tuple(each for each in forecasts(from_text(report.snapshot.data)) if each not in words)


@transaction.atomic
def accept_forecast(report: Report, *, by: User, sentence: str) -> Report:
    """The owner takes a forecast into section III.2."""
    report = _locked_state(report, by, "write", State.DRAFT)
    if sentence not in open_forecasts(report):
        raise RuleBroken("Nhận định này không còn phù hợp với số liệu đã chốt.")
    return edit_sections(
        report, by=by, sections={"III.2": f"{report.sections.get('III.2', '')}\n- {sentence}"}
    )


# --- signature and issue --------------------------------------------------------------------------


@transaction.atomic
def submit_for_signature(report: Report, *, by: User) -> Report:
    """The draft goes to its signer; words and figures are closed."""
    report = _locked_state(report, by, "write", State.DRAFT)
    report.state = State.SUBMITTED
    report.submitted_at = now()
    report.save(update_fields=["state", "submitted_at"])
    return report


@transaction.atomic
def withdraw(report: Report, *, by: User) -> Report:
    """Back from the signer to be edited."""
    report = _locked_state(report, by, "write", State.SUBMITTED)
    report.state = State.DRAFT
    report.submitted_at = None
    report.save(update_fields=["state", "submitted_at"])
    return report


_NUMBER = re.compile(r"\d{1,6}(/[^\s/]{2,40})?")


@transaction.atomic
def issue(
    report: Report, *, by: User, number: str, issued_on: date, signer: str, file: UploadedFile
) -> Report:
    """Records the signed paper: its number and day, who signed, and the file that is the official copy.

    A bare number gets the symbol of the letterhead. Raises RuleBroken by field; `file` must be .pdf or .docx.
    """
    report = _locked_state(report, by, "issue", State.SUBMITTED)
    errors: dict[str, str] = {}
    number = clean_line(number).replace(" ", "")
    if not _NUMBER.fullmatch(number):
        errors["number"] = f"Hãy ghi số, ký hiệu, ví dụ 125{report.letterhead['symbol']}."
    elif "/" not in number:
        number = f"{number.zfill(2)}{report.letterhead['symbol']}"
    if issued_on > today():
        errors["issued_on"] = "Ngày ban hành không được sau hôm nay."
    elif issued_on < report.snapshot.as_of:
        errors["issued_on"] = (
            f"Ngày ban hành không được trước ngày chốt số liệu ({date_vi(report.snapshot.as_of)})."
        )
    if not clean_line(signer):
        errors["signer"] = "Hãy ghi họ và tên người ký."
    taken = Report.objects.filter(
        profile__unit=report.profile.unit, number=number, issued_on__year=issued_on.year, state=State.ISSUED
    )
    if "number" not in errors and taken.exists():
        errors["number"] = f"Số {number} đã dùng cho báo cáo khác trong năm {issued_on.year}."
    info = _signed_copy(file, errors)
    if errors or info is None:
        raise RuleBroken(errors)
    report.state = State.ISSUED
    report.number, report.issued_on, report.signer = number, issued_on, clean_line(signer)
    report.signed_file, report.signed_name, report.signed_sha256 = file, info.name, info.sha256
    report.issued_by = by
    report.full_clean()
    report.save()
    return report


def _signed_copy(file: UploadedFile, errors: dict[str, str]) -> Any:
    try:
        info = check_upload(file)
    except UploadRefused as error:
        errors["file"] = str(error)
        return None
    if info.kind not in ("pdf", "docx"):
        errors["file"] = "Bản đã ký phải là tệp PDF hoặc Word .docx."
        return None
    return info


# --- content that was removed ---------------------------------------------------------------------


@transaction.atomic
def forget_words(plan: Plan, traces: Traces, *, removal: ContentRemoval, by: User) -> tuple[int, list[str]]:
    """Takes words removed by decision out of all that is not issued (office rule 25): figures are taken again, lines
    of the owner's text that carry them say so, the Word file is destroyed and built anew; a paper that waits for its
    signature comes back as a draft.

    Returns how many papers changed, and the issued ones that print the words: those are never altered.
    """
    changed = 0
    rows = Report.objects.select_related("plan__tracking_unit", "snapshot", "profile__unit")
    papers = rows.filter(plan=plan).order_by("pk").select_for_update(of=("self",))
    issued = [paper for paper in papers.filter(state=State.ISSUED) if _carries(paper, traces)]
    for paper in papers.exclude(state=State.ISSUED):
        if _carries(paper, traces):
            _rewrite(paper, traces, by)
            changed += 1
    printed = Report.objects.filter(state=State.ISSUED).values("snapshot")
    old = Snapshot.objects.filter(plan=plan, removal__isnull=True).exclude(pk__in=printed)
    emptied = [each.pk for each in old.iterator() if traces.are_in(*texts_in(json.loads(each.data)))]
    if emptied:
        Snapshot.objects.filter(pk__in=emptied).blank(["data"], removal=removal)
    return changed, [f"Báo cáo số {each.number} ngày {each.issued_on:%d/%m/%Y}" for each in issued]


def _carries(report: Report, traces: Traces) -> bool:
    said = texts_in(json.loads(report.snapshot.data)) if report.snapshot.data else []
    return traces.are_in(*said, *report.sections.values())


def _rewrite(report: Report, traces: Traces, by: User) -> None:
    period = _period(report)
    external = _is_external(report.profile)
    # A section nobody edited is written anew by `_take`, before its lines are cut.
    _take(
        report,
        _stored(report.plan, period, report.snapshot.as_of, _figures(report, period), by),
        external=external,
    )
    report.sections = {key: traces.cut_from(words, REMOVED) for key, words in report.sections.items()}
    report.state, report.submitted_at = State.DRAFT, None
    if report.draft_file:
        storage, name = report.draft_file.storage, str(report.draft_file.name)
        transaction.on_commit(lambda: storage.delete(name))
    report.draft_file, report.draft_sha256, report.draft_edition = "", "", None
    _changed(report)


def _figures(report: Report, period: Period) -> str:
    return to_text(collect(report.plan, period, report.snapshot.as_of))
