"""Every address × method × person × object, against the table `rights.txt`.

The table was recorded once, read row by row against the rules and corrected; it now decides. An address, an object or
an actor without a cell fails
the suite, and so does a cell that nobody walks. What is refused must not have written anything: no statement, no file.
"""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.urls import reverse

from tests.architecture.rights_world import ACTORS, World, fingerprint, make_world, patterns, pk_of, writes
from tests.architecture.test_rights import ARGUMENTS
from tests.cast import TODAY

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("rights.txt")
METHODS = ("GET", "POST", "other")
# "other" is one of these, a different one for each object.
OTHER = {"own": "put", "below": "patch", "foreign": "delete", "-": "put"}
OBJECTS = ("own", "below", "foreign")
# Words of the table that refuse: to the sign-in page, forbidden, not there for you, not this method.
REFUSED = {"in", "403", "404", "405"}

# What is posted, so that whoever is let through does something. Other forms are posted empty: 422 is let through too.
PAYLOADS: dict[str, dict[str, Any]] = {
    "login": {"username": "nobody", "password": "wrong"},
    "task_verb": {"text": "Đã thực hiện", "decided_by": "Người cung cấp", "how": "phone"},
    "mail_settings": {"mails": "on"},
}

Cell = tuple[str, str, str, str]


def read_table(text: str) -> dict[Cell, str]:
    """(address, method, object, actor) → expected answer."""
    found: dict[Cell, str] = {}
    actors: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0] == "#":
            continue
        if words[0] == "address":
            actors = words[3:]
            continue
        name, method, obj, *expected = words
        assert len(expected) == len(actors), (
            f"rights.txt:{number}: {len(expected)} cells, {len(actors)} actors"
        )
        for actor, answer in zip(actors, expected, strict=True):
            assert (name, method, obj, actor) not in found, (
                f"rights.txt:{number}: {name} {method} {obj} twice"
            )
            found[name, method, obj, actor] = answer
    return found


EXPECTED = read_table(TABLE.read_text(encoding="utf-8"))
ROUTES = dict(patterns())


def wanted_cells() -> set[Cell]:
    return {
        (name, method, obj, actor)
        for name, route in ROUTES.items()
        for method in METHODS
        for obj in (OBJECTS if "<" in route else ("-",))
        for actor in ACTORS
    }


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole table; every cell that may write is taken back."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(f"{TODAY}T09:00:00+07:00", tick=False),
        transaction.atomic(),
    ):
        made = make_world()
        for actor in ACTORS:
            made.client(actor)
        yield made
        transaction.set_rollback(True)


def address(world: World, name: str, obj: str) -> str:
    if obj == "-":
        return reverse(name)
    things = world.objects[obj]
    args = [key.strip("'") if key.startswith("'") else pk_of(things[key]) for key in ARGUMENTS[name][1:]]
    return reverse(name, args=args)


def answer_of(response: Any) -> str:
    if response.status_code == 302 and response["Location"].startswith(f"{reverse('login')}?next="):
        return "in"
    return str(response.status_code)


def ask(world: World, cell: Cell) -> str:
    name, method, obj, actor = cell
    client, url = world.client(actor), address(world, name, obj)
    if method == "GET":
        response = client.get(url)
    elif method == "POST":
        response = client.post(url, PAYLOADS.get(name, {}))
    else:
        response = client.generic(OTHER[obj].upper(), url)
    if response.streaming:
        # Read to its end: closing it by hand would take the connection, and the world with it.
        b"".join(response.streaming_content)
    return answer_of(response)


class Files:
    """Whether a file was stored."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stored: list[str] = []
        save = FileSystemStorage._save

        def kept(storage: FileSystemStorage, name: str, content: Any) -> str:
            self.stored.append(name)
            return save(storage, name, content)

        monkeypatch.setattr(FileSystemStorage, "_save", kept)


walked: dict[str, int] = {}
mismatches: list[str] = []


def test_every_address_stands_in_the_table() -> None:
    """A new address without a row fails here, and so does a row for an address that is gone."""
    wanted = wanted_cells()
    missing = sorted({cell[:3] for cell in wanted - EXPECTED.keys()})
    gone = sorted({cell[:3] for cell in EXPECTED.keys() - wanted})
    assert not missing, f"unlisted={len(missing)}: no row in rights.txt for {missing[:10]}"
    assert not gone, f"rows for what does not exist: {gone[:10]}"
    assert {name for name, _ in patterns()} == ROUTES.keys() and "" not in ROUTES, "an address without a name"


@pytest.mark.parametrize("actor", ACTORS)
def test_every_cell_is_as_the_table_says(
    world: World, actor: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)  # a line for every refusal
    begun, wrong, files = time.perf_counter(), [], Files(monkeypatch)
    before = fingerprint()
    cells = [cell for cell in EXPECTED if cell[3] == actor]
    for cell in cells:
        expected = EXPECTED[cell]
        if expected in REFUSED:
            # Not taken back: what a refused request wrote must show below.
            with writes() as written:
                answer = ask(world, cell)
            if written or files.stored:
                wrong.append(f"{' '.join(cell)}: refused, but wrote {written[:2]} {files.stored[:2]}")
        else:
            with transaction.atomic():
                answer = ask(world, cell)
                transaction.set_rollback(True)
        files.stored.clear()
        if answer != expected:
            wrong.append(f"{' '.join(cell)}: expected {expected}, got {answer}")
    after = fingerprint()
    wrong += [f"{actor}: {label} changed" for label in before if before[label] != after[label]]
    walked[actor] = len(cells)
    mismatches.extend(wrong)
    if actor == list(ACTORS)[-1] and len(walked) == len(ACTORS):
        unlisted = len({cell[:3] for cell in wanted_cells() - EXPECTED.keys()})
        with capsys.disabled():
            print(
                f"\nrights: urls={len(ROUTES)} cells={sum(walked.values())} "
                f"mismatches={len(mismatches)} unlisted={unlisted}"
            )
    assert not wrong, f"{len(wrong)} cells of {actor} in {time.perf_counter() - begun:.0f} s:\n" + "\n".join(
        wrong
    )
