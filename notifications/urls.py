"""Addresses of the inbox, and the health of what goes out by itself."""

from django.urls import path

from notifications import leaving_views, views

urlpatterns = [
    path("hop-thu/", views.inbox, name="inbox"),
    path("hop-thu/da-xem/", views.read_all, name="inbox_read_all"),
    path("hop-thu/nhan-thu/", views.mail_settings, name="mail_settings"),
    path("hop-thu/thoi-nhan-thu/<str:token>/", leaving_views.leave_mails, name="leave_mails"),
    path("hop-thu/<int:pk>/", views.notice, name="notice"),
    path("healthz/jobs", views.healthz_jobs, name="healthz_jobs"),
]
