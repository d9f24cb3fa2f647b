"""What every page is drawn with: icons, status badges, Vietnamese dates and figures, bars. `{% load ui %}`.

No inline style anywhere (the content security policy refuses it): widths are SVG attributes.
`docs/pages.md` shows each in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.template.context import RequestContext
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.timezone import get_default_timezone, is_aware

from core.text import count_vi, number_vi, percent_vi

register = template.Library()

NOTHING = "–"

# kind of badge → its shape. The shape and the word carry the meaning, the colour only helps: pages are
# printed and photocopied in black and white.
BADGES = {
    "overdue": "alert",  # quá hạn
    "today": "clock",  # đến hạn hôm nay
    "soon": "clock",  # sắp đến hạn
    "intime": "circle",  # trong hạn, chưa đến hạn
    "done": "check-circle",  # hoàn thành đúng hạn; đạt; đã xác nhận
    "late": "check-late",  # hoàn thành quá hạn
    "waiting": "hourglass",  # chờ xác nhận, đang trình
    "returned": "undo",  # yêu cầu bổ sung
    "missed": "x-circle",  # chưa đạt
    "active": "flag",  # đang thực hiện, đang hiệu lực
    "draft": "edit",  # dự thảo
    "none": "dash",  # không thời hạn, chưa có số liệu, đã đóng
    "paused": "pause",  # tạm dừng
    "stopped": "stop",  # không tiếp tục thực hiện
    "plain": "",  # a word without judgement: độ khẩn, loại, vai trò
}


# --- marks ----------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of `static/tracker/icons.svg`; decoration unless `label` says what it means."""
    return _drawing(name, label)


# A page has a hundred of them, of a few dozen kinds.
@lru_cache(maxsize=1024)
def _drawing(name: str, label: str) -> SafeString:
    href = f"{static('tracker/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


def _text(value: Any) -> str:
    """`conditional_escape`, at a fifth of its time: a page draws hundreds of texts."""
    return value if isinstance(value, SafeString) else escape(str(value))


_icon = icon  # for `section`, whose keyword has the same name


@register.simple_tag
def badge(kind: str, text: str) -> SafeString:
    """A status: colour, shape and the word. `kind` is one of BADGES; anything else is a mistake of ours."""
    if kind not in BADGES:
        raise template.TemplateSyntaxError(f"badge: unknown kind {kind!r}; one of {', '.join(BADGES)}")
    mark = icon(BADGES[kind]) if BADGES[kind] else ""
    return SafeString(f'<span class="status status-{kind}">{mark}{_text(text)}</span>')


# --- dates and figures ----------------------------------------------------------------------------


@register.filter
def day(value: date | datetime | None) -> str:
    """24/11/2026. A moment is read in local time; nothing is "–"."""
    if not value:
        return NOTHING
    if isinstance(value, datetime) and is_aware(value):
        value = _at_the_office(value)
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


@register.filter
def moment(value: datetime | None) -> str:
    """24/11/2026 08:05, local time; nothing is "–"."""
    if not value:
        return NOTHING
    value = _at_the_office(value) if is_aware(value) else value
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d} {value.hour:02d}:{value.minute:02d}"


def _at_the_office(value: datetime) -> datetime:
    # As `localtime`, which asks each time whether somebody else's time was set for this thread: here nobody's is.
    return value.astimezone(get_default_timezone())


@register.filter
def number(value: int | float | Decimal | None, decimals: int = 0) -> str:
    """21914 → "21.914"; `95.5|number:1` → "95,5"; nothing is "–"."""
    return NOTHING if value is None or value == "" else number_vi(value, decimals)


@register.filter
def count(value: int | None) -> str:
    """A count in running text: 5 → "05"."""
    return NOTHING if value is None else count_vi(value)


@register.filter
def percent(value: int | float | Decimal | None, total: int | float | Decimal = 100) -> str:
    """`95.5|percent` → "95,5%"; `done|percent:all` → the share, "không phát sinh" over nothing."""
    return NOTHING if value is None or value == "" else percent_vi(value, total)


# --- bars and lines -------------------------------------------------------------------------------


def _share(value: Any, total: Any) -> float:
    """`value` of `total` in hundredths for drawing, within 0-100."""
    return max(0.0, min(100.0, float(value or 0) * 100 / float(total))) if total else 0.0


