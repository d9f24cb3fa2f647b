"""Rows of a task table, drawn without a template: fifty rows of nodes were most of the time of the list."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString

from core.templatetags.ui import badge
from core.text import count_vi
from tasks.tables import TaskRow

register = template.Library()


@register.simple_tag
def task_rows(rows: Iterable[TaskRow]) -> SafeString:
    """`{% task_rows rows %}`: the `<tr>` of each."""
    return SafeString("".join(map(_row, rows)))


def _row(row: TaskRow) -> str:
    parts = f"{count_vi(row.parts[0])}/{count_vi(row.parts[1])} đơn vị đã xong" if row.parts else ""
    percent = f"{row.percent}%" if row.percent is not None and row.percent < 100 else ""
    badges = "".join(f"{badge(each.kind, each.text)} " for each in row.badges)
    return (
        f'<tr><td class="cell-title wide"><a class="row-title" href="{row.url}">{escape(row.title)}</a>'
        f"{_sub(row.place)}</td>"
        f'<td data-label="Chủ trì"><span>{escape(row.lead)}{_sub(parts)}</span></td>'
        f'<td data-label="Hạn áp dụng"><span>{escape(row.due)}{_sub(row.printed)}</span></td>'
        f'<td data-label="Tình trạng"><span>{badges}{_sub(percent)}</span></td></tr>\n'
    )


def _sub(text: str) -> str:
    return f'<span class="row-sub">{escape(text)}</span>' if text else ""
