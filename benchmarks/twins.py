"""The floors: what the cheapest program would do that yields the same pages and writes the same facts.

Hand-written SQL through a bare cursor, rows as tuples, pages as f-strings. They know nothing of forms, templates,
models or middleware, but leave nothing out that the page says or the law asks for: a WSGI program that reads address
and cookies and answers with the same headers, who is signed in, what they may see and do in this state of a task, the
frame of the page with its navigation, role, messages and unread count, the working calendar, and every fact in the same
HTML (the benchmarks hold the number of bytes within a fifth of ours).
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.core import signing
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import localtime

from core.clock import now, today
from core.workdays import WorkCalendar


def asked(sql: str, *params: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def day(value: date | None) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year}" if value else "–"


def moment(value: datetime) -> str:
    # SQLite's driver gives UTC without its zone.
    value = localtime(value if value.tzinfo else value.replace(tzinfo=UTC))
    return f"{value.day:02d}/{value.month:02d}/{value.year} {value.hour:02d}:{value.minute:02d}"


def mark(name: str) -> str:
    return f'<svg class="icon" aria-hidden="true"><use href="/static/tracker/icons.svg#{name}"/></svg>'


ROLES = {
    "plan_owner": "Văn phòng theo dõi kế hoạch",
    "unit_head": "Thủ trưởng đơn vị",
    "unit_clerk": "Chuyên viên đầu mối",
    "leader": "Lãnh đạo",
}


# --- Requests ---------------------------------------------------------------------------------------------------------

_HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store, private"), ("X-Frame-Options", "DENY"),
    ("Vary", "Cookie"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    (
        "Content-Security-Policy",
        "form-action 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
        "default-src 'self'",
    ),
]  # fmt: skip


def site(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]) -> list[bytes]:
    """The list and the page of a task as a WSGI program."""
    assert environ["REQUEST_METHOD"] == "GET" and environ["HTTP_HOST"] in settings.ALLOWED_HOSTS
    cookies = dict(each.split("=", 1) for each in environ["HTTP_COOKIE"].split("; "))
    on = today()
    person = signed_in(cookies["sessionid"], on)
    person.secret = cookies["csrftoken"]
    match environ["PATH_INFO"].split("/")[1:]:
        case ["nhiem-vu", ""]:
            assert parse_qs(environ["QUERY_STRING"]) == {"part": ["overdue"]}, "the one filter it knows"
            page = task_list(person, on)
        case ["nhiem-vu", pk, ""]:
            page = task_page(person, int(pk), on)
    body = page.encode()
    start_response("200 OK", [*_HEADERS, ("Content-Length", str(len(body)))])
    return [body]


# --- Who is there -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Person:
    """Who is signed in, and their grants: (role, unit, first and last place of its subtree, its label)."""

    pk: int
    name: str
    grants: list[tuple[str, int, int, int, str]]
    messages: list[Any]
    secret: str = ""

    @property
    def token(self) -> str:
        """The secret of the cookie under a mask of its own for each page, so that no compression can guess it."""
        mask = secrets.token_bytes(32)
        masked = int.from_bytes(mask) ^ int.from_bytes(self.secret.encode())
        return f"{mask.hex()}{masked:064x}"

    def ranges(self, *roles: str) -> list[tuple[int, int]]:
        return [(start, end) for role, _unit, start, end, _label in self.grants if role in roles]


def signed_in(key: str, on: date) -> Person:
    """The person of a session, checked as Django checks it: the signature of the session, the hash of the password."""
    ((data,),) = asked(
        "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s", key, now()
    )
    session = signing.loads(data, salt="django.contrib.sessions.SessionStore")
    ((pk, password, name, active),) = asked(
        "SELECT id, password, full_name, is_active FROM units_user WHERE id = %s", int(session[SESSION_KEY])
    )
    mac = salted_hmac(
        "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash", password, algorithm="sha256"
    )
    assert active and constant_time_compare(session[HASH_SESSION_KEY], mac.hexdigest())
    return Person(pk, name, grants_of(pk, on), session.get("_messages", []))


def grants_of(pk: int, on: date) -> list[Any]:
    return asked(
        "SELECT g.role, u.id, u.tree_start, u.tree_end, CASE WHEN u.short_name = '' THEN u.name ELSE u.short_name END"
        " FROM units_rolegrant g JOIN units_unit u ON u.id = g.unit_id"
        " WHERE g.user_id = %s AND g.valid_from <= %s AND (g.valid_to IS NULL OR g.valid_to >= %s)",
        pk, on, on,
    )  # fmt: skip


def calendar_of() -> WorkCalendar:
    off, working = set(), set()
    for when, kind in asked("SELECT day, kind FROM units_calendarday"):
        (working if kind == "makeup" else off).add(when)
    return WorkCalendar(frozenset(off), frozenset(working))


# --- The frame --------------------------------------------------------------------------------------------------------

_SECTIONS = (
    ("/", "home", "Việc của tôi"), ("/ke-hoach/", "plan", "Kế hoạch"), ("/nhiem-vu/", "task", "Nhiệm vụ"),
    ("/van-ban/", "paper", "Văn bản"), ("/so-lieu/", "chart", "Số liệu"), ("/thong-ke/", "progress", "Thống kê"),
    ("/don-vi/", "unit", "Đơn vị"), ("/tai-khoan/", "staff", "Tài khoản nhân sự"), ("/bao-cao/", "report", "Báo cáo"),
    ("/hop-thu/", "inbox", "Hộp thư"),
)  # fmt: skip


def frame(person: Person, title: str, here: str, header: str, content: str, aside: str = "") -> str:
    """The page around its content: navigation twice, person and roles, unread count, agency."""
    ((unread,),) = asked(
        "SELECT count(*) FROM notifications_notice WHERE recipient_id = %s AND read_at IS NULL AND state <> 'skipped'",
        person.pk,
    )
    ((agency,),) = asked(
        "SELECT name FROM units_unit WHERE parent_id IS NULL AND kind = 'department' ORDER BY tree_start LIMIT 1"
    )
    reads = bool(person.ranges("plan_owner", "leader", "auditor"))
    items = "".join(
        f'<li><a href="{url}"{" aria-current=page" if url == here else ""}>{mark(icon)}<span>{label}</span>'
        f"{f'<span class=bubble>{unread}</span>' if unread and url == '/hop-thu/' else ''}</a></li>"
        for url, icon, label in _SECTIONS
        if reads or url != "/bao-cao/"
    )
    roles = "".join(
        f"<span>{ROLES[role]} – {escape(label)}</span>" for role, _unit, _start, _end, label in person.grants
    )
    name, agency = escape(person.name), escape(agency)
    notes = "".join(
        f'<div class="note" role="status"><div>{escape(each)}</div></div>' for each in person.messages
    )
    return f"""<!doctype html>
