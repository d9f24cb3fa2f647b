"""Controls drawn in Python are, to the letter, what Django's templates would have drawn."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from hypothesis import given
from hypothesis import strategies as st

from core.fields import DayInput
from core.forms import FieldRenderer, PlainSelect

TEXT = st.one_of(st.none(), st.text(alphabet="aĐ<>&\"' \n/", max_size=12))
GROUPS = [
    ("", "–"),
    ("Khối cơ quan", [("1", "Phòng A & B"), (2, "<Phòng>")]),
    ("3", 'Chi nhánh "số 1"'),
    ("4", "Đơn vị"),
]
WIDGETS = [
    forms.TextInput(attrs={"class": "form-control", "disabled": True, "hidden": False, "maxlength": 3}),
    forms.NumberInput(),
    forms.HiddenInput(),
    forms.URLInput(),
    forms.FileInput(attrs={"accept": ".pdf"}),
    forms.CheckboxInput(),
    DayInput(),
    forms.Textarea(attrs={"rows": 3}),
    forms.Select(choices=GROUPS, attrs={"aria-describedby": "x y"}),
]


def squeezed(html: str) -> str:
    return re.sub(r"\s+", " ", html)


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda each: type(each).__name__)
@given(value=TEXT)
def test_the_html_is_the_same(widget: forms.Widget, value: str | None) -> None:
    ours = widget.render("ten", value, {"id": "x"}, renderer=FieldRenderer())
    theirs = widget.render("ten", value, {"id": "x"}, renderer=DjangoTemplates())
    assert squeezed(ours) == squeezed(theirs)


@given(value=TEXT | st.sampled_from([1, 2]))
def test_a_list_drawn_at_one_go_is_the_same_too(value: str | int | None) -> None:
    choices = [("", "–"), ("1", "Phòng A & B"), (2, "<Phòng>"), ('"', "Đơn vị")]
    attrs = {"class": "form-select", "aria-describedby": "x y"}
    ours = PlainSelect(choices=choices).render("ten", value, attrs, renderer=FieldRenderer())
    theirs = forms.Select(choices=choices).render("ten", value, attrs, renderer=DjangoTemplates())
    assert squeezed(ours) == squeezed(theirs)


def test_the_chosen_option_is_marked() -> None:
    html = forms.Select(choices=GROUPS).render("ten", 2, renderer=FieldRenderer())
    assert re.findall(r'value="(\d?)" selected', html) == ["2"]
