"""From which event a length of time counts (office rule 11)."""

import pytest

from core.deadlines import Since, parse


@pytest.mark.parametrize(
    ("phrase", "since"),
    [
        ("trong vòng 05 ngày làm việc kể từ ngày nhận", Since.RECEIVED),
        ("trong vòng 05 ngày kể từ ngày nhận được văn bản", Since.RECEIVED),
        ("chậm nhất sau 02 tuần kể từ khi nhận văn bản", Since.RECEIVED),
        ("trong vòng 10 ngày", Since.RECEIVED),  # nothing is said: from the receipt
        ("trong vòng 10 ngày kể từ ngày ký", Since.SIGNED),
        ("10 ngày làm việc kể từ ngày ký ban hành", Since.SIGNED),
        ("trong thời hạn 3 tháng, kể từ ngày ban hành", Since.SIGNED),
        ("30 ngày kể từ ngày có hiệu lực", Since.EFFECTIVE),
        ("30 ngày kể từ ngày Quyết định này có hiệu lực", Since.EFFECTIVE),
        ("30 ngày kể từ ngày Quyết định ký ban hành có hiệu lực", Since.EFFECTIVE),
    ],
)
def test_a_length_counts_from_the_event_the_phrase_names(phrase: str, since: Since) -> None:
    assert parse(phrase).since == since


@pytest.mark.parametrize(
    "phrase",
    [
        "kể từ ngày ký",  # an event without a length
        "10 ngày kể từ ngày 05/4/2026",  # a day, not an event
        "trước ngày 30/4/2026",
        "thường xuyên",
        "",
    ],
)
def test_without_a_length_and_an_event_nothing_is_counted(phrase: str) -> None:
    assert parse(phrase).since is None
