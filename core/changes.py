"""Field-level history of what people may still edit: plans, targets, documents, role grants.

A model says `history = ChangeHistory()`, and every save and delete of a row leaves a copy of it in a table of its own
(django-simple-history): who, when, what it then said. Facts that are never edited need none of this.

- **Who** is the person of `acting`, which verbs enter with their `by` and the site enters for each request. Without
  anybody it is nobody: the system itself.
- **Nothing goes round it.** The library alone sees neither `update` nor `bulk_create`; `KeptQuerySet`, the queryset of
  every such model, writes their lines through its helper. `unkept` finds what was written past all of them.
- **History is append-only** like every other fact: model, queryset and database trigger (`core.append_only`).
- A save that changes nothing leaves no line.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import models, transaction
from simple_history.models import HistoricalRecords
from simple_history.utils import get_history_manager_for_model, get_history_model_for_model

from core.append_only import AppendOnly
from core.clock import now

_acting: ContextVar[Any] = ContextVar("acting", default=None)


@contextmanager
def acting(person: Any) -> Iterator[None]:
    """Changes inside are this person's; None leaves whoever acts already."""
    if person is None:
        yield
        return
    token = _acting.set(person)
    try:
        yield
    finally:
        _acting.reset(token)


def who_acts() -> Any:
    """The person changes are put down to now, or None for the system itself."""
    person = _acting.get()
    return person if person is not None and person.is_authenticated else None


class KeptQuerySet(models.QuerySet[Any]):
    """A queryset whose bulk writes leave their lines too, which the library alone does not see.

    Rows that collide are refused rather than passed over: nobody could say afterwards which of them were written.
    """

    def update(self, **kwargs: Any) -> int:
        names = _kept_columns(self.model)
        with transaction.atomic(using=self.db):
            before = {row["pk"]: row for row in self.order_by().values("pk", *names)}
            found = super().update(**kwargs)
            rows = self.model._base_manager.filter(pk__in=before)
            changed = [row["pk"] for row in rows.values("pk", *names) if row != before[row["pk"]]]
            _write_lines(self.model, rows.filter(pk__in=changed), update=True)
        return found

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("ignore_conflicts") or kwargs.get("update_conflicts"):
            raise ValueError(f"{self.model.__name__}: which rows were written would not be known")
        with transaction.atomic(using=self.db):
            rows = super().bulk_create(objs, *args, **kwargs)
            _write_lines(self.model, rows, update=False)
        return rows

    bulk_create.alters_data = True  # type: ignore[attr-defined]


def _kept_columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in get_history_model_for_model(model).tracked_fields]


def _write_lines(model: type[models.Model], rows: Iterable[Any], *, update: bool) -> None:
    manager = get_history_manager_for_model(model)
    manager.bulk_history_create(
        rows, batch_size=500, update=update, default_user=who_acts(), default_date=now()
    )


class RemovableLine(AppendOnly):
    """Base of the lines of a model whose texts may have to go (office rule 25): `blankable_columns` become empty, and
    only with the number of the decision that says so. It is a number and no key: what decides lives higher up."""

    set_once_columns = ("removal",)

    removal = models.PositiveBigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True


class ChangeHistory(HistoricalRecords):
    """`history = ChangeHistory()` in a model; `leave_out` names columns that only help searching."""

    def __init__(self, *, leave_out: Sequence[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("bases", (AppendOnly,))
        super().__init__(excluded_fields=list(leave_out), **kwargs)

    def _get_history_user_fields(self) -> dict[str, Any]:
        # The library's SET NULL would rewrite lines when an account goes; accounts never do.
        person = models.ForeignKey(
            settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người sửa"
        )
        return {"history_user": person}

    def get_history_user(self, instance: models.Model) -> Any:
        return getattr(instance, "_history_user", None) or who_acts()

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        if history_type == "~" and self._says_the_same(instance):
            return
        instance._history_date = now()  # the library would read a clock of its own
        try:
            super().create_historical_record(instance, history_type, using=using)
        finally:
            del instance._history_date

    def _says_the_same(self, instance: Any) -> bool:
        names = [field.attname for field in self.fields_included(instance)]
        last = history_of(type(instance)).filter(**{instance._meta.pk.attname: instance.pk})
        written = last.order_by("-history_id").values(*names).first()
        if written is None:
            return False
        fields = {field.attname: field for field in self.fields_included(instance)}
        # As the column gives it back, so that 60 and Decimal("60.0000") are one.
        return all(
            _as_stored(fields[name], getattr(instance, name)) == value for name, value in written.items()
        )


def _as_stored(field: Any, value: Any) -> Any:
    return value if value is None else field.target_field.to_python(value) if field.is_relation else (
        field.to_python(value)
    )  # fmt: skip


def history_of(model: type[models.Model]) -> models.QuerySet[Any]:
    """The lines of a model's history."""
    return get_history_model_for_model(model)._default_manager.all()


def kept_models() -> list[type[models.Model]]:
    """Every model whose changes are kept."""
    from django.apps import apps

    return [model for model in apps.get_models() if hasattr(model._meta, "simple_history_manager_attribute")]


def unkept(model: type[models.Model]) -> list[Any]:
    """Keys of rows whose newest line of history is not what the row says, or that went without a line: written past
    the history. Three queries."""
    kept = get_history_model_for_model(model)
    names = [field.attname for field in kept.tracked_fields]
    newest: dict[Any, dict[str, Any]] = {}
    for line in kept._default_manager.order_by("history_id").values(*names, "history_type"):
        newest[line["id"]] = line
    wrong = []
    rows = {row["id"]: row for row in model._base_manager.values(*names)}
    for key in rows.keys() | newest.keys():
        row, last = rows.get(key), newest.get(key)
        if row is None:
            held = last is not None and last["history_type"] == "-"
        else:
            held = last is not None and last["history_type"] != "-" and all(last[n] == row[n] for n in names)
        if not held:
            wrong.append(key)
    return sorted(wrong)