@register.simple_tag
def progress(value: Any, total: Any = 100, label: str = "Tiến độ", kind: str = "active") -> SafeString:
    """A bar with its words beside it: "65%", or "2/3" when `total` is not 100."""
    if value is None or value == "":
        return format_html('<span class="muted">{}</span>', NOTHING)
    words = percent_vi(value, 100) if total == 100 else f"{number_vi(value)}/{number_vi(total)}"
    return format_html(
        '<span class="meter">{}<span class="meter-words">{}</span></span>',
        _bar(_share(value, total), f"{label}: {words}", kind),
        words,
    )


def _bar(width: float, label: str, kind: str) -> SafeString:
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="bar-ground" width="100" height="8"/>'
        '<rect class="fill-{}" width="{}" height="8"/></svg>',
        label,
        kind,
        f"{width:.1f}",
    )


@register.simple_tag
def sparkbar(value: Any, total: Any, label: str, kind: str = "active") -> SafeString:
    """Only the bar, for a table cell whose figures stand in other cells."""
    return _bar(_share(value, total), label, kind)


@register.simple_tag
def partition(parts: Iterable[dict[str, Any]], label: str) -> SafeString:
    """One bar of several parts with its legend as links: how a total divides.

    `parts`: dicts of `kind` (a badge kind), `label`, `value`, and `url` if it leads anywhere.
    """
    parts = list(parts)
    total = sum(part["value"] for part in parts)
    rects, at = [], 0.0
    for part in parts:
        width = _share(part["value"], total)
        rects.append((part["kind"], f"{at:.2f}", f"{width:.2f}"))
        at += width
    return format_html(
        '<div class="partition">'
        '<svg class="bar bar-tall" viewBox="0 0 100 8" preserveAspectRatio="none" role="img"'
        ' aria-label="{}: {}"><rect class="bar-ground" width="100" height="8"/>{}</svg>'
        '<ul class="legend">{}</ul></div>',
        label,
        ", ".join(f"{part['label']} {number_vi(part['value'])}" for part in parts),
        format_html_join("", '<rect class="fill-{}" x="{}" width="{}" height="8"/>', rects),
        format_html_join(
            "",
            '<li><svg class="swatch" viewBox="0 0 8 8" aria-hidden="true">'
            '<rect class="fill-{}" width="8" height="8"/></svg>{} <strong>{}</strong></li>',
            [(part["kind"], _linked(part), number_vi(part["value"])) for part in parts],
        ),
    )


def _linked(part: dict[str, Any]) -> str:
    return (
        format_html('<a href="{}">{}</a>', part["url"], part["label"]) if part.get("url") else part["label"]
    )


@register.simple_tag
def trend(values: Sequence[Any], goal: Any = None, label: str = "Diễn biến") -> SafeString:
    """A small line of figures period by period (None = no figure), with the goal as a dashed line.

    The figures themselves must stand in a table or a sentence nearby.
    """
    figures = [float(v) if v is not None else None for v in values]
    known = [v for v in [*figures, float(goal) if goal is not None else None] if v is not None]
    if not known:
        return format_html('<span class="muted">{}</span>', NOTHING)
    low, high = min(known), max(known)
    step = 100 / max(1, len(figures) - 1)

    def height(figure: float) -> str:
        return f"{15.0 if high == low else 26 - 22 * (figure - low) / (high - low):.1f}"

    points = [(f"{i * step + 3:.1f}", height(v)) for i, v in enumerate(figures) if v is not None]
    goal_line = "" if goal is None else _goal_line(height(float(goal)))
    return format_html(
        '<svg class="trend" viewBox="0 0 106 30" role="img" aria-label="{}">'
        '{}<polyline points="{}"/>{}</svg>',
        label,
        goal_line,
        " ".join(f"{x},{y}" for x, y in points),
        format_html_join("", '<circle cx="{}" cy="{}" r="2.2"/>', points),
    )


def _goal_line(height: str) -> SafeString:
    return format_html('<line class="trend-goal" x1="0" x2="106" y1="{0}" y2="{0}"/>', height)


# --- timeline ---------------------------------------------------------------------------------------------


@register.simple_tag
def timeline(facts: Iterable[dict[str, Any]]) -> SafeString:
    """What happened, newest first; `docs/pages.md` names the keys of each fact. Drawn without a template: a long
    history was most of the time of its page."""
    return format_html('<ol class="timeline">{}</ol>', SafeString("".join(map(_moment, facts))))


