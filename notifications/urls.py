"""Addresses of the inbox, and the health of what goes out by itself."""

from django.urls import path

from notifications import feed_views, leaving_views, mailroom_views, settings_views, views

urlpatterns = [
    path("hop-thu/", views.inbox, name="inbox"),
    path("hop-thu/da-xem/", views.read_all, name="inbox_read_all"),
    path("hop-thu/chua-xem/", views.unread, name="unread"),
    path("hop-thu/nhan-thu/", settings_views.mail_settings, name="mail_settings"),
    path("hop-thu/lich/", feed_views.calendar_address, name="calendar_address"),
    path("lich/<str:secret>.ics", feed_views.calendar_feed, name="calendar_feed"),
    path("gui-thu/", mailroom_views.mailroom, name="mailroom"),
    path("gui-thu/gui-lai/", mailroom_views.retry_all, name="mailroom_retry_all"),
    path("gui-thu/<int:pk>/gui-lai/", mailroom_views.retry, name="mailroom_retry"),
    path("gui-thu/dia-chi/<int:pk>/", mailroom_views.trust_again, name="mailroom_trust"),
    path("hop-thu/thoi-nhan-thu/<str:token>/", leaving_views.leave_mails, name="leave_mails"),
    path("hop-thu/<int:pk>/", views.notice, name="notice"),
    path("healthz/jobs", views.healthz_jobs, name="healthz_jobs"),
]