<html lang="vi">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{escape(title)} – {agency}</title>
  <link rel="icon" href="/static/tracker/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/static/tracker/vendor/bootstrap-5.3.9.min.css">
  <link rel="stylesheet" href="/static/tracker/theme.css">
  <script src="/static/tracker/app.js" defer></script>
</head>
<body class="">
  <a class="skip" href="#noi-dung">Đến nội dung chính</a>
<header class="topbar">
  <details class="menu menu-nav" data-menu>
    <summary aria-label="Các mục">{mark("menu")}</summary>
    <nav class="menu-sheet" aria-label="Các mục chính"><ul class="nav-list">{items}</ul></nav>
  </details>
  <a class="brand" href="/">
    <span class="brand-agency">{agency}</span>
    <span class="brand-product">Theo dõi kế hoạch</span>
  </a>
  <div class="topbar-end">
    <a class="topbar-link" href="/hop-thu/" aria-label="Thông báo">{mark("inbox")}</a>
    <details class="menu menu-user" data-menu>
      <summary>{mark("user")}<span class="menu-name">{name}</span>{mark("down")}</summary>
      <div class="menu-sheet">
        <p class="menu-person"><strong>{name}</strong>{roles}</p>
        <a href="/doi-mat-khau/">{mark("key")}Đổi mật khẩu</a>
        <form method="post" action="/dang-xuat/" data-forget><input type="hidden" name="csrfmiddlewaretoken" \
value="{person.token}"><button type="submit">{mark("logout")}Đăng xuất</button></form>
      </div>
    </details>
  </div>
</header>
  <div class="frame">
      <nav class="side" aria-label="Các mục chính"><ul class="nav-list">{items}</ul></nav>
    <main id="noi-dung" class="main" tabindex="-1">
{notes}{header}
      <div class="columns">
        <div class="columns-main">
{content}
        </div>
{aside}
      </div>
    </main>
  </div>
  <footer class="foot"><p>Theo dõi kế hoạch · {agency}</p>\
<p>Không đưa nội dung bí mật nhà nước lên hệ thống này.</p></footer>
</body>
</html>
"""


def _section(title: str, icon: str, body: str, *, pk: str = "", kind: str = "") -> str:
    return (
        f'<section class="part{kind}"{f" id={pk}" if pk else ""}><h2 class="part-title">{mark(icon)}{title}</h2>'
        f'<div class="part-body">{body}</div></section>'
    )


def _badge(kind: str, icon: str, words: str) -> str:
    return f'<span class="status status-{kind}">{mark(icon)}{words}</span>'


# --- The list ---------------------------------------------------------------------------------------------------------

_UNITS = "(SELECT id FROM units_unit WHERE tree_start BETWEEN %s AND %s)"
_LED = f"SELECT {{}} FROM tasks_task WHERE lead_unit_id IN {_UNITS}"
_GATHERED = _LED.format("collects_id") + " AND assigned_on IS NOT NULL AND collects_id IS NOT NULL"
# What an office sees: all it follows; and what it leads, works along, is asked about or gathers.
_SEEN = f"""
    (t.tracking_unit_id IN {_UNITS} OR (t.assigned_on IS NOT NULL AND (t.lead_unit_id IN {_UNITS}
     OR t.id IN ({_LED.format("parent_id")} AND parent_id IS NOT NULL)
     OR t.id IN (SELECT task_id FROM tasks_coordination WHERE unit_id IN {_UNITS})
     OR t.id IN (SELECT task_id FROM tasks_reassignment WHERE decision = 'pending' AND proposed_unit_id IN {_UNITS})
     OR t.id IN (SELECT task_id FROM tasks_obstacle WHERE asked_of_id IN {_UNITS})
     OR t.id IN ({_GATHERED})
     OR t.id IN (SELECT id FROM tasks_task WHERE parent_id IN ({_GATHERED})))))
"""
_RANGES = 8
_OVERDUE = """
    NOT t.execution = 'done' AND NOT t.execution = 'stopped' AND t.strength IN ('assign', 'require', 'remind')
    AND t.nominal_end IS NOT NULL AND coalesce(t.counted_end, '2100-12-31') < %s
    AND (NOT (t.confirmation = 'submitted' AND t.submitted_on <= %s) OR t.submitted_on > t.counted_end)
    AND t.lead_unit_id NOT IN (SELECT id FROM units_unit WHERE kind = 'outside')
    AND t.assigned_on <= %s AND t.lead_unit_id IS NOT NULL
