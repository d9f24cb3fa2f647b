"""Profiles of papers: what a fresh installation prints without anybody having set one up, and the copy a
draft keeps.

Office rule 20: the office reports to the director under its own name; the department reports to the People's
Committee under its. Everything here is a start the owner may correct.
"""

from typing import Any

from core.text import clean_line
from reports.models import AgencyProfile
from units.models import Unit

Reach = AgencyProfile.Reach

_SIGNER = {
    Unit.Kind.OFFICE: "CHÁNH VĂN PHÒNG",
    Unit.Kind.DIVISION: "TRƯỞNG PHÒNG",
    Unit.Kind.DEPARTMENT: "GIÁM ĐỐC",
    Unit.Kind.ATTACHED: "GIÁM ĐỐC",
    Unit.Kind.BRANCH: "GIÁM ĐỐC",
    Unit.Kind.COMMITTEE: "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
    Unit.Kind.COMMUNE: "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
}
_NO_PLACE = "Địa danh"  # the clerk sees what is to be filled in


def default_profile(unit: Unit, reach: str) -> AgencyProfile:
    """The profile under which `unit` reports; made from the names of the organisation when there is none.

    Internal papers are the unit's own; external ones are those of the agency at its root.
    """
    found = profile_for(unit, reach)
    if found._state.adding:
        found.full_clean()
        found.save()
    return found


def profile_for(unit: Unit, reach: str) -> AgencyProfile:
    """The same, not stored when it had to be made: a page that only prints writes nothing."""
    root = agency_of(unit)
    signing = unit if reach == Reach.INTERNAL and unit.pk != root.pk else root
    found = AgencyProfile.objects.filter(unit=signing, reach=reach).first()
    if found is not None:
        return found
    return _internal(unit, root) if signing.pk != root.pk else _external(root, reach)


def letterhead_of(profile: AgencyProfile) -> dict[str, Any]:
    """The profile as plain data, copied into the draft: a later change never rewrites an old paper."""
    recipients = _lines(profile.recipients)
    archive = "VT"
    if recipients and recipients[-1].lower().startswith("lưu:"):
        archive = recipients.pop()[4:].strip(" .;")
    return {
        "parent_agency": profile.parent_agency,
        "agency_lines": _lines(profile.agency_lines),
        "symbol": profile.symbol,
        "place": profile.place,
        "addressees": [line.rstrip(";.") for line in _lines(profile.addressees)],
        "signer_lines": _lines(profile.signer_lines),
        "signer_name": profile.signer_name,
        "recipients": [line.lstrip("- ").rstrip(";.") for line in recipients],
        "archive": archive,
        "sender": profile.sender,
        "receiver": profile.receiver,
        "organisation": profile.unit.name,
        "reach": profile.reach,
    }


def _lines(text: str) -> list[str]:
    return [line for line in map(clean_line, text.splitlines()) if line]


def agency_of(unit: Unit) -> Unit:
    """The agency the unit belongs to: the highest department, commune or body above it, not the committee."""
    above = Unit.objects.filter(tree_start__lte=unit.tree_start, tree_end__gte=unit.tree_start).order_by(
        "tree_start"
    )
    agencies = [each for each in above if each.kind != Unit.Kind.COMMITTEE]
    return agencies[0] if agencies else unit


def _internal(unit: Unit, root: Unit) -> AgencyProfile:
    office = unit.kind == Unit.Kind.OFFICE
    head = f"Thủ trưởng {root.name}"
    if root.kind == Unit.Kind.DEPARTMENT:  # inside the house it is "Sở", outside the whole name
        head = "Giám đốc Sở" if root.name.startswith("Sở ") else f"Giám đốc {root.name}"
    return AgencyProfile(
        unit=unit,
        reach=Reach.INTERNAL,
        name=f"Báo cáo nội bộ của {unit.name}"[:120],
        parent_agency=root.name.upper(),
        agency_lines="VĂN PHÒNG" if office else unit.name.upper(),
        symbol=f"/BC-{symbol_part(unit)}",
        place=_place(root),
        addressees=head,
        signer_lines=_SIGNER.get(Unit.Kind(unit.kind), "THỦ TRƯỞNG ĐƠN VỊ"),
        recipients=(f"Các Phó {head}\n" if root.kind == Unit.Kind.DEPARTMENT else "")
        + f"Lưu: VT, {symbol_part(unit)}",
        sender=unit.name,
        receiver=head,
    )


def _external(root: Unit, reach: str) -> AgencyProfile:
    place = _place(root)
    above = root.parent.name if root.parent else "Ủy ban nhân dân tỉnh"
    if place != _NO_PLACE and above.lower().endswith((" tỉnh", " thành phố")):
        above = f"{above} {place}"  # Decree 30, II.2: the committee is named with its province
    short = above.replace("Ủy ban nhân dân", "UBND").replace("Uỷ ban nhân dân", "UBND")
    return AgencyProfile(
        unit=root,
        reach=reach,
        name=f"Báo cáo của {root.name}"[:120],
        parent_agency=short.upper(),
        agency_lines=root.name.upper(),
        symbol=f"/BC-{symbol_part(root)}",
        place=place,
        addressees=above,
        signer_lines=_SIGNER.get(Unit.Kind(root.kind), "THỦ TRƯỞNG CƠ QUAN"),
        recipients="Giám đốc, các Phó Giám đốc Sở\nLưu: VT, VP"
        if root.kind == Unit.Kind.DEPARTMENT
        else "Lưu: VT, VP",
        sender=root.name,
        receiver=above,
    )


def symbol_part(unit: Unit) -> str:
    """What stands in document symbols: as set for the unit, else the initials of its name ("SNNMT")."""
    named = unit.names.filter(valid_to__isnull=True).values_list("abbreviation", flat=True).first()
    if named:
        return named
    if unit.kind == Unit.Kind.OFFICE:
        return "VP"
    return "".join(word[0] for word in unit.name.split() if word.lower() != "và").upper()


def _place(root: Unit) -> str:
    """Where the agency is seated: as its name says, else as a profile of its own already does."""
    named = root.names.filter(valid_to__isnull=True).values_list("place_name", flat=True).first()
    if named:
        return named
    set_up = AgencyProfile.objects.filter(unit__tree_start__range=(root.tree_start, root.tree_end))
    return set_up.exclude(place=_NO_PLACE).values_list("place", flat=True).first() or _NO_PLACE
