"""The papers of the demo: a notice in the place of another whose orders are still open, an amendment, an article."""

from datetime import datetime, time

from core.clock import replay
from core.deadlines import DeadlineKind
from plans.documents import link, register
from plans.models import Document, DocumentLink, Plan
from tasks import actions as task_actions
from tasks.models import Task
from tracker.demo.stories import LOCAL, Teller
from units.models import Unit

Kind, Link = Document.Kind, DocumentLink.Kind

# Code, title, lead, days the old notice gave from today.
ORDERS = (
    ("TB01", "Hướng dẫn người dân nộp hồ sơ trực tuyến tại nơi tiếp nhận", "QLDD", 20),
    ("TB02", "Niêm yết danh mục thủ tục chỉ tiếp nhận trực tuyến", "VPDK", 12),
)


def tell_papers(teller: Teller, units: dict[str, Unit], plan: Plan) -> None:
    """Enters them on the days they came, as the office would."""
    so = units["SNNMT"].name

    def enter(days: int, kind: str, number: str, subject: str, **fields: object) -> Document:
        day = teller.day(days)
        with replay(datetime.combine(day, time(9), LOCAL)):
            given: dict = {"kind": kind, "number": number, "issued_on": day, "issuer": so, "subject": subject}
            return register(Document(**(given | fields)), by=teller.office)

    old = enter(-60, Kind.NOTICE, "31/TB-SNNMT", "Tiếp nhận hồ sơ trực tuyến vào thứ Tư, thứ Sáu")
    for order, (code, title, lead, days) in enumerate(ORDERS, start=1):
        _give(teller, units, old, order, code, title, lead, days)
    new = enter(
        -6,
        Kind.NOTICE,
        "44/TB-SNNMT",
        "Tiếp nhận hồ sơ trực tuyến các ngày trong tuần",
        effective_on=teller.day(-20),
    )
    approval = enter(
        -25, Kind.LETTER, "2210/UBND-TTPVHCC", "Chấp thuận phương án tiếp nhận hồ sơ trực tuyến",
        issuer="UBND tỉnh", incoming_number="1508", incoming_on=teller.day(-24),
    )  # fmt: skip
    change = enter(-9, Kind.DECISION, "215/QĐ-SNNMT", f"Sửa đổi, bổ sung {plan.document.citation}")
    article = enter(
        -4, Kind.OTHER, "", "Bài viết về mở rộng tiếp nhận hồ sơ trực tuyến", issued_on=None, is_secondary=True,
        issuer="Cổng thông tin điện tử tỉnh",
    )  # fmt: skip
    with replay(datetime.combine(teller.day(-4), time(10), LOCAL)):
        for source, target, kind in (
            (new, old, Link.REPLACES),
            (new, approval, Link.BASED_ON),
            (old, plan.document, Link.IMPLEMENTS),
            (new, plan.document, Link.IMPLEMENTS),
            (change, plan.document, Link.AMENDS),
            (article, new, Link.BASED_ON),
        ):
            link(source, target, kind, by=teller.office)


def _give(
    teller: Teller,
    units: dict[str, Unit],
    notice: Document,
    order: int,
    code: str,
    title: str,
    lead: str,
    days: int,
) -> None:
    due = teller.day(days)
    task = Task(
        code=code,
        order=100 + order,
        title=title,
        source=Task.Source.LETTER,
        source_document=notice,
        tracking_unit=units["VP"],
        lead_unit=units[lead],
        deadline_kind=DeadlineKind.DATE,
        phrase=f"{due:%d/%m/%Y}",
        printed_on=due,
        nominal_end=due,
    )
    task_actions.save_task(task, calendar=teller.calendar)
    with replay(datetime.combine(teller.day(-59), time(9), LOCAL)):
        task_actions.assign(task, by=teller.office)
