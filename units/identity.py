"""The twelve-digit personal number: whether it is collected at all, how it is kept, and who opened it.

Collecting is off until an administrator switches it on, with a reason that stays. A number is sealed with AES-256-GCM
bound to the person it belongs to, so that a sealed text moved to another row does not open. Two files are matched by
a keyed hash under a key of its own. Pages show `mask`; `open_number` is the only way to the full value, and it
writes down who looked before it answers. Without keys everything here refuses; nothing is ever kept in the clear.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from core.clock import now
from units.actions import RuleBroken
from units.agency import is_administrator
from units.models import NumberCollecting, PersonalLook, PersonalNumber, StaffMember, User
from units.permissions import capacity

PURPOSE = (
    "Số định danh cá nhân chỉ dùng để đối chiếu danh sách của đơn vị với danh sách tài khoản do cơ quan có thẩm quyền "
    "cấp. Số được mã hóa khi lưu và che bớt trên mọi trang; mỗi lần xem đủ số đều được ghi lại."
)
NO_KEYS = (
    "Chưa đặt khóa mã hóa số định danh cá nhân (PERSONAL_DATA_KEYS và PERSONAL_DIGEST_KEY). "
    "Đề nghị quản trị hệ thống đặt khóa; chưa có khóa thì không lưu được số."
)
_NONCE = 12
_KEY_NAME = re.compile(r"[A-Za-z0-9_-]{1,16}")


# --- the keys --------------------------------------------------------------------------------------


def _named_key(entry: str) -> tuple[str, bytes]:
    name, _, text = entry.strip().partition(":")
    try:
        secret = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not _KEY_NAME.fullmatch(name) or len(secret) != 32:
        raise RuleBroken("Khóa mã hóa phải viết TÊN:KHÓA, khóa dài 32 byte ở dạng base64.")
    return name, secret


def _sealing_keys() -> dict[str, bytes]:
    """By name, the one that seals first; the others only open."""
    named = [_named_key(entry) for entry in settings.PERSONAL_DATA_KEYS]
    keys = dict(named)
    if not keys:
        raise RuleBroken(NO_KEYS)
    if len(keys) != len(named):
        raise RuleBroken("PERSONAL_DATA_KEYS có hai khóa trùng tên.")
    return keys


def _digest_key() -> tuple[str, bytes]:
    if not settings.PERSONAL_DIGEST_KEY:
        raise RuleBroken(NO_KEYS)
    return _named_key(settings.PERSONAL_DIGEST_KEY)


def check_keys() -> None:
    """Raises RuleBroken with what to do when the keys are missing or cannot be used."""
    sealing, (_, hashing) = _sealing_keys(), _digest_key()
    if hashing in sealing.values():
        raise RuleBroken("PERSONAL_DIGEST_KEY phải khác mọi khóa trong PERSONAL_DATA_KEYS.")


# --- the switch ------------------------------------------------------------------------------------


def collects() -> bool:
    latest = NumberCollecting.objects.order_by("-id").first()
    return latest is not None and latest.switched_on


@transaction.atomic
def switch_collecting(on: bool, *, by: User, reason: str) -> NumberCollecting:
    if not is_administrator(by):
        raise RuleBroken("Chỉ quản trị hệ thống được bật, tắt việc thu thập số định danh cá nhân.")
    if not reason.strip():
        raise RuleBroken({"reason": "Phải ghi lý do bật hoặc tắt việc thu thập số định danh cá nhân."})
    if on:
        check_keys()
    decision = NumberCollecting(switched_on=on, reason=reason, decided_by=by)
    decision.full_clean()
    decision.save()
    return decision


# --- the number ------------------------------------------------------------------------------------


def well_formed(text: str) -> str:
    """The twelve digits, without the spaces and dots people group them with."""
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"[0-9]+", digits):
        raise ValidationError("Số định danh cá nhân chỉ gồm chữ số.")
    if len(digits) == 9:
        raise ValidationError("Có 9 chữ số: đây là số chứng minh nhân dân, hết giá trị từ 01/01/2025.")
    if len(digits) != 12:
        lost = " Nếu tệp Excel làm mất số 0 ở đầu, hãy bổ sung." if len(digits) in (10, 11) else ""
        raise ValidationError(f"Số định danh cá nhân phải có 12 chữ số (đang có {len(digits)}).{lost}")
    return digits


def doubts(number: str, birth_year: int | None) -> list[str]:
    """What does not fit the person: a warning, never a refusal, since wrong registrations exist.

    The sex the fourth digit tells is not compared: the roster does not keep it.
    """
    year = 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])
    if birth_year is None or year == birth_year:
        return []
    return [f"Số định danh cho biết năm sinh {year}, danh sách ghi {birth_year}. Hãy kiểm tra lại."]


def mask(number: str) -> str:
    return f"{number[:3]}{'*' * 7}{number[-2:]}"


def digest(number: str) -> str:
    return digests([number])[0]


def digests(numbers: Iterable[str]) -> list[str]:
    _, key = _digest_key()
    return [hmac.new(key, number.encode(), hashlib.sha256).hexdigest() for number in numbers]


def _seal(cipher: AESGCM, member_id: int, number: str) -> str:
    nonce = os.urandom(_NONCE)
    sealed = nonce + cipher.encrypt(nonce, number.encode(), str(member_id).encode())
    return base64.b64encode(sealed).decode()


def _unseal(row: PersonalNumber, keys: dict[str, bytes]) -> str:
    if row.key not in keys:
        raise RuleBroken(
            f"Thiếu khóa “{row.key}” trong PERSONAL_DATA_KEYS nên không mở được số định danh đã lưu. "
            "Đề nghị quản trị hệ thống đặt lại khóa này."
        )
    sealed = base64.b64decode(row.sealed)
    try:
        opened = AESGCM(keys[row.key]).decrypt(sealed[:_NONCE], sealed[_NONCE:], str(row.member_id).encode())
    except InvalidTag as error:
        raise RuleBroken(
            "Số định danh đã lưu không mở được: khóa không đúng hoặc dữ liệu đã bị sửa. "
            "Đề nghị báo quản trị hệ thống."
        ) from error
    return opened.decode()


@transaction.atomic
def seal_rows(rows: Sequence[tuple[int, str]], by: User) -> None:
    """Keeps the numbers of many people at once. The caller has matched the people within what `by` may write."""
    if not collects():
        raise RuleBroken("Cơ quan không thu thập số định danh cá nhân: hãy bỏ cột này khỏi tệp.")
    check_keys()
    name, key = next(iter(_sealing_keys().items()))
    digest_name, _ = _digest_key()
    members = [member for member, _ in rows]
    numbers = [well_formed(number) for _, number in rows]
    hashes = digests(numbers)
    if len(set(members)) != len(members):
        raise RuleBroken("Một người có hai số định danh cá nhân trong cùng danh sách.")
    shared = {each for each, times in Counter(hashes).items() if times > 1}
    for start in range(0, len(hashes), 500):
        part = dict(zip(hashes[start : start + 500], members[start : start + 500], strict=True))
        held = PersonalNumber.objects.filter(digest__in=part).values_list("digest", "member_id")
        shared |= {each for each, member in held if part[each] != member}
    if shared:
        masks = sorted({mask(number) for number, each in zip(numbers, hashes, strict=True) if each in shared})
        raise RuleBroken(f"Hai người có cùng một số định danh cá nhân: {', '.join(masks[:5])}.")
    cipher, moment = AESGCM(key), now()
    PersonalNumber.objects.bulk_create(
        (
            PersonalNumber(
                member_id=member,
                sealed=_seal(cipher, member, number),
                key=name,
                digest=each,
                digest_key=digest_name,
                mask=mask(number),
                recorded_by=by,
                recorded_at=moment,
            )
            for member, number, each in zip(members, numbers, hashes, strict=True)
        ),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["member"],
        update_fields=["sealed", "key", "digest", "digest_key", "mask", "recorded_by", "recorded_at"],
    )


# --- looking ---------------------------------------------------------------------------------------


@transaction.atomic
def open_number(member: StaffMember, *, by: User, why: str) -> str:
    """The full number, for who manages the roster of the person's line; the look is written down first."""
    if not capacity(by, "staff.number", answering=member.unit):
        raise RuleBroken("Chỉ người quản lý danh sách nhân sự của đơn vị được xem đủ số định danh cá nhân.")
    if not why.strip():
        raise RuleBroken({"why": "Phải ghi lý do xem đủ số định danh cá nhân."})
    row = PersonalNumber.objects.filter(member=member).first()
    if row is None:
        raise RuleBroken("Người này chưa có số định danh cá nhân trong hệ thống.")
    look = PersonalLook(member=member, seen_by=by, what=PersonalLook.What.NUMBER, why=why)
    look.full_clean()
    look.save()
    return _unseal(row, _sealing_keys())


