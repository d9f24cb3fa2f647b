"""The roster as offices keep it: read whatever its clothes, refused by row and column, never half."""

import io
import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import call_command

from core.clock import now
from core.sheets.reading import SheetError
from tests.cast import Cast
from units.models import AccountCheck, AccountKind, ServiceSpell, StaffMember
from units.roster.importing import Outcome, RosterRefused, import_roster

pytestmark = pytest.mark.django_db

HEAD = ["TT", "Mã CBCC", "Họ và tên", "Đơn vị", "Năm sinh", "VNeID mức 2", "Ngày kích hoạt", "Lý do"]
AN = [1, "M1", "Nguyễn Thị An", "Phòng Quản lý đất đai", 1980, "x", "01/10/2026", None]


@pytest.fixture(autouse=True)
def kind(cast: Cast) -> AccountKind:
    return AccountKind.objects.create(
        code="vneid-2", name="Tài khoản định danh mức 2", short_name="VNeID mức 2",
        counts_when="activated", valid_from=date(2022, 10, 20),
    )  # fmt: skip


def xlsx(*rows: list) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Sheet")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def take(cast: Cast, *rows: list, head: list = HEAD) -> Outcome:
    return import_roster(xlsx(head, *rows), "ds.xlsx", cast.mai)


def refused(cast: Cast, *rows: list) -> str:
    with pytest.raises(RosterRefused) as error:
        take(cast, *rows)
    assert not AccountCheck.objects.exists()
    return "\n".join(error.value.lines)


def row(**other: object) -> list:
    keys = ["tt", "code", "name", "unit", "year", "mark", "day", "reason"]
    return [other.get(key, value) for key, value in zip(keys, AN, strict=True)]


def test_an_ugly_sheet_is_read_and_twice_changes_nothing(cast: Cast) -> None:
    data = xlsx(
        ["SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG"], [], ["DANH SÁCH CÁN BỘ"], HEAD, AN, HEAD,
        row(code="M2", name=unicodedata.normalize("NFD", " Lê  Văn Bình "), mark="đã kích hoạt", day=date(2026, 9, 1)),
        row(code="M3", name="Đỗ Cúc", mark="✓", day=46266), row(code="M4", name="Vũ Dung", mark="có"),
        ["Tổng cộng", None, None, None, 4],
    )  # fmt: skip
    first = import_roster(data, "ds.xlsx", cast.mai)
    assert (first.created, first.checks) == (4, 4)
    assert any("tiêu đề lặp lại: 6" in note for note in first.notes)
    assert any("dòng cộng: 10" in note for note in first.notes)
    assert StaffMember.objects.filter(full_name="Lê Văn Bình", birth_year=1980).exists()
    assert ServiceSpell.objects.filter(until=None).count() == 4
    again = import_roster(data, "ds.xlsx", cast.mai)
    assert (again.created, again.changed, again.unchanged, again.checks) == (0, 0, 4, 0)
    assert AccountCheck.objects.count() == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_csv_in_the_encodings_of_clerks(cast: Cast, encoding: str) -> None:
    text = "Mã CBCC;Họ và tên;Đơn vị;Năm sinh\r\nM1;Nguyễn Thị Ánh;PTD;1980\r\n"
    if encoding == "cp1258":
        # Windows keeps the letters with their marks of quality and writes the tone behind them.
        tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
        text = "".join(
            unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
            + "".join(c for c in parts if c in tones)
            for parts in (unicodedata.normalize("NFD", each) for each in text)
        )
    import_roster(text.encode(encoding), "ds.csv", cast.mai)
    assert StaffMember.objects.get().full_name == "Nguyễn Thị Ánh"


