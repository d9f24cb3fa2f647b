"""Forms of the inbox."""

from django import forms

from core.forms import StyledForm


class MailsForm(StyledForm, forms.Form):
    mails = forms.BooleanField(
        label="Nhận thư nhắc việc hằng ngày",
        required=False,
        help_text="Mỗi ngày làm việc nhiều nhất một thư, chỉ khi có việc. Hộp thư này luôn có đủ thông báo.",
    )
