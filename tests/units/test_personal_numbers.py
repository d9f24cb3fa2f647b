"""A personal number is collected only where switched on, never kept in the clear, and each look is written down."""

import base64
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.append_only import AppendOnlyError
from tests.cast import Cast
from tracker.doctor import personal_numbers
from units import identity
from units.actions import RuleBroken, grant_role, save_member
from units.models import PersonalLook, PersonalNumber, StaffMember, User
from units.permissions import Role

NUMBER = "075190001234"
OTHER = "075090005678"
OLD = "2026a:" + base64.b64encode(b"a" * 32).decode()
NEW = "2026b:" + base64.b64encode(b"b" * 32).decode()
HASHING = "h1:" + base64.b64encode(b"h" * 32).decode()
HASHING_NEW = "h2:" + base64.b64encode(b"i" * 32).decode()


@pytest.fixture
def keys(settings: Any) -> Any:
    settings.PERSONAL_DATA_KEYS = [OLD]
    settings.PERSONAL_DIGEST_KEY = HASHING
    return settings


@pytest.fixture
def admin(cast: Cast) -> User:
    someone = User.objects.create_user("quantri-e3", full_name="Quản Trị")
    grant_role(someone, Role.ADMIN, cast.vp, by=None)
    return someone


@pytest.fixture
def keeper(cast: Cast) -> User:
    """Keeps the roster of one unit, and of no other."""
    someone = User.objects.create_user("nhansu-e3", full_name="Nhân Sự")
    grant_role(someone, Role.STAFF_ADMIN, cast.vpdk, by=None)
    return someone


@pytest.fixture
def member(cast: Cast) -> StaffMember:
    return save_member(StaffMember(code="CB-901", unit=cast.vpdk, full_name="Trần Văn Lúa", birth_year=1990))


@pytest.fixture
def neighbour(cast: Cast) -> StaffMember:
    return save_member(StaffMember(code="CB-902", unit=cast.vp, full_name="Lê Thị Ngô"))


@pytest.fixture
def collecting(keys: Any, admin: User) -> None:
    identity.switch_collecting(True, by=admin, reason="Đối chiếu theo Công văn 12/SNNMT-VP")


pytestmark = pytest.mark.django_db


def test_collecting_is_off_until_somebody_switches_it_on(
    keys: Any, member: StaffMember, keeper: User
) -> None:
    assert not identity.collects()
    with pytest.raises(RuleBroken, match="không thu thập"):
        identity.seal_rows([(member.pk, NUMBER)], keeper)
    assert not PersonalNumber.objects.exists()


def test_the_switch_keeps_who_and_why_and_turns_back(keys: Any, admin: User) -> None:
    kept = identity.switch_collecting(True, by=admin, reason="Đối chiếu")
    assert (kept.decided_by, kept.reason) == (admin, "Đối chiếu")
    assert identity.collects()
    identity.switch_collecting(False, by=admin, reason="Đã xong")
    assert not identity.collects()


def test_only_an_administrator_switches_and_says_why(keys: Any, keeper: User, admin: User) -> None:
    with pytest.raises(RuleBroken, match="quản trị"):
        identity.switch_collecting(True, by=keeper, reason="Đối chiếu")
    with pytest.raises(RuleBroken, match="lý do"):
        identity.switch_collecting(True, by=admin, reason=" ")


@pytest.mark.parametrize(
    ("sealing", "hashing"),
    [
        ([], HASHING),
        ([OLD], ""),
        (["ngắn:YQ=="], HASHING),
        ([OLD, OLD], HASHING),
        (["h1:" + HASHING[3:]], HASHING),
    ],
)
def test_without_good_keys_it_cannot_be_switched_on(
    settings: Any, admin: User, sealing: list[str], hashing: str
) -> None:
    settings.PERSONAL_DATA_KEYS, settings.PERSONAL_DIGEST_KEY = sealing, hashing
    with pytest.raises(RuleBroken, match=r"PERSONAL_D|Khóa"):
        identity.switch_collecting(True, by=admin, reason="Đối chiếu")


def test_keys_that_went_missing_refuse_instead_of_keeping_plain_text(
    collecting: None, settings: Any, member: StaffMember, keeper: User
) -> None:
    settings.PERSONAL_DATA_KEYS = []
    with pytest.raises(RuleBroken, match="PERSONAL_DATA_KEYS"):
        identity.seal_rows([(member.pk, NUMBER)], keeper)
    assert not PersonalNumber.objects.exists()
    assert not personal_numbers().well


def test_no_column_of_the_row_shows_the_number(collecting: None, member: StaffMember, keeper: User) -> None:
    identity.seal_rows([(member.pk, NUMBER)], keeper)
    row = PersonalNumber.objects.values().get()
    assert row["mask"] == "075*******34"
    assert not any(NUMBER in str(value) or NUMBER[3:10] in str(value) for value in row.values())
    assert identity.digest(NUMBER) == row["digest"]


def test_the_same_number_again_replaces_and_another_persons_is_refused(
    collecting: None, member: StaffMember, neighbour: StaffMember, keeper: User
) -> None:
    identity.seal_rows([(member.pk, NUMBER)], keeper)
    identity.seal_rows([(member.pk, NUMBER)], keeper)
    assert PersonalNumber.objects.count() == 1
    with pytest.raises(RuleBroken, match=r"075\*{7}34") as refusal:
        identity.seal_rows([(neighbour.pk, NUMBER)], keeper)
    assert NUMBER not in str(refusal.value)
    with pytest.raises(RuleBroken, match="Hai người"):
        identity.seal_rows([(member.pk, OTHER), (neighbour.pk, OTHER)], keeper)


