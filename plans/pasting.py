"""Figures copied from a workbook into a grid: two columns, or more where the first one names the figure. Pure.

Nothing is guessed: a line that fits no figure is named, and what is read is only filled in for the person to look at.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.text import clean_line, count_vi, fold, shown


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the grid: what may stand in front of its numbers, and whether it has two."""

    names: tuple[str, ...]
    is_ratio: bool


@dataclass(slots=True)
class Pasted:
    """Row of the grid → its numbers as they were copied; what could not be placed."""

    cells: dict[int, tuple[str, str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def read(text: str, places: Sequence[Place]) -> Pasted:
    """The lines of `text` in the order of the grid; an empty line leaves its row empty, a line that begins with a name
    goes to the row of that name, a heading is passed over."""
    found = Pasted()
    known: dict[str, list[int]] = defaultdict(list)
    for at, place in enumerate(places):
        for name in {fold(each) for each in place.names if each}:
            known[name].append(at)
    lines = text.replace("\r", "").rstrip("\n\t ").split("\n") if text.strip() else []
    at = 0
    for number, line in enumerate(lines, 1):
        cells = [clean_line(cell) for cell in line.split("\t")]
        if number == 1 and any(cells) and not any(letter.isdigit() for letter in line):
            continue
        named = [(cell, known[fold(cell)]) for cell in cells[:-1] if fold(cell) in known]
        meant = next((at[0] for _, at in named if len(at) == 1), None)
        if named and meant is None:
            said = shown(named[0][0])
            found.errors.append(
                f"Dòng {number} “{said}”: là tên của nhiều số liệu trong bảng; hãy ghi mã chỉ số."
            )
            continue
        row = at if meant is None else meant
        at = row + 1
        if not any(cells):
            continue
        if row >= len(places):
            found.errors.append(f"Dòng {number}: bảng chỉ có {count_vi(len(places))} số liệu.")
            continue
        wanted = 2 if places[row].is_ratio else 1
        numbers = cells if meant is None else cells[-wanted:]
        while len(numbers) > wanted and not numbers[-1]:
            numbers.pop()
        if len(numbers) != wanted:
            what = "hai cột (tử số, mẫu số)" if wanted == 2 else "một cột"
            found.errors.append(f"Dòng {number} “{shown(clean_line(line))}”: số liệu này cần {what}.")
        elif row in found.cells:
            found.errors.append(f"Dòng {number}: số liệu này đã có ở dòng trước.")
        else:
            found.cells[row] = (numbers[0], numbers[1] if wanted == 2 else "")
    return found
