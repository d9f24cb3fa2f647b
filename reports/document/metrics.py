"""How wide a line of Times New Roman is, and where to break it by sense.

The width decides three things a clerk would otherwise mend by hand: whether the nation line fits its column,
how long the rules under the motto, the agency and the subject must be, and where a long agency name wraps.
Advance widths are facts about the font (1/2048 em, equal in its metric-compatible stand-ins); a letter with
marks is as wide as its base letter, but for ơ, Ư and ư.
"""

import unicodedata
from collections.abc import Callable

MM_PER_POINT = 25.4 / 72
_UNITS = 2048

# U+0020 to U+007E.
_REGULAR = """
512 682 836 1024 1024 1706 1593 369 682 682 1024 1155 512 682 512 569 1024 1024 1024 1024 1024 1024 1024
1024 1024 1024 569 569 1155 1155 1155 909 1886 1479 1366 1366 1479 1251 1139 1479 1479 682 797 1479 1251
1821 1479 1479 1139 1479 1366 1139 1251 1479 1479 1933 1479 1479 1251 682 569 682 961 1024 682 909 1024 909
1024 909 682 1024 1024 569 569 1024 569 1593 1024 1024 1024 1024 682 797 569 1024 1024 1479 1024 1024 909
983 410 983 1108
"""
_BOLD = """
512 682 1137 1024 1024 2048 1706 569 682 682 1024 1167 512 682 512 569 1024 1024 1024 1024 1024 1024 1024
1024 1024 1024 682 682 1167 1167 1167 1024 1905 1479 1366 1479 1479 1366 1251 1593 1593 797 1024 1593 1366
1933 1479 1593 1251 1593 1479 1139 1366 1479 1479 2048 1479 1479 1366 682 569 682 1190 1024 682 1024 1139
909 1139 909 682 1024 1139 569 682 1139 569 1706 1139 1024 1139 1139 909 797 682 1139 1024 1479 1024 1024
909 807 451 807 1065
"""
_REGULAR_EXTRA = {
    "đ": 1024,
    "Đ": 1479,
    "ơ": 1083,
    "Ơ": 1479,
    "ư": 1110,
    "Ư": 1589,
    "“": 909,
    "”": 909,
    "…": 2048,
}
_BOLD_EXTRA = {
    "đ": 1139,
    "Đ": 1479,
    "ơ": 1134,
    "Ơ": 1593,
    "ư": 1229,
    "Ư": 1630,
    "“": 1024,
    "”": 1024,
    "…": 2048,
}
_WIDE = 2048  # anything unknown counts as an em: a guess on the safe side


def _table(widths: str, extra: dict[str, int]) -> dict[str, int]:
    table = {chr(32 + i): int(width) for i, width in enumerate(widths.split())}
    return table | {"\u00a0": table[" "], "–": 1024} | extra


_WIDTHS = {False: _table(_REGULAR, _REGULAR_EXTRA), True: _table(_BOLD, _BOLD_EXTRA)}


def width_mm(text: str, size_pt: float, *, bold: bool = False) -> float:
    """The width of `text` set on one line, in millimetres."""
    table = _WIDTHS[bold]
    units = 0
    # NFD takes the tone off and also the horn and the breve; the horn is put back since it widens the letter.
    base = ""
    for char in unicodedata.normalize("NFD", text):
        if char == "\u031b":
            units += (
                table[{"o": "ơ", "O": "Ơ", "u": "ư", "U": "Ư"}[base]] - table[base] if base in "oOuU" else 0
            )
        elif not unicodedata.combining(char):
            units += table.get(char, _WIDE)
            base = char
    return units / _UNITS * size_pt * MM_PER_POINT


