"""The account columns of the sheet “Nhân sự”: one for each kind of account staff must hold.

The kinds the installation has stand first; until it has them, the two that the law knows may be named, and the
import creates them with their legal dates.
"""

from dataclasses import dataclass
from datetime import date

from core.text import fold
from units.models import AccountKind


@dataclass(frozen=True)
class AccountColumn:
    """`code` of the kind, `key` of the column, `heading` as people read it."""

    code: str
    key: str
    heading: str


# Accounts the portal itself had made for individuals ended on 30/6/2024, when Decree 69/2024/NĐ-CP took over from
# Decree 59/2022/NĐ-CP (effective 20/10/2022), which had introduced level 2.
STANDARD = (
    AccountKind(
        code="vneid-2",
        name="Tài khoản định danh điện tử mức độ 2",
        short_name="VNeID mức 2",
        counts_when=AccountKind.CountsWhen.ACTIVATED,
        valid_from=date(2022, 10, 20),
        basis="Nghị định 59/2022/NĐ-CP; Nghị định 69/2024/NĐ-CP",
        position=1,
    ),
    AccountKind(
        code="dvcqg",
        name="Tài khoản Cổng Dịch vụ công quốc gia",
        short_name="Cổng DVC quốc gia",
        counts_when=AccountKind.CountsWhen.ISSUED,
        valid_to=date(2024, 6, 30),
        basis="Nghị định 69/2024/NĐ-CP",
        position=2,
    ),
)


def known_kinds() -> list[AccountKind]:
    """Kinds of the installation, and the standard ones it does not have yet (not saved)."""
    kinds = list(AccountKind.objects.all())
    names = {fold(text) for kind in kinds for text in (kind.code, kind.name, kind.short_name)}
    return kinds + [each for each in STANDARD if not names & {fold(each.code), fold(each.short_name)}]


def account_columns(on: date | None = None) -> list[AccountColumn]:
    """Columns of all kinds, or of those valid on a day: a template asks for nothing that is history."""
    return [
        AccountColumn(kind.code, f"account:{kind.code}", kind.short_name or kind.name)
        for kind in known_kinds()
        if on is None
        or (
            (kind.valid_from is None or kind.valid_from <= on)
            and (kind.valid_to is None or kind.valid_to >= on)
        )
    ]
