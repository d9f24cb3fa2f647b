"""How a form looks and speaks, once for the whole product.

`FieldRenderer` (settings.FORM_RENDERER) lays out every form, Django's own included: label, help text,
control, error, each tied to its control for screen readers. `StyledForm` is the base of our forms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from html import escape
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.utils.choices import BaseChoiceIterator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.files import SECRET_REFUSED, looks_secret
from core.templatetags.ui import icon

_CLASSES = (
    (forms.Select, "form-select"),
    (forms.CheckboxInput, ""),
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.MultiWidget, ""),
    (forms.HiddenInput, ""),
    (forms.Widget, "form-control"),
)


class StyledField(BoundField):
    """A bound field whose control carries Bootstrap's class and points to every text that explains it."""

    @property
    def widget_type(self) -> str:
        """Part of the class of its place; every list to choose from looks alike."""
        return "select" if isinstance(self.field.widget, forms.Select) else super().widget_type

    @property
    def takes_file(self) -> bool:
        return bool(self.field.widget.needs_multipart_form)

    @property
    def aria_describedby(self) -> str | None:
        described_by = super().aria_describedby
        if not self.takes_file or not self.auto_id:
            return described_by
        return " ".join(filter(None, [described_by, f"{self.auto_id}_secret"]))

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        classes = [widget.attrs.get("class", ""), _class_of(widget), "is-invalid" if self.errors else ""]
        if joined := " ".join(filter(None, classes)):
            attrs["class"] = joined
        if self.field.required and not self.use_fieldset and not widget.is_hidden:
            attrs.setdefault("aria-required", "true")
        return attrs


def _class_of(widget: forms.Widget) -> str:
    return next(name for kind, name in _CLASSES if isinstance(widget, kind))


class FieldRenderer(TemplatesSetting):
    """Forms, fields and controls as drawn below; what is not drawn there comes from Django's templates."""

    # Names only: both are drawn below.
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"
    bound_field_class = StyledField

    _controls = DjangoTemplates()

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if draw := _DRAWN.get(template_name):
            return draw(context["widget"])
        if template_name == self.field_template_name:
            return _field(context["field"])
        if template_name == self.form_template_name:
            return _form(context)
        return super().render(template_name, context, request)

    def get_template(self, template_name: str) -> Any:
        if template_name == "django/forms/errors/list/default.html":
            return super().get_template("forms/errors.html")
        if template_name.startswith("django/"):
            return self._controls.get_template(template_name)
        return super().get_template(template_name)


# --- Controls drawn without a template --------------------------------------------------------------
#
# Django renders one template for each control, each option and each set of attributes: on a page with a list of two
# hundred units that is most of the page's time. These write the same HTML (a test compares).


def _attributes(attrs: dict[str, Any]) -> SafeString:
    return SafeString(
        "".join(
            f" {escape(name)}" if value is True else f' {escape(name)}="{escape(str(value))}"'
            for name, value in attrs.items()
            if value is not False
        )
    )


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    given = "" if value is None else format_html(' value="{}"', str(value))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], given, _attributes(widget["attrs"])
    )


def _textarea(widget: dict[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else widget["value"]
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], _attributes(widget["attrs"]), value
    )


def _select(widget: dict[str, Any]) -> SafeString:
    parts = []
    for group, options, _index in widget["optgroups"]:
        drawn = format_html_join(
            "",
            '\n  <option value="{}"{}>{}</option>',
            ((str(each["value"]), _attributes(each["attrs"]), each["label"]) for each in options),
        )
        parts.append(
            format_html('\n  <optgroup label="{}">{}\n  </optgroup>', group, drawn) if group else drawn
        )
    inner = format_html_join("", "{}", ((part,) for part in parts))
    return format_html(
        '<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget["attrs"]), inner
    )


_DRAWN = {
    "django/forms/widgets/text.html": _input,
    "django/forms/widgets/number.html": _input,
    "django/forms/widgets/hidden.html": _input,
    "django/forms/widgets/date.html": _input,
    "django/forms/widgets/url.html": _input,
    "django/forms/widgets/file.html": _input,
    "django/forms/widgets/checkbox.html": _input,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}


class Pairs(BaseChoiceIterator):
    """Choices that are (key, words) already, both texts: Django need not look at each."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = list(pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)


class PlainSelect(forms.Select):
    """A list without groups, drawn at one go: the same HTML, a tenth of the time."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = self.build_attrs(self.attrs, attrs)
        options = _options(tuple(self.choices), frozenset(self.format_value(value)))
        return format_html('<select name="{}"{}>{}\n</select>', name, _attributes(given), SafeString(options))


# The same list is drawn on every page that can be narrowed by it.
@lru_cache(maxsize=64)
def _options(choices: tuple[tuple[Any, Any], ...], chosen: frozenset[str]) -> str:
    return "".join(
        f'\n  <option value="{escape(key)}"{" selected" if key in chosen else ""}>{escape(words)}</option>'
        for key, words in ((str(key), str(words)) for key, words in choices)
    )


# --- Fields and forms drawn without a template --------------------------------------------------------


def _form(context: dict[str, Any]) -> SafeString:
    """The errors of the form and of its fields on top, then each field, then what is hidden."""
    form, fields = context["form"], [bound for bound, _errors in context["fields"]]
    parts: list[str] = [_form_errors(form, context["errors"], fields)] if form.errors else []
    parts += [bound.as_field_group() for bound in fields]
    parts += [str(bound) for bound in context["hidden_fields"]]
    return SafeString("".join(parts))


