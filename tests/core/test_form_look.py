"""Every form: each control tied to its label, help and error; errors listed on top; what was typed kept."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from core.fields import DayFormField, LineFormField, ProseFormField
from core.forms import StyledForm


class SendForm(StyledForm, forms.Form):
    title = LineFormField(label="Tên nhiệm vụ", help_text="Như trong văn bản.")
    note = ProseFormField(label="Ghi chú", required=False)
    due = DayFormField(label="Thời hạn")
    how = forms.ChoiceField(label="Hình thức", choices=[("a", "Điện thoại")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Đã được đồng ý", required=False)
    proof = forms.FileField(label="Tài liệu kiểm chứng", required=False)


class AskForm(StyledForm, forms.Form):
    title = LineFormField(label="Tên nhiệm vụ")


class Bare(forms.Form):
    """A form of Django's own kind, such as the one for signing in."""

    name = forms.CharField(label="Tên đăng nhập")


def test_a_control_carries_its_look_and_points_to_what_explains_it() -> None:
    page = str(SendForm())
    assert '<label for="send-title">' in page
    assert 'class="form-control"' in page
    assert 'aria-describedby="send-title_helptext"' in page
    assert 'id="send-title_helptext"' in page
    assert 'aria-required="true"' in page
    assert "(không bắt buộc)" in page


def test_a_field_that_a_rule_may_ask_for_is_not_called_optional() -> None:
    class RuledForm(SendForm):
        sometimes_required = [name for name, field in SendForm.base_fields.items() if not field.required]

    assert RuledForm.sometimes_required and "(không bắt buộc)" not in str(RuledForm())


def test_what_is_chosen_is_asked_for_in_other_words_than_what_is_typed() -> None:
    errors = SendForm({}).errors
    assert errors["how"] == ["Chưa chọn nội dung này."]
    assert errors["title"] == ["Chưa nhập nội dung này."]


def test_browsers_leave_checking_to_us_so_that_every_message_is_vietnamese() -> None:
    assert " required" not in str(SendForm())


def test_several_forms_on_a_page_share_no_id() -> None:
    assert 'id="ask-title"' in str(AskForm())
    assert 'id="send-title"' not in str(AskForm())


def test_errors_stand_on_top_with_links_and_beside_their_fields_and_what_was_typed_stays() -> None:
    form = SendForm({"title": "Rà soát <TTHC>", "due": "31/02/2026"})
    page = str(form)
    assert '<a href="#send-due">Thời hạn</a>' in page
    assert 'id="send-due_error"' in page
    assert 'aria-describedby="send-due_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="Rà soát &lt;TTHC&gt;"' in page
    assert 'value="31/02/2026"' in page
    # A group of choices has no single control: the link leads to the group.
    assert '<a href="#send-how">Hình thức</a>' in page
    assert '<div id="send-how"' in page


def test_beside_every_upload_stands_the_word_on_state_secrets() -> None:
    page = str(SendForm())
    assert "Không đưa nội dung bí mật nhà nước" in page
    assert 'aria-describedby="send-proof_secret"' in page


def test_a_chosen_file_is_asked_for_again_when_the_form_comes_back() -> None:
    form = SendForm({"title": ""}, {"proof": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert "Hãy chọn lại tệp" in str(form)
    assert "Hãy chọn lại tệp" not in str(SendForm())


def test_forms_of_django_itself_look_the_same() -> None:
    page = str(Bare())
    assert 'class="form-control"' in page
    assert "(không bắt buộc)" not in page


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (forms.CharField(), "", "Chưa nhập nội dung này."),
        (forms.IntegerField(max_value=100), "170", "Giá trị không được lớn hơn 100."),
        (forms.IntegerField(), "mười", "Hãy nhập một số nguyên, ví dụ 12."),
        (
            forms.FileField(),
            SimpleUploadedFile("a.pdf", b""),
            "Tệp không có nội dung (0 byte). Hãy chọn tệp khác.",
        ),
    ],
)
def test_errors_of_django_speak_as_clerks_do(field: forms.Field, value: object, message: str) -> None:
    with pytest.raises(forms.ValidationError) as caught:
        field.clean(value)
    assert caught.value.messages == [message]
