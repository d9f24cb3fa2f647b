"""How a reporting round stands on a day: who has reported, who is late, what waits for the office. Figures only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from core.text import count_vi, date_vi
from plans.models import FigureProof, Measurement, ReportingRound, RoundItem, RoundState
from plans.models.rounds import day_in_office
from plans.owed import Standing, standing
from units.calendars import UnitCalendars
from units.models import Unit

# A message for a unit's group chat (office rule 33).
LONGEST_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One figure asked for. `reported_on`: the day of the first report; `last_day`: the last one that was in time."""

    item: RoundItem
    figure: Measurement | None
    standing: Standing
    reported_on: date | None
    last_day: date
    proofs: tuple[FigureProof, ...] = ()

    @property
    def is_chased(self) -> bool:
        """Bodies outside our authority (office rule 28) and units that ended before the report was due are followed,
        but never late, reminded or counted."""
        unit = self.item.unit
        return not unit.is_outside and unit.is_open(self.item.round.due_on)

    @property
    def is_in(self) -> bool:
        """Reported, and not sent back."""
        return self.standing in (Standing.WAITING, Standing.ACCEPTED)

    def is_late(self, on: date) -> bool:
        """The first report came after the grace, or has not come by then."""
        return self.is_chased and (self.reported_on or on) > self.last_day

    @property
    def lacks_proof(self) -> bool:
        """ "Nợ tài liệu kiểm chứng" (office rule 24)."""
        return self.figure is not None and not self.proofs


@dataclass(frozen=True, slots=True)
class Tally:
    """ "x/y đã báo cáo": units that have sent all that was asked, and figures."""

    units: int
    units_asked: int
    figures: int
    figures_asked: int

    @property
    def words(self) -> str:
        return (
            f"{count_vi(self.units)}/{count_vi(self.units_asked)} đơn vị đã báo cáo đủ,"
            f" {count_vi(self.figures)}/{count_vi(self.figures_asked)} số liệu"
        )


def round_rows(found: ReportingRound, calendars: UnitCalendars, items: QuerySet[RoundItem]) -> list[RoundRow]:
    """`items` of the round in the order of the organisation, the figures of one unit together. Four queries."""
    return rows_of([found], calendars, items)


def rows_of(
    rounds: Iterable[ReportingRound], calendars: UnitCalendars, items: QuerySet[RoundItem]
) -> list[RoundRow]:
    """As `round_rows`, of several rounds at once."""
    known = {each.pk: each for each in rounds}
    asked = list(
        items.filter(round__in=known)
        .select_related("indicator", "unit")
        .order_by("round", "unit__tree_start", "unit_id", "indicator__code", "pk")
    )
    figures = _figures(asked)
    proofs: dict[int, list[FigureProof]] = defaultdict(list)
    measured = [each.pk for revisions in figures.values() for each in revisions]
    for proof in FigureProof.objects.filter(measurement__in=measured).select_related("file").order_by("pk"):
        proofs[proof.measurement_id].append(proof)
    rows = []
    for item in asked:
        item.round = known[item.round_id]
        revisions = figures[_key(item)]
        newest = revisions[-1] if revisions else None
        rows.append(
            RoundRow(
                item,
                newest,
                _standing(item, newest),
                _reported_on(revisions[0], proofs[revisions[0].pk]) if revisions else None,
                item.round.grace_end(calendars.of(item.unit)),
                tuple(proofs[newest.pk]) if newest else (),
            )
        )
    return rows


def _figures(items: Sequence[RoundItem]) -> dict[tuple[int, int, str, str], list[Measurement]]:
    """Every revision of the figures asked for, the first one first."""
    found: dict[tuple[int, int, str, str], list[Measurement]] = defaultdict(list)
    wanted = {_key(item) for item in items}
    rows = (
        Measurement.objects.filter(
            period_kind__in={item.period_kind for item in items},
            period_key__in={item.period_key for item in items},
            indicator__in={item.indicator_id for item in items},
            unit__in={item.unit_id for item in items},
        )
        .select_related("decision", "indicator", "unit", "recorded_by")
        .order_by("revision")
    )
    for row in rows:
        key = (row.indicator_id, row.unit_id, row.period_kind, row.period_key)
        if key in wanted:
            found[key].append(row)
    return found


def _key(item: RoundItem) -> tuple[int, int, str, str]:
    return item.indicator_id, item.unit_id, item.period_kind, item.period_key


def _standing(item: RoundItem, newest: Measurement | None) -> Standing:
    if newest is None and (item.unit.is_outside or not item.unit.is_open(item.round.due_on)):
        return Standing.UNASKED
    return standing(newest)


def _reported_on(first: Measurement, proofs: Iterable[FigureProof]) -> date:
    """The day of the report itself: of the unit's document, where the office enters it for a unit that sent paper."""
    entered = day_in_office(first.entered_at)
    if not first.recorded_for_unit:
        return entered
    return min([entered, *(proof.issued_on for proof in proofs if proof.issued_on is not None)])


def tally(rows: Sequence[RoundRow]) -> Tally:
    """Of units that are chased."""
    inside = [row for row in rows if row.is_chased]
    owing = {row.item.unit_id for row in inside if not row.is_in}
    units = {row.item.unit_id for row in inside}
    return Tally(len(units - owing), len(units), sum(row.is_in for row in inside), len(inside))


def owing_units(rows: Iterable[RoundRow]) -> list[Unit]:
    """Units that still owe a figure, in the order of the organisation (office rule 30)."""
    owing = (row.item.unit for row in rows if row.is_chased and not row.is_in)
    return list({unit.pk: unit for unit in owing}.values())


def late_units(rows: Iterable[RoundRow], on: date) -> list[tuple[Unit, list[RoundRow]]]:
    """Units whose first report came late or has not come, with those figures."""
    late: dict[int, tuple[Unit, list[RoundRow]]] = {}
    for row in rows:
        if row.is_late(on):
            late.setdefault(row.item.unit_id, (row.item.unit, []))[1].append(row)
    return list(late.values())


def message_text(found: ReportingRound, rows: Sequence[RoundRow], state: RoundState, url: str) -> str:
    """What the office sends to the units' group chat: titles, days, units and the address, never a person; at most 500
    characters (office rule 33)."""
    count = tally(rows)
    names = [unit.label for unit in owing_units(rows)]
    head = f"{found.title}: {count_vi(count.units)}/{count_vi(count.units_asked)} đơn vị đã báo cáo đủ."
    when = f"Hạn báo cáo {date_vi(found.due_on)}; khóa số liệu ngày {date_vi(found.lock_day)}."
    if state == RoundState.LOCKED:
        when = f"Đã khóa số liệu ngày {date_vi(found.lock_day)}."
    room = LONGEST_MESSAGE - len(f"{head} {when} Đề nghị các đơn vị báo cáo: .\n{url}")
    asked = _names_within(names, room)
    who = f" Đề nghị các đơn vị báo cáo: {asked}." if asked and state != RoundState.LOCKED else ""
    return f"{head} {when}{who}\n{url}"


def _names_within(names: Sequence[str], room: int) -> str:
    """As many names as there is room for, and how many more there are."""
    for shown in range(len(names), -1, -1):
        rest = len(names) - shown
        words = ", ".join(names[:shown])
        if rest:
            words = f"{words} và {count_vi(rest)} đơn vị khác" if words else f"{count_vi(rest)} đơn vị"
        if len(words) <= room:
            return words
    return ""
