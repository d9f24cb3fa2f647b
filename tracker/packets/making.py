"""Writing a packet: its sheets are locked but for what the unit fills in, and each row carries its key."""

from typing import Any

from core.sheets.writing import Column, SheetSpec, write_workbook
from core.templatetags.ui import day
from core.text import fold
from plans.owed import demands
from plans.summaries import demand_words
from plans.tables import figure_words, window_words
from tasks.status import status_text
from tracker.packets import layout
from tracker.packets.contents import Contents, FigureRow, TaskRow
from units.models import CalendarDay

TITLE = "GÓI CẬP NHẬT"


def write_packet(contents: Contents) -> bytes:
    """The workbook of one unit on a day."""
    unit, on = contents.unit, contents.on
    made = f"Đơn vị: {unit.name}. Lập ngày {day(on)}. Chỉ điền các ô nền vàng."
    calendar = CalendarDay.objects.as_calendar(unit)
    figures = [_figure(each, contents) for each in contents.figures]
    tasks = [_task(each, status_text(each.task, on, calendar)) for each in contents.tasks]
    guide = [{"words": words} for words in layout.GUIDE_LINES]
    return write_workbook(
        [
            SheetSpec(
                layout.GUIDE,
                (Column("Cách điền", "words", width=110),),
                rows=guide,
                title=f"{TITLE}: {unit.name}",
                protected=True,
            ),
            _sheet(layout.FIGURES, layout.FIGURE_COLUMNS, figures, "SỐ LIỆU CẦN BÁO CÁO", made),
            _sheet(layout.TASKS, layout.TASK_COLUMNS, tasks, "NHIỆM VỤ ĐANG THỰC HIỆN", made),
        ]
    )


def file_name(contents: Contents) -> str:
    """ "Goi-cap-nhat-phong-quan-ly-dat-dai-13-10-2026.xlsx"."""
    return f"Goi-cap-nhat-{fold(contents.unit.label).replace(' ', '-')}-{contents.on:%d-%m-%Y}.xlsx"


def _sheet(
    name: str, columns: tuple[Column, ...], rows: list[dict[str, Any]], title: str, made: str
) -> SheetSpec:
    return SheetSpec(name, columns, rows=rows, title=title, guidance=(made,), frozen=1, protected=True)


def _figure(row: FigureRow, contents: Contents) -> dict[str, Any]:
    indicator = row.owed.indicator
    levels = demands(row.owed, min(row.window.end, contents.on))
    return {
        "indicator": indicator.name if indicator.is_ratio else f"{indicator.name} ({indicator.measure_unit})",
        "period": window_words(row.window),
        "demand": "; ".join(demand_words(each, indicator) for each in levels),
        "known": figure_words(row.known, indicator) if row.known else "",
        "key": row.key.signed(),
    }


def _task(row: TaskRow, state: str) -> dict[str, Any]:
    task = row.task
    return {
        "code": task.code,
        "title": task.title,
        "due": task.effective_end,
        "state": state,
        "known": task.percent,
        "key": row.key.signed(),
    }
