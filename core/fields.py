"""Model and form fields that keep what every table relies on: text in one Unicode form, days within
2000-2100 and written day first.

Text is normalised on every way in (form, ORM, bulk_create, update, lookups), not only through forms.
Days are read by `parse_day`, the one reader of a day typed by a person.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models

from core.text import clean_line, nfc, shown

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)
PROSE_MAX_LENGTH = 5000

DAY_OUT_OF_RANGE = "Ngày phải từ 01/01/2000 đến 31/12/2100."
DAY_NOT_REAL = "“%s” không phải là ngày có thật. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026."
DAY_OR_MONTH = "“%s” không rõ ngày hay tháng. Hãy nhập ngày trước, tháng sau, ví dụ 28/02/2026."
DAY_SHORT_YEAR = "“%s”: năm phải viết đủ bốn chữ số, ví dụ 28/02/2026."
TOO_LONG = "Tối đa %(limit_value)d ký tự (đang có %(show_value)d)."

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_IN_WORDS = re.compile(r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", re.IGNORECASE)


def parse_day(text: str) -> date:
    """The day a person typed: `5/3/2026`, `05/03/2026`, `5-3-2026`, `5.3.2026`, "ngày 05 tháng 3 năm
    2026", or `2026-03-05` as browsers and other programs write it. Always day before month.

    Raises ValueError with a Vietnamese message for anything else, for a day that does not exist, and
    for a day outside 2000-2100.
    """
    typed = clean_line(text)
    if match := _YEAR_FIRST.fullmatch(typed):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(typed) or _IN_WORDS.fullmatch(typed):
        if len(match[3]) == 2:
            raise ValueError(DAY_SHORT_YEAR % shown(typed))
        day, month, year = (int(part) for part in match.groups())
    else:
        raise ValueError(DAY_NOT_REAL % shown(typed))
    try:
        found = date(year, month, day)
    except ValueError:
        month_written_first = month > 12 and day <= 12
        raise ValueError((DAY_OR_MONTH if month_written_first else DAY_NOT_REAL) % shown(typed)) from None
    return check_day(found)


def check_day(day: date) -> date:
    """`day` itself; raises ValueError (Vietnamese) outside 2000-2100."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(DAY_OUT_OF_RANGE)
    return day


def clean_prose(value: str) -> str:
    """Text of several lines in normal form, without blank ends."""
    return nfc(value).strip()


# --- form fields -----------------------------------------------------------------------------------


class _CleanText(forms.CharField):
    """A text form field that measures the length of the normalised text, in our words."""

    def normalise(self, value: str) -> str:
        raise NotImplementedError

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.validators = [each for each in self.validators if not isinstance(each, MaxLengthValidator)]
        if max_length is not None:
            self.validators.append(MaxLengthValidator(max_length, TOO_LONG))

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return (self.normalise(value) or self.empty_value) if isinstance(value, str) else value


class LineFormField(_CleanText):
    """One line of text: NFC, single spaces."""

    def normalise(self, value: str) -> str:
        return clean_line(value)


class ProseFormField(_CleanText):
    """Text of several lines: NFC, `\\n` line ends."""

    widget = forms.Textarea

    def normalise(self, value: str) -> str:
        return clean_prose(value)


class DayInput(forms.DateInput):
    """A text box for `dd/mm/yyyy`: the browser's own date picker shows the order of the browser's
    language, which is month first on many office machines."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"inputmode": "numeric", "placeholder": "ngày/tháng/năm", "autocomplete": "off"}
        super().__init__(attrs={**usual, **(attrs or {})}, format="%d/%m/%Y")


class DayFormField(forms.DateField):
    """A day as people type it here, read by `parse_day`."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, str):
            if not value.strip():
                return None
            return _day_or_error(parse_day, value)
        return _day_or_error(check_day, value.date() if isinstance(value, datetime) else value)


def _day_or_error(read: Any, value: Any) -> date:
    try:
        return read(value)
    except ValueError as error:
        raise ValidationError(str(error), code="invalid") from error


# --- model fields ----------------------------------------------------------------------------------


class _NormalisedText(models.Field):
    """What LineField and ProseField share: the normal form on the way to the database and on the object."""

    def normalise(self, value: str) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return self.normalise(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return self.normalise(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = self.normalise(value)
            setattr(model_instance, self.attname, value)
        return value


class LineField(_NormalisedText, models.CharField):
    """One line of text in normal form (`core.text.clean_line`). `max_length` defaults to 255."""

    def normalise(self, value: str) -> str:
        return clean_line(value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 255)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": LineFormField, **kwargs})


class ProseField(_NormalisedText, models.TextField):
    """Text of several lines in normal form, at most `max_length` (5,000) characters: the form and
    `full_clean` refuse more; the database does not cut."""

    def normalise(self, value: str) -> str:
        return clean_prose(value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", PROSE_MAX_LENGTH)
        super().__init__(*args, **kwargs)
        self.validators.append(MaxLengthValidator(self.max_length, TOO_LONG))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": ProseFormField, **kwargs})


class DayField(models.DateField):
    """A calendar day within 2000-2100, by whichever way it comes: form, `full_clean`, import or ORM."""

    default_validators = [
        MinValueValidator(FIRST_DAY, DAY_OUT_OF_RANGE),
        MaxValueValidator(LAST_DAY, DAY_OUT_OF_RANGE),
    ]

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            return _day_or_error(parse_day, value) if value.strip() else None
        return super().to_python(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, date) and not isinstance(value, datetime):
            _day_or_error(check_day, value)
        return super().get_db_prep_save(value, connection)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": DayFormField, **kwargs})
