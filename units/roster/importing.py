"""Writes a roster file to the roster: everything in it or nothing, and nothing twice.

People are matched by staff code, else by name, unit and year of birth; a pair that is not certain is refused and named.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from core.clock import today
from core.sheets.reading import Value
from core.text import clean_line, fold, nearest, person_sort_key
from units.coverage import latest_states
from units.models import AccountCheck, AccountKind, StaffMember, Unit, User
from units.permissions import Role, covers
from units.roster.reading import Cells, Roster, read
from units.service import begin_all, keep_step

KEEPERS = (Role.UNIT_HEAD, Role.UNIT_CLERK, Role.STAFF_ADMIN)
_HAS = {"x", "co", "yes", "v", "1", "✓", "✔", "☑", "√", "true", "roi", "da co"}
_NOT = {"khong", "chua", "chua co", "chua kich hoat", "chua cap", "0", "no", "false"}
_SAID = {"da kich hoat": "activated", "kich hoat": "activated", "da cap": "issued", "da duoc cap": "issued"}
_GONE = (StaffMember.Employment.RETIRED, StaffMember.Employment.LEFT, StaffMember.Employment.TRANSFERRED)


# Nine or twelve digits are a person's number, whatever the heading says.
_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")
MOST_ERRORS = 200


def _code_key(code: str) -> str:
    """Codes are told apart by every sign, but not by capitals: "Đ1" is not "D1"."""
    return clean_line(code).casefold()


class RosterRefused(ValueError):
    """Rows that cannot be taken; nothing was saved."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines


