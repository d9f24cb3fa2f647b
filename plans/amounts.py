"""A reported amount as clerks type it: "1.234", "12,5". One reading for every door; what may mean two things is asked.
Pure."""

import re
from decimal import Decimal

from core.text import clean_line, parse_number_vi, shown

DECIMALS = 2
LARGEST = Decimal("999999999999.99")  # what the column holds

# Commas between thousands, as foreign programs write them: "1,234" is 1234 there and one and a bit here.
_FOREIGN = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def read_amount(typed: str) -> Decimal:
    """The amount meant; below zero too, which is for `plans.actions.check_amounts` to judge. Raises ValueError, in
    Vietnamese, for a share, for what is no number (NaN, infinity, words) and for what may be read in two ways."""
    typed = clean_line(typed)
    if "%" in typed:
        raise ValueError(f"“{shown(typed)}” là tỷ lệ. Hãy nhập số lượng; tỷ lệ do hệ thống tính.")
    if _FOREIGN.fullmatch(typed):
        plain = typed.replace(",", "")
        raise ValueError(
            f"“{shown(typed)}” có thể hiểu hai cách. Nếu là hàng nghìn, hãy nhập {plain.replace('.', ',')};"
            " dấu phẩy chỉ viết trước phần thập phân (12,5), dấu chấm giữa hàng nghìn (1.234)."
        )
    amount = parse_number_vi(typed)
    if abs(amount) > LARGEST:
        raise ValueError("Số quá lớn: tối đa 12 chữ số.")
    if amount != round(amount, DECIMALS):
        raise ValueError(
            f"“{shown(typed)}” có quá hai chữ số sau dấu phẩy. "
            "Dấu phẩy viết trước phần thập phân (12,5), dấu chấm giữa hàng nghìn (1.234)."
        )
    return amount