# Pairs of syllables that stay together when a title is broken.
_COMPOUNDS = """
nông nghiệp, môi trường, văn phòng, đăng ký, đất đai, trung tâm, phục vụ, hành chính, công nghệ, khoa học,
ủy ban, uỷ ban, nhân dân, hội đồng, chi nhánh, thành phố, chi cục, nội vụ, tài chính, tài nguyên, xây dựng,
giáo dục, đào tạo, y tế, thể thao, văn hóa, du lịch, tư pháp, công thương, dân tộc, tôn giáo, bảo vệ, phát
triển, nông thôn, thủy lợi, kiểm lâm, kế hoạch, cải cách, thủ tục, kết quả, thực hiện, nhiệm vụ, chỉ tiêu,
tình hình, báo cáo, tổng hợp, đôn đốc, triển khai, dịch vụ, trực tuyến, toàn trình, chuyển đổi, hồ sơ, tài
khoản, định danh, điện tử, cán bộ, công chức, viên chức, đơn vị, khu vực, doanh nghiệp, người dân, hài lòng,
lĩnh vực, liên thông, thực vật, trồng trọt, thanh toán, mức độ, giải quyết, quản lý, nhà nước, thông tin,
đầu năm, cuối năm
"""
_TOGETHER = {tuple(pair.split()) for pair in _COMPOUNDS.split(",")}


def break_by_sense(text: str, limit_mm: float, size_pt: float, *, bold: bool = False) -> list[str]:
    """`text` in Times New Roman, in the fewest lines no wider than `limit_mm`; see `balanced_lines`."""
    return balanced_lines(text, limit_mm, lambda words: width_mm(words, size_pt, bold=bold))


def balanced_lines(text: str, limit: float, measure: Callable[[str], float]) -> list[str]:
    """`text` in the fewest lines no wider than `limit`, balanced, never inside a known compound if avoidable.

    A break before "và" is preferred, which gives SỞ NÔNG NGHIỆP / VÀ MÔI TRƯỜNG. A single word wider than the
    limit stands alone on its line. Line breaks in `text` are kept. `measure` gives the width of words set on
    one line.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        lines += _break_line(part.split(" "), limit, measure)
    return lines


def _break_line(words: list[str], limit: float, measure: Callable[[str], float]) -> list[str]:
    """The cheapest division of `words` into the fewest lines (dynamic programming over the last break)."""
    space = measure("n n") - measure("nn")
    widths = [measure(word) for word in words]
    total = sum(widths) + space * (len(words) - 1)
    if total <= limit:
        return [" ".join(words)]

    # best[end] = (lines, cost, start of the last line) for words[:end]; a line longer than the limit only if
    # it is one word.
    ideal = total / -(-total // limit)
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(words) + 1):
        options = []
        width = -space
        for start in range(end - 1, -1, -1):
            width += widths[start] + space
            if width > limit and start < end - 1:
                break
            count, cost, _ = best[start]
            options.append(
                (count + 1, cost + ((width - ideal) / limit) ** 2 + _cost_of_break(words, end), start)
            )
        best.append(min(options))
    lines = []
    end = len(words)
    while end:
        start = best[end][2]
        lines.append(" ".join(words[start:end]))
        end = start
    return lines[::-1]


def _cost_of_break(words: list[str], before: int) -> float:
    """What it costs to begin a line with words[before]; nothing after the last word."""
    if before == len(words):
        return 0.0
    left, right = words[before - 1].lower().strip(".,;:()"), words[before].lower().strip(".,;:()")
    if (left, right) in _TOGETHER:
        return 1.0
    if right.startswith("số\u00a0") or _is_inside_a_period(left, right):  # "Kế hoạch | số 12/KH-…"
        return 1.0
    if right == "và" or right.startswith(_PERIODS):
        return -0.15
    return 0.3 if left == "và" else 0.0


_PERIODS = ("tháng\u00a0", "quý\u00a0", "tuần\u00a0")


def _is_inside_a_period(left: str, right: str) -> bool:
    """Between the words of "tháng 11 năm 2026" or "6 tháng đầu năm 2026", bound as `printed` binds them."""
    if right == "tháng":
        return left in ("6", "9")
    return right.startswith("năm\u00a0") and (left.startswith(_PERIODS) or left in ("đầu", "cuối", "tháng"))
