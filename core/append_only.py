"""Tables whose rows are written once: facts, never edited.

Held in three places: the model (`save` of an existing row and `delete` raise), the queryset (`update`,
`delete`, `bulk_update` raise) and a database trigger, which also stops what goes round the ORM.
The triggers are put back after every migrate (`core/apps.py`), and `missing_triggers` tells `doctor`
when one is gone.

`mutable_columns` names the few fields that may still change after the row is written: marks of later
work, such as `announced_at`, never the fact itself. `set_once_columns` are written later, once: from
empty to what they then stay. `blankable_columns` may only ever become empty, and only on a row whose
`removal` names the decision to remove its content (office rule 25). Empty is NULL or ''.

`ChainedEvent` adds a hash chain per subject. The chain runs over digests of the content, not over the
content: a content removed by decision (set to "") leaves the chain whole and the gap visible. Whether
there was such a decision is for the app to say (`verify_chain(removed=…)`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.apps import apps
from django.core import checks
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Value
from django.db.models.functions import Coalesce

PREFIX = "append_only_"
REMOVAL = "removal"
FIRST_LINK = "0" * 64


class AppendOnlyError(Exception):
    """Somebody tried to change or delete a row that is written once."""


# --- the model and its queryset --------------------------------------------------------------------


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset that reads and inserts. `update` and `bulk_update` reach only `mutable_columns`."""

    def update(self, **kwargs: Any) -> int:
        _refuse_unless_mutable(self.model, kwargs)
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        fields = list(fields)
        _refuse_unless_mutable(self.model, fields)
        return super().bulk_update(objs, fields, batch_size=batch_size)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts"):
            _refuse_unless_mutable(self.model, kwargs.get("update_fields") or ())
        return super().bulk_create(objs, *args, **kwargs)

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def blank(self, columns: Iterable[str], *, removal: models.Model) -> int:
        """Empties `columns` by decision; rows without a removal of their own name this one. How many rows."""
        columns = list(columns)
        if not columns or not set(columns) <= set(self.model.blankable_columns):
            raise AppendOnlyError(
                f"append-only: {self.model._meta.db_table} (blanking of {', '.join(columns)})"
            )
        empty = {name: None if self.model._meta.get_field(name).null else "" for name in columns}
        return super().update(**empty, removal=Coalesce("removal", Value(removal.pk)))

    blank.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"append-only: {self.model._meta.db_table} (delete)")

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class AppendOnly(models.Model):
    """Base of a table whose rows are written once.

    A subclass with its own manager builds it from `AppendOnlyQuerySet`, and its foreign keys use
    PROTECT or RESTRICT; both are system checks. One with `blankable_columns` has a field `removal` among
    its `set_once_columns`.
    """

    mutable_columns: ClassVar[tuple[str, ...]] = ()
    set_once_columns: ClassVar[tuple[str, ...]] = ()
    blankable_columns: ClassVar[tuple[str, ...]] = ()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            # Never the ORM's "update, then insert": an existing primary key must collide, not change.
            kwargs["force_insert"] = kwargs.get("force_insert") or True
        else:
            _refuse_unless_mutable(type(self), kwargs.get("update_fields"))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise AppendOnlyError(f"append-only: {self._meta.db_table} (delete)")

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not isinstance(cls._default_manager.get_queryset(), AppendOnlyQuerySet):
            found.append(
                checks.Error(f"{cls.__name__}: the manager must use AppendOnlyQuerySet.", id="core.E001")
            )
        for field in cls._meta.local_fields:
            on_delete = getattr(field.remote_field, "on_delete", None)
            if on_delete in (models.CASCADE, models.SET_NULL, models.SET_DEFAULT) and (
                on_delete is models.CASCADE or field.name not in cls.mutable_columns
            ):
                message = f"{cls.__name__}.{field.name}: the row may not go or change with what it points at."
                found.append(checks.Error(message, hint="Use on_delete=PROTECT.", id="core.E002"))
        if cls.blankable_columns and REMOVAL not in cls.set_once_columns:
            message = f"{cls.__name__}: what may be blanked needs a field `{REMOVAL}` that is set once."
            found.append(checks.Error(message, id="core.E003"))
        return found


