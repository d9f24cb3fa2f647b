"""How a form looks and speaks, once for the whole product.

`FieldRenderer` (settings.FORM_RENDERER) lays out every form, Django's own included: label, help text,
control, error, each tied to its control for screen readers. `StyledForm` is the base of our forms.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.files import SECRET_REFUSED, looks_secret

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
    def takes_file(self) -> bool:
        return bool(self.field.widget.needs_multipart_form)

    @property
    def is_checkbox(self) -> bool:
        """One box standing before its own label."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def file_lost(self) -> bool:
        """The form comes back with errors: browsers never send a chosen file twice."""
        return self.takes_file and self.form.is_bound and bool(self.form.errors)

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
    """Forms and fields from `templates/forms/`, the controls themselves from Django."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"
    bound_field_class = StyledField

    _controls = DjangoTemplates()

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)

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
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value)),)
            for name, value in attrs.items()
            if value is not False
        ),
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


class StyledForm(forms.BaseForm):
    """Mixin for our forms: `class AcceptForm(StyledForm, forms.Form)`, also before `forms.ModelForm`.

    - Ids start with the name of the class ("accept-note"), so that several forms stand on one page.
    - No colon after labels; optional fields say so.
    - The browser does not check (its messages come in the language of the browser): the server does,
      and says it in Vietnamese with a list of links to the fields.
    - A text that carries a stamp of state secrecy is refused, whatever the form is for (office rule 25).
    - A form that saves nothing (signing in, uploading for a preview) names its failure in `errors_title`.
    - Text areas are three lines high; browsers offer no old answers, as machines are shared.
    """

    use_required_attribute = False
    errors_title = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.removesuffix('Form').lower()}-%s")
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
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