def test_csv_in_tcvn3_and_vni(cast: Cast) -> None:
    vni = "Maõ caùn boä;Hoï vaø teân;Ñôn vò;Naêm sinh\r\nM1;Traàn Vaên Huøng;PTD;1980\r\n"
    outcome = import_roster(vni.encode("latin-1"), "ds.csv", cast.mai)
    assert StaffMember.objects.get().full_name == "Trần Văn Hùng"
    assert "VNI" in outcome.notes[0]
    tcvn3 = "M· c¸n bé;Hä vµ tªn;§¬n vÞ;N¨m sinh\r\nM1;TrÇn V¨n Hïng;PTD;1980\r\n"
    outcome = import_roster(tcvn3.encode("latin-1"), "ds.csv", cast.mai)
    assert "TCVN3" in outcome.notes[0]
    assert outcome.unchanged == 1


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"unit": "Phòng Quản lý đất đaii"}, "Gần nhất: “Phòng Quản lý đất đai”"),
        ({"unit": "Chi nhánh Bình Sơn"}, "ngoài phạm vi"),
        ({"year": 2090}, "tương lai"),
        ({"day": "01/12/2099"}, "sau ngày hôm nay"),
        ({"day": "01/01/2020"}, "chỉ có từ ngày 20/10/2022"),
        ({"mark": "hình như"}, "không rõ"),
        ({"mark": "chưa"}, "Lý do"),
        ({"code": None}, "Hãy ghi mã cán bộ để thêm mới"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_saved(cast: Cast, other: dict, words: str) -> None:
    said = refused(cast, row(code="M9", name="Người Tốt"), row(**other))
    assert words in said
    assert "Trang “Sheet”, dòng 3, cột" in said
    assert not StaffMember.objects.exists()


def test_a_closed_unit_and_a_code_twice_are_refused(cast: Cast) -> None:
    assert "trùng với dòng 2" in refused(cast, AN, AN)
    cast.ptd.closed_on = date(2026, 1, 1)
    cast.ptd.save()
    assert "đã kết thúc hoạt động" in refused(cast, AN)


def test_who_it_is_must_be_certain(cast: Cast) -> None:
    take(cast, row(mark=None))
    assert take(cast, row(code=None, mark=None)).unchanged == 1
    assert "Nguyễn Thị An (mã M1, sinh năm 1980)" in refused(cast, row(code=None, year=1981))
    assert "là của Nguyễn Thị An" in refused(cast, row(name="Lê Khác"))
    assert "mã M1" in refused(cast, row(code="M7"))


def test_secrets_are_refused_by_heading(cast: Cast) -> None:
    with pytest.raises(SheetError, match="mật khẩu"):
        take(cast, [*AN, "abc"], head=[*HEAD, "Mật khẩu VNeID"])


def test_the_command_looks_first_then_saves_and_refuses_with_two(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ds.xlsx"
    path.write_bytes(xlsx(HEAD, AN))
    call_command("import_staff", str(path), "--dry-run", "--json", "--as", "mai")
    assert json.loads(capsys.readouterr().out)["created"] == 1
    assert not StaffMember.objects.exists()
    call_command("import_staff", str(path), "--as", "mai")
    assert StaffMember.objects.count() == 1
    with pytest.raises(SystemExit) as stopped:
        call_command("import_staff", str(path), "--as", "tu")
    assert stopped.value.code == 2
    assert "ngoài phạm vi" in capsys.readouterr().err


# --- what a stranger found in the first edition ---------------------------------------------------


def test_headings_of_two_rows_are_read_and_no_mark_is_lost(cast: Cast, kind: AccountKind) -> None:
    data = xlsx(
        ["TT", "Mã CBCC", "Họ và tên", "Đơn vị", "Năm sinh", "Tài khoản", None, "Lý do"],
        [None, None, None, None, None, "VNeID mức 2", "Ngày kích hoạt", None],
        AN,
    )

    outcome = import_roster(data, "ds.xlsx", cast.mai)

    assert (outcome.created, outcome.checks) == (1, 1)
    assert AccountCheck.objects.get().checked_on == date(2026, 10, 1)


@pytest.mark.parametrize("number", ["075080001234", "271234567"])
def test_a_personal_number_is_no_code_and_is_not_repeated(cast: Cast, number: str) -> None:
    words = refused(cast, row(code=number))
    assert "không dùng làm mã cán bộ" in words and number not in words


def test_the_code_of_somebody_whose_name_is_gone_is_not_given_again(cast: Cast) -> None:
    take(cast, AN)
    StaffMember.objects.filter(code="M1").update(anonymised_at=now(), full_name="Đã ẩn danh")
    with pytest.raises(RosterRefused, match="đã dùng cho người đã rời đơn vị"):
        take(cast, row(name="Lê Văn Bình"))


def test_a_corrected_day_of_coming_corrects_the_history(cast: Cast) -> None:
    head = [*HEAD, "Ngày vào đơn vị"]
    take(cast, [*AN, "01/03/2024"], head=head)
    take(cast, [*AN, "01/01/2024"], head=head)
    assert ServiceSpell.objects.get().since == date(2024, 1, 1)


def test_a_name_that_begins_like_a_formula_is_refused(cast: Cast) -> None:
    assert "phải bắt đầu bằng chữ cái" in refused(cast, row(name="=cmd|' /C calc'!A0"))


def test_codes_differ_by_every_sign(cast: Cast) -> None:
    assert take(cast, row(code="Đ1"), row(code="D1", name="Lê Văn Bình")).created == 2


def test_a_csv_cut_in_its_last_row_is_refused(cast: Cast) -> None:
    whole = "Mã CBCC;Họ và tên;Đơn vị;VNeID mức 2\nC1;Nguyễn Thị An;PTD;x\nC2;Lê Văn Bình;PTD"
    with pytest.raises(SheetError, match="bị cắt giữa chừng ở dòng 3"):
        import_roster(whole.encode(), "ds.csv", cast.mai)


def test_a_file_full_of_unknown_units_stops_at_the_first_errors(cast: Cast) -> None:
    many = [row(code=f"X{number}", unit="Phòng không có") for number in range(300)]
    lines = refused(cast, *many).splitlines()
    assert len(lines) == 201 and "Dừng ở 200 lỗi" in lines[-1]
