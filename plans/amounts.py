"""Reported amounts as people write them, in forms, workbooks and exports of other systems.

A count is typed as clerks write it ("1.234", "12,5"); never as a percentage: the system divides. Raises ValueError with
a Vietnamese message for everything else.
"""

from datetime import date, datetime
from decimal import Decimal

from core.text import parse_number_vi, shown

DECIMALS = 2
LARGEST = Decimal("999999999999.99")  # what the column holds
NOT_NEGATIVE = "Số liệu không được âm."


def typed_amount(typed: str) -> Decimal:
    """The amount a person typed."""
    if "%" in typed:
        raise ValueError(f"“{shown(typed)}” là tỷ lệ. Hãy nhập số lượng; tỷ lệ do hệ thống tính.")
    amount = parse_number_vi(typed)
    _check_sign_and_size(amount)
    if amount != round(amount, DECIMALS):
        raise ValueError(
            f"“{shown(typed)}” có quá hai chữ số sau dấu phẩy. "
            "Dấu phẩy viết trước phần thập phân (12,5), dấu chấm giữa hàng nghìn (1.234)."
        )
    return amount


def amount_from_cell(value: object, *, ratio: bool) -> Decimal | None:
    """The amount in a cell, a real number or as typed; None for an empty one.

    A cell of a `ratio` that holds 0.95 is a percentage Excel shows as 95 %: what it is a part of stands elsewhere.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str):
        return typed_amount(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        words = value.strftime("%d/%m/%Y") if isinstance(value, (date, datetime)) else value
        raise ValueError(f"“{shown(words)}” không phải là số. Hãy nhập ví dụ 50 hoặc 50,5.")
    if isinstance(value, int) and 0 <= value <= LARGEST:
        return Decimal(value)
    amount = Decimal(str(value))
    if not amount.is_finite():
        raise ValueError("Ô không chứa số. Hãy nhập ví dụ 50 hoặc 50,5.")
    _check_sign_and_size(amount)
    if ratio and 0 < amount < 1:
        words = f"{amount * 100:f}".rstrip("0").rstrip(".").replace(".", ",")
        raise ValueError(f"Ô ghi tỷ lệ {words}%. Hãy nhập số lượng; tỷ lệ do hệ thống tính.")
    # A number computed by a formula carries the noise of binary fractions; what the column keeps is its rounding.
    rounded = round(amount, DECIMALS)
    if abs(amount - rounded) > Decimal("0.000001"):
        raise ValueError(f"“{shown(value)}” có quá hai chữ số sau dấu phẩy.")
    return rounded


def _check_sign_and_size(amount: Decimal) -> None:
    if amount < 0:
        raise ValueError(NOT_NEGATIVE)
    if amount > LARGEST:
        raise ValueError("Số quá lớn: tối đa 12 chữ số.")