def _form_errors(form: forms.BaseForm, errors: Iterable[str], fields: list[BoundField]) -> SafeString:
    title = getattr(form, "errors_title", "")
    head = (
        format_html("<strong>{}</strong>", title)
        if title
        else SafeString("<strong>Chưa lưu được.</strong> Nội dung đã nhập vẫn còn, hãy sửa các chỗ sau:")
    )
    return format_html(
        '<div class="form-errors" role="alert" tabindex="-1" data-focus><p>{}</p><ul>{}{}</ul></div>',
        head,
        format_html_join("", "<li>{}</li>", ((error,) for error in errors)),
        format_html_join(
            "",
            '<li><a href="#{}">{}</a>: {}</li>',
            (
                (bound.id_for_label or bound.auto_id, bound.label, error)
                for bound in fields
                for error in bound.errors
            ),
        ),
    )


_NOT_TYPED = forms.Field.default_error_messages["required"]
_OPTIONAL = SafeString(' <span class="field-optional">(không bắt buộc)</span>')


def _field(bound: BoundField) -> SafeString:
    """Label, help, control and error of one field, each tied to the control."""
    field, wrong = bound.field, bound.errors
    is_checkbox = isinstance(field.widget, forms.CheckboxInput)
    # A form of Django's own lets the browser ask for what must be there: only ours say what need not.
    silent = (
        field.required
        or bound.form.use_required_attribute
        or bound.name in getattr(bound.form, "sometimes_required", ())
    )
    optional = "" if silent else _OPTIONAL
    inside = []
    if bound.use_fieldset and bound.label:
        inside.append(format_html("<legend>{}{}</legend>", bound.label, optional))
    elif is_checkbox and not bound.use_fieldset:
        inside.append(
            format_html(
                '<div class="field-check">{}<label for="{}">{}</label></div>',
                bound,
                bound.id_for_label,
                bound.label,
            )
        )
    elif bound.label and not bound.use_fieldset:
        aim = format_html(' for="{}"', bound.id_for_label) if bound.id_for_label else ""
        inside.append(format_html("<label{}>{}{}</label>", aim, bound.label, optional))
    if bound.help_text:
        words = SafeString(bound.help_text)
        inside.append(format_html('<div class="field-help" id="{}_helptext">{}</div>', bound.auto_id, words))
    if not is_checkbox:
        inside.append(SafeString(str(bound)))
    if wrong:
        lines = format_html_join("", "<p>{}{}</p>", ((icon("alert", "Lỗi"), error) for error in wrong))
        inside.append(format_html('<div class="field-error" id="{}_error">{}</div>', bound.auto_id, lines))
    if field.widget.needs_multipart_form:
        again = SafeString("<strong>Hãy chọn lại tệp.</strong> ") if _is_lost(bound) else ""
        inside.append(
            format_html(
                '<div class="field-help" id="{}_secret">{}{}Không đưa nội dung bí mật nhà nước. Tối đa 20 MB mỗi tệp.'
                "</div>",
                bound.auto_id,
                again,
                icon("shield"),
            )
        )
    drawn = SafeString("".join(inside))
    if bound.use_fieldset:
        described = bound.aria_describedby
        about = format_html(' aria-describedby="{}"', described) if described else ""
        drawn = format_html("<fieldset{}>{}</fieldset>", about, drawn)
    return format_html(
        '<div class="field field-{}{}">{}</div>', bound.widget_type, " field-wrong" if wrong else "", drawn
    )


def _is_lost(bound: BoundField) -> bool:
    """The form comes back with errors: browsers never send a chosen file twice."""
    return bound.form.is_bound and bool(bound.form.errors)


class StyledForm(forms.BaseForm):
    """Mixin for our forms: `class AcceptForm(StyledForm, forms.Form)`, also before `forms.ModelForm`.

    - Ids start with the name of the class ("accept-note"), so that several forms stand on one page.
    - No colon after labels; optional fields say so, but for those that a rule of the form may ask for
      (`sometimes_required`): "không bắt buộc" beside them would be a trap.
    - A choice that is missing was not chosen, rather than not typed.
    - The browser does not check (its messages come in the language of the browser): the server does,
      and says it in Vietnamese with a list of links to the fields.
    - A text that carries a stamp of state secrecy is refused, whatever the form is for (office rule 25).
    - A form that saves nothing (signing in, uploading for a preview) names its failure in `errors_title`.
    - Text areas are three lines high; browsers offer no old answers, as machines are shared.
    """

    use_required_attribute = False
    errors_title = ""
    sometimes_required: Collection[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.removesuffix('Form').lower()}-%s")
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(field, forms.ChoiceField) and field.error_messages["required"] == _NOT_TYPED:
                field.error_messages["required"] = "Chưa chọn nội dung này."
            if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") in (None, "10", 10):
                widget.attrs["rows"] = 3
            if isinstance(widget, forms.Textarea | forms.TextInput):
                widget.attrs.setdefault("autocomplete", "off")
            if isinstance(widget, forms.Textarea):
                widget.attrs.pop("cols", None)

    def _clean_form(self) -> None:
        # Before `clean`, which may be overridden without a word of this.
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and looks_secret(value):
                self.add_error(name, SECRET_REFUSED)
        super()._clean_form()  # type: ignore[misc]