def test_the_keeper_of_the_line_sees_the_number_and_the_look_stays(
    collecting: None, member: StaffMember, keeper: User
) -> None:
    identity.seal_rows([(member.pk, NUMBER)], keeper)
    assert identity.open_number(member, by=keeper, why="Đối chiếu với công an xã") == NUMBER
    look = identity.who_saw(member).get()
    assert (look.seen_by, look.why) == (keeper, "Đối chiếu với công an xã")
    with pytest.raises(AppendOnlyError):
        look.delete()


def test_nobody_else_sees_it_and_nobody_without_a_reason(
    collecting: None, cast: Cast, member: StaffMember, neighbour: StaffMember, keeper: User, admin: User
) -> None:
    identity.seal_rows([(member.pk, NUMBER), (neighbour.pk, OTHER)], keeper)
    for person, whom in [(admin, member), (keeper, neighbour)]:
        with pytest.raises(RuleBroken, match="Chỉ người quản lý"):
            identity.open_number(whom, by=person, why="Tò mò")
    with pytest.raises(RuleBroken, match="lý do"):
        identity.open_number(member, by=keeper, why="  ")
    assert not PersonalLook.objects.exists()


def test_who_saw_is_one_query(
    collecting: None, member: StaffMember, keeper: User, django_assert_num_queries: Any
) -> None:
    identity.seal_rows([(member.pk, NUMBER)], keeper)
    for _ in range(3):
        identity.open_number(member, by=keeper, why="Đối chiếu")
    with django_assert_num_queries(1):
        assert [look.seen_by.full_name for look in identity.who_saw(member)] == ["Nhân Sự"] * 3


def test_a_sealed_number_moved_to_another_person_does_not_open(
    collecting: None, cast: Cast, member: StaffMember, keeper: User
) -> None:
    second = save_member(StaffMember(code="CB-903", unit=cast.vpdk, full_name="Phạm Văn Khoai"))
    identity.seal_rows([(member.pk, NUMBER), (second.pk, OTHER)], keeper)
    stolen = PersonalNumber.objects.get(member=member).sealed
    PersonalNumber.objects.filter(member=second).update(sealed=stolen)
    with pytest.raises(RuleBroken, match="không mở được"):
        identity.open_number(second, by=keeper, why="Đối chiếu")


def test_rotation_goes_on_where_it_stopped(
    collecting: None, keys: Any, cast: Cast, member: StaffMember, keeper: User
) -> None:
    second = save_member(StaffMember(code="CB-903", unit=cast.vpdk, full_name="Phạm Văn Khoai"))
    identity.seal_rows([(member.pk, NUMBER), (second.pk, OTHER)], keeper)
    keys.PERSONAL_DATA_KEYS, keys.PERSONAL_DIGEST_KEY = [NEW, OLD], HASHING_NEW
    assert not personal_numbers().well
    assert identity.reseal_some(limit=1) == 1
    assert identity.open_number(second, by=keeper, why="Giữa chừng") == OTHER
    call_command("rotate_keys")
    assert set(PersonalNumber.objects.values_list("key", "digest_key")) == {("2026b", "h2")}
    assert personal_numbers().well
    keys.PERSONAL_DATA_KEYS = [NEW]
    assert identity.open_number(member, by=keeper, why="Sau khi đổi khóa") == NUMBER
    assert PersonalNumber.objects.get(member=member).digest == identity.digest(NUMBER)


def test_rotation_without_the_old_key_says_which_is_missing(
    collecting: None, keys: Any, member: StaffMember, keeper: User
) -> None:
    identity.seal_rows([(member.pk, NUMBER)], keeper)
    keys.PERSONAL_DATA_KEYS = [NEW]
    with pytest.raises(CommandError, match="2026a"):
        call_command("rotate_keys")
    assert PersonalNumber.objects.get().key == "2026a"


@pytest.mark.parametrize("typed", ["075 190 001 234", "075.190.001.234", f" {NUMBER}\n"])
def test_grouped_digits_are_read(typed: str) -> None:
    assert identity.well_formed(typed) == NUMBER


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("75190001234", "mất số 0"),
        ("0751900012345", "đang có 13"),
        ("271234567", "chứng minh"),
        ("07519000123x", "chữ số"),
        ("٠٧٥١٩٠٠٠١٢٣٤", "chữ số"),
        ("", "chữ số"),
    ],
)
def test_what_is_no_number_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        identity.well_formed(typed)


@given(year=st.integers(1900, 2099), sex=st.integers(0, 1))
def test_a_birth_year_that_fits_raises_no_doubt(year: int, sex: int) -> None:
    number = f"075{2 * (year // 100 - 19) + sex}{year % 100:02}123456"
    assert identity.doubts(number, year) == []
    assert identity.doubts(number, None) == []
    assert len(identity.doubts(number, year + 1)) == 1


def test_who_supervises_reads_the_looks_without_name_code_and_number(
    collecting: None,
    cast: Cast,
    client: Client,
    member: StaffMember,
    neighbour: StaffMember,
    keeper: User,
    admin: User,
) -> None:
    identity.seal_rows([(member.pk, NUMBER)], keeper)
    identity.open_number(member, by=keeper, why="Đối chiếu với công an")
    auditor = User.objects.create_user("thanhtra-e3", full_name="Thanh Tra")
    grant_role(auditor, Role.AUDITOR, cast.vpdk, by=None)
    elsewhere = User.objects.create_user("thanhtra2-e3", full_name="Thanh Tra Hai")
    grant_role(elsewhere, Role.AUDITOR, cast.vp, by=None)
    for person, seen in [(admin, True), (auditor, True), (elsewhere, False)]:
        client.force_login(person)
        page = client.get(reverse("personal_looks")).content.decode()
        assert ("Đối chiếu với công an" in page) is seen
        assert not any(canary in page for canary in (NUMBER, member.full_name, member.code))
