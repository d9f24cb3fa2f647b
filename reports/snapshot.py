"""Everything a report prints, as frozen plain data, and its canonical text.

A snapshot holds no model, no lazy object and no "now": names are copied as they were valid on its day. The
text is canonical (sorted keys, no spaces), so that its SHA-256 says whether the figures of a paper are still
the ones taken.
"""

import hashlib
import json
import types
import typing
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from plans.attainment import Demand

SCHEMA = 1

# --- what was promised, and for when --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The plan and its document; `issuer` as the document names it ("Giám đốc Sở …")."""

    id: int
    code: str
    title: str
    kind: str
    number: str
    issued_on: date | None
    subject: str
    issuer: str
    tracking_unit: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """The window; `end` may lie after the day of the snapshot, then the figures are said to be up to that
    day.
    """

    kind: str
    key: str
    label: str
    start: date
    end: date


# --- tasks ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """How the tasks divide. The first four, of tasks with a deadline, add up to `total`; the next three stand
    apart.

    `waiting`, `suspended` and `reassign` repeat open tasks that deserve a word; `undated_done` those done
    among the three columns without a deadline. Discontinued tasks are in none of them.
    """

    done_on_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    open_overdue: int = 0
    undated: int = 0
    standing: int = 0
    soft: int = 0
    undated_done: int = 0
    waiting: int = 0
    suspended: int = 0
    reassign: int = 0
    overdue_outside: int = 0

    @property
    def done(self) -> int:
        return self.done_on_time + self.done_late

    @property
    def open(self) -> int:
        return self.open_in_time + self.open_overdue

    @property
    def total(self) -> int:
        """Tasks with a deadline: the denominator of every rate."""
        return self.done + self.open

    @property
    def without_deadline(self) -> int:
        return self.undated + self.standing + self.soft

    @property
    def everything(self) -> int:
        return self.total + self.without_deadline


@dataclass(frozen=True, slots=True)
class UnitRow:
    """Tasks one unit leads. Outside bodies are counted but never stand in a late list (office rule 28)."""

    unit: int
    name: str
    label: str
    outside: bool
    counts: Counts


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of the annex. `state` is a `DeadlineClass`, `words` the status as read; `part_of` its order's
    code.

    `deadline` is printed as written, with the first date where it was extended. An order to many carries in
    `parts` how many units have done it and of how many.
    """

    code: str
    part_of: str
    section: str
    title: str
    source: str
    lead: str
    coordinating: str
    product: str
    deadline: str
    due_on: date | None
    progress: str
    completed_on: date | None
    state: str
    words: str
    cause: str
    outside: bool
    extended: bool
    completed_in_period: bool
    parts: tuple[int, int] | None

    @property
    def is_part(self) -> bool:
        return self.part_of != ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a unit wrote in the period about one of its tasks."""

    unit: str
    code: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened between the first day of the period and the day of the snapshot."""

    given: int = 0
    updates: int = 0
    submitted: int = 0
    confirmed: int = 0
    returned: int = 0
    extensions_asked: int = 0
    extensions_granted: int = 0
    extensions_refused: int = 0
    extensions_pending: int = 0


# --- targets --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """A figure: its two numbers, and up to which day they go. A count has no denominator."""

    numerator: Decimal
    denominator: Decimal | None
    period: str
    as_of: date


LATER = {"later": True}
"""Marks a field that snapshots taken before it came do not hold. At its default it is not written either, so that an
old snapshot keeps its text, its hash and its paper."""


