"""What holds every row of the five documents: the kind of object, where one sees it, and what must be true of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from core.deadlines import DeadlineKind
from plans.documents import lineage, standing
from plans.lineage import Force
from plans.models import Document, DocumentLink, Indicator, Measurement, Milestone, Plan, Target
from tasks.matters import Matters
from tasks.models import Breach, Explanation, Obstacle, Task
from tasks.status import DeadlineClass, Execution, Strength
from tests.seeds import dong_nai, ha_tinh
from tests.seeds.scene import DEPARTMENTS, DISTRICTS, Seed
from units.models import AccountKind, CalendarDay
from units.permissions import capacity

Check = Callable[[Seed], object]

# How each document is built, and the moment the clock stands at while it is.
SEEDS: dict[str, tuple[str, Callable[[], Seed]]] = {
    "0": ("2023-11-08T09:00:00+07:00", dong_nai.notice_480),
    "1": ("2018-05-11T09:00:00+07:00", dong_nai.letter_4638),
    "2": ("2025-04-15T09:00:00+07:00", dong_nai.letter_4299),
    "3": ("2023-10-16T09:00:00+07:00", dong_nai.article),
    "4": ("2023-04-10T09:00:00+07:00", ha_tinh.plan_of_2023),
}
# The day after which nothing of the document is still to come.
MUCH_LATER = date(2030, 1, 15)


@dataclass(frozen=True, slots=True)
class Held:
    """`what`: the kind of object; `where`: the page that shows it; `check` returns the object and asserts the rest."""

    what: str
    where: str
    check: Check


HELD: dict[str, Held] = {}

PLAN_PAGE = "plan page, outline"
TASK_PAGE = "task page"
ORDER_PAGE = "task page of the order, its units"
DOCUMENT_PAGE = "document page, lineage"
TARGETS_PAGE = "plan page, targets"


def held(row: str, what: str, where: str) -> Callable[[Check], Check]:
    def keep(check: Check) -> Check:
        assert row not in HELD
        HELD[row] = Held(what, where, check)
        return check

    return keep


def clause(row: str, what: str, words: str) -> None:
    """A general rule is a clause of the plan, not a task."""

    def check(seed: Seed) -> object:
        found = seed.clause(row)
        assert words in found.text and not Task.objects.filter(clause=found).exists()
        return found

    held(row, what, PLAN_PAGE)(check)


def one(
    row: str,
    lead: str,
    *,
    what: str = "task",
    along: tuple[str, ...] = (),
    strength: str = Strength.ASSIGN,
    kind: str = DeadlineKind.NONE,
    start: date | None = None,
    end: date | None = None,
    effective: date | None = None,
    more: Callable[[Seed, Task], object] | None = None,
) -> None:
    """A task of one unit."""

    def check(seed: Seed) -> Task:
        task = seed.task(row)
        assert (task.lead_unit.code, task.strength, task.deadline_kind) == (lead, strength, kind)
        assert {each.unit.code for each in task.coordinations.all()} == set(along)
        assert (task.starts_on, task.nominal_end, task.effective_end) == (start, end, effective or end)
        never_overdue_without_reason(task)
        if more is not None:
            more(seed, task)
        return task

    held(row, what, TASK_PAGE)(check)


def many(
    row: str,
    units: tuple[str, ...],
    *,
    what: str = "order to many: a task per unit, x/y",
    along: tuple[str, ...] = (),
    strength: str = Strength.ASSIGN,
    kind: str = DeadlineKind.NONE,
    start: date | None = None,
    end: date | None = None,
    more: Callable[[Seed, Task], object] | None = None,
) -> None:
    """An order to several units: one task each under an order that counts them."""

    def check(seed: Seed) -> Task:
        order = seed.task(row)
        parts = seed.parts(row)
        assert order.lead_unit is None and {part.lead_unit.code for part in parts} == set(units)
        assert {each.unit.code for each in order.coordinations.all()} == set(along)
        for each in (order, *parts):
            assert (each.strength, each.deadline_kind) == (strength, kind)
            assert (each.starts_on, each.nominal_end) == (start, end)
            never_overdue_without_reason(each)
        if more is not None:
            more(seed, order)
        return order

    held(row, what, ORDER_PAGE)(check)


def never_overdue_without_reason(task: Task) -> None:
    """Long after, only a binding order with a date is overdue; soft, standing and undated ones never are."""
    late = task.deadline_class_on(CalendarDay.objects.as_calendar(), MUCH_LATER) == DeadlineClass.OVERDUE
    must = task.is_binding and task.effective_end is not None and task.is_open
    assert late == must


def linked(seed: Seed, kind: str) -> set[str]:
    return set(seed.plan.document.links.filter(kind=kind).values_list("target__number", flat=True))


# --- 000: a notice that was in effect before it was signed -----------------------------------------------------------


@held("0-1", "document, link “căn cứ”", DOCUMENT_PAGE)
def _(seed: Seed) -> object:
    assert linked(seed, "based_on") == {"9981/UBND-HCC"}
    return DocumentLink.objects.get(source=seed.plan.document, target__number="9981/UBND-HCC")


@held("0-2", "document with a day of effect before its day of issue", DOCUMENT_PAGE)
def _(seed: Seed) -> object:
    paper = seed.plan.document
    assert paper.effective_on == date(2023, 10, 11) and (paper.issued_on - paper.effective_on).days == 28
    on = {day: standing(paper, date(2023, 10, day), lineage()).force for day in (10, 11)}
    assert on == {10: Force.NOT_YET, 11: Force.IN_FORCE}
    return paper


def _rule_with_breaches(seed: Seed, task: Task) -> None:
    duty = task.duties.get()
    assert duty.is_rule and duty.weekdays == "35" and duty.ends_on == seed.plan.ends_on
    assert list(Breach.objects.filter(duty=duty).values_list("on", flat=True)) == [
        date(2023, 10, 13), date(2023, 11, 1),
    ]  # fmt: skip
    assert not duty.occurrences.exists()


one("0-3", "TNMT", what="duty: a rule kept by the day, breaches logged", kind=DeadlineKind.RECURRING,
    start=date(2023, 10, 11), more=_rule_with_breaches)  # fmt: skip
clause("0-4", "clause: exception to the rule of 0-3", "trực tiếp")


def _born_complete(seed: Seed, task: Task) -> None:
    assert (task.execution, task.completed_on) == (Execution.DONE, date(2023, 11, 8))
    assert (task.parts_done, task.parts_total) == (87, 87)


one("0-5", "TNMT", what="task born complete, 87/87 procedures", along=("TTTT",), kind=DeadlineKind.DONE,
    more=_born_complete)  # fmt: skip
many("0-6", (*(code for code in DEPARTMENTS if code != "TNMT"), "TTHCC", *DISTRICTS), along=("TNMT",),
     strength=Strength.REQUEST)  # fmt: skip


def _proved_by_address(seed: Seed, task: Task) -> None:
    assert task.evidence.get().url.startswith("https://")


one("0-7", "TTHCC", what="request across agencies, proved by an address", strength=Strength.REQUEST,
    more=_proved_by_address)  # fmt: skip
many("0-8", DISTRICTS, strength=Strength.REQUEST)
clause("0-9", "clause: contact in the guidance", "0251.1022")


@held("0-10", "document, link “thay thế”; open duties carried over", "replacement page, old and new plan")
def _(seed: Seed) -> object:
    carried = seed.task("304")
    assert carried.plan == seed.plan and carried.is_open
    assert [event.verb for event in carried.events.all()] == ["assign", "transfer"]
    assert linked(seed, "replaces") == {"304/TB-STNMT"}
    assert Plan.objects.get(pk=seed.notes["old"]).state == Plan.State.CLOSED
    return carried


# --- 001: orders, a reprimand, explanations in two steps -------------------------------------------------------------


@held("1-1", "documents, links “trả lời”, minutes among them", DOCUMENT_PAGE)
def _(seed: Seed) -> object:
    assert linked(seed, "answers") == {"24/TTHCC", "1407/SNV-CCHC", "BB-07/5"}
    return seed.plan.document


def precedes(task: Task, waiting: Task) -> None:
    """Whoever waits for a task begins after its last day."""
    assert (
        task.nominal_end is not None
        and waiting.starts_on is not None
        and task.nominal_end < waiting.starts_on
    )


def heard_of_monthly(order: Task) -> None:
    assert {part.check_in for part in order.children.all()} == {"month"}


JUNE = date(2018, 6, 1)
MAY_ENDS = date(2018, 5, 31)
one("1-2", "TTHCC", what="standing task with a first day", kind=DeadlineKind.STANDING, start=JUNE)
clause("1-3", "clause: routing exception", "không qua đầu mối")


def _outside_helper(seed: Seed, task: Task) -> None:
    helper = task.coordinations.get()
    assert helper.unit.is_outside
    assert capacity(seed.office, "task.deliver_part", answering=helper.unit, tracking=task.tracking_unit)


one("1-4", "TTHCC", what="task, an outside body working along", along=("BD",), kind=DeadlineKind.STANDING, start=JUNE,
    more=_outside_helper)  # fmt: skip
# 30/6/2018 is a Saturday.
one("1-5", "SNV", what="task of one interval", along=("SNGV", "TTHCC"), kind=DeadlineKind.RANGE, start=JUNE,
    end=date(2018, 6, 30), effective=date(2018, 7, 2))  # fmt: skip


def _nil_counts(seed: Seed, order: Task) -> None:
    assert order.allows_nil and all(part.allows_nil for part in seed.parts("1-6"))
    assert seed.task("1-6b").collects == order and seed.task("1-6b").lead_unit.code == "SNV"


many("1-6", ("SNGV", "TTHCC"), what="order to many that takes a nil return, gathered by one unit",
     strength=Strength.REQUIRE, more=_nil_counts)  # fmt: skip
one("1-7", "SNV")


def _strict_target(seed: Seed, task: Task) -> None:
    milestone = seed.targets("1-8")[0].milestones.get()
    assert (milestone.comparator, milestone.value, milestone.nominal_end) == (
        Milestone.Comparator.ABOVE,
        90,
        None,
    )
    assert f"{task.code}: chưa rõ thời hạn" in seed.plan.acknowledged_gaps


one("1-8", "SNGV", what="task and target “trên 90%”; its date asked of the owner", more=_strict_target)
one("1-9", "SNGV", what="task due in a month", along=("TTHCC",), kind=DeadlineKind.DATE, end=MAY_ENDS)
one("1-10", "TTTT", what="task with a deadline given by hand, as another one waits for it", kind=DeadlineKind.DATE,
    end=MAY_ENDS, more=lambda seed, task: precedes(task, seed.task("1-2")))  # fmt: skip


def _reprimand(seed: Seed, order: Task) -> None:
    assert "13392/UBND-HCC" in linked(seed, "based_on") and "13392/UBND-HCC" in order.note


many("1-11", dong_nai.REMINDED, what="order “nhắc nhở” to many, tied to the breached document",
     strength=Strength.REMIND, more=_reprimand)  # fmt: skip


@held("1-12", "figure 0/0: “không phát sinh”", "figures of the indicator")
def _(seed: Seed) -> object:
    figures = list(Measurement.objects.filter(pk__in=seed.notes["1-12"]).select_related("unit"))
    assert {(each.unit.code, each.numerator, each.denominator, each.as_of) for each in figures} == {
        (code, 0, 0, date(2018, 5, 11)) for code in ("TTTT", "KHCN")
    }
    return figures[0]


@held("1-13", "two-step explanation: order to many and its synthesis", "task page, gathering")
def _(seed: Seed) -> object:
    order, synthesis = seed.task("1-13"), seed.task("1-13b")
    assert {part.lead_unit.code for part in seed.parts("1-13")} == set(dong_nai.REMINDED)
    assert (order.nominal_end, order.internal_end) == (MAY_ENDS, date(2018, 5, 25))
    assert synthesis.collects == order and synthesis.nominal_end == MAY_ENDS
    demands = Explanation.objects.filter(task__parent=order)
    assert {each.due_on for each in demands} == {date(2018, 5, 25)} and demands.count() == 4
    return order


many("1-14", DEPARTMENTS, what="standing order to many, check-ins", strength=Strength.REQUIRE,
     kind=DeadlineKind.STANDING, more=lambda seed, order: heard_of_monthly(order))  # fmt: skip
one("1-15", "SNV", what="standing task, check-ins", kind=DeadlineKind.STANDING)


# --- 002: to directors and chairmen ----------------------------------------------------------------------------------


@held("2-1", "documents, links “căn cứ”; one cited twice is one", DOCUMENT_PAGE)
def _(seed: Seed) -> object:
    assert linked(seed, "based_on") == {"57-NQ/TW", "433-KH/TU", "92/KH-UBND", "03/NQ-CP", "443/SKHCN"}
    assert Document.objects.filter(number="433-KH/TU").count() == 1
    return seed.plan.document


EVERYBODY = (*DEPARTMENTS, *DISTRICTS)
BEFORE = {"strength": Strength.REQUIRE, "kind": DeadlineKind.DATE, "end": date(2025, 5, 14)}
ALWAYS = {"strength": Strength.REQUIRE, "kind": DeadlineKind.STANDING}
YEARS_END = {"strength": Strength.STRIVE, "kind": DeadlineKind.DATE, "end": date(2025, 12, 31)}


def _asserts(says: Callable[[Seed, Task], bool]) -> Callable[[Seed, Task], object]:
    def check(seed: Seed, task: Task) -> None:
        assert says(seed, task)

    return check


def _promised(row: str, comparator: str, value: int, end: date) -> Callable[[Seed, Task | None], object]:
    def check(seed: Seed, task: Task | None = None) -> Target:
        found = seed.targets(row)[0]
        step = found.milestones.get()
        assert (found.scope, step.comparator, step.value, step.nominal_end) == (
            "each",
            comparator,
            value,
            end,
        )
        return found

    return check


many("2-2", EVERYBODY, **BEFORE)
many("2-3", EVERYBODY, what="order to many with two named products, x/02", **BEFORE,
     more=_asserts(lambda seed, order: all(part.parts_total == 2 for part in seed.parts("2-3"))))  # fmt: skip
held("2-4", "target over procedures", TARGETS_PAGE)(_promised("2-4", "eq", 100, date(2025, 5, 14)))  # type: ignore[arg-type]
many("2-5", EVERYBODY, what="order to many whose product is the Chairman's decision", **BEFORE,
     more=_asserts(lambda seed, order: order.product != ""))  # fmt: skip
many("2-6", EVERYBODY, what="standing order to many with its exception", **ALWAYS,
     more=_asserts(lambda seed, order: "trừ" in order.title))  # fmt: skip
many("2-7", EVERYBODY, what="order “phấn đấu” to many and its target", **YEARS_END,
     more=_promised("2-7", "eq", 100, date(2025, 12, 31)))  # fmt: skip
many("2-8", EVERYBODY, what="order “phấn đấu” to many and its target", **YEARS_END,
     more=_promised("2-8", "ge", 80, date(2025, 12, 31)))  # fmt: skip
many(
    "2-9",
    EVERYBODY,
    what="order “khuyến khích” to many",
    strength=Strength.ENCOURAGE,
    kind=DeadlineKind.STANDING,
)


def _folded_report(seed: Seed, order: Task) -> None:
    duties = Matters(order).duties
    assert len(duties) == len(EVERYBODY) and {(each.rhythm, each.due_rule) for each in duties} == {
        ("quarter", "window")
    }


many("2-10", EVERYBODY, what="recurring order to many; its rhythm set by the owner", strength=Strength.REQUIRE,
     kind=DeadlineKind.RECURRING, more=_folded_report)  # fmt: skip
one("2-11", "KHCN", what="task, a collective working along",
    along=tuple(code for code in EVERYBODY if code != "KHCN"))  # fmt: skip
clause("2-12", "clause: general", "theo quy định")


# --- 003: an article about a letter ----------------------------------------------------------------------------------


@held("3-1", "secondary source, links “căn cứ”", DOCUMENT_PAGE)
def _(seed: Seed) -> object:
    paper = seed.plan.document
    assert paper.is_secondary and (paper.number, paper.issued_on) == ("", None)
    assert {"163/KH-UBND", "9981/UBND-HCC"} <= linked(seed, "based_on")
    return paper


@held("3-2", "clauses: two phases without a date", PLAN_PAGE)
def _(seed: Seed) -> object:
    phases = [seed.clause(row).text for row in ("3-2a", "3-2b")]
    assert "đất đai" in phases[0] and len(set(phases)) == 2
    return seed.clause("3-2a")


BODIES = ("SNV", "TNMT", "KHCN", *DISTRICTS)
ASKED = {"strength": Strength.REQUEST}
ASKED_ALWAYS = ASKED | {"kind": DeadlineKind.STANDING}
many("3-3", BODIES, what="request to many, its material a document", **ASKED,
     more=_asserts(lambda seed, order: "" in linked(seed, "based_on")))  # fmt: skip
many("3-4", BODIES, what="request to many", **ASKED)
many("3-5", BODIES, what="request to many, outside firms working along", along=("VT",), **ASKED)


def _indicator_without_target(seed: Seed, order: Task) -> None:
    found = Indicator.objects.get(code="TANG")
    assert not found.targets.exists()


many(
    "3-6",
    BODIES,
    what="request to many; indicator without a target",
    **ASKED_ALWAYS,
    more=_indicator_without_target,
)


def _register(seed: Seed, order: Task) -> None:
    assert Obstacle.objects.get(task__parent=order).proposal


many("3-7", BODIES, what="request to many; obstacles with proposals", **ASKED_ALWAYS, more=_register)


def _heard_of_monthly(seed: Seed, order: Task) -> None:
    assert not Matters(order).duties and {part.check_in for part in seed.parts("3-8")} == {"month"}


many("3-8", BODIES, what="request to many, monthly check-in, nothing overdue", strength=Strength.REQUEST,
     kind=DeadlineKind.RECURRING, more=_heard_of_monthly)  # fmt: skip


def _routed(seed: Seed, order: Task) -> None:
    found = Obstacle.objects.get(task__parent=order)
    assert (found.asked_of.code, found.outcome) == ("TTTT", "resolved")


many("3-9", ("TNMT", "SNV", "VPUB", "TTHCC"), what="request to four; obstacle put to the unit that mends it",
     **ASKED_ALWAYS, more=_routed)  # fmt: skip


def _articles(seed: Seed, order: Task) -> None:
    for part in seed.parts("3-10"):
        assert part.lead_unit.is_outside and part.evidence.get().recorded_for_unit


many("3-10", ("DPT", "BDN"), what="request to two outside bodies, links as evidence", **ASKED, more=_articles)


# --- 004: a plan without number and day ------------------------------------------------------------------------------

DIVISIONS = ("VPS", "PDD", "PMT", "PKS", "VPDK")
APRIL = {"kind": DeadlineKind.DATE, "end": date(2023, 4, 30), "effective": date(2023, 5, 4)}


@held("4-1", "target without a date", TARGETS_PAGE)
def _(seed: Seed) -> object:
    step = seed.targets("4-1")[0].milestones.get()
    assert (step.value, step.nominal_end, step.holds_from) == (100, None, None)
    return step


@held(
    "4-2", "two targets that hold from a day, figures from the roster", "plan page, targets; coverage board"
)
def _(seed: Seed) -> object:
    found = seed.targets("4-2")
    assert [each.milestones.get().holds_from for each in found] == [date(2023, 4, 10)] * 2
    assert {each.indicators.get().source for each in found} == {Indicator.Source.STAFF_ACCOUNTS}
    assert AccountKind.objects.get(code="dvcqg").valid_to == date(2024, 6, 30)
    return found[0]


# The document's four rows are one matrix: five series, four milestones.
CELLS = {
    "CT04": [("ge", 70), ("ge", 80), ("gt", 90), ("gt", 95)],
    "CT05": [("gt", 30), ("gt", 50), ("gt", 70), ("gt", 80)],
    "CT06": [("ge", 50), ("ge", 70), ("gt", 90), ("ge", 100)],
    "CT07": [("ge", 80), ("ge", 90), ("ge", 100), ("ge", 100)],
    "CT08": [("ge", 40), ("ge", 50), ("ge", 60), ("ge", 90)],
}


def _milestone(at: int) -> Check:
    def check(seed: Seed) -> object:
        steps = {each.code: each.milestones.order_by("order")[at] for each in seed.targets("4-3")}
        found = {code: (step.comparator, step.value) for code, step in steps.items()}
        assert found == {code: series[at] for code, series in CELLS.items()}
        return next(iter(steps.values()))

    return check


for _at, _row in enumerate(("4-3", "4-4", "4-5", "4-6")):
    held(_row, f"milestone {_at + 1} of five targets", TARGETS_PAGE)(_milestone(_at))

one("4-7", "VPS", along=("VPDK",), kind=DeadlineKind.DATE, end=date(2023, 4, 10))
one("4-8", "VPS", what="task born complete before the plan; evidence owed", along=("VPDK",), kind=DeadlineKind.DONE,
    more=_asserts(lambda seed, task: task.completed_on == date(2023, 4, 1) and not task.evidence.exists()))  # fmt: skip
one("4-9", "DTN", what="standing task of the union, collectives named beside", along=("VPDK",),
    kind=DeadlineKind.STANDING, start=date(2023, 4, 5),
    more=_asserts(lambda seed, task: "cấp xã" in task.coordination_note and task.check_in == "month"))  # fmt: skip
one("4-10", "VPS", what="task of two intervals", along=("VPDK",), kind=DeadlineKind.RANGE, start=date(2023, 4, 3),
    end=date(2023, 12, 31), effective=date(2024, 1, 1),
    more=_asserts(lambda seed, task: len(task.intervals) == 2))  # fmt: skip
clause("4-11", "clause: funding", "Kinh phí")


def _by_field(seed: Seed, task: Task) -> None:
    deputy = seed.notes["deputy"]
    for row in ("4-25", "4-26", "4-29"):
        assert seed.task(row).leaders[0] == deputy
    assert capacity(
        deputy, "task.confirm", tracking=seed.units["VPS"], in_charge=lambda: seed.task("4-25").leaders
    )


one("4-12", "STNMT", what="leader in charge of tasks, by field", more=_by_field)
one("4-13", "UBH", what="request outside the own authority", along=("STNMT",), strength=Strength.REQUEST)
one("4-14", "UBH", what="request outside, collectives named beside", strength=Strength.REQUEST,
    more=_asserts(lambda seed, task: "UBND cấp xã" in task.coordination_note))  # fmt: skip
many("4-15", DIVISIONS)
many(
    "4-16",
    DIVISIONS,
    what="standing order to many from a day",
    kind=DeadlineKind.STANDING,
    start=date(2023, 4, 5),
)
many("4-17", DIVISIONS)
many("4-18", DIVISIONS, along=("TTHCC",))
many("4-19", DIVISIONS, strength=Strength.ENCOURAGE)
many("4-20", DIVISIONS, what="order to many, deadline by reference to 4-2", kind=DeadlineKind.REFERENCE,
     end=date(2023, 4, 10))  # fmt: skip
one("4-21", "VPS", what="task whose product is a decision",
    more=_asserts(lambda seed, task: task.product.startswith("Quyết định")))  # fmt: skip
one("4-22", "VPS", what="task due in a month that ends on a Sunday holiday", along=("TTCB",), **APRIL)
one("4-23", "VPS", along=("STTTT",))


def _weekly_and_monthly(seed: Seed, task: Task) -> None:
    assert [duty.rhythm for duty in task.duties.order_by("id")] == ["week", "month"]
    assert all(duty.occurrences.exists() for duty in task.duties.filter(rhythm="week"))


one(
    "4-24",
    "VPS",
    what="two duties: weekly and monthly report",
    kind=DeadlineKind.RECURRING,
    more=_weekly_and_monthly,
)


def _three_sites(seed: Seed, task: Task) -> None:
    assert (task.parts_done, task.parts_total, task.parts_label) == (1, 3, "địa bàn")


one("4-25", "VPDK", what="task of three sites, 01/03", along=("UBH",), **APRIL, more=_three_sites)
one("4-26", "VPDK", along=("CTHUE",), kind=DeadlineKind.DATE, end=date(2023, 6, 30))
one("4-27", "VPDK", along=("VPS",))
one("4-28", "VPDK")
one("4-29", "VPDK")
one("4-30", "DTN", what="two tasks of the union",
    more=_asserts(lambda seed, task: seed.task("4-30b").lead_unit == task.lead_unit))  # fmt: skip


@held("4-31", "obstacle of a division put to the office and passed on", "task page, obstacles")
def _(seed: Seed) -> object:
    found = Obstacle.objects.get(task=seed.task("4-31"))
    assert (found.asked_of.code, found.outcome) == ("VPS", Obstacle.Outcome.FORWARDED)
    return found
