"""Questions every page asks, put into SQL once.

Django makes the SQL of a queryset anew each time it is asked, which takes longer than the database needs for the
answer. A question whose words stay the same is made once for each shape here, and asked with other values:

    @prepared
    def _grants(user, on):
        return RoleGrant.objects.filter(user=user).valid_on(on).order_by()

    _grants(user.pk, today())

The function sees a `Slot` in the place of each value, never a value: what is kept is SQL, no answer and nobody's
rights. Values given by name (`sort="due"`) are not slots: there is one question for each of them.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import update_wrapper
from itertools import count
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

# Shapes of one question kept at a time; each is some kilobytes.
MOST = 200

Read = Callable[[Sequence[Any]], Any]


class Slot(Expression):
    """The place of a value in a question."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


class _Question(NamedTuple):
    """SQL with slots among its parameters, and how a row of the answer is read."""

    sql: str
    params: tuple[Any, ...]
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    read: Read

    def ask(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        adapt = connection.ops.adapt_unknown_value
        params = [adapt(values[each.place]) if isinstance(each, Slot) else each for each in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows: Iterable[Sequence[Any]] = cursor.fetchall()
        if self.converters:
            rows = (self._converted(row, connection) for row in rows)
        return [*map(self.read, rows)]

    def _converted(self, row: Sequence[Any], connection: BaseDatabaseWrapper) -> Sequence[Any]:
        cells = list(row)
        for place, converters, expression in self.converters:
            for convert in converters:
                cells[place] = convert(cells[place], expression, connection)
        return cells


class prepared:
    """`build` makes a queryset of models, or of `values_list`. A value is a scalar or a tuple of values; a tuple of
    another length is another shape. None is no value: `IS NULL` is another question."""

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._questions: dict[Hashable, _Question | None] = {}
        update_wrapper(self, build)

    def __call__(self, *values: Any, **fixed: Hashable) -> list[Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        scalars: list[Any] = []
        shape = (_shape(values, scalars), *fixed.items())
        if shape not in self._questions:
            if len(self._questions) >= MOST:
                self._questions.clear()
            places = count()
            self._questions[shape] = _question(self._build(*_slots(values, places), **fixed), connection)
        question = self._questions[shape]
        return [] if question is None else question.ask(scalars, connection)


def _shape(values: tuple[Any, ...], scalars: list[Any]) -> Hashable:
    """How `values` are nested; the scalars in them go to `scalars`."""
    shape: list[Hashable] = []
    for each in values:
        if isinstance(each, tuple):
            shape.append(_shape(each, scalars))
        else:
            assert each is not None, "None is no value of a prepared question"
            scalars.append(each)
            shape.append(None)
    return tuple(shape)


def _slots(value: Any, places: Iterator[int]) -> Any:
    return tuple(_slots(each, places) for each in value) if isinstance(value, tuple) else Slot(next(places))


def _question(asked: QuerySet[Any], connection: BaseDatabaseWrapper) -> _Question | None:
    """The SQL of `asked`; None where nothing can answer it."""
    compiler = asked.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    converters = compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]])
    return _Question(
        sql,
        tuple(params),
        tuple((place, convert, column) for place, (convert, column) in converters.items()),
        _reader(asked, compiler),
    )


def _reader(asked: QuerySet[Any], compiler: Any) -> Read:
    """How the queryset itself would read a row."""
    iterable = asked._iterable_class
    if iterable is FlatValuesListIterable:
        return lambda row: row[0]
    if iterable is ValuesListIterable:
        return tuple
    plain = not compiler.annotation_col_map and not asked._prefetch_related_lookups  # type: ignore[attr-defined]
    assert iterable is ModelIterable and plain, "prepared: models without annotations, or values_list"
    kind = compiler.klass_info
    model, columns = kind["model"], kind["select_fields"]
    names = [compiler.select[place][0].target.attname for place in columns]
    start, end = columns[0], columns[-1] + 1
    populators = get_related_populators(kind, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def read(row: Sequence[Any]) -> Any:
        found = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for each in populators:
            each.populate(row, found)
        return found

    return read
