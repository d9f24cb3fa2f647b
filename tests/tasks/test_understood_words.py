"""Every form of deadline a plan prints, as the page says it back before anything is saved (issue 3, norms §5.3)."""

from datetime import date

import pytest

from core.deadlines import parse
from tasks.drafting import set_deadline, understand
from tasks.models import Task
from tasks.understood import understood
from tests.cast import Cast
from tests.core.calendars import VIETNAM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("phrase", "meaning", "effective"),
    [
        ("trước ngày 30/4/2026", "trước ngày 30/4/2026, tức là đến hết ngày 29/4/2026", "29/04/2026"),
        ("đến hết ngày 30/4/2026", "đến hết ngày 30/4/2026", "04/05/2026"),
        ("chậm nhất ngày 15/5/2026", "đến hết ngày 15/5/2026", "15/05/2026"),
        ("trong tháng 4/2026", "đến hết ngày 30/4/2026", "04/05/2026"),
        ("trong quý II/2026", "đến hết ngày 30/6/2026", "30/06/2026"),
        ("đến cuối năm", "đến hết ngày 31/12/2026", "31/12/2026"),
        ("6 tháng cuối năm", "đến hết ngày 31/12/2026", "31/12/2026"),
        (
            "từ 03/4/2026 đến 30/6/2026 và 6 tháng cuối năm 2026",
            "từ ngày 03/4/2026 đến hết ngày 30/6/2026 và từ ngày 01/7/2026 đến hết ngày 31/12/2026",
            "31/12/2026",
        ),
        (
            "bắt đầu từ ngày 05/4/2026 và duy trì thường xuyên",
            "thường xuyên, bắt đầu từ ngày 05/4/2026",
            "không có (thường xuyên",
        ),
        ("đã thực hiện ngày 01/4/2026", "đã thực hiện ngày 01/4/2026", "không cần (đã thực hiện"),
        ("kể từ ngày ký", "tính từ mốc nêu trong văn bản: “kể từ ngày ký”", "chưa có"),
        (
            "trong vòng 05 ngày làm việc kể từ ngày nhận",
            "trong vòng 05 ngày làm việc kể từ ngày nhận, tức là đến hết ngày 20/10/2026 (tạm tính từ ngày giao)",
            "20/10/2026",
        ),
        (
            "trong vòng 10 ngày kể từ ngày ký",
            "trong vòng 10 ngày kể từ ngày ký, ban hành, tức là đến hết ngày 08/10/2026",
            "08/10/2026",
        ),
        ("10 ngày kể từ ngày 05/10/2026", "đến hết ngày 15/10/2026", "15/10/2026"),
        ("theo lộ trình của Bộ", "theo thời hạn nêu ở nội dung khác: “theo lộ trình của Bộ”", "chưa có"),
        ("", "không ghi thời hạn", "chưa có"),
    ],
)
def test_the_page_says_back_what_the_phrase_means(
    cast: Cast, phrase: str, meaning: str, effective: str
) -> None:
    task = Task(plan=cast.plan, tracking_unit=cast.vp, **understand(parse(phrase, year=2026), None, VIETNAM))
    set_deadline(task, VIETNAM)
    found = understood(task, VIETNAM)
    assert found.meaning == meaning
    assert found.effective.startswith(effective)


def test_a_length_counted_from_a_paper_without_a_day_says_so(cast: Cast) -> None:
    cast.plan.document.issued_on = None
    task = Task(plan=cast.plan, **understand(parse("10 ngày kể từ ngày ký"), None, VIETNAM))
    assert "chưa biết ngày bắt đầu" in understood(task, VIETNAM).meaning


def test_looking_changes_nothing_of_the_draft(cast: Cast) -> None:
    task = Task(plan=cast.plan, **understand(parse("10 ngày kể từ ngày nhận"), None, VIETNAM))
    understood(task, VIETNAM)
    assert (task.assigned_on, task.nominal_end, task.start_assumed) == (None, None, False)


def test_a_deadline_already_gone_and_one_of_a_superior_are_pointed_out(cast: Cast) -> None:
    task = Task(plan=cast.plan, superior_deadline=True, internal_end=date(2026, 9, 1))
    for name, value in understand(parse("30/9/2026"), None, VIETNAM).items():
        setattr(task, name, value)
    set_deadline(task, VIETNAM)
    notes = " ".join(understood(task, VIETNAM).notes)
    assert "Hạn do cấp trên giao" in notes and "01/09/2026" in notes and "đã qua" in notes