def _moment(fact: dict[str, Any]) -> str:
    get = fact.get
    who = f"{'Người ghi nhận: ' if get('decided_by') else ''}{fact['who']}"
    who = ", ".join(filter(None, (who, get("role"), get("unit"))))
    when = fact["happened"]
    if get("entered") and fact["entered"] != when:
        when = f"{when} · nhập lúc {fact['entered']}"
    how = f" ({fact['how']})" if get("how") else ""
    meta = [f"Người quyết định: {fact['decided_by']}{how}"] if get("decided_by") else []
    meta += [who, when]
    if get("basis"):
        meta.append(f"Văn bản: {fact['basis']}")
    marks = "".join(f" {badge(each['kind'], each['text'])}" for each in get("marks") or ())
    place = f' id="{_text(fact["id"])}"' if get("id") else ""
    body = [
        f'<p class="moment-head"><strong>{_text(fact["title"])}</strong>{marks}</p>'
        f'<p class="moment-meta">{"".join(f"<span>{_text(each)}</span>" for each in meta)}</p>'
    ]
    if get("changes"):
        body.append(f'<dl class="moment-changes">{"".join(map(_change, fact["changes"]))}</dl>')
    if get("text"):
        body.append(f'<div class="prose">{linebreaks(fact["text"], autoescape=True)}</div>')
    if get("files"):
        body.append(f'<ul class="files">{"".join(map(_file, fact["files"]))}</ul>')
    return (
        f'<li class="moment moment-{_text(get("kind") or "plain")}"{place}>'
        f'<span class="moment-mark">{icon(get("icon") or "circle")}</span>'
        f'<div class="moment-body">{"".join(body)}</div></li>\n'
    )


def _change(change: tuple[str, Any, Any]) -> str:
    label, before, after = change
    past = ""
    if before and before != NOTHING:  # what is new has no past to strike out
        past = f'<del>{_text(before)}</del> <span aria-hidden="true">→</span> '
    return f"<div><dt>{_text(label)}</dt><dd>{past}<ins>{_text(after or NOTHING)}</ins></dd></div>"


def _file(file: dict[str, Any]) -> str:
    size = f" <small>{filesizeformat(file['size'])}</small>" if file.get("size") else ""
    note = f" <small>{_text(file['note'])}</small>" if file.get("note") else ""
    url, name = _text(file["url"]), _text(file["name"])
    return f'<li><a href="{url}">{icon("paperclip")}<span>{name}</span></a>{size}{note}</li>'


# --- navigation ---------------------------------------------------------------------------------------


@register.simple_tag
def nav_list(items: Iterable[dict[str, Any]]) -> SafeString:
    """The main sections; `items`: dicts of `label`, `url`, `icon`, `active`, `badge`. Stands twice on a page (side,
    phone menu) and is shown once."""
    return format_html('<ul class="nav-list">{}</ul>', SafeString("".join(map(_nav_item, items))))


def _nav_item(item: dict[str, Any]) -> str:
    here = ' aria-current="page"' if item["active"] else ""
    bubble = f'<span class="bubble">{item["badge"]:d}</span>' if item["badge"] else ""
    return (
        f'<li><a href="{_text(item["url"])}"{here}>{icon(item["icon"])}<span>{_text(item["label"])}</span>{bubble}'
        "</a></li>"
    )


@register.simple_tag
def act_link(act: dict[str, Any]) -> SafeString:
    """A closed act (`name`, `title`, `icon`, `opens`): it leads to the same page with its form open, since a form that
    nobody opens need not be made."""
    return SafeString(
        f'<a class="verb verb-link" id="{_text(act["name"])}" href="{_text(act["opens"])}">{icon(act["icon"])}'
        f"<span>{_text(act['title'])}</span>{icon('down')}</a>\n"
    )