TargetRole = str  # "current", "next" or "since", see TargetRow


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One indicator of one target for one scope (its line, named by `key` alike in every snapshot) and one
    milestone.

    `role`: the "current" milestone of the line with the figure that judges it; or the newest figure against
    the "next" milestone, or "since" the last one passed. `newest`: the figure is the newest of its line.
    `verdict` is an `Attainment`; `due` says whether the milestone's day has come. A group bound unit by unit
    says how many of its `members` have `reached` it; their own rows follow as `member`. `missing` names units
    the figure lacks.
    """

    key: str
    role: TargetRole
    newest: bool
    code: str
    name: str
    indicator: str
    scope: str
    member: bool
    measure_unit: str
    basis: str
    comparator: str
    value: Decimal
    milestone: str
    milestone_on: date | None
    due: bool
    figure: FigureFacts | None
    missing: tuple[str, ...]
    verdict: str
    reached: int | None
    members: int | None
    note: str
    # Of a range its upper end; of a change ("up", "dn") whether it is in percent of the base, the figure it counts from
    # and the period of that figure.
    value_to: Decimal | None = field(default=None, metadata=LATER)
    is_relative: bool = field(default=False, metadata=LATER)
    base: FigureFacts | None = field(default=None, metadata=LATER)
    base_label: str = field(default="", metadata=LATER)
    # The day the definition the figure was counted by took over from another: it compares with no older figure.
    redefined_on: date | None = field(default=None, metadata=LATER)

    @property
    def is_ratio(self) -> bool:
        return self.measure_unit == "%"

    @property
    def rate(self) -> Fraction | None:
        """The result in the indicator's own unit; None without a figure or where nothing arose."""
        return rate_of(self.figure, self.is_ratio)

    @property
    def gap(self) -> Fraction | None:
        """Result less milestone, in points for a ratio; None without a result, or without the base of a change."""
        return None if self.rate is None else self.demand.gap(self.rate)

    @property
    def demand(self) -> Demand:
        """What the milestone demands, with the figure a change counts from."""
        base = rate_of(self.base, self.is_ratio)
        return Demand(self.comparator, self.value, self.value_to, self.is_relative, base)


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """One day of a course: where the plan's line has a corner (its beginning, a milestone), what was reached."""

    day: date
    plan: Fraction | None
    actual: Fraction | None


@dataclass(frozen=True, slots=True)
class CourseCell:
    """How a line stood at one milestone, in words."""

    word: str
    value: str


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """The course of one line, named by the `key` of its target rows: where it should be, how it stands, in a word.

    `needs`: what the owner lets be said behind "khó đạt nếu giữ tiến độ hiện nay; cần"; empty while nothing was
    accepted. A group bound unit by unit carries its units; `columns` name the milestones of `cells`.
    """

    key: str
    indicator: str
    scope: str
    measure_unit: str
    word: str
    off_track: bool
    result: Fraction | None
    expected: Fraction | None
    gap: Fraction | None
    goal_on: date | None
    needs: str
    points: tuple[CoursePoint, ...]
    columns: tuple[str, ...]
    cells: tuple[CourseCell, ...]
    members: "tuple[CourseFacts, ...]"


def rate_of(figure: FigureFacts | None, ratio: bool) -> Fraction | None:
    """The value of a figure in its own unit, exact."""
    if figure is None:
        return None
    if not ratio:
        return Fraction(figure.numerator)
    return Fraction(figure.numerator) * 100 / Fraction(figure.denominator) if figure.denominator else None


# --- staff accounts: counts only ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """Of people who must hold an account: how many do; exempt people stand beside them."""

    required: int = 0
    held: int = 0
    exempt: int = 0

    @property
    def missing(self) -> int:
        return self.required - self.held


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One unit's people: `staff` at work, `away` on the roster but not counted; `kinds` as
    `Coverage.kinds`.
    """

    name: str
    label: str
    staff: int
    away: int
    all_kinds: Share
    kinds: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    kinds: tuple[str, ...]
    rows: tuple[CoverageRow, ...]
    total: CoverageRow | None


# --- before and after -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TargetResult:
    """The newest figure of a line in the period before; None where it lacked units: a part compares with nothing."""

    key: str
    figure: FigureFacts | None


@dataclass(frozen=True, slots=True)
class Previous:
    """The figures of the period before: as issued then where a report was issued, else worked out again."""

    label: str
    as_of: date
    issued: bool
    orders: Counts
    targets: tuple[TargetResult, ...]
    coverage: Share | None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A task or milestone of the next period.

    `what` is a title, or a target with its scope, level and milestone as written.
    """

    what: str
    who: str
    on: date


