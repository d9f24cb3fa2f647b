"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.urls import path

from core.forms import StyledForm


class SignInForm(StyledForm, AuthenticationForm):
    errors_title = "Chưa đăng nhập được."
    error_messages = {
        "invalid_login": "Tên đăng nhập hoặc mật khẩu chưa đúng.",
        "inactive": "Tài khoản đã khóa. Hãy liên hệ quản trị hệ thống.",
    }


# Django's form pages take PUT for POST; ours do not.
METHODS = ["get", "head", "post", "options"]


class SignIn(views.LoginView):
    """The demo's accounts are offered only in demo mode."""

    http_method_names = METHODS
    authentication_form = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO_MODE:
            from tracker.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

            context["demo_accounts"] = [
                {"username": account.username, "label": f"{account.full_name} – {account.label}"}
                for account in DEMO_ACCOUNTS
            ]
            context["demo_password"] = DEMO_PASSWORD
        return context


urlpatterns = [
    path("dang-nhap/", SignIn.as_view(), name="login"),
    path("dang-xuat/", views.LogoutView.as_view(), name="logout"),
    path(
        "doi-mat-khau/", views.PasswordChangeView.as_view(http_method_names=METHODS), name="password_change"
    ),
    path("doi-mat-khau/xong/", views.PasswordChangeDoneView.as_view(), name="password_change_done"),
]
