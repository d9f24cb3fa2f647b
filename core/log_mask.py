"""Keeps personal numbers out of logs: a run of 9 to 12 digits loses its middle, wherever it stands in the line."""

import logging
import re

# Not inside a longer run or a decimal fraction: seconds and sizes stay readable. An identifier of letters and digits
# is no personal number.
_RUN = re.compile(r"(?<![\w.])(\d{3})(\d{4,7})(\d{2})(?!\w)")


def masked(text: str) -> str:
    return _RUN.sub(lambda run: f"{run[1]}{'*' * len(run[2])}{run[3]}", text)


class MaskingFormatter(logging.Formatter):
    """Masks the finished line, so that arguments and tracebacks are covered as well."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