"""


def task_list(person: Person, on: date) -> str:
    """The first fifty overdue tasks of an office: rights, filters with their choices, capped count, rows, page."""
    ((start, end),) = person.ranges("plan_owner")
    given = [start, end] * _RANGES + [on, on, on]
    rows = asked(
        "SELECT t.id, t.code, t.title, t.effective_end, t.counted_end, t.phrase, t.deadline_kind, t.printed_on,"
        " t.execution, t.confirmation, t.percent, t.check_in, t.lead_unit_id, t.plan_id, c.label FROM tasks_task t"
        " LEFT JOIN plans_clause c ON c.id = t.clause_id"
        f" WHERE {_SEEN} AND {_OVERDUE} ORDER BY t.effective_end, t.id LIMIT 51",
        *given,
    )
    ((count,),) = asked(
        f"SELECT count(*) FROM (SELECT 1 FROM tasks_task t WHERE {_SEEN} AND {_OVERDUE} LIMIT 501) AS counted",
        *given,
    )
    plans = {
        pk: (f"Kế hoạch số {number}" if number else code, title)
        for pk, code, title, number in asked(
            "SELECT p.id, p.code, p.title, d.number FROM plans_plan p JOIN plans_document d ON d.id = p.document_id"
            " JOIN units_unit k ON k.id = p.tracking_unit_id WHERE k.tree_start BETWEEN %s AND %s"
            " OR (p.state <> 'draft' AND EXISTS (SELECT 1 FROM plans_planparticipation x JOIN units_unit v"
            " ON v.id = x.unit_id WHERE x.plan_id = p.id AND v.tree_start BETWEEN %s AND %s))"
            " ORDER BY p.starts_on DESC, p.id DESC",
            start, end, start, end,
        )
    }  # fmt: skip
    units = {
        pk: (name, short or name, depth)
        for pk, name, short, depth in asked(
            "SELECT id, name, short_name, depth FROM units_unit ORDER BY tree_start, position, id"
        )
    }
    calendar = calendar_of()
    has_more, rows = len(rows) > 50, rows[:50]
    lines = [_line(row, units, plans, calendar, on) for row in rows]
    ids = "&amp;".join(f"overdue={row[0]}" for row in rows)
    header = (
        '<header class="page-head"><div><h1>Nhiệm vụ</h1></div><div class="page-actions">'
        f'<a class="btn btn-primary" href="/nhiem-vu/giao/">{mark("plus")}Giao nhiệm vụ</a>'
        f'<a class="btn btn-quiet" href="/nhiem-vu/yeu-cau-giai-trinh/?{ids}">{mark("comment")}Yêu cầu giải trình</a>'
        f'<a class="btn btn-quiet" href="/nhiem-vu/xuat/?part=overdue">{mark("download")}Tải Excel</a></div></header>'
    )
    table = (
        '<div class="scroll"><table class="list"><caption class="visually-hidden">Danh sách nhiệm vụ</caption><thead>'
        '<tr><th scope="col">Nhiệm vụ</th><th scope="col"><a class="sort" href="?part=overdue&amp;sort=lead">Chủ trì'
        f'{mark("updown")}</a></th><th scope="col"><a class="sort" href="?part=overdue&amp;sort=due">Hạn áp dụng'
        f'{mark("updown")}</a></th><th scope="col">Tình trạng</th></tr></thead><tbody>{"".join(lines)}</tbody></table>'
        "</div>"
    )
    pages = (
        f'<nav class="pages" aria-label="Phân trang"><p>1–{len(rows)} trong '
        f"{'hơn 500' if count > 500 else count} nhiệm vụ</p>"
        f'<ul><li><span class="btn btn-quiet disabled">{mark("left")}Trước</span></li><li class="pages-here">Trang 1'
        f"</li><li>{'<a rel=next class=btn href=?part=overdue&amp;page=2>Sau</a>' if has_more else ''}</li></ul></nav>"
    )
    tabs = (
        '<nav aria-label="Các danh sách nhiệm vụ"><ul class="tabs"><li><a href="/nhiem-vu/" aria-current="page">'
        'Danh sách nhiệm vụ</a></li><li><a href="/nhiem-vu/dinh-ky/">Định kỳ, thường xuyên</a></li></ul></nav>'
    )
    content = tabs + _filters(units, plans) + _section("Danh sách nhiệm vụ", "task", table + pages)
    return frame(person, "Nhiệm vụ", "/nhiem-vu/", header, content)


def _line(
    row: Sequence[Any], units: dict[int, Any], plans: dict[int, Any], calendar: WorkCalendar, on: date
) -> str:
    (
        pk,
        code,
        title,
        end,
        counted,
        phrase,
        kind,
        printed,
        execution,
        confirmation,
        percent,
        _check,
        lead,
        plan,
        clause,
    ) = row
    late = max(1, calendar.workdays_between(counted, on))
    badges = _badge("overdue", "alert", f"Quá hạn {late} ngày làm việc")
    if confirmation == "returned":
        badges = _badge("returned", "undo", "Yêu cầu bổ sung") + badges
    if execution == "not_started":
        badges += '<span class="status status-plain">Chưa tiếp nhận</span>'
    due, words = day(end), ""
    if phrase and phrase != due and not (kind == "date" and printed == end):
        words = f'<span class="row-sub">Văn bản ghi: {escape(phrase)}</span>'
    place = f"{escape(code)} · {escape(plans[plan][0] if plan else 'Nhiệm vụ phát sinh')}"
    if clause:
        place += f" · mục {escape(clause)}"
    done = f'<span class="row-sub">{percent}%</span>' if percent is not None and percent < 100 else ""
    return (
        f'<tr><td class="cell-title wide"><a class="row-title" href="/nhiem-vu/{pk}/">{escape(title)}</a>'
        f'<span class="row-sub">{place}</span></td><td data-label="Chủ trì"><span>{escape(units[lead][1])}</span></td>'
        f'<td data-label="Hạn áp dụng"><span>{due}{words}</span></td>'
        f'<td data-label="Tình trạng"><span>{badges} {done}</span></td></tr>\n'
    )


_PARTS = (
    ("open", "Chưa hoàn thành"), ("overdue", "Quá hạn"), ("due", "Đến hạn, sắp đến hạn"),
    ("in_time", "Đang thực hiện, trong hạn"), ("done", "Hoàn thành"), ("on_time", "Hoàn thành đúng hạn"),
    ("late", "Hoàn thành quá hạn"), ("standing", "Thường xuyên, định kỳ"), ("undated", "Chưa có thời hạn"),
    ("soft", "Đề nghị, khuyến khích"), ("suspended", "Tạm dừng"), ("reassign", "Đề nghị giao lại"),
    ("outside", "Quá thời hạn, cơ quan ngoài"), ("stopped", "Không tiếp tục thực hiện"), ("all", "Tất cả"),
)  # fmt: skip
_WAITING = (
    ("", "–"), ("accept", "Chưa tiếp nhận"), ("confirm", "Chờ xác nhận"), ("returned", "Yêu cầu bổ sung"),
    ("extension", "Đề nghị gia hạn chờ quyết định"), ("reassignment", "Đề nghị giao lại chờ quyết định"),
    ("explanation", "Chưa giải trình"), ("explanation_late", "Quá hạn giải trình"),
    ("verdict", "Giải trình chờ kết luận"), ("obstacle", "Vướng mắc chờ trả lời"),
    ("paper", "Quyết định chưa có văn bản"), ("check_in", "Cần cập nhật định kỳ"), ("rhythm", "Chưa đặt nhịp định kỳ"),
    ("orphan", "Cần giao lại (đơn vị đã chấm dứt hoạt động)"), ("joiner", "Có đơn vị mới vào nhóm chưa được giao"),
    ("evidence", "Nợ tài liệu kiểm chứng"),
)  # fmt: skip


def _filters(units: dict[int, Any], plans: dict[int, Any]) -> str:
    def select(name: str, label: str, options: str) -> str:
        return (
            f'<div class="field field-select"><label for="taskfilter-{name}">{label} <span class="field-optional">'
            f'(không bắt buộc)</span></label><select name="{name}" class="form-select" id="taskfilter-{name}">{options}'
            "</select></div>"
        )

    def fixed(pairs: Sequence[tuple[str, str]], chosen: str = "") -> str:
        return "".join(
            f'\n  <option value="{key}"{" selected" if key == chosen else ""}>{label}</option>'
            for key, label in pairs
        )

    of_plans = "".join(
        f'\n  <option value="{pk}">{escape(f"{label}: {title}"[:90])}</option>'
        for pk, (label, title) in plans.items()
    )
    of_units = "".join(
        f'\n  <option value="{pk}">{"– " * depth}{escape(name)}</option>'
        for pk, (name, _short, depth) in units.items()
    )
    every = '\n  <option value="" selected>Tất cả</option>'
    return (
        '<form method="get" class="filters" role="search" aria-label="Lọc nhiệm vụ"><div class="field field-text">'
        '<label for="taskfilter-q">Tìm theo tên, mã, đơn vị <span class="field-optional">(không bắt buộc)</span>'
        '</label><input type="text" name="q" maxlength="200" autocomplete="off" class="form-control" id="taskfilter-q">'
        f"</div>{select('plan', 'Kế hoạch', every + of_plans + fixed([('none', 'Nhiệm vụ phát sinh')]))}"
        f"{select('unit', 'Đơn vị chủ trì', every + of_units)}{select('part', 'Tình trạng', fixed(_PARTS, 'overdue'))}"
        f"{select('waiting', 'Đang chờ', fixed(_WAITING))}"
        f"{select('role', 'Vai trò', fixed([('', '–'), ('tracking', 'Văn phòng theo dõi, đôn đốc')]))}"
        '<input type="hidden" name="count" id="taskfilter-count"><div class="filters-actions"><button type="submit" '
        f'class="btn btn-primary">{mark("filter")}Lọc</button><button type="button" class="btn btn-quiet filters-more" '
        'data-filters-more hidden>Thêm điều kiện</button><a class="btn btn-quiet filters-reset" href="?">Bỏ lọc</a>'
        "</div></form>"
    )


# --- One task ---------------------------------------------------------------------------------------------------------

_ANSWERABLE = frozenset({"not_started", "acknowledged", "in_progress", "reassign"})
_OPEN = _ANSWERABLE | {"suspended"}
_EVER = _OPEN | {"done", "stopped"}
_UNSENT = frozenset({"none", "returned"})
_ANY = _UNSENT | {"submitted", "confirmed"}
_UNIT, _HEAD, _OFFICE = (
    frozenset({"unit_head", "unit_clerk"}),
    frozenset({"unit_head"}),
    frozenset({"plan_owner"}),
)
# Anchor, icon, words; by whom and from which states; whether it stands in the closed group. What settles a request,
# a demand or an obstacle is not among them: see `task_page`.
_ACTS = (
    ("tiep-nhan", "check", "Tiếp nhận nhiệm vụ", _UNIT, frozenset({"not_started"}), _UNSENT, False),
    ("trinh-ket-qua", "send", "Trình kết quả", _HEAD | _OFFICE, _ANSWERABLE, _UNSENT, False),
    ("rut-lai", "undo", "Rút lại kết quả đã trình", _HEAD | _OFFICE, _OPEN, frozenset({"submitted"}), False),
    ("cap-nhat", "progress", "Cập nhật tiến độ", _UNIT | _OFFICE, _ANSWERABLE, _UNSENT, False),
    ("dinh-kem", "paperclip", "Đính kèm tài liệu kiểm chứng", _UNIT | _OFFICE, _OPEN | {"done"}, _ANY, False),
    ("xac-nhan", "check-circle", "Xác nhận hoàn thành", _OFFICE, _OPEN, frozenset({"submitted"}), False),
    ("tra-lai", "undo", "Yêu cầu bổ sung", _OFFICE, _OPEN, frozenset({"submitted"}), False),
    ("y-kien-chi-dao", "comment", "Ghi ý kiến chỉ đạo", _OFFICE, _EVER, _ANY, False),
    ("gui-phan-phoi-hop", "send", "Gửi kết quả phối hợp", _OFFICE, _OPEN, _ANY, True),
    ("gia-han", "calendar", "Đề nghị gia hạn", _HEAD | _OFFICE, _ANSWERABLE, _UNSENT, True),
    ("neu-vuong-mac", "warning", "Nêu vướng mắc", _UNIT | _OFFICE, _OPEN, _ANY, True),
    ("phan-cong", "user", "Phân công người thực hiện", _HEAD, _ANSWERABLE, _ANY, True),
    ("da-co-bao-cao", "inbox", "Đã có báo cáo, chờ cập nhật", _OFFICE, _ANSWERABLE, _UNSENT, True),
    ("de-nghi-giao-lai", "swap", "Đề nghị giao lại", _HEAD | _OFFICE, _ANSWERABLE - {"reassign"}, _UNSENT, True),
    ("ngay-nhan", "inbox", "Ghi ngày nhận", _UNIT | _OFFICE, _OPEN, _ANY, True),
    ("yeu-cau-giai-trinh", "help", "Yêu cầu giải trình", _OFFICE, _OPEN | {"done"}, _ANY, True),
    ("giao-lai", "swap", "Giao lại cho đơn vị khác", _OFFICE, _OPEN, _ANY, True),
    ("dinh-chinh-thoi-han", "edit", "Đính chính thời hạn", _OFFICE, _OPEN, _UNSENT, True),
    ("tam-dung", "pause", "Tạm dừng", _OFFICE, _ANSWERABLE - {"reassign"}, _UNSENT, True),
    ("tiep-tuc", "progress", "Tiếp tục thực hiện", _OFFICE, frozenset({"suspended"}), _ANY, True),
    ("mo-lai", "undo", "Mở lại nhiệm vụ", _OFFICE, frozenset({"done", "stopped"}), _ANY, True),
    ("khong-tiep-tuc", "stop", "Không tiếp tục thực hiện", _OFFICE, _OPEN, _ANY, True),
)  # fmt: skip
_STANDING = frozenset(
    {
        "propose_reassignment", "request_explanation", "raise_obstacle", "direct", "deliver_part", "request_removal",
        "set_rhythm", "remove_content", "add_basis",
    }
)  # fmt: skip
_TOLD = {
    "assign": ("active", "flag", "Giao nhiệm vụ"), "accept": ("active", "check", "Đã tiếp nhận nhiệm vụ"),
    "update": ("plain", "progress", "Cập nhật tiến độ"),
    "attach": ("plain", "paperclip", "Đính kèm tài liệu kiểm chứng"),
    "ask_extension": ("soon", "calendar", "Đề nghị gia hạn"),
    "decide_extension": ("active", "calendar", "Đồng ý gia hạn"),
}  # fmt: skip


def task_page(person: Person, pk: int, on: date) -> str:
    """One task with all its page says: acts open to the person, parts, proofs, its whole past, dates, papers. It knows
    the pages on which nothing stands open between the parties."""
    (
        (
            code, title, execution, confirmation, phrase, effective, first, counted, assigned, percent,
            product, quote, note, lead, lead_name, lead_start, lead_end, tracker, tracker_start, plan,
            number, issued, clause, leader,
        ),
    ) = asked(
        "SELECT t.code, t.title, t.execution, t.confirmation, t.phrase, t.effective_end, t.first_effective_end,"
        " t.counted_end, t.assigned_on,"
        " t.percent, t.product, t.quote, t.note,"
        " CASE WHEN u.short_name = '' THEN u.name ELSE u.short_name END, u.name, u.tree_start, u.tree_end, k.name,"
        " k.tree_start, p.id, d.number, d.issued_on, c.label, l.full_name FROM tasks_task t"
        " JOIN units_unit u ON u.id = t.lead_unit_id JOIN units_unit k ON k.id = t.tracking_unit_id"
        " JOIN plans_plan p ON p.id = t.plan_id JOIN plans_document d ON d.id = p.document_id"
        " LEFT JOIN plans_clause c ON c.id = t.clause_id"
        " LEFT JOIN units_user l ON l.id = coalesce(t.leader_in_charge_id, p.leader_in_charge_id) WHERE t.id = %s",
        pk,
    )  # fmt: skip
    follows = any(start <= tracker_start <= end for start, end in person.ranges("plan_owner"))
    answers = any(start <= lead_start <= end for start, end in person.ranges("unit_head", "unit_clerk"))
    assert follows or answers
    if answers:
        assert asked("SELECT 1 FROM tasks_opening WHERE task_id = %s AND user_id = %s", pk, person.pk)
    calendar = calendar_of()
    events = asked(
        "SELECT e.sequence, e.verb, e.content, e.happened_at, e.entered_at, e.role, e.how, e.basis, e.decided_by,"
        " e.recorded_for_unit, e.is_hidden, s.full_name, CASE WHEN n.short_name = '' THEN n.name ELSE n.short_name END"
        " FROM tasks_event e JOIN units_user s ON s.id = e.by_id LEFT JOIN units_unit n ON n.id = e.unit_id"
        " WHERE e.task_id = %s ORDER BY e.sequence DESC",
        pk,
    )
    proofs = asked(
        "SELECT id, title, number, issued_on, issuer, url, kind, is_hidden FROM tasks_evidence WHERE task_id = %s",
        pk,
    )
    changes = asked(
        "SELECT old_end, granted_end, decision, decided_by_name FROM tasks_deadlinechange WHERE task_id = %s",
        pk,
    )
    along = asked(
        "SELECT n.name, c.kind, c.part, c.effective_end, c.delivered_on, c.returned FROM tasks_coordination c"
        " JOIN units_unit n ON n.id = c.unit_id WHERE c.task_id = %s ORDER BY n.tree_start",
        pk,
    )
    opened = asked(
        "SELECT o.opened_at, s.full_name FROM tasks_opening o JOIN units_user s ON s.id = o.user_id"
        " WHERE o.task_id = %s AND o.user_id IN"
        " (SELECT g.user_id FROM units_rolegrant g JOIN units_unit u ON u.id = g.unit_id"
        " WHERE g.role IN ('unit_head', 'unit_clerk') AND u.tree_start <= %s AND u.tree_end >= %s)"
        " ORDER BY o.opened_at LIMIT 1",
        pk, lead_start, lead_end,
    )  # fmt: skip

    assert _STANDING.isdisjoint(each[1] for each in events) and all(each[6] == "direct" for each in events)
    assert all(decision != "pending" for _old, _new, decision, _who in changes)
    roles = {
        role
        for role, _unit, start, end, _label in person.grants
        if start <= (tracker_start if role == "plan_owner" else lead_start) <= end
    }

    url = f"/nhiem-vu/{pk}/"
    late = calendar.workdays_between(counted, on)
    left = calendar.workdays_between(on, counted)
    status = (
        _badge("overdue", "alert", f"Quá hạn {late} ngày làm việc")
        if late
        else _badge("soon", "clock", f"Sắp đến hạn, còn {left} ngày làm việc")
        if left <= 5
        else _badge("intime", "circle", "Trong hạn")
    )
    due = day(effective)
    document = f"Kế hoạch số {escape(number)}"
    crumbs = (
        '<nav class="crumbs" aria-label="Vị trí trang"><ol><li><a href="/ke-hoach/">Kế hoạch</a></li><li>'
        f'<a href="/ke-hoach/{plan}/">{document}</a></li><li aria-current="page">{escape(code)}</li></ol></nav>'
    )
    act = f"{url}?viec=trinh-ket-qua#trinh-ket-qua"
    first_act = f'<a class="btn btn-primary" href="{act}">{mark("send")}Trình kết quả</a>'
    header = (
        f'{crumbs}<header class="page-head"><div><p class="page-over">Nhiệm vụ {escape(code)}'
        f'{f" · mục {escape(clause)}" if clause else ""}</p><h1>{escape(title)}</h1><p class="page-meta">{status}'
        f"<span>Chủ trì: <strong>{escape(lead)}</strong></span><span>Hạn: <strong>{due}</strong></span></p></div>"
        f"{f'<div class=page-actions>{first_act}</div>' if answers else ''}</header>"
    )
    parts = [_acts(url, roles, execution, confirmation, bool(along), first != effective)]
    if along:
        lines = "".join(
            f'<tr><td class="cell-title">{escape(unit)}<span class="row-sub">'
            f"{'Đồng chủ trì' if kind == 'joint' else 'Phối hợp'}</span></td>"
            f'<td data-label="Phần việc" class="blank">{escape(part) or "–"}</td><td data-label="Thời hạn riêng" '
            f'class="blank">{day(end) if end else "Theo hạn chung"}</td><td data-label="Kết quả phối hợp"><span>'
            f"{_badge('done', 'check-circle', f'Đã gửi {day(sent)}') if sent else _badge('none', 'dash', 'Chưa gửi')}"
            "</span></td></tr>"
            for unit, kind, part, end, sent, returned in along
        )
        parts.append(
            _section(
                f'Đơn vị phối hợp <span class="part-count">{len(along)}</span>',
                "unit",
                '<div class="scroll"><table class="list"><caption class="visually-hidden">Phần việc của các đơn vị '
                'phối hợp</caption><thead><tr><th scope="col">Đơn vị</th><th scope="col">Phần việc</th><th scope="col">'
                'Thời hạn riêng</th><th scope="col">Kết quả phối hợp</th></tr></thead>'
                f"<tbody>{lines}</tbody></table></div>",
                pk="phoi-hop",
                kind=" part-flush",
            )
        )
    if quote:
        parts.append(
            _section("Trích nguyên văn", "paper", f'<blockquote class="quote">{escape(quote)}</blockquote>')
        )
    named = {each[0]: f"{escape(each[1])}: số {escape(each[2])} ngày {day(each[3])}" for each in proofs}
    files = "".join(f"<li>{mark('paper')} {words}</li>" for words in named.values())
    parts.append(
        _section(
            f'Tài liệu kiểm chứng <span class="part-count">{len(proofs)}</span>',
            "paperclip",
            f'<ul class="files">{files}</ul>' if files else '<p class="muted">Chưa có tài liệu.</p>',
            pk="tai-lieu",
        )
    )
    past = "".join(_moment(event, named) for event in events)
    ask = (
        '<p class="small muted">Có bí mật nhà nước, số định danh hoặc nội dung không được lưu? '
        f'<a href="{url}go-noi-dung/">Đề nghị gỡ nội dung</a></p>'
    )
    parts.append(
        _section(
            f'Quá trình xử lý <span class="part-count">{len(events)}</span>',
            "history",
            f'<ol class="timeline">{past}</ol>{ask}',
            pk="qua-trinh",
        )
    )
    if answers:
        parts.append(f'<div class="sticky-actions">{first_act}</div>')
    dates = [("Thời hạn ghi trong văn bản", escape(phrase) or "Không ghi"), ("Hạn áp dụng", due)]
    if first != effective:
        dates.append(("Hạn ban đầu", day(first)))
    dates.append(("Ngày giao", day(assigned)))
    reasons = "".join(
        f"<li>Gia hạn từ {day(old)} đến {day(new)} do {escape(who)} quyết định.</li>"
        for old, new, decision, who in changes
        if decision == "granted"
    )
    pairs = [
        ("Đơn vị chủ trì", escape(lead_name)),
        ("Đơn vị phối hợp", escape(", ".join(each[0] for each in along))),
        ("Sản phẩm", escape(product) or "Chưa rõ sản phẩm"),
        ("Lãnh đạo phụ trách", escape(leader or "–")),
        ("Đơn vị theo dõi, đôn đốc", escape(tracker)),
        ("Văn bản giao", f"{document} ngày {issued.day}/{issued.month}/{issued.year}"),
        ("Đơn vị xem lần đầu", f"{moment(opened[0][0])}, {escape(opened[0][1])}" if opened else "Chưa xem"),
    ]
    if percent is not None:
        pairs.append(("Tỷ lệ hoàn thành", f"{percent}%"))
    papers = f'<li><a href="{url}phieu-giao-viec/">{mark("print")} Phiếu giao việc</a></li>'
    if follows:
        papers += f'<li><a href="{url}ho-so/">{mark("shield")} Hồ sơ theo dõi nhiệm vụ</a></li>'
    aside = (
        '<aside class="aside" aria-label="Thông tin nhiệm vụ">'
        + _section(
            "Thời hạn", "calendar", f'{_facts(dates)}<ul class="plain-list small muted">{reasons}</ul>'
        )
        + _section("In và tải về", "print", f'<ul class="plain-list">{papers}</ul>')
        + _section("Thông tin nhiệm vụ", "info", _facts(pairs) + (f"<p>{escape(note)}</p>" if note else ""))
        + "</aside>"
    )
    return frame(person, title, "/nhiem-vu/", header, "".join(parts), aside)


def _acts(
    url: str, roles: set[str], execution: str, confirmation: str, has_others: bool, was_extended: bool
) -> str:
    often, rare = [], []
    for anchor, icon, label, by, states, sent, is_rare in _ACTS:
        if roles.isdisjoint(by) or execution not in states or confirmation not in sent:
            continue
        if anchor == "gui-phan-phoi-hop" and not has_others:
            continue
        if anchor == "dinh-chinh-thoi-han" and was_extended:
            continue
        for_unit = " (nhập thay đơn vị)" if roles.isdisjoint(_UNIT) and not by <= _OFFICE else ""
        if anchor == "gui-phan-phoi-hop":
            for_unit = " (nhập thay đơn vị)"
        (rare if is_rare else often).append(
            f'<a class="verb verb-link" id="{anchor}" href="{url}?viec={anchor}#{anchor}">{mark(icon)}'
            f"<span>{label}{for_unit}</span>{mark('down')}</a>\n"
        )
    return (
        f'<div class="verbs" aria-label="Việc có thể làm" role="group">{"".join(often)}<details class="verb verb-more" '
        f'id="viec-khac"><summary>{mark("more")}<span>Việc khác</span>{mark("down")}</summary><div class="verbs-more">'
        f"{''.join(rare)}</div></details></div>"
    )


def _moment(event: Sequence[Any], proofs: dict[int, str]) -> str:
    sequence, verb, content, happened, entered, role, _how, basis, decided, for_unit, hidden, who, unit = (
        event
    )
    facts = json.loads(content)["facts"]
    row = facts.get("row", {})
    kind, icon, title = _TOLD[verb]
    at = moment(happened)
    told = at
    if facts.get("assigned_on") and date.fromisoformat(facts["assigned_on"]) != happened.date():
        told = f"{day(date.fromisoformat(facts['assigned_on']))} · nhập lúc {moment(entered)}"
    said, change = [], ""
    if verb == "update":
        said = [escape(row["text"]), f"Tỷ lệ hoàn thành: {row['percent']}%."]
    elif verb == "attach":
        said = [f"{proofs[facts['evidence']]}."]
    elif verb == "ask_extension":
        old, new = date.fromisoformat(row["old_end"]), date.fromisoformat(row["proposed_end"])
        said = [f"Đề nghị lùi hạn từ {day(old)} đến {day(new)}.", escape(row["reason"])]
    elif verb == "decide_extension":
        old, new = date.fromisoformat(facts["old_end"]), date.fromisoformat(facts["new_end"])
        change = (
            f'<dl class="moment-changes"><div><dt>Hạn</dt><dd><del>{day(old)}</del> <span aria-hidden="true">→</span> '
            f"<ins>{day(new)}</ins></dd></div></dl>"
        )
    words = f'<div class="prose"><p>{"<br>".join(said)}</p></div>' if said and not hidden else ""
    paper = f"<span>Văn bản: {escape(basis)}</span>" if basis else ""
    marks = '<span class="status status-plain">Văn phòng nhập thay</span>' if for_unit else ""
    by = f"<span>Người quyết định: {escape(decided)}</span>" if decided else ""
    return f"""
  <li class="moment moment-{kind}" id="su-kien-{sequence}">
    <span class="moment-mark">{mark(icon)}</span>
    <div class="moment-body">
      <p class="moment-head"><strong>{title}</strong>{marks}</p>
      <p class="moment-meta">
        {by}<span>{escape(who)}, {ROLES.get(role, "")}, {escape(unit or "")}</span>
        <span>{told}</span>{paper}
      </p>
      {change}{words}
    </div>
  </li>"""


def _facts(pairs: Sequence[tuple[str, str]]) -> str:
    return f'<dl class="facts">{"".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)}</dl>'


# --- A verb -----------------------------------------------------------------------------------------------------------

_STATE = (
    "assigned_on", "execution", "confirmation", "percent", "submitted_on", "completed_on", "nominal_end",
    "effective_end", "first_effective_end", "counted_end", "lead_unit_id", "officer_id", "parts_done", "duty_id",
    "waited_workdays", "entry_gap", "last_update_at", "plan_id", "parent_id", "tracking_unit_id", "leader_in_charge_id",
    "strength", "deadline_kind",
)  # fmt: skip
_KEPT = (
    "assigned_on", "completed_on", "confirmation", "counted_end", "deadline_kind", "duty_id", "effective_end",
    "entry_gap", "execution", "first_effective_end", "last_update_at", "lead_unit_id", "leader_in_charge_id",
    "nominal_end", "officer_id", "parent_id", "plan_id", "strength", "submitted_on", "tracking_unit_id",
    "waited_workdays",
)  # fmt: skip


def update_progress(task: int, by: int, on: date, text: str, percent: int) -> None:
    """What an update writes: rights under the row lock, the report, the task, the next link of the chain, its day's
    state. As many statements as there are facts to read or to write."""
    at = now()
    with transaction.atomic():
        grants = grants_of(by, on)
        lock = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
        (state,) = asked(f"SELECT {', '.join(_STATE)} FROM tasks_task WHERE id = %s{lock}", task)
        was = dict(zip(_STATE, state, strict=True))
        ((place,),) = asked("SELECT tree_start FROM units_unit WHERE id = %s", was["lead_unit_id"])
        role, unit = next(
            (role, unit)
            for role, unit, start, end, _label in grants
            if role in ("unit_head", "unit_clerk") and start <= place <= end
        )
        assert was["execution"] in ("not_started", "acknowledged", "in_progress", "reassign")
        assert was["confirmation"] in ("none", "returned") and text.strip() and 0 <= percent <= 100
        ((update,),) = asked(
            "INSERT INTO tasks_progressupdate (task_id, text, percent, parts_done, obstacle, proposal, is_submission,"
            " is_nil, by_id, recorded_for_unit, entered_at, is_hidden)"
            " VALUES (%s, %s, %s, NULL, '', '', %s, %s, %s, %s, %s, %s) RETURNING id",
            task, text, percent, False, False, by, False, at, False,
        )  # fmt: skip
        becomes = was | {"execution": "in_progress", "percent": percent, "last_update_at": at}
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE tasks_task SET execution = %s, last_update_at = %s, percent = %s WHERE id = %s",
                ["in_progress", at, percent, task],
            )
        ((sequence, digest),) = asked(
            "SELECT sequence, digest FROM tasks_event WHERE task_id = %s ORDER BY sequence DESC LIMIT 1", task
        )
        changed = {
            name: [was[name], becomes[name]]
            for name in _STATE
            if was[name] != becomes[name] and name != "last_update_at"
        }
        row = {"text": text, "percent": percent, "parts_done": None, "obstacle": "", "proposal": ""}
        content = json.dumps(
            {
                "facts": {"update": update, "row": row}, "changed": changed, "task": task, "verb": "update", "by": by,
                "role": role, "unit": unit, "for_unit": False, "decided_by": "", "how": "direct", "basis": "",
                "happened_at": at.isoformat(), "entered_at": at.isoformat(),
            },
            ensure_ascii=False, sort_keys=True, separators=(",", ":"),
        )  # fmt: skip
        inner = hashlib.sha256(content.encode()).hexdigest()
        outer = hashlib.sha256((digest + inner).encode()).hexdigest()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO tasks_event (task_id, sequence, verb, content, content_digest, previous_digest, digest,"
                " happened_at, entered_at, by_id, role, unit_id, recorded_for_unit, decided_by, how, basis, is_hidden)"
                " VALUES (%s, %s, 'update', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', 'direct', '', %s)",
                [task, sequence + 1, content, inner, digest, outer, at, at, by, role, unit, False, False],
            )
        ((last, kept_on),) = asked(
            'SELECT id, "on" FROM tasks_taskstate WHERE task_id = %s AND until IS NULL', task
        )
        assert kept_on == on
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE tasks_taskstate SET {', '.join(f'{name} = %s' for name in _KEPT)} WHERE id = %s",
                [*(becomes[name] for name in _KEPT), last],
            )
