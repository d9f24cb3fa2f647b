"""Every row of the five documents is held by a real object; `docs/obligations.md` says which.

Made by `python3 manage.py shell -c "from tests.seeds.test_obligations import write; write()"`.
"""

import re
from pathlib import Path

import pytest

from tasks import ledger
from tasks.models import Task
from tests.seeds.registry import HELD, SEEDS
from tests.seeds.scene import Seed

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "obligations.md"
ROWS = ROOT.parent / "shared" / "seeds" / "obligations.md"

NAMES = {
    "0": "000 Notice 480/TB-STNMT, 08/11/2023",
    "1": "001 Letter 4638/UBND-HCC, 11/5/2018",
    "2": "002 Letter 4299/UBND-HCC, April 2025",
    "3": "003 Article, no number, no date",
    "4": "004 Plan without number, April 2023",
}
HEAD = """# What holds the obligations of the five documents

Five real documents of two provinces say what a tracker must hold. Each row of theirs is an object here, built through
the verbs (`tests/seeds/`) and checked by `tests/seeds/test_obligations.py`, which also holds this page equal to
`tests/seeds/registry.py`. General rules that nobody answers for by a task are clauses of their plan. Soft orders, those
without a date and those without end are never overdue.
"""


def page() -> str:
    text = HEAD
    for number, name in NAMES.items():
        text += f"\n## {name}\n\n| row | held as | seen on |\n|---|---|---|\n"
        rows = [row for row in HELD if row.startswith(f"{number}-")]
        for row in sorted(rows, key=lambda each: int(each.split("-")[1])):
            text += f"| {row} | {HELD[row].what} | {HELD[row].where} |\n"
    return text


def write() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def ids(text: str) -> set[str]:
    """Row ids of a table; "4-3 … 4-6" are four."""
    found: set[str] = set()
    for match in re.finditer(r"^\| (\d)-(\d+)(?: … \d-(\d+))? \|", text, re.MULTILINE):
        first, last = int(match[2]), int(match[3] or match[2])
        found |= {f"{match[1]}-{number}" for number in range(first, last + 1)}
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("built", "row"), [(row[0], row) for row in sorted(HELD)], indirect=["built"], scope="module"
)
def test_the_row_is_held(seed: Seed, row: str) -> None:
    assert HELD[row].check(seed) is not None


@pytest.mark.django_db
@pytest.mark.parametrize("built", list(SEEDS), indirect=True, scope="module")
def test_every_ledger_of_the_document_holds(seed: Seed) -> None:
    given = Task.objects.filter(assigned_on__isnull=False)
    assert given.exists() and [task for task in given if ledger.first_broken(task) is not None] == []


def test_the_page_says_what_the_registry_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.skipif(not ROWS.exists(), reason="needs the shared seed documents")
def test_no_row_of_the_documents_is_missing() -> None:
    assert ids(ROWS.read_text(encoding="utf-8")) == set(HELD)
