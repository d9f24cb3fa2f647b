"""An amount in a cell of a workbook: a real number, or as clerks type it (`plans.amounts`). Pure."""

from datetime import date
from decimal import Decimal

from core.text import shown
from plans.actions import NOT_NEGATIVE
from plans.amounts import DECIMALS, LARGEST, read_amount


def amount_from_cell(value: object, *, ratio: bool) -> Decimal | None:
    """The amount in a cell; None for an empty one. Raises ValueError, in Vietnamese, for anything else.

    A cell of a `ratio` that holds 0.95 is a percentage Excel shows as 95 %: what it is a part of stands elsewhere.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST:
        return Decimal(value)
    amount = read_amount(value) if isinstance(value, str) else _number(value)
    if amount < 0:
        raise ValueError(NOT_NEGATIVE)
    if ratio and 0 < amount < 1:
        words = f"{amount * 100:f}".rstrip("0").rstrip(".").replace(".", ",")
        raise ValueError(f"Ô ghi tỷ lệ {words}%. Hãy nhập số lượng; tỷ lệ do hệ thống tính.")
    # A number computed by a formula carries the noise of binary fractions; what the column keeps is its rounding.
    rounded = round(amount, DECIMALS)
    if abs(amount - rounded) > Decimal("0.000001"):
        raise ValueError(f"“{shown(value)}” có quá hai chữ số sau dấu phẩy.")
    return rounded


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        words = value.strftime("%d/%m/%Y") if isinstance(value, date) else value
        raise ValueError(f"“{shown(words)}” không phải là số. Hãy nhập ví dụ 50 hoặc 50,5.")
    amount = Decimal(str(value))
    if not amount.is_finite():
        raise ValueError("Ô không chứa số. Hãy nhập ví dụ 50 hoặc 50,5.")
    if abs(amount) > LARGEST:
        raise ValueError("Số quá lớn: tối đa 12 chữ số.")
    return amount
