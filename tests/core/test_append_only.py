"""Facts are written once: the ORM refuses to change them, and so does the database behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from core.append_only import (
    AppendOnly,
    AppendOnlyError,
    append_only_models,
    install_triggers,
    lifted,
    missing_triggers,
)

with isolate_apps("core"):

    class Receipt(AppendOnly):
        """A fact with one later mark."""

        mutable_columns = ("printed_at",)
        note = models.CharField(max_length=50)
        printed_at = models.DateTimeField(null=True)

        class Meta:
            app_label = "core"
            db_table = "test_receipt"

    class Stamp(AppendOnly):
        """A fact without any."""

        note = models.CharField(max_length=50)

        class Meta:
            app_label = "core"
            db_table = "test_stamp"


BOTH = [Receipt, Stamp]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def tables(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in BOTH:
                editor.create_model(model)
        install_triggers(connection, BOTH)
        yield
        with connection.schema_editor() as editor:
            for model in BOTH:
                editor.delete_model(model)


@pytest.fixture
def receipt(tables: None, db: None) -> Receipt:
    return Receipt.objects.create(note="đã nhận")


@pytest.fixture
def stamp(tables: None, db: None) -> Stamp:
    return Stamp.objects.create(note="đã đóng dấu")


def raw(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


class TestTheModelRefuses:
    def test_saving_a_row_again(self, receipt):
        receipt.note = "khác"
        with pytest.raises(AppendOnlyError):
            receipt.save()
        with pytest.raises(AppendOnlyError):
            receipt.save(update_fields=["note", "printed_at"])
        receipt.refresh_from_db()
        assert receipt.note == "đã nhận"

    def test_writing_over_a_row_by_its_key(self, receipt):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receipt(pk=receipt.pk, note="đè lên").save()

    def test_deleting_a_row(self, receipt):
        with pytest.raises(AppendOnlyError):
            receipt.delete()

    def test_changing_many(self, receipt):
        with pytest.raises(AppendOnlyError):
            Receipt.objects.update(note="khác")
        with pytest.raises(AppendOnlyError):
            Receipt.objects.filter(pk=receipt.pk).bulk_update([receipt], ["note"])
        with pytest.raises(AppendOnlyError):
            Receipt.objects.update_or_create(pk=receipt.pk, defaults={"note": "khác"})
        with pytest.raises(AppendOnlyError):
            Receipt.objects.bulk_create(
                [Receipt(pk=receipt.pk, note="khác")],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["note"],
            )

    def test_deleting_many(self, receipt):
        with pytest.raises(AppendOnlyError):
            Receipt.objects.all().delete()

    def test_but_sets_the_mark_named_mutable(self, receipt):
        Receipt.objects.filter(pk=receipt.pk).update(printed_at=NOON)
        receipt.refresh_from_db()
        assert receipt.printed_at == NOON
        receipt.printed_at = None
        receipt.save(update_fields=["printed_at"])
        receipt.refresh_from_db()
        assert receipt.printed_at is None


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE test_receipt SET note = 'khác'",
            "UPDATE test_receipt SET note = 'khác', printed_at = NULL",
            "UPDATE test_receipt SET id = id + 1000",
            "DELETE FROM test_receipt",
        ],
    )
    def test_changing_a_row_behind_the_orm(self, receipt, sql):
        with pytest.raises(IntegrityError, match="append-only: test_receipt"):
            raw(sql)
        assert Receipt.objects.get(pk=receipt.pk).note == "đã nhận"

    @pytest.mark.parametrize("sql", ["UPDATE test_stamp SET note = 'khác'", "DELETE FROM test_stamp"])
    def test_changing_a_table_without_mutable_columns(self, stamp, sql):
        with pytest.raises(IntegrityError, match="append-only: test_stamp"):
            raw(sql)

    def test_the_plain_queryset_of_django(self, receipt):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            models.QuerySet(Receipt).update(note="khác")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            models.QuerySet(Receipt).delete()

    def test_emptying_the_table(self, receipt):
        if connection.vendor != "postgresql":
            pytest.skip("needs PostgreSQL: SQLite has no TRUNCATE, its DELETE is refused above")
        with pytest.raises(IntegrityError, match="append-only: test_receipt"):
            raw("TRUNCATE test_receipt")

    def test_but_sets_the_mark_named_mutable(self, receipt):
        raw("UPDATE test_receipt SET printed_at = CURRENT_TIMESTAMP")
        assert Receipt.objects.get(pk=receipt.pk).printed_at is not None


class TestTheTriggersStay:
    def test_installing_again_changes_nothing(self, receipt):
        assert install_triggers(connection, BOTH) == []
        assert missing_triggers(connection, BOTH) == []

    def test_a_lost_trigger_is_named_and_mended(self, receipt):
        if connection.vendor == "sqlite":
            raw("DROP TRIGGER append_only_update_test_receipt")
        else:
            raw("ALTER TABLE test_receipt DISABLE TRIGGER append_only_rows")
        assert missing_triggers(connection, BOTH) == ["test_receipt"]
        assert install_triggers(connection, BOTH) == ["test_receipt"]
        assert missing_triggers(connection, BOTH) == []
        with pytest.raises(IntegrityError):
            raw("UPDATE test_receipt SET note = 'khác'")

    def test_a_trigger_that_lets_more_through_than_the_code_says_is_not_accepted(self, receipt, monkeypatch):
        monkeypatch.setattr(Receipt, "mutable_columns", ())
        assert missing_triggers(connection, BOTH) == ["test_receipt"]
        install_triggers(connection, BOTH)
        with pytest.raises(IntegrityError):
            raw("UPDATE test_receipt SET printed_at = CURRENT_TIMESTAMP")

    def test_a_missing_table_is_named_and_does_not_stop_the_others(self, tables, db):
        with isolate_apps("core"):

            class NotYet(AppendOnly):
                class Meta:
                    app_label = "core"
                    db_table = "test_not_yet"

        assert install_triggers(connection, [NotYet, *BOTH]) == []
        assert missing_triggers(connection, [NotYet, *BOTH]) == ["test_not_yet"]

    @pytest.mark.django_db
    def test_every_append_only_table_of_the_project_is_guarded_after_migrate(self):
        assert missing_triggers(connection, append_only_models()) == []


class TestLifting:
    def test_the_block_may_empty_the_table_and_the_trigger_is_back_after(self, receipt):
        with lifted(connection, BOTH):
            raw("DELETE FROM test_receipt")
        Receipt.objects.create(note="mới")
        with pytest.raises(IntegrityError):
            raw("DELETE FROM test_receipt")

    def test_an_error_in_the_block_leaves_the_trigger_where_it_was(self, receipt):
        with pytest.raises(RuntimeError), lifted(connection, BOTH):
            raise RuntimeError
        with pytest.raises(IntegrityError):
            raw("DELETE FROM test_receipt")


class TestAlteringAGuardedTable:
    """A migration may change a guarded table; afterwards the trigger is put back."""

    @pytest.mark.django_db(transaction=True)
    def test_alter_add_and_remove_a_column(self, tables):
        longer = models.CharField(max_length=60)
        extra = models.CharField(max_length=5, default="")
        for field, name in ((longer, "note"), (extra, "extra")):
            field.set_attributes_from_name(name)
            field.model = Receipt
        with connection.schema_editor() as editor:
            editor.alter_field(Receipt, Receipt._meta.get_field("note"), longer)
        if connection.vendor == "sqlite":
            assert missing_triggers(connection, BOTH) == ["test_receipt"]  # the table was made anew
        with connection.schema_editor() as editor:
            editor.add_field(Receipt, extra)
        with connection.schema_editor() as editor:
            editor.remove_field(Receipt, extra)
        install_triggers(connection, BOTH)
        assert missing_triggers(connection, BOTH) == []


class TestFlush:
    @pytest.mark.django_db(transaction=True)
    def test_a_transactional_test_can_be_emptied(self, tables, monkeypatch):
        Receipt.objects.create(note="đã nhận")
        monkeypatch.setattr("core.append_only.append_only_models", lambda: BOTH)
        sql = connection.ops.sql_flush(no_style(), ["test_receipt"])
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql[0])
        connection.ops.execute_sql_flush(sql)
        assert not Receipt.objects.exists()
        assert missing_triggers(connection, BOTH) == []

    @pytest.mark.django_db(transaction=True)
    def test_the_flush_command_leaves_the_triggers_in_place(self, tables):
        call_command("flush", verbosity=0, interactive=False)
        assert missing_triggers(connection, append_only_models()) == []


class TestChecks:
    def test_a_row_may_not_go_with_its_parent(self):
        with isolate_apps("core"):

            class Parent(models.Model):  # noqa: DJ008
                class Meta:
                    app_label = "core"

            class Child(AppendOnly):
                parent = models.ForeignKey(Parent, on_delete=models.CASCADE)

                class Meta:
                    app_label = "core"

            class Loose(AppendOnly):
                objects = models.Manager()

                class Meta:
                    app_label = "core"

            assert [error.id for error in Child.check()] == ["core.E002"]
            assert [error.id for error in Loose.check()] == ["core.E001"]

    def test_the_project_passes(self):
        assert [error for model in append_only_models() for error in model.check()] == []
