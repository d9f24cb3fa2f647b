"""A migrated, empty installation on the database the suite runs on."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.house.installation import Database, Installation, PostgresqlDatabase, SqliteDatabase

SERVER = os.environ.get("DATABASE_URL", "").rpartition("/")[0]
ON_POSTGRESQL = SERVER.startswith("postgres")


# Of the databases of this run: each folder that uses the fixture gets one of its own.
_numbers = count(1)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated database of which each test gets a copy."""
    folder = tmp_path_factory.mktemp("pristine")
    database: Database = SqliteDatabase(folder / "tracker.sqlite3")
    if ON_POSTGRESQL:
        database = PostgresqlDatabase(SERVER, f"tracker_house_{os.getpid()}_{next(_numbers)}")
        database.create()
    done = Installation(folder, database).manage("migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    yield database
    if isinstance(database, PostgresqlDatabase):
        database.drop()


@pytest.fixture
def installation(pristine: Database, tmp_path: Path) -> Iterator[Installation]:
    """Nothing running yet; whatever a test leaves behind is killed."""
    if sys.platform != "linux":
        pytest.skip("needs Linux: processes are found through /proc")
    copy: Database
    if isinstance(pristine, PostgresqlDatabase):
        copy = PostgresqlDatabase(SERVER, f"{pristine.name}_copy")
        copy.create(template=pristine.name)
    else:
        assert isinstance(pristine, SqliteDatabase)
        copy = SqliteDatabase(tmp_path / "tracker.sqlite3")
        shutil.copy(pristine.path, copy.path)
    house = Installation(tmp_path, copy)
    yield house
    house.kill_all()
    if isinstance(copy, PostgresqlDatabase):
        copy.drop()
