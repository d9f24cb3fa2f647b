"""Forms of the inbox."""

from django import forms

from core.forms import StyledForm
from notifications.models import Preference


class MailsForm(StyledForm, forms.Form):
    mails = forms.BooleanField(
        label="Nhận thư nhắc việc hằng ngày",
        required=False,
        help_text="Mỗi ngày làm việc nhiều nhất một thư, chỉ khi có việc. Hộp thư trong hệ thống luôn có đủ thông báo.",
    )
    urgent_at_once = forms.BooleanField(
        label="Việc khẩn gửi thư ngay trong giờ làm việc",
        required=False,
        help_text="Nhiệm vụ ghi Khẩn, Thượng khẩn, Hỏa tốc khi mới giao, bị trả lại hoặc chờ xử lý.",
    )
    quiet_until = forms.ChoiceField(
        label="Thư hằng ngày gửi từ",
        choices=Preference.Hour.choices,
        required=False,
    )
