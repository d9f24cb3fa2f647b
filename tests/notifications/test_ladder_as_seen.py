"""One late task from its first reminder to its end, as everybody it reached saw it."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core import mail

from notifications import announcer, desk, jobs
from notifications.models import Escalation
from tasks import actions
from tests.cast import Cast
from tests.notifications.helpers import at

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden" / "ladder.txt"
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 20)


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "enqueue", lambda name, *ids: jobs.send_notices())


def test_the_whole_ladder_of_one_late_task(cast: Cast, bells: None) -> None:
    with at("08:00", FIRST):
        task = cast.task(nominal_end=date(2026, 10, 16), title="Rà soát danh mục thủ tục hành chính")
        announcer.forget()
    story: dict[date, tuple[str, Callable[[], object]]] = {
        date(2026, 10, 2): ("mai tiếp nhận", lambda: actions.accept(task, by=cast.mai)),
        date(2026, 10, 22): (
            "lan đôn đốc",
            lambda: actions.urge(task, by=cast.lan, text="Đề nghị báo cáo tiến độ"),
        ),
        date(2026, 10, 29): (
            "lan chuyển lãnh đạo",
            lambda: desk.release_all(_waiting("leader"), by=cast.lan),
        ),
        date(2026, 11, 4): (
            "lan yêu cầu giải trình",
            lambda: [desk.demand_explanation(pk, by=cast.lan, about="Vì sao") for pk in _waiting("letter")],
        ),
        date(2026, 11, 10): (
            "minh giải trình",
            lambda: actions.explain(
                task, by=cast.minh, cause="subjective", text="Thiếu người", remedy="Làm thêm giờ"
            ),
        ),
        date(2026, 11, 12): (
            "minh trình kết quả",
            lambda: actions.submit(task, by=cast.minh, text="Đã trình"),
        ),
        date(2026, 11, 17): ("lan xác nhận", lambda: actions.confirm(task, by=cast.lan)),
    }
    lines: list[str] = []
    day = FIRST
    while day <= LAST:
        desks = set(Escalation.objects.values_list("pk", flat=True))
        for clock in ("07:31", "09:01"):
            with at(clock, day):
                seen = len(mail.outbox)
                jobs.tick()
                for letter in mail.outbox[seen:]:
                    who = letter.to[0].partition("@")[0]
                    lines.append(f"{day:%d/%m} {clock}  {who:<5} {letter.subject}")
        for each in Escalation.objects.exclude(pk__in=desks).order_by("pk"):
            lines.append(f"{day:%d/%m}        (bàn Văn phòng) {each.get_kind_display()}")
        if day in story:
            words, act = story[day]
            with at("15:00", day):
                act()
            lines.append(f"{day:%d/%m} 15:00  » {words}")
        day += timedelta(days=1)
    told = "\n".join(lines) + "\n"
    assert told == GOLDEN.read_text(encoding="utf-8")


def _waiting(kind: str) -> list[int]:
    return list(Escalation.objects.waiting().filter(kind=kind).values_list("pk", flat=True))
