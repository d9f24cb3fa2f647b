"""How the figures of a snapshot are said: once, for the tables, the sentences and the pages. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from core.text import NOTHING_ARISEN, count_vi, date_vi, distance_vi, percent_vi, plain_vi
from plans.attainment import Attainment
from plans.levels import describe_change
from reports.snapshot import FigureFacts, PlanFacts, TargetRow, rate_of

NO_CAUSE = "đơn vị chưa báo cáo nguyên nhân"
NO_FIGURE = "chưa có số liệu"
BLANK_CELL = "–"
_IN_WORDS = {"gt": "trên", "eq": "bằng", "le": "không quá", "lt": "dưới"}
SYMBOLS = {"ge": "≥", "gt": ">", "eq": "=", "le": "≤", "lt": "<", "rg": "", "up": "tăng", "dn": "giảm"}


def tasks(n: int) -> str:
    return f"{count_vi(n)} nhiệm vụ"


def joined(parts: Sequence[str]) -> str:
    """ "a", "a và b", "a, b và c"."""
    return " và ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def sentence(text: str) -> str:
    """`text` as a sentence: a capital first, one full stop last."""
    text = text.strip().rstrip(".;,")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def clause(text: str) -> str:
    """What a unit wrote, to stand inside a sentence of ours: one line, no full stop at the end."""
    return " ".join(text.split()).rstrip(".;, ")


def small(words: str) -> str:
    """To stand inside a sentence: the first letter small, unless the word is an abbreviation or a name (VNeID)."""
    first = words.split(" ", 1)[0]
    return words if any(letter.isupper() for letter in first[1:]) else words[:1].lower() + words[1:]


def day_cell(day: date | None) -> str:
    return date_vi(day) if day else ""


# --- the plan -------------------------------------------------------------------------------------


def cited(plan: PlanFacts) -> str:
    """How the text names the plan after the first time: kind and number (Decree 30, II.6b); its title
    without one.
    """
    return f"{plan.kind} số {plan.number}" if plan.number else f"{plan.kind} {inside(plan.title)}"


def cited_in_full(plan: PlanFacts) -> str:
    """How the text names the plan the first time: kind, number, day, issuer, subject."""
    day = f" ngày {date_vi(plan.issued_on)}" if plan.issued_on else ""
    about = f" về {inside(plan.subject)}" if plan.number else ""
    return f"{cited(plan)}{day} của {plan.issuer}{about}"


def inside(title: str) -> str:
    """A title inside a sentence: without "Về", its first letter small."""
    for opening in ("về việc ", "về ", "v/v "):
        if title.lower().startswith(opening):
            title = title[len(opening) :]
    return small(title)


# --- targets --------------------------------------------------------------------------------------


def amount(value: Fraction, measure_unit: str) -> str:
    """65,2% · 70% · 12 hồ sơ · 3,5 ngày."""
    if measure_unit == "%":
        return percent_vi(value, 100)
    return f"{plain_vi(value)} {measure_unit}".strip()


def named(row: TargetRow) -> str:
    """The target, with the indicator where it is worded otherwise."""
    return row.name if row.indicator in ("", row.name) else f"{row.name}: {row.indicator}"


def titled(row: TargetRow) -> str:
    """What is measured, of whom where the plan says it: the name of a line in sentences and charts."""
    name = row.indicator or row.name
    return name if row.key.endswith("/unstated") else f"{name} ({row.scope})"


def is_whole(row: TargetRow) -> bool:
    """All of it: a share of 100%, which "=" and "≥" do not tell apart and no paper writes with a sign."""
    return row.is_ratio and row.value == 100 and row.comparator in ("ge", "eq")


def aim_symbol(row: TargetRow) -> str:
    return "" if is_whole(row) else SYMBOLS[row.comparator]


def aim_text(row: TargetRow) -> str:
    """ "≥ 70%", "100%", "40% – 50%", "giảm 10% so với năm 2025"."""
    if row.base_label:
        return _change(row)
    if row.value_to is not None:
        return f"{_level(row, row.value)} – {_level(row, row.value_to)}"
    return f"{aim_symbol(row)} {_level(row, row.value)}".strip()


def aim_words(row: TargetRow) -> str:
    """The same inside a sentence: "từ 70% trở lên", "trên 80%", "không quá 5%", "từ 40% đến 50%"."""
    if row.base_label:
        return _change(row)
    value = _level(row, row.value)
    if is_whole(row):
        return value
    if row.value_to is not None:
        return f"từ {value} đến {_level(row, row.value_to)}"
    if row.comparator == "ge":
        return f"từ {value} trở lên"
    return f"{_IN_WORDS[row.comparator]} {value}"


def _level(row: TargetRow, value: Decimal) -> str:
    return amount(Fraction(value), row.measure_unit)


def _change(row: TargetRow) -> str:
    return describe_change(row.comparator, row.value, row.measure_unit, row.is_relative, row.base_label)


def figure_text(row: TargetRow, figure: FigureFacts | None) -> str:
    """The result as read: "65,2%", "không phát sinh", "chưa có số liệu"."""
    if figure is None:
        return NO_FIGURE
    rate = rate_of(figure, row.is_ratio)
    return NOTHING_ARISEN if rate is None else amount(rate, row.measure_unit)


def points(value: Fraction, row: TargetRow) -> str:
    """A distance, never rounded to nothing: "4,8 điểm %", "0,04 điểm %", "12 hồ sơ"."""
    return distance_vi(abs(value), row.measure_unit)


def gap_text(row: TargetRow) -> str:
    """The distance to the milestone in words: "còn thiếu 4,8 điểm %", "vượt 2 điểm %"; "" without a
    result.
    """
    if row.members is not None:
        return f"{count_vi(row.reached or 0)}/{count_vi(row.members)} đơn vị đạt"
    gap = row.gap
    if gap is None:
        return ""
    reached = row.verdict == Attainment.REACHED
    if row.comparator == "rg":
        return "trong khoảng" if gap == 0 else f"{'cao' if gap > 0 else 'thấp'} hơn khoảng {points(gap, row)}"
    upward = row.comparator in ("ge", "gt", "up") or is_whole(row)
    if gap == 0:
        return "bằng mức chỉ tiêu" if reached else f"mới bằng mức, phải {'trên' if upward else 'dưới'} mức"
    if row.comparator == "eq" and not is_whole(row):
        return f"{'cao' if gap > 0 else 'thấp'} hơn mức {points(gap, row)}"
    if reached:
        return f"{'vượt' if upward else 'thấp hơn mức tối đa'} {points(gap, row)}"
    return f"{'còn thiếu' if upward else 'cao hơn mức cho phép'} {points(gap, row)}"


def verdict_text(row: TargetRow) -> str:
    """ "Đạt; vượt 2 điểm %", "Chưa đạt; còn thiếu 4,8 điểm %", "Chưa đến mốc; còn thiếu …", "Không phát
    sinh".
    """
    if row.verdict == Attainment.NO_DATA:
        return BLANK_CELL  # the result already says that there is none
    if row.verdict in (Attainment.NONE_ARISEN, Attainment.NO_BASE):
        return Attainment(row.verdict).label
    head = "Chưa đến mốc" if is_ahead(row) else Attainment(row.verdict).label
    gap = gap_text(row)
    return f"{head}; {gap}" if gap else head


def is_short(row: TargetRow) -> bool:
    """Not reached although the milestone's day has come, or the plan names no day."""
    return row.verdict == Attainment.SHORT and row.due


