"""Text reaches the database in one form by every way; a day is read day first and lies within 2000-2100."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from core.fields import DayField, LineField, ProseField, parse_day

with isolate_apps("core"):

    class Sheet(models.Model):  # noqa: DJ008
        title = LineField("tiêu đề", max_length=20)
        text = ProseField("nội dung", blank=True, max_length=50)
        day = DayField("ngày", null=True, blank=True)

        class Meta:
            app_label = "core"
            db_table = "test_sheet"


class SheetForm(forms.ModelForm):
    class Meta:
        model = Sheet
        fields = ("title", "text", "day")


TYPED = unicodedata.normalize("NFD", "  Kế  hoạch\u00a0") + "\u200b"


@pytest.fixture(scope="module")
def made_table(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Sheet)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Sheet)


@pytest.fixture
def table(made_table: None, db: None) -> None:
    """The table of Sheet, empty."""


class TestText:
    def test_is_normal_by_every_way_in(self, table):
        one = Sheet.objects.create(title=TYPED)
        assert one.title == "Kế hoạch"
        Sheet.objects.bulk_create([Sheet(title=TYPED)])
        three = Sheet.objects.create(title="khác")
        Sheet.objects.filter(pk=three.pk).update(title=TYPED)
        four = Sheet.objects.create(title="khác")
        four.title = TYPED
        Sheet.objects.bulk_update([four], ["title"])
        assert set(Sheet.objects.values_list("title", flat=True)) == {"Kế hoạch"}
        assert Sheet.objects.filter(title=TYPED).count() == 4

    def test_keeps_its_lines_where_it_has_lines(self, table):
        sheet = Sheet.objects.create(title="a", text="Dòng một\r\nDòng hai\x0b\r\n")
        sheet.refresh_from_db()
        assert sheet.text == "Dòng một\nDòng hai"


class TestTheForm:
    def test_gives_normal_text(self):
        form = SheetForm({"title": TYPED, "text": "a\r\nb"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data == {"title": "Kế hoạch", "text": "a\nb", "day": None}

    def test_says_how_much_is_too_much(self):
        form = SheetForm({"title": "x" * 21, "text": "y" * 51})
        assert form.errors == {
            "title": ["Tối đa 20 ký tự (đang có 21)."],
            "text": ["Tối đa 50 ký tự (đang có 51)."],
        }

    def test_counts_a_line_end_once_as_the_browser_does(self):
        assert SheetForm({"title": "a", "text": "12345678\r\n" * 5}).is_valid()

    def test_nothing_but_spaces_is_nothing(self):
        assert "title" in SheetForm({"title": "\u00a0\u200b "}).errors

    @pytest.mark.parametrize(
        "typed",
        ["5/3/2026", "05/03/2026", "5-3-2026", "05.03.2026", " 5 / 3 / 2026 ", "2026-03-05"],
    )
    def test_reads_the_day_first(self, typed):
        form = SheetForm({"title": "a", "day": typed})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["day"] == date(2026, 3, 5)

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            (
                "31/02/2026",
                "“31/02/2026” không phải là ngày có thật. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026.",
            ),
            ("mai", "“mai” không phải là ngày có thật. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026."),
            (
                "04/13/2026",
                "“04/13/2026” không rõ ngày hay tháng. Hãy nhập ngày trước, tháng sau, ví dụ 28/02/2026.",
            ),
            ("1/2/26", "“1/2/26”: năm phải viết đủ bốn chữ số, ví dụ 28/02/2026."),
            ("31/12/1999", "Ngày phải từ 01/01/2000 đến 31/12/2100."),
            ("01/01/2101", "Ngày phải từ 01/01/2000 đến 31/12/2100."),
        ],
    )
    def test_says_what_is_wrong_with_a_day_and_keeps_what_was_typed(self, typed, message):
        form = SheetForm({"title": "a", "day": typed})
        assert form.errors == {"day": [message]}
        assert f'value="{typed}"' in str(form["day"])

    def test_shows_a_day_as_it_is_typed(self):
        box = str(SheetForm(instance=Sheet(day=date(2026, 3, 5)))["day"])
        assert 'type="text"' in box
        assert 'value="05/03/2026"' in box
        assert 'inputmode="numeric"' in box

    def test_takes_a_day_that_is_a_date_already(self):
        field = SheetForm().fields["day"]
        assert field.clean(date(2026, 3, 5)) == field.clean(datetime(2026, 3, 5, 10)) == date(2026, 3, 5)
        assert not field.has_changed(date(2026, 3, 5), "5/3/2026")


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from("/.-"))
def test_every_day_is_read_back(day, mark):
    assert parse_day(f"{day.day}{mark}{day.month}{mark}{day.year}") == day
    assert parse_day(f"ngày {day.day:02d} tháng {day.month} năm {day.year}") == day
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2101, 1, 1)])
def test_the_orm_too_refuses_a_day_out_of_range(table, day):
    with pytest.raises(ValidationError, match="Ngày phải từ 01/01/2000 đến 31/12/2100"), transaction.atomic():
        Sheet.objects.create(title="a", day=day)
    with pytest.raises(ValidationError, match="Ngày phải từ"):
        Sheet(title="a", day=day).full_clean()
    assert not Sheet.objects.filter(day__lt=date(1999, 1, 1)).exists()


@pytest.mark.parametrize("field", [LineField("a"), ProseField("b"), DayField("c", null=True)])
def test_a_migration_names_the_field_by_its_home(field):
    field.set_attributes_from_name("x")
    text, _imports = MigrationWriter.serialize(field)
    assert text.startswith(f"core.fields.{type(field).__name__}(")
    _name, _path, args, kwargs = field.deconstruct()
    assert type(field)(*args, **kwargs).deconstruct()[2:] == (args, kwargs)
    assert "validators" not in kwargs