@dataclass
class Outcome:
    """What an import changed, or in a dry run would change; `changes` in words, in the order of the file."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    checks: int = 0
    notes: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


def import_roster(data: bytes, name: str, by: User, *, dry_run: bool = False) -> Outcome:
    """Raises SheetError for a file, RosterRefused for rows that cannot be taken."""
    kinds = list(AccountKind.objects.all())
    roster = read(data, name, kinds)
    with transaction.atomic():
        # Two imports at once follow each other: the second sees what the first wrote.
        list(Unit.objects.select_for_update(no_key=True).order_by("id").values_list("pk", flat=True))
        outcome = _Import(roster, by, kinds).run()
        transaction.set_rollback(dry_run)
    return outcome


class _Import:
    def __init__(self, roster: Roster, by: User, kinds: list[AccountKind]) -> None:
        self.roster, self.by, self.today = roster, by, today()
        self.ranges = by.ranges(*KEEPERS)
        self.kinds = [kind for kind in kinds if f"account:{kind.pk}" in roster.columns]
        self.units: dict[str, list[Unit]] = defaultdict(list)
        for unit in Unit.objects.all():
            for text in {fold(unit.code), fold(unit.name), fold(unit.short_name)} - {""}:
                self.units[text].append(unit)
        self.open_names = [u.name for us in self.units.values() for u in us if u.is_open(self.today)]
        self.unknown: dict[str, str] = {}
        self.by_code: dict[str, StaffMember] = {}
        # Codes of people whose names were taken out: never given to somebody else.
        self.gone = {
            _code_key(code)
            for code in StaffMember.objects.filter(anonymised_at__isnull=False).values_list("code", flat=True)
        }
        self.by_name: dict[tuple[str, int], list[StaffMember]] = defaultdict(list)
        for member in StaffMember.objects.filter(anonymised_at__isnull=True).select_related("unit"):
            self.by_code[_code_key(member.code)] = member
            if member.left_on is None and self._mine(member.unit):
                self.by_name[fold(member.full_name), member.unit_id].append(member)
        self.seen: dict[str, int] = {}
        self.outcome = Outcome(notes=list(roster.notes))
        self.new: list[StaffMember] = []
        self.changed: list[tuple[StaffMember, bool]] = []
        self.told: list[tuple[StaffMember, AccountKind, str, date, str]] = []

    def _mine(self, unit: Unit) -> bool:
        return self.by.is_system or covers(self.ranges, unit)

    def run(self) -> Outcome:
        if not self.roster.rows:
            raise RosterRefused([f"Trang “{self.roster.sheet}” không có người nào dưới dòng tiêu đề."])
        for number, cells in self.roster.rows:
            self._row(number, cells)
            if len(self.roster.errors) >= MOST_ERRORS:
                break
        if self.roster.errors:
            lines = [str(error) for error in self.roster.errors[:MOST_ERRORS]]
            if len(self.roster.errors) >= MOST_ERRORS:
                lines.append(f"Dừng ở {MOST_ERRORS} lỗi đầu tiên; có thể còn lỗi ở các dòng sau.")
            raise RosterRefused(lines)
        self._write()
        return self.outcome

    def _row(self, number: int, cells: Cells) -> None:
        before = len(self.roster.errors)
        wanted: dict[str, object] = {"full_name": self._text(cells, "full_name")}
        if not wanted["full_name"]:
            self.roster.wrong(number, "full_name", None, "thiếu họ và tên.")
        elif not str(wanted["full_name"])[0].isalpha():
            self.roster.wrong(
                number, "full_name", wanted["full_name"], "họ và tên phải bắt đầu bằng chữ cái."
            )
        unit = self._unit(number, cells)
        year = self._birth_year(number, cells)
        employment = self._employment(number, cells)
        joined = self._day(number, cells, "joined_on")
        optional = {
            "birth_year": year, "position": self._text(cells, "position"), "employment": employment, "joined_on": joined
        }  # fmt: skip
        wanted |= {key: value for key, value in optional.items() if value}
        if unit is None or len(self.roster.errors) > before:
            return
        wanted["unit"] = unit
        member = self._match(number, cells, str(wanted["full_name"]), unit, year)
        if member is None or len(self.roster.errors) > before:
            return
        again = self.seen.setdefault(_code_key(member.code), number)
        if again != number:
            self.roster.wrong(number, "code", member.code, f"trùng với dòng {again}. Mỗi người chỉ một dòng.")
            return
        what = [key for key, value in wanted.items() if member._state.adding or getattr(member, key) != value]
        moved = any(key in what for key in ("unit", "employment", "joined_on"))
        for key in what:
            setattr(member, key, wanted[key])
        member.search = fold(f"{member.full_name} {member.code}")[:200]
        member.sort_key = person_sort_key(member.full_name)[:400]
        try:
            member.clean_fields(exclude=["unit", "using_unit", "search", "sort_key"])
            if member.joined_on and member.left_on and member.left_on < member.joined_on:
                raise ValidationError({"joined_on": "Ngày vào đơn vị không được sau ngày rời đơn vị."})
        except ValidationError as error:
            for key, words in error.message_dict.items():
                self.roster.wrong(number, key, None, " ".join(words))
            return
        told = self._checks(number, cells, member)
        if member._state.adding:
            self.new.append(member)
            self.outcome.changes.append(
                f"Dòng {number}: thêm {member.full_name} ({member.code}), {unit.name}"
            )
        elif what:
            self.changed.append((member, moved))
            named = ", ".join(
                str(getattr(StaffMember._meta.get_field(key), "verbose_name", key)) for key in what
            )
            self.outcome.changes.append(f"Dòng {number}: {member.full_name} ({member.code}) đổi {named}")
        else:
            self.outcome.unchanged += 1
        self.told += told

    def _match(
        self, number: int, cells: Cells, name: str, unit: Unit, year: int | None
    ) -> StaffMember | None:
        code = self._text(cells, "code")
        if code:
            if _NUMBER.fullmatch(code):
                words = "giống số định danh cá nhân hoặc số chứng minh nhân dân, không dùng làm mã cán bộ."
                self.roster.wrong(number, "code", "", words)
                return None
            if _code_key(code) in self.gone:
                self.roster.wrong(
                    number, "code", code, "mã này đã dùng cho người đã rời đơn vị. Hãy cấp mã khác."
                )
                return None
            known = self.by_code.get(_code_key(code))
            if known is None:
                alike = self.by_name.get((fold(name), unit.pk), [])
                same = [m for m in alike if year and m.birth_year == year]
                if same:
                    words = f"có thể là {same[0].full_name} (mã {same[0].code}). Hãy dùng đúng mã đó."
                    self.roster.wrong(number, "code", code, words)
                    return None
                return StaffMember(code=code)
            if not self._mine(known.unit):
                self.roster.wrong(number, "code", code, "mã này thuộc đơn vị ngoài phạm vi của đồng chí.")
            elif known.left_on is not None:
                self.roster.wrong(number, "code", code, "người có mã này đã rời đơn vị.")
            elif fold(known.full_name) != fold(name):
                words = (
                    f"trong danh sách, mã này là của {known.full_name}, không phải {name}. Hãy kiểm tra lại."
                )
                self.roster.wrong(number, "code", code, words)
            elif year and known.birth_year and known.birth_year != year:
                words = f"trong danh sách, {known.full_name} sinh năm {known.birth_year}. Hãy kiểm tra lại."
                self.roster.wrong(number, "birth_year", year, words)
            return known
        alike = self.by_name.get((fold(name), unit.pk), [])
        certain = [m for m in alike if year and m.birth_year == year]
        if len(certain) == 1:
            return certain[0]
        if alike:
            people = ", ".join(
                f"{m.full_name} (mã {m.code}, sinh năm {m.birth_year or 'chưa rõ'})" for m in alike[:3]
            )
            words = f"chưa chắc là ai trong danh sách: {people}. Hãy ghi mã cán bộ."
        else:
            words = f"chưa có trong danh sách của {unit.name}. Hãy ghi mã cán bộ để thêm mới."
        self.roster.wrong(number, "full_name", name, words)
        return None

    def _unit(self, number: int, cells: Cells) -> Unit | None:
        text = self._text(cells, "unit")
        found = list({u.pk: u for u in self.units.get(fold(text), [])}.values())
        if len(found) > 1:
            found = [u for u in found if self._mine(u) and u.is_open(self.today)]
        if not text:
            words = "thiếu đơn vị."
        elif len(found) != 1:
            if text not in self.unknown:
                close = ", ".join(f"“{each}”" for each in nearest(text, self.open_names))
                self.unknown[text] = f" Gần nhất: {close}." if close else " Hãy ghi tên hoặc mã đơn vị."
            words = "không có đơn vị này." + self.unknown[text]
        elif not found[0].is_open(self.today):
            words = f"đơn vị đã kết thúc hoạt động từ {found[0].closed_on:%d/%m/%Y}. Hãy ghi đơn vị hiện nay."
        elif not self._mine(found[0]):
            words = "đơn vị ngoài phạm vi của đồng chí."
        else:
            return found[0]
        self.roster.wrong(number, "unit", text, words)
        return None

    def _birth_year(self, number: int, cells: Cells) -> int | None:
        value = self.roster.value(cells, "birth_year")
        if value in (None, ""):
            return None
        text = clean_line(str(value))
        whole = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
        day = None if whole else _as_day(value)
        year = whole or (day.year if day else None)
        if year is None or not year >= 1900:
            self.roster.wrong(
                number, "birth_year", value, "không phải năm sinh (bốn chữ số) hoặc ngày sinh dd/mm/yyyy."
            )
        elif year > self.today.year or (day and day > self.today):
            self.roster.wrong(number, "birth_year", value, "ngày sinh ở tương lai.")
        else:
            return year
        return None

    def _employment(self, number: int, cells: Cells) -> str:
        text = self._text(cells, "employment")
        found = next((v for v, label in StaffMember.Employment.choices if fold(label) == fold(text)), "")
        if found in _GONE:
            self.roster.wrong(
                number, "employment", text, "người rời đơn vị không nhập bằng tệp này. Hãy bỏ dòng này."
            )
        elif text and not found:
            some = ", ".join(StaffMember.Employment.labels)
            self.roster.wrong(number, "employment", text, f"không rõ tình trạng. Hãy ghi một trong: {some}.")
        return found

    def _day(self, number: int, cells: Cells, key: str) -> date | None:
        value = self.roster.value(cells, key)
        if value in (None, ""):
            return None
        day = _as_day(value)
        if day is None:
            self.roster.wrong(number, key, value, "không phải ngày dạng dd/mm/yyyy.")
        elif day > self.today:
            self.roster.wrong(number, key, value, "sau ngày hôm nay.")
        return day

    def _checks(
        self, number: int, cells: Cells, member: StaffMember
    ) -> list[tuple[StaffMember, AccountKind, str, date, str]]:
        day = self._day(number, cells, "checked_on") or self.today
        reason = self._text(cells, "reason")
        told = []
        for kind in self.kinds:
            key = f"account:{kind.pk}"
            value = self._text(cells, key)
            mark = fold(value)
            if mark in ("", "-"):
                continue
            state = kind.counts_when if mark in _HAS else "not_yet" if mark in _NOT else _SAID.get(mark)
            if state is None:
                self.roster.wrong(
                    number, key, value, "không rõ. Hãy ghi “x”, “có”, “đã kích hoạt”, “đã cấp” hoặc “chưa”."
                )
            elif state == "not_yet" and not reason:
                self.roster.wrong(number, key, value, "phải có cột “Lý do” khi chưa kích hoạt.")
            elif kind.valid_from and day < kind.valid_from:
                since = f"{kind.name} chỉ có từ ngày {kind.valid_from:%d/%m/%Y}."
                self.roster.wrong(number, "checked_on", day, since)
            elif len(reason) > 200:
                self.roster.wrong(number, "reason", reason, "lý do dài quá 200 ký tự.")
            else:
                told.append((member, kind, state, day, reason if state == "not_yet" else ""))
        return told

    def _text(self, cells: Cells, key: str) -> str:
        value = self.roster.value(cells, key)
        return "" if value is None else clean_line(str(value))

    def _write(self) -> None:
        StaffMember.objects.bulk_create(self.new, batch_size=1000)
        begin_all(self.new, by=self.by)
        fields = [
            "full_name",
            "unit",
            "birth_year",
            "position",
            "employment",
            "joined_on",
            "search",
            "sort_key",
        ]
        StaffMember.objects.bulk_update([member for member, _ in self.changed], fields, batch_size=500)
        for member, moved in self.changed:
            if moved:
                keep_step(member, self.today, by=self.by)
        told_members = [row[0].pk for row in self.told]
        states: dict[tuple[int, int], str] = {}
        dated: set[tuple[int, int, date, str]] = set()
        for at in range(0, len(told_members), 500):
            some = told_members[at : at + 500]
            states |= latest_states(some, self.kinds, self.today)
            dated.update(
                AccountCheck.objects.filter(member__in=some, kind__in=self.kinds, withdrawal__isnull=True)
                .values_list("member", "kind", "checked_on", "state")
            )  # fmt: skip
        checks = [
            AccountCheck(
                member=member, kind=kind, state=state, checked_on=day, reason=reason,
                source=AccountCheck.Source.LIST if self.by.is_system else AccountCheck.Source.SEEN, recorded_by=self.by,
            )
            for member, kind, state, day, reason in self.told
            if states.get((member.pk, kind.pk)) != state and (member.pk, kind.pk, day, state) not in dated
        ]  # fmt: skip
        AccountCheck.objects.bulk_create(checks, batch_size=1000)
        for kind_name, many in Counter(check.kind.name for check in checks).items():
            self.outcome.changes.append(f"{kind_name}: ghi nhận {many} người")
        self.outcome.created, self.outcome.changed = len(self.new), len(self.changed)
        self.outcome.checks = len(checks)


def _as_day(value: Value) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = clean_line(str(value))
    if text.isascii() and text.isdigit() and 1 <= int(text) < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(text))  # as Excel counts days
    parts = text.replace("-", "/").replace(".", "/").split("/")
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day) if year >= 1900 else None
    except ValueError:
        return None
