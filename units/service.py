"""The service history of staff: one place that keeps `ServiceSpell` in step with the roster.

A spell ends the day the next begins. A change dated back to the first day of the open spell, or before it, corrects
that spell instead of making one without days.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, QuerySet

from units.models import ServiceSpell, StaffMember, Unit, User


def keep_step(member: StaffMember, on: date, *, by: User | None = None, paper: str = "") -> None:
    """Lets the spells of a saved member say what the member says now; what changed, changed on `on`."""
    spells = ServiceSpell.objects.filter(member=member)
    current = spells.filter(until__isnull=True).first()
    if member.left_on is not None:
        if current is not None:
            _end(current, member.left_on, paper)
        return
    _begin_when_they_came(spells, member)
    if current is not None and _same(current, member):
        return
    if current is None:
        last = spells.order_by("-until").first()
        since = member.joined_on if last is None else max(on, last.until or on)
        _begin(member, since, by, paper)
    elif current.since is not None and on <= current.since:
        current.unit, current.using_unit = member.unit, member.using_unit
        current.employment, current.paper = member.employment, paper or current.paper
        current.save(update_fields=["unit", "using_unit", "employment", "paper"])
    else:
        _end(current, on)
        _begin(member, on, by, paper)


def _begin_when_they_came(spells: QuerySet[ServiceSpell], member: StaffMember) -> None:
    """A corrected day of coming moves the beginning of the first spell, as long as it keeps a day."""
    first = spells.order_by(F("since").asc(nulls_first=True), "pk").first()
    came = member.joined_on
    if first is not None and first.since != came and (came is None or not first.until or came < first.until):
        first.since = came
        first.save(update_fields=["since"])


def begin_all(members: Iterable[StaffMember], *, by: User | None = None) -> None:
    """First spells of people just written in bulk, from the day they came; of those who left, up to that day."""
    ServiceSpell.objects.bulk_create(
        (
            ServiceSpell(
                member=member,
                unit_id=member.unit_id,
                using_unit_id=member.using_unit_id,
                employment=member.employment,
                since=member.joined_on,
                until=member.left_on,
                recorded_by=by,
            )
            for member in members
            if member.joined_on is None or member.left_on is None or member.joined_on < member.left_on
        ),
        batch_size=1000,
    )


def move_open_spells(members: Iterable[int], to: Unit, on: date, *, paper: str = "") -> None:
    """Everybody of `members` serves under `to` from `on`, as what they were; for reorganisations, a few queries."""
    spells = ServiceSpell.objects.filter(member__in=list(members), until__isnull=True)
    corrected = spells.filter(since__gte=on)
    corrected.update(unit=to)
    ending = list(spells.exclude(unit=to))
    ServiceSpell.objects.filter(pk__in=[spell.pk for spell in ending]).update(until=on)
    ServiceSpell.objects.bulk_create(
        ServiceSpell(
            member_id=spell.member_id,
            unit=to,
            using_unit_id=spell.using_unit_id,
            employment=spell.employment,
            since=on,
            paper=paper,
        )
        for spell in ending
    )


def _same(spell: ServiceSpell, member: StaffMember) -> bool:
    return (spell.unit_id, spell.using_unit_id, spell.employment) == (
        member.unit_id,
        member.using_unit_id,
        member.employment,
    )


def _begin(member: StaffMember, since: date | None, by: User | None, paper: str) -> None:
    ServiceSpell.objects.create(
        member=member,
        unit=member.unit,
        using_unit=member.using_unit,
        employment=member.employment,
        since=since,
        paper=paper,
        recorded_by=by,
    )


def _end(spell: ServiceSpell, on: date, paper: str = "") -> None:
    """A spell that would have no day at all is taken away: it never was."""
    if spell.since is not None and on <= spell.since:
        spell.delete()
        return
    spell.until, spell.leaving_paper = on, paper
    spell.save(update_fields=["until", "leaving_paper"])