@dataclass(frozen=True, slots=True)
class CorrectedFigure:
    """A figure of an earlier period that changed after its lock (office rule 18): `before` is None where nothing had
    been accepted. `asked_by` names the unit, or the office for it; never a person (office rule 30)."""

    indicator: str
    unit: str
    measure_unit: str
    period: str
    before: FigureFacts | None
    after: FigureFacts
    reason: str
    asked_by: str
    accepted_on: date


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`orders` counts each order once (the plan's total), `leaves` each unit's part (the sum of the unit
    rows).

    `group_orders` orders were given to many units, as `group_parts` parts: why the two differ (office rule
    16).
    """

    schema: int
    plan: PlanFacts
    period: PeriodFacts
    as_of: date
    orders: Counts
    leaves: Counts
    group_orders: int
    group_parts: int
    units: tuple[UnitRow, ...]
    tasks: tuple[TaskRow, ...]
    targets: tuple[TargetRow, ...]
    activity: Activity
    obstacles: tuple[Remark, ...]
    proposals: tuple[Remark, ...]
    next_period: PeriodFacts
    next_tasks: tuple[Upcoming, ...]
    next_milestones: tuple[Upcoming, ...]
    coverage: Coverage
    previous: Previous | None
    corrections: tuple[CorrectedFigure, ...] = field(default=(), metadata=LATER)
    # Not in snapshots taken before there were courses: their text stays as it was.
    courses: tuple[CourseFacts, ...] = field(default=(), metadata=LATER)

    def previous_figure(self, key: str) -> FigureFacts | None:
        """What a target's row showed in the period before."""
        rows = self.previous.targets if self.previous else ()
        return next((row.figure for row in rows if row.key == key), None)


# --- canonical text -------------------------------------------------------------------------------


def to_text(snapshot: Snapshot) -> str:
    """The canonical JSON text: the same snapshot always gives the same text."""
    return json.dumps(_plain(snapshot), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def from_text(text: str) -> Snapshot:
    """The snapshot of a stored text. Raises ValueError for a text of another schema or shape."""
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ValueError(
            f"snapshot schema {data.get('schema') if isinstance(data, dict) else None!r}, not {SCHEMA}"
        )
    return _typed(Snapshot, data)


def _is_later(each: Field[Any]) -> bool:
    """A field that snapshots of before do not have: unused it leaves no trace, so that their text and hash stay."""
    return bool(each.metadata.get("later")) and each.default is not MISSING


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {
            each.name: _plain(getattr(value, each.name))
            for each in fields(value)
            if not (_is_later(each) and getattr(value, each.name) == each.default)
        }
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")  # 0.50 and 0.5 are one figure
    return value


Kind = TypeVar("Kind")


def _typed(kind: type[Kind], value: Any) -> Kind:
    made: Any
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        (real,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
        made = None if value is None else _typed(real, value)
    elif origin is tuple:
        inner = typing.get_args(kind)
        made = tuple(_typed(inner[0], each) for each in value)  # every tuple here holds one kind of thing
    elif is_dataclass(kind):
        hints = _hints(kind)
        later = {each.name for each in fields(kind) if _is_later(each)}
        if wrong := (set(value) ^ set(hints)) - (later - set(value)):
            raise ValueError(f"{kind.__name__}: unexpected or missing {sorted(wrong)}")
        made = kind(**{name: _typed(hint, value[name]) for name, hint in hints.items() if name in value})
    elif kind is date:
        made = date.fromisoformat(value)
    elif kind is Decimal:
        made = Decimal(value)
    elif kind is Fraction:
        made = Fraction(value)
    elif isinstance(value, kind):
        made = value
    else:
        raise ValueError(f"{value!r} is not {kind.__name__}")
    return made


_known_hints: dict[type, dict[str, Any]] = {}


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _known_hints:
        _known_hints[kind] = typing.get_type_hints(kind)
    return _known_hints[kind]
