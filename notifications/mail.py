"""The mail of a day: what one person has to do, in words that stand alone. Renders, sends nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse

from core.text import clean_line, count_vi
from core.workdays import WorkCalendar
from notifications import leaving
from notifications.models import Digest, Notice
from notifications.planner import NOBODY
from notifications.recipients import Directory
from notifications.subjects import SubjectKey, words_now
from notifications.words import (
    cut,
    day_text,
    deadline_facts,
    deadline_words,
    event_words,
    heard_words,
    place,
    waiting_words,
)
from tasks.models import Task
from units.models import User

LONGEST_SUBJECT = 120
TAG = "[Nhắc việc]"
REPORT_TAG = "[Báo cáo]"

Group = Notice.Group

# What stands in a subject that counts several kinds, in the order of a subject line (office, "Words").
_COUNTED = {
    Group.DUE: "việc đến hạn",
    Group.OVERDUE: "việc quá hạn",
    Group.NEW: "việc mới giao",
    Group.RETURNED: "việc cần bổ sung",
    Group.WAITING: "việc chờ xử lý",
    Group.NEWS: "thông tin",
    Group.REPORT: "báo cáo",
}

_ADVICE = {
    Group.OVERDUE: "Đề nghị trình kết quả; nếu đã có văn bản kết quả thì ghi số và ngày của văn bản đó. "
    "Nếu cần thêm thời gian, đề nghị gia hạn và nêu rõ lý do.",
    Group.DUE: "Đề nghị trình kết quả trước hạn; nếu khó kịp, đề nghị gia hạn sớm và nêu rõ lý do.",
    Group.NEW: "Đề nghị mở xem và tiếp nhận. Thời hạn tính theo văn bản giao, không chờ tiếp nhận.",
    Group.RETURNED: "Đề nghị bổ sung theo ý kiến kèm theo và trình lại.",
    Group.WAITING: "Đề nghị xem xét, xử lý. Những ngày chờ xử lý không tính chậm cho đơn vị.",
    Group.NEWS: "",
    Group.REPORT: "Kính báo cáo đồng chí nội dung, tình hình và đề xuất của Văn phòng trên hệ thống.",
}
_ADVICE_TO_OWNER = (
    "Để theo dõi, đôn đốc. Nếu đơn vị đã báo cáo bằng cách khác, đề nghị nhập thay và ghi rõ nguồn."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One task in a mail. `words` says how it stands; `facts` are whole phrases."""

    group: Group
    words: str
    title: str
    url: str
    facts: tuple[str, ...] = ()
    to_owner: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one heading, numbered on through the mail."""

    group: Group
    advice: str
    lines: list[tuple[int, Line]]

    @property
    def title(self) -> str:
        return str(self.group.label)

    @property
    def kind(self) -> str:
        """The name of its colour in the page."""
        return self.group.name.lower()

    @property
    def count(self) -> str:
        return count_vi(len(self.lines))


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


@dataclass(slots=True)
class Desk:
    """What many letters of one day share."""

    on: date
    calendar: WorkCalendar
    directory: Directory
    asked: dict[str, set[int]] = field(default_factory=dict)  # what waits for an answer (`recheck.standing`)


# --- lines ---------------------------------------------------------------------------------------------


def line_of(notice: Notice, desk: Desk) -> Line:
    """The line of a notice that still stands, from what is known now. Its task and event come loaded."""
    group = Group(notice.group)
    task = notice.task
    if task is None:
        return Line(group, "", notice.text, absolute(notice.url))
    answers = task.lead_unit_id in desk.directory.units_of(notice.recipient)
    owner = not answers and notice.recipient in desk.directory.owners(task.tracking_unit_id)
    facts = [deadline_facts(task)]
    if notice.event is not None:
        words, reason = event_words(notice.event)
        words = heard_words(notice.event, group, owner=owner) or words
        if reason:
            facts.insert(0, f"Nội dung: {clean_line(reason)}")
    elif key := SubjectKey.read(notice.key):
        words, group = words_now(key, desk.on, desk.calendar)
    elif group == Group.WAITING:
        words = waiting_words(task, desk.on, desk.calendar)
    else:
        words = deadline_words(task, desk.on, desk.calendar)
        group = Group.OVERDUE if place(task, desk.on, desk.calendar) > 0 else Group.DUE
        if task.pk in desk.asked.get("ask_extension", ()):
            facts.append("Đã đề nghị gia hạn, đang chờ quyết định")
        if task.lead_unit_id is not None and not desk.directory.is_open(task.lead_unit_id):
            facts.append("Đơn vị chủ trì đã chấm dứt hoạt động, cần giao lại")
        elif task.lead_unit_id is not None and not desk.directory.answering(task.lead_unit_id):
            facts.append(f"Đơn vị chủ trì {NOBODY} thư nhắc, đề nghị liên hệ trực tiếp")
    if task.product and group != Group.NEWS:
        facts.append(f"Sản phẩm: {task.product}")
    if not answers:
        facts.append(f"Chủ trì: {task.lead_label}")
    facts.append(_source(task))
    return Line(group, words, task.title, absolute(notice.url), tuple(filter(None, facts)), owner)


def _source(task: Task) -> str:
    if task.plan is None:
        return str(task.source_document or task.get_source_display())
    clause = f", mục {task.clause.label}" if task.clause and task.clause.label else ""
    return f"{task.plan.label}{clause}"


# --- the letter ----------------------------------------------------------------------------------------


def subject_of(lines: Iterable[Line], on: date) -> str:
    """One task: how it stands and its title; several: how many of what, and the day. Cut at 120."""
    lines = list(lines)
    if len(lines) == 1:
        words = filter(None, [lines[0].words, lines[0].title])
        tag = REPORT_TAG if lines[0].group == Group.REPORT else TAG
        return cut(f"{tag} {': '.join(words)}", LONGEST_SUBJECT)
    counts = {group: sum(line.group == group for line in lines) for group in _COUNTED}
    parts = [f"{count_vi(count)} {_COUNTED[group]}" for group, count in counts.items() if count]
    return cut(f"{TAG} {', '.join(parts)} ({on:%d/%m})", LONGEST_SUBJECT)


def sections_of(lines: Iterable[Line]) -> list[Section]:
    """Lines under their headings, the most pressing first; within one, in the order they came."""
    lines, found, number = list(lines), [], 0
    for group in Group:
        mine = [line for line in lines if line.group == group]
        if not mine:
            continue
        owner = group in (Group.OVERDUE, Group.DUE) and all(line.to_owner for line in mine)
        numbered = [(number + place, line) for place, line in enumerate(mine, start=1)]
        number += len(mine)
        advice = _ADVICE_TO_OWNER if owner else _ADVICE[group]
        found.append(Section(group, advice, numbered))
    return found


def letter(recipient: User, lines: list[Line], on: date, tracking: str, about: Task | None = None) -> Letter:
    """The mail to one person. `tracking`: who follows the tasks, named as the one to turn to; `about`: the task of an
    urgent mail."""
    sections = sections_of(lines)
    subject = subject_of(lines, on)
    if about is not None:
        subject = subject.replace(TAG, f"{TAG} {about.get_urgency_display()}:", 1)
    context = {
        "recipient": recipient,
        "day": day_text(on),
        "sections": sections,
        "summary": ", ".join(f"{each.count} {_COUNTED[each.group]}" for each in sections),
        "tracking": tracking,
        "inbox_url": absolute(reverse("inbox")),
        "settings_url": settings_url(),
        "subject": subject,
    }
    subject = cut(render_to_string("emails/digest_subject.txt", context), LONGEST_SUBJECT)
    text = render_to_string("emails/digest.txt", context).strip() + "\n"
    html = render_to_string("emails/digest.html", context)
    return Letter(subject, text, html)


def message(
    digest: Digest, content: Letter, connection: BaseEmailBackend, about: Task | None = None
) -> EmailMultiAlternatives:
    """The mail as it goes out. Its Message-ID is the digest's: mail stores fold a copy a crash causes. Urgent mails of
    one task (`about`) hang together in the reader's list."""
    thread = {"References": task_thread(about), "In-Reply-To": task_thread(about)} if about else {}
    mail = EmailMultiAlternatives(
        subject=content.subject,
        body=content.text,
        to=[digest.recipient.email],
        connection=connection,
        headers={
            "Message-ID": digest.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Unsubscribe": f"<{absolute(leaving.path(digest.recipient))}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            **thread,
        },
    )
    mail.attach_alternative(content.html, "text/html")
    return mail


def message_id(recipient_id: int, day: date) -> str:
    return f"<nhac-viec.{day:%Y%m%d}.{recipient_id}@{_host()}>"


def urgent_message_id(recipient_id: int, event_id: int) -> str:
    return f"<khan.{event_id}.{recipient_id}@{_host()}>"


def task_thread(task: Task) -> str:
    """What the urgent mails of a task refer to: no mail has this id, but readers hang together what names it."""
    return f"<nhiem-vu.{task.pk}@{_host()}>"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def settings_url() -> str:
    return absolute(reverse("mail_settings"))
