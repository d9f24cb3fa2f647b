"""No line of the log carries a personal number, wherever in the record it stood."""

import logging
import logging.config
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.log_mask import masked

NUMBER = "075190001234"


@given(number=st.from_regex(r"[0-9]{9,12}", fullmatch=True), before=st.sampled_from(["", " ", "=", '"', "/"]))
def test_nine_to_twelve_digits_lose_their_middle(number: str, before: str) -> None:
    kept = masked(f"{before}{number}")
    assert number not in kept
    assert len(kept) == len(before) + len(number)


@pytest.mark.parametrize(
    "text", ["20261125", "2026-11-25 08:20:27,123", "v1234567890abc", "0.123456789012", "1234567890123"]
)
def test_other_runs_stay_readable(text: str) -> None:
    assert masked(text) == text


def test_the_handlers_of_an_installation_mask_arguments_and_tracebacks(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.config.dictConfig(settings.LOGGING | {"root": {**settings.LOGGING["root"], "level": "INFO"}})
    try:
        raise ValueError(f"số {NUMBER}")
    except ValueError:
        logging.getLogger("units.x").exception("tìm %s", NUMBER)
    written = capsys.readouterr().err
    assert "075*******34" in written
    assert NUMBER not in written