def is_ahead(row: TargetRow) -> bool:
    """Not reached yet, and still has time."""
    return row.verdict == Attainment.SHORT and not row.due


def milestone_text(row: TargetRow) -> str:
    return row.milestone or day_cell(row.milestone_on)


def change_text(row: TargetRow, before: FigureFacts | None) -> str:
    """ "tăng 3,1 điểm % so với kỳ trước"; "" when one of the two periods has no result, or not the whole one.

    Without a newer figure there is nothing to compare: the period before showed the same one.
    """
    earlier = rate_of(before, row.is_ratio)
    if before is None or row.figure is None or earlier is None or row.rate is None or row.missing:
        return ""
    if before.as_of >= row.figure.as_of:
        return "không có số liệu mới trong kỳ"
    if row.redefined_on is not None and before.as_of < row.redefined_on:
        return f"cách tính thay đổi từ {date_vi(row.redefined_on)}, không so sánh với kỳ trước"
    difference = row.rate - earlier
    if difference == 0:
        return "bằng kỳ trước"
    return f"{'tăng' if difference > 0 else 'giảm'} {points(difference, row)} so với kỳ trước"


def change_of_count(now: int, before: int) -> str:
    """ "tăng 04 (từ 08 lên 12)"; "không thay đổi (12)"."""
    if now == before:
        return f"không thay đổi ({count_vi(now)})"
    return (
        f"tăng {count_vi(now - before)} (từ {count_vi(before)} lên {count_vi(now)})"
        if now > before
        else f"giảm {count_vi(before - now)} (từ {count_vi(before)} xuống {count_vi(now)})"
    )