def who_saw(member: StaffMember) -> QuerySet[PersonalLook]:
    """Everybody who was shown this person's number or a file with the person in it, the latest first."""
    return PersonalLook.objects.filter(member=member).select_related("seen_by").order_by("-id")


# --- rotation --------------------------------------------------------------------------------------


def under_old_keys() -> QuerySet[PersonalNumber]:
    name, digest_name = next(iter(_sealing_keys())), _digest_key()[0]
    return PersonalNumber.objects.filter(~Q(key=name) | ~Q(digest_key=digest_name)).order_by("pk")


@transaction.atomic
def reseal_some(limit: int = 500) -> int:
    """Moves up to `limit` numbers to the present keys. How many; 0 when none is left, so it may stop anywhere."""
    check_keys()
    keys = _sealing_keys()
    name, key = next(iter(keys.items()))
    digest_name, _ = _digest_key()
    cipher = AESGCM(key)
    rows = list(under_old_keys().select_for_update(no_key=True)[:limit])
    for row in rows:
        number = _unseal(row, keys)
        row.sealed, row.key = _seal(cipher, row.member_id, number), name
        row.digest, row.digest_key = digest(number), digest_name
    PersonalNumber.objects.bulk_update(rows, ["sealed", "key", "digest", "digest_key"], batch_size=500)
    return len(rows)