@register.simple_tag(takes_context=True)
def topbar(context: RequestContext) -> SafeString:
    """Agency and product on the left; menu (phones), inbox and the person on the right. Works without JavaScript. What
    it shows comes from `tracker.context`."""
    get: Any = context.get
    agency = f'<span class="brand-agency">{_text(get("agency_name"))}</span>' if get("agency_name") else ""
    brand = f'<a class="brand" href="/">{agency}<span class="brand-product">Theo dõi kế hoạch</span></a>'
    user = get("user")
    if user is None or not user.is_authenticated:
        return SafeString(f'<header class="topbar">{brand}</header>')
    unread = get("unread_count", 0)
    count = "99+" if unread > 99 else unread
    bubble = f'<span class="bubble" aria-hidden="true">{count}</span>' if unread else ""
    words = f": {unread} chưa đọc" if unread else ""
    live = f' data-unread="{get("unread_url")}"'
    name = _text(user.get_full_name())
    roles = "".join(f"<span>{_text(label)}</span>" for label in get("role_labels", ()))
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get("csrf_token")}">'
    return SafeString(
        '<header class="topbar"><details class="menu menu-nav" data-menu>'
        f'<summary aria-label="Các mục">{icon("menu")}</summary>'
        f'<nav class="menu-sheet" aria-label="Các mục chính">{nav_list(get("navigation"))}</nav></details>{brand}'
        f'<div class="topbar-end"><a class="topbar-link" href="{get("inbox_url")}"{live} aria-label="Thông báo{words}">'
        f'{icon("inbox")}{bubble}</a><details class="menu menu-user" data-menu>'
        f'<summary>{icon("user")}<span class="menu-name">{name}</span>{icon("down")}</summary>'
        f'<div class="menu-sheet"><p class="menu-person"><strong>{name}</strong>'
        f"{roles or '<span>Chưa được phân quyền</span>'}</p>"
        f'<a href="{get("password_url")}">{icon("key")}Đổi mật khẩu</a>'
        f'<form method="post" action="{get("logout_url")}" data-forget>{token}'
        f'<button type="submit">{icon("logout")}Đăng xuất</button></form></div></details></div></header>\n'
    )


# --- layout ---------------------------------------------------------------------------------------


@register.simple_tag
def breadcrumb(*steps: Any) -> SafeString:
    """`{% breadcrumb "Kế hoạch" plans_url plan.title %}`: label and address by turns, then the page."""
    items = [
        f'<li><a href="{_text(steps[i + 1])}">{_text(steps[i])}</a></li>' for i in range(0, len(steps) - 1, 2)
    ]
    if len(steps) % 2:
        items.append(f'<li aria-current="page">{_text(steps[-1])}</li>')
    return SafeString(f'<nav class="crumbs" aria-label="Vị trí trang"><ol>{"".join(items)}</ol></nav>')


@register.simple_block_tag
def section(
    content: str,
    title: str,
    id: str = "",
    icon: str = "",
    count: int | None = None,
    level: int = 2,
    kind: str = "",
) -> SafeString:
    """A titled part of a page. `kind`: "flush" takes a table to the edges, "alert" asks for a decision."""
    kinds = f" part-{_text(kind)}" if kind else ""
    place = f' id="{_text(id)}"' if id else ""
    figure = f' <span class="part-count">{_text(number_vi(count))}</span>' if count is not None else ""
    return SafeString(
        f'<section class="part{kinds}"{place}><h{level} class="part-title">{_icon(icon) if icon else ""}{_text(title)}'
        f'{figure}</h{level}><div class="part-body">{_text(content)}</div></section>'
    )


@register.simple_tag
def definitions(pairs: Iterable[tuple[str, Any]], wide: Any = False) -> SafeString:
    """(label, value) one under another; nothing is "–"."""
    lines = "".join(
        f"<div><dt>{_text(label)}</dt><dd>{_text(localize(value)) if value else NOTHING}</dd></div>"
        for label, value in pairs
    )
    return SafeString(f'<dl class="facts{" facts-wide" if wide else ""}">{lines}</dl>')


@register.simple_tag(takes_context=True)
def sortable(context: RequestContext, name: str, text: str, css: str = "") -> SafeString:
    """The heading cell of a column that sorts by `?sort=name` (`-name` downwards), other filters kept."""
    given = context["request"].GET
    now = given.get("sort", "")
    kept = [(key, value) for key, values in given.lists() if key not in ("sort", "page") for value in values]
    query = urlencode([*kept, ("sort", f"-{name}" if now == name else name)])
    state, mark = {name: ("ascending", "up"), f"-{name}": ("descending", "down")}.get(now, ("", "updown"))
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{}{}</a></th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', state) if state else "",
        query,
        text,
        icon(mark),
    )
