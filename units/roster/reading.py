"""A roster file → its table. Headings are found under titles; repeated headings and totals are left out and counted."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.content import ENCRYPTED, MAX_SIZE, sniff, too_large
from core.legacy_text import from_tcvn3, from_vni
from core.sheets.guard import column_letter
from core.sheets.reading import HEADING_ROWS, CellError, SheetError, Value, open_workbook
from core.text import clean_line, fold, shown
from units.models import AccountKind
from units.privacy import forbidden_heading

MAX_PEOPLE = 100_000

HEADINGS = {
    "code": ("mã cán bộ", "mã công chức", "mã viên chức", "mã nhân viên", "mã nhân sự",
             "mã cbcc", "mã ccvc", "mã cbccvc"),
    "full_name": ("họ và tên", "họ tên", "họ, tên", "họ và tên cán bộ"),
    "unit": ("đơn vị", "đơn vị công tác", "tên đơn vị", "mã đơn vị", "phòng ban", "phòng, ban"),
    "birth_year": ("năm sinh", "ngày sinh", "ngày tháng năm sinh", "ngày, tháng, năm sinh"),
    "position": ("chức vụ", "chức danh", "vị trí việc làm", "chức vụ / vị trí việc làm"),
    "employment": ("tình trạng", "tình trạng công tác"),
    "joined_on": ("ngày vào đơn vị", "ngày vào"),
    "checked_on": ("ngày xác nhận", "ngày kích hoạt", "ngày kiểm tra"),
    "reason": ("lý do", "lý do chưa kích hoạt"),
}  # fmt: skip
_KNOWN = {fold(name): key for key, names in HEADINGS.items() for name in names}
_TOTALS = re.compile(r"(?:tong cong|tong so|tong|cong)\b")

Cells = Sequence[Value]


@dataclass
class Roster:
    """`columns`: key to index; the key of an account column is `account:<id of the kind>`."""

    sheet: str
    columns: dict[str, int]
    headings: dict[str, str]
    rows: list[tuple[int, Cells]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    def value(self, cells: Cells, key: str) -> Value:
        at = self.columns.get(key, -1)
        return cells[at] if 0 <= at < len(cells) else None

    def wrong(self, row: int, key: str, value: object, message: str) -> None:
        if key not in self.columns:
            key = next(iter(self.columns))
        place = column_letter(self.columns[key] + 1)
        self.errors.append(CellError(self.sheet, row, place, self.headings[key], value, message))


def read(data: bytes, name: str, kinds: Sequence[AccountKind]) -> Roster:
    """The roster in the file: in the first visible sheet of a workbook that has its headings, or in CSV text."""
    if name.lower().endswith((".csv", ".txt")):
        sheet, rows, note = _csv(data)
        found = _table(sheet, rows, kinds)
        if note:
            found.notes.insert(0, note)
        return found
    book = open_workbook(data, name, max_rows=MAX_PEOPLE)
    missing: SheetError | None = None
    for sheet in book.sheets_with_data():
        read_rows = book.rows(sheet)
        try:
            found = _table(sheet, [(row.number, row.values) for row in read_rows], kinds)
        except _NoTable as error:
            missing = missing or error
            continue
        for row in read_rows:
            for key, at in found.columns.items():
                if at in row.doubtful:
                    found.wrong(
                        row.number, key, None, "ô công thức chưa có kết quả hoặc báo lỗi. Hãy dán giá trị."
                    )
        return found
    raise missing or SheetError("Tệp không có dòng nào.")


class _NoTable(SheetError):
    pass


def _score(rows: Iterable[Cells]) -> int:
    """How many usual headings the best row shows."""
    return max(
        (len({_KNOWN.get(_key(v)) for v in row if isinstance(v, str)} - {None}) for row in rows), default=0
    )


def _key(text: str) -> str:
    return re.sub(r"[\s*:]+$", "", fold(text))


def _table(sheet: str, rows: list[tuple[int, Cells]], kinds: Sequence[AccountKind]) -> Roster:
    top = [(number, cells) for number, cells in rows if number <= HEADING_ROWS]
    at, best = 0, 0
    for index, (_, cells) in enumerate(top):
        if (score := _score([cells])) > best:
            at, best = index, score
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    unread = []
    heading_row, below = _headings(top, at, kinds) if best else ((), 0)
    for index, value in enumerate(heading_row):
        if not isinstance(value, str) or not value.strip():
            continue
        if refusal := forbidden_heading(value):
            raise SheetError(f"Trang “{sheet}”, dòng {top[at][0]}: {refusal}")
        key = _KNOWN.get(_key(value)) or _kind_of(value, kinds)
        if key is None:
            unread.append(shown(value))
        elif key in columns:
            first, second = column_letter(columns[key] + 1), column_letter(index + 1)
            raise SheetError(
                f"Trang “{sheet}”: cột {first} và cột {second} cùng nghĩa. Hãy bỏ hoặc đổi tên một cột."
            )
        else:
            columns[key], headings[key] = index, clean_line(value)
    lacking = [HEADINGS[key][0] for key in ("full_name", "unit") if key not in columns]
    if lacking:
        raise _NoTable(
            f"Trang “{sheet}” không thấy cột: {', '.join(lacking)}. Tiêu đề phải nằm trong {HEADING_ROWS} dòng đầu."
        )
    found = Roster(sheet, columns, headings)
    if unread:
        found.notes.append(f"Không đọc và không lưu các cột: {', '.join(unread)}.")
    repeated, totals = [], []
    for number, cells in rows[at + 1 + below :]:
        texts = [v for v in cells if isinstance(v, str) and v.strip()]
        if _score([cells]) >= 2 and _score([cells]) >= best - 1:
            repeated.append(str(number))
        elif texts and not found.value(cells, "code") and _TOTALS.match(fold(texts[0])):
            totals.append(str(number))
        elif any(found.value(cells, key) not in (None, "") for key in columns):
            found.rows.append((number, cells))
    for words, numbers in (("tiêu đề lặp lại", repeated), ("cộng", totals)):
        if numbers:
            found.notes.append(f"Bỏ qua {len(numbers)} dòng {words}: {', '.join(numbers[:20])}.")
    if len(found.rows) > MAX_PEOPLE:
        raise SheetError(f"Tệp có hơn {MAX_PEOPLE} người. Hãy chia thành nhiều tệp.")
    return found


def _headings(top: list[tuple[int, Cells]], at: int, kinds: Sequence[AccountKind]) -> tuple[list[Value], int]:
    """The headings, and how many rows below the first they take: a group heading ("Tài khoản") may stand over those of
    its columns, which then name them."""
    first = list(top[at][1])
    second = list(top[at + 1][1]) if at + 1 < len(top) else []
    first += [None] * (len(second) - len(first))
    own = {at for at, value in enumerate(first) if isinstance(value, str) and _names(value, kinds)}
    below = {at for at, value in enumerate(second) if isinstance(value, str) and _names(value, kinds)}
    # Cells merged over both rows stand in the first only; a row of people has something under the name.
    if not below - own or any(second[at] not in (None, "") for at in own - below if at < len(second)):
        return first, 0
    return [second[at] if at in below - own else value for at, value in enumerate(first)], 1


def _names(heading: str, kinds: Sequence[AccountKind]) -> bool:
    return _key(heading) in _KNOWN or _kind_of(heading, kinds) is not None


def _kind_of(heading: str, kinds: Sequence[AccountKind]) -> str | None:
    """The one kind of account a heading names."""
    text = fold(heading)
    named = [
        kind
        for kind in kinds
        if any(word and fold(word) in text for word in (kind.name, kind.short_name, kind.code))
    ]
    return f"account:{named[0].pk}" if len(named) == 1 else None


def _csv(data: bytes) -> tuple[str, list[tuple[int, Cells]], str]:
    if len(data) > MAX_SIZE:
        raise SheetError(too_large(len(data), MAX_SIZE))
    if not data.strip():
        raise SheetError("Tệp rỗng.")
    kind = sniff(io.BytesIO(data))
    if kind not in ("text", "unknown"):
        raise SheetError(
            ENCRYPTED if kind == "locked" else "Tệp không phải là CSV. Hãy lưu lại dạng .csv hoặc .xlsx."
        )
    text, note = _decoded(data)
    return "CSV", _split(text), note


def _split(text: str) -> list[tuple[int, Cells]]:
    head = "\n".join(text.splitlines()[:HEADING_ROWS])
    delimiter = max(",;\t", key=head.count)
    rows: list[tuple[int, Cells]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, row in enumerate(reader, start=1):
            rows.append((number, [clean_line(cell) or None for cell in row]))
    except csv.Error as error:
        raise SheetError(f"Tệp CSV hỏng hoặc bị cắt giữa chừng, sau dòng {len(rows)}.") from error
    if rows and not text.endswith(("\n", "\r")):
        width = max(len(row) for _, row in rows)
        if len(rows) > 1 and len(rows[-1][1]) < width == len(rows[-2][1]):
            raise SheetError(f"Tệp CSV bị cắt giữa chừng ở dòng {rows[-1][0]}. Hãy lưu lại tệp đầy đủ.")
    return rows


def _decoded(data: bytes) -> tuple[str, str]:
    """The text and what was converted. Old encodings are told apart by the headings they make readable."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), "Tệp dùng bảng mã UTF-16, đã chuyển sang Unicode."
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
            raise SheetError("Tệp lẫn nhiều bảng mã hoặc bị cắt. Hãy lưu lại dạng CSV UTF-8.") from None
    raw = data.decode("latin-1")
    texts = {
        "TCVN3 (ABC)": from_tcvn3(raw),
        "VNI": from_vni(raw),
        "Windows-1258": unicodedata.normalize("NFC", data.decode("cp1258", errors="replace")),
    }
    scores = {name: _score(cells for _, cells in _split(text)[:HEADING_ROWS]) for name, text in texts.items()}
    best = max(scores, key=lambda name: scores[name])
    if not scores[best] or list(scores.values()).count(scores[best]) > 1 or "\ufffd" in texts[best]:
        raise SheetError(
            "Không nhận rõ bảng mã của tệp (hoặc tệp lẫn nhiều bảng mã). Hãy lưu lại dạng CSV UTF-8."
        )
    return texts[best], f"Tệp dùng bảng mã {best}, đã chuyển sang Unicode. Hãy xem lại tên người."