def _refuse_unless_mutable(model: type[models.Model], fields: Iterable[str] | None) -> None:
    """`fields` None stands for the whole row."""
    allowed = {*model.mutable_columns, *model.set_once_columns}  # type: ignore[attr-defined]
    if fields is None or not set(fields) <= allowed:
        what = "the whole row" if fields is None else ", ".join(sorted(set(fields)))
        raise AppendOnlyError(f"append-only: {model._meta.db_table} (update of {what})")


# --- the hash chain --------------------------------------------------------------------------------


class ChainedEvent(AppendOnly):
    """One link of a ledger. The subclass adds the subject (a foreign key) and a unique constraint over
    (subject, sequence); the code that appends holds a lock on the subject, so that no link is taken twice.

    `content` is the canonical JSON of the whole fact; the other columns repeat parts of it for queries.
    """

    mutable_columns: ClassVar[tuple[str, ...]] = ("announced_at",)

    sequence = models.PositiveIntegerField("thứ tự")
    content = models.TextField("nội dung", blank=True)
    content_digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    happened_at = models.DateTimeField("thời điểm xảy ra")
    entered_at = models.DateTimeField("thời điểm ghi nhận")
    announced_at = models.DateTimeField("đã thông báo lúc", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def content_removed(self) -> bool:
        """Whether the content was taken out by decision; a written content is never empty."""
        return self.content == ""


def canonical_json(obj: Any) -> str:
    """One text for equal content: keys sorted, no spaces, dates as ISO, times in UTC, decimals as text.

    Raises TypeError for floats (0.1 has no one spelling; use Decimal or a fraction of integers) and for
    times without a zone.
    """
    return json.dumps(_plain(obj), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(obj: Any) -> Any:
    if obj is None or isinstance(obj, (bool, int, str)):
        return obj
    if isinstance(obj, dict):
        return {str(key): _plain(value) for key, value in obj.items()}
    if isinstance(obj, (list, tuple)):
        return [_plain(value) for value in obj]
    if isinstance(obj, datetime):
        if obj.tzinfo is None:
            raise TypeError("a time in a ledger needs its zone")
        return obj.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(obj, date):
        return obj.isoformat()
    if isinstance(obj, Decimal):
        return str(obj)
    raise TypeError(f"{type(obj).__name__} has no canonical form")


def link(previous_digest: str, content: str) -> tuple[str, str]:
    """(content digest, digest) of a link with this content after `previous_digest`; the first link of
    a chain follows `FIRST_LINK`."""
    content_digest = _sha256(content)
    return content_digest, _sha256(previous_digest + content_digest)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain(
    rows: Iterable[ChainedEvent],
    *,
    content_of: Callable[[Any], Any] | None = None,
    removed: Callable[[Any], bool] = lambda row: row.content_removed,
) -> ChainedEvent | None:
    """The first row that breaks the chain, or None when it is whole.

    `rows`: all links of one subject by sequence, which starts at 1 without gaps. A content `removed` by
    decision is not a break; without word from the caller every empty one counts as such. With `content_of`,
    the columns of each row must also still say what its content says.
    """
    previous = FIRST_LINK
    for expected, row in enumerate(rows, start=1):
        content_holds = removed(row) or (
            _sha256(row.content) == row.content_digest
            and (content_of is None or canonical_json(content_of(row)) == row.content)
        )
        link_holds = (
            row.sequence == expected
            and row.previous_digest == previous
            and row.digest == _sha256(previous + row.content_digest)
        )
        if not (content_holds and link_holds):
            return row
        previous = row.digest
    return None


# --- the triggers ----------------------------------------------------------------------------------

Model = type[models.Model]


def append_only_models() -> list[Model]:
    """Every concrete append-only model of the installed apps."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, AppendOnly) and model._meta.managed and not model._meta.proxy
    ]


def install_triggers(connection: BaseDatabaseWrapper, only: Sequence[Model] | None = None) -> list[str]:
    """Make the triggers what they should be; returns the tables it had to mend. Repeating it changes nothing.

    Tables not yet migrated are left for the next time.
    """
    vendor = _vendor(connection)
    mended = []
    with transaction.atomic(using=connection.alias):
        for model in _existing(connection, only):
            if not vendor.installed(connection, model):
                vendor.drop(connection, model)
                vendor.create(connection, model)
                mended.append(model._meta.db_table)
    return mended


def missing_triggers(connection: BaseDatabaseWrapper, only: Sequence[Model] | None = None) -> list[str]:
    """Tables whose triggers are absent, switched off or not the ones the code describes."""
    vendor = _vendor(connection)
    wanted = append_only_models() if only is None else list(only)
    existing = _existing(connection, wanted)
    return [
        model._meta.db_table
        for model in wanted
        if model not in existing or not vendor.installed(connection, model)
    ]


@contextmanager
def lifted(connection: BaseDatabaseWrapper, only: Sequence[Model] | None = None) -> Iterator[None]:
    """Triggers away inside the block, back at its end, in one transaction: nobody else ever sees the
    tables without them, and an error leaves everything as it was.

    For tests that empty the tables, see `tests/core/append_only_fixtures.py`. Nothing in the product
    calls this.
    """
    vendor = _vendor(connection)
    with transaction.atomic(using=connection.alias):
        tables = _existing(connection, only)
        connection.check_constraints()  # PostgreSQL alters no table that waits for deferred constraints.
        for model in tables:
            vendor.drop(connection, model)
        yield
        connection.check_constraints()
        for model in tables:
            vendor.create(connection, model)


def _existing(connection: BaseDatabaseWrapper, only: Sequence[Model] | None) -> list[Model]:
    tables = set(connection.introspection.table_names())
    wanted = append_only_models() if only is None else only
    return [model for model in wanted if model._meta.db_table in tables]


def _vendor(connection: BaseDatabaseWrapper) -> type[_Sqlite | _Postgresql]:
    if connection.vendor == "sqlite":
        return _Sqlite
    if connection.vendor == "postgresql":
        return _Postgresql
    raise AppendOnlyError(f"no append-only triggers for {connection.vendor}")


class _Columns:
    """The columns of a table by what may still become of them."""

    def __init__(self, model: Model) -> None:
        named = {field.name: str(field.column) for field in model._meta.local_concrete_fields}
        self.mutable = [named[name] for name in named if name in model.mutable_columns]  # type: ignore[attr-defined]
        self.set_once = [named[name] for name in named if name in model.set_once_columns]  # type: ignore[attr-defined]
        self.blankable = [named[name] for name in named if name in model.blankable_columns]  # type: ignore[attr-defined]
        self.removal = named.get(REMOVAL, "")
        later = {*self.mutable, *self.set_once, *self.blankable}
        self.frozen = [column for column in named.values() if column not in later]
        # What the triggers look at one by one; a mutable column is nobody's business.
        self.guarded = [
            column
            for column in named.values()
            if column in {*self.set_once, *self.blankable} and column not in self.mutable
        ]


class _Sqlite:
    """Two triggers a table, three where a column may be set once or blanked. `UPDATE OF` lists the columns
    that stay; a column added by a migration joins at the next post_migrate, since the stored text then
    differs from the wanted one."""

    @staticmethod
    def wanted(connection: BaseDatabaseWrapper, model: Model) -> dict[str, str]:
        quote = connection.ops.quote_name
        table = model._meta.db_table
        columns = _Columns(model)
        events = {
            "update": f"UPDATE OF {', '.join(map(quote, columns.frozen))}",
            "delete": "DELETE",
        }
        when = {}
        if columns.guarded:
            events["change"] = f"UPDATE OF {', '.join(map(quote, columns.guarded))}"
            allowed = " AND ".join(_Sqlite._allowed(quote, columns, column) for column in columns.guarded)
            when["change"] = f" WHEN NOT ({allowed})"
        body = f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        return {
            (name := f"{PREFIX}{event}_{table}"): (
                f"CREATE TRIGGER {quote(name)} BEFORE {clause} ON {quote(table)} FOR EACH ROW"
                f"{when.get(event, '')} {body}"
            )
            for event, clause in events.items()
        }

    @staticmethod
    def _allowed(quote: Callable[[str], str], columns: _Columns, column: str) -> str:
        old, new = f"OLD.{quote(column)}", f"NEW.{quote(column)}"
        ways = [f"{new} IS {old}"]
        if column in columns.set_once:
            ways.append(f"COALESCE({old}, '') = ''")
        if column in columns.blankable:
            ways.append(f"(COALESCE({new}, '') = '' AND NEW.{quote(columns.removal)} IS NOT NULL)")
        return f"({' OR '.join(ways)})"

    @staticmethod
    def present(connection: BaseDatabaseWrapper, model: Model) -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                [model._meta.db_table],
            )
            return {name: sql for name, sql in cursor.fetchall() if name.startswith(PREFIX)}

    @classmethod
    def installed(cls, connection: BaseDatabaseWrapper, model: Model) -> bool:
        return cls.present(connection, model) == cls.wanted(connection, model)

    @classmethod
    def drop(cls, connection: BaseDatabaseWrapper, model: Model) -> None:
        with connection.cursor() as cursor:
            for name in cls.present(connection, model):
                cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")

    @classmethod
    def create(cls, connection: BaseDatabaseWrapper, model: Model) -> None:
        with connection.cursor() as cursor:
            for sql in cls.wanted(connection, model).values():
                cursor.execute(sql)


class _Postgresql:
    """One function for all tables; per table a row trigger (UPDATE, DELETE) and a statement trigger
    (TRUNCATE). The columns that may change are arguments of the trigger, not a column list: PostgreSQL
    refuses to alter the type of a column that a trigger names. A bare name is mutable, `?` marks one that is
    set once, `-` one that may be blanked, `?-` one that may be both. The removal is a foreign key in most
    tables and a bare number in the lines of a history, so the body looks for either column."""

    BODY = f"""
        DECLARE
            was jsonb; becomes jsonb; changed text;
        BEGIN
            IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN
                was := to_jsonb(OLD) - TG_ARGV;
                becomes := to_jsonb(NEW) - TG_ARGV;
                IF becomes = was THEN
                    RETURN NEW;
                END IF;
                FOR changed IN SELECT key FROM jsonb_each(was) WHERE value IS DISTINCT FROM becomes -> key LOOP
                    CONTINUE WHEN COALESCE(was ->> changed, '') = ''
                        AND ('?' || changed = ANY(TG_ARGV) OR '?-' || changed = ANY(TG_ARGV));
                    CONTINUE WHEN COALESCE(becomes ->> changed, '') = ''
                        AND COALESCE(becomes ->> '{REMOVAL}_id', becomes ->> '{REMOVAL}') IS NOT NULL
                        AND ('-' || changed = ANY(TG_ARGV) OR '?-' || changed = ANY(TG_ARGV));
                    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME
                        USING ERRCODE = 'integrity_constraint_violation';
                END LOOP;
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END """
    FUNCTION = (
        f"CREATE OR REPLACE FUNCTION append_only_refuse() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$"
    )
    ROWS, TABLE = f"{PREFIX}rows", f"{PREFIX}truncate"

    @classmethod
    def installed(cls, connection: BaseDatabaseWrapper, model: Model) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgname, tgtype, encode(tgargs, 'escape') FROM pg_trigger"
                " WHERE tgrelid = to_regclass(%s) AND tgenabled IN ('O', 'A') AND left(tgname, %s) = %s",
                [connection.ops.quote_name(model._meta.db_table), len(PREFIX), PREFIX],
            )
            present = {name: (kind, arguments) for name, kind, arguments in cursor.fetchall()}
            cursor.execute("SELECT prosrc FROM pg_proc WHERE oid = to_regproc('append_only_refuse')")
            if cursor.fetchone() != (cls.BODY,):
                return False
        arguments = "".join(f"{argument}\\000" for argument in cls._arguments(model))
        # pg_trigger.tgtype: row 1, before 2, delete 8, update 16, truncate 32.
        return present == {cls.ROWS: (1 + 2 + 8 + 16, arguments), cls.TABLE: (2 + 32, "")}

    @staticmethod
    def _arguments(model: Model) -> list[str]:
        columns = _Columns(model)
        marks = {
            column: "?" * (column in columns.set_once) + "-" * (column in columns.blankable)
            for column in columns.guarded
        }
        return [*columns.mutable, *(f"{marks[column]}{column}" for column in columns.guarded)]

    @classmethod
    def drop(cls, connection: BaseDatabaseWrapper, model: Model) -> None:
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            for name in (cls.ROWS, cls.TABLE):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")

    @classmethod
    def create(cls, connection: BaseDatabaseWrapper, model: Model) -> None:
        table = connection.ops.quote_name(model._meta.db_table)
        arguments = ", ".join(f"'{argument}'" for argument in cls._arguments(model))
        call = "EXECUTE FUNCTION append_only_refuse"
        with connection.cursor() as cursor:
            cursor.execute(cls.FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {cls.ROWS} BEFORE UPDATE OR DELETE ON {table}"
                f" FOR EACH ROW {call}({arguments})"
            )
            cursor.execute(
                f"CREATE TRIGGER {cls.TABLE} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}()"
            )
