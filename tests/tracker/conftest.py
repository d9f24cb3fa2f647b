"""Scenes several files of tests stand on."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import time_machine
from django.db import transaction

from tests.cast import TODAY, make_cast
from tests.tracker.merged_department import Department, make_department


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Department]:
    """The department, built once for a file of tests: each of them works inside a savepoint and is rolled back."""
    with (
        time_machine.travel(f"{TODAY}T09:00:00+07:00", tick=False),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield make_department(make_cast())
        transaction.set_rollback(True)


@pytest.fixture
def department(built: Department, db: None) -> Department:
    """Objects of its own for each test: the rows go back, and so must what was read of them."""
    return deepcopy(built)
