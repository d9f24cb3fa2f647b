"""How transactional tests empty append-only tables.

Django ends a transactional test (`transactional_db`, `live_server`, TransactionTestCase) with a flush:
`DELETE FROM` each table on SQLite, one `TRUNCATE` of all on PostgreSQL. The triggers rightly refuse both.
The fixture lifts them for the flush alone; `tests/conftest.py` imports it, so every test is covered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def flush_lifts_append_only_triggers() -> Iterator[None]:
    from django.db.backends.base.operations import BaseDatabaseOperations

    from core.append_only import lifted

    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_without_triggers(self: BaseDatabaseOperations, sql_list: list[str]) -> Any:
        with lifted(self.connection):
            return flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_without_triggers)
        yield
