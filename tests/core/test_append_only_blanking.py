"""A column may be blanked only by decision, another may be set once: held by the database, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from core.append_only import AppendOnly, AppendOnlyError, install_triggers, missing_triggers

with isolate_apps("core"):

    class Order(AppendOnly):
        """A decision to remove."""

        class Meta:
            app_label = "core"
            db_table = "test_order"

    class Remark(AppendOnly):
        """A fact with words, an answer that comes once, and a mark of later work."""

        mutable_columns = ("seen_at",)
        set_once_columns = ("removal", "answer")
        blankable_columns = ("text", "answer", "extra")
        author = models.CharField(max_length=50)
        text = models.CharField(max_length=50)
        answer = models.CharField(max_length=50, blank=True)
        extra = models.CharField(max_length=50, null=True)  # noqa: DJ001
        seen_at = models.DateTimeField(null=True)
        removal = models.ForeignKey(Order, models.PROTECT, null=True, related_name="+")

        class Meta:
            app_label = "core"
            db_table = "test_remark"


TABLES = [Order, Remark]


@pytest.fixture(scope="module")
def tables(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in TABLES:
                editor.create_model(model)
        install_triggers(connection, TABLES)
        yield
        with connection.schema_editor() as editor:
            for model in reversed(TABLES):
                editor.delete_model(model)


@pytest.fixture
def order(tables: None, db: None) -> Order:
    return Order.objects.create()


@pytest.fixture
def remark(order: Order) -> Remark:
    return Remark.objects.create(author="A", text="mật", extra="thêm")


def raw(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_words_go_together_with_the_decision(remark: Remark, order: Order) -> None:
    assert Remark.objects.filter(pk=remark.pk).blank(["text", "extra"], removal=order) == 1
    remark.refresh_from_db()
    assert (remark.text, remark.extra, remark.author, remark.removal_id) == ("", None, "A", order.pk)


def test_a_second_decision_does_not_replace_the_first(remark: Remark, order: Order) -> None:
    Remark.objects.filter(pk=remark.pk).blank(["text"], removal=order)
    Remark.objects.filter(pk=remark.pk).blank(["extra"], removal=Order.objects.create())
    remark.refresh_from_db()
    assert (remark.extra, remark.removal_id) == (None, order.pk)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE test_remark SET text = ''",
        "UPDATE test_remark SET text = NULL",
        "UPDATE test_remark SET text = 'khác', removal_id = {order}",
        "UPDATE test_remark SET text = '', removal_id = {order}, author = 'B'",
        "UPDATE test_remark SET author = '', removal_id = {order}",
        "DELETE FROM test_remark",
    ],
)
def test_the_database_refuses_anything_else(remark: Remark, order: Order, sql: str) -> None:
    with pytest.raises(IntegrityError):
        raw(sql.format(order=order.pk))
    assert Remark.objects.get(pk=remark.pk).text == "mật"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE test_remark SET removal_id = NULL",
        "UPDATE test_remark SET removal_id = {other}",
        "UPDATE test_remark SET text = 'trở lại'",
        "UPDATE test_remark SET text = 'trở lại', removal_id = NULL",
    ],
)
def test_what_was_removed_stays_removed(remark: Remark, order: Order, sql: str) -> None:
    Remark.objects.filter(pk=remark.pk).blank(["text"], removal=order)
    with pytest.raises(IntegrityError, match="append-only"):
        raw(sql.format(other=Order.objects.create().pk))


def test_an_answer_is_written_once_and_may_still_be_removed(remark: Remark, order: Order) -> None:
    remark.answer = "đã rõ"
    remark.save(update_fields=["answer"])
    with pytest.raises(IntegrityError, match="append-only: test_remark"), transaction.atomic():
        Remark.objects.filter(pk=remark.pk).update(answer="khác")
    with pytest.raises(IntegrityError):
        raw("UPDATE test_remark SET answer = ''")
    Remark.objects.filter(pk=remark.pk).blank(["answer"], removal=order)
    assert Remark.objects.get(pk=remark.pk).answer == ""


def test_a_mark_of_later_work_is_still_free(remark: Remark, order: Order) -> None:
    Remark.objects.filter(pk=remark.pk).blank(["text"], removal=order)
    Remark.objects.update(seen_at=datetime(2026, 11, 24, tzinfo=UTC))
    assert Remark.objects.get(pk=remark.pk).seen_at is not None


def test_the_orm_offers_no_other_way(remark: Remark, order: Order) -> None:
    with pytest.raises(AppendOnlyError):
        Remark.objects.update(text="")
    with pytest.raises(AppendOnlyError):
        Remark.objects.all().blank(["author"], removal=order)
    with pytest.raises(AppendOnlyError):
        Remark.objects.all().blank([], removal=order)
    remark.text = ""
    with pytest.raises(AppendOnlyError):
        remark.save(update_fields=["text"])


def test_a_trigger_that_lets_more_be_blanked_than_the_code_says_is_mended(
    remark: Remark, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert missing_triggers(connection, TABLES) == []
    monkeypatch.setattr(Remark, "blankable_columns", ("text",))
    assert missing_triggers(connection, TABLES) == ["test_remark"]
    assert install_triggers(connection, TABLES) == ["test_remark"]
    assert missing_triggers(connection, TABLES) == []


def test_a_function_that_refuses_nothing_is_noticed(remark: Remark) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has no functions of its own")
    raw(
        "CREATE OR REPLACE FUNCTION append_only_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$"
    )
    assert "test_remark" in missing_triggers(connection, TABLES)
    install_triggers(connection, TABLES)
    with pytest.raises(IntegrityError):
        raw("UPDATE test_remark SET text = 'khác'")


def test_blankable_columns_need_a_place_for_the_decision() -> None:
    with isolate_apps("core"):

        class Loose(AppendOnly):
            blankable_columns = ("text",)
            text = models.CharField(max_length=50)

            class Meta:
                app_label = "core"

        assert [error.id for error in Loose.check()] == ["core.E003"]
