"""Addresses of the inbox, and the health of what goes out by itself."""

from django.urls import path

from notifications import (
    desk_views,
    feed_views,
    leaving_views,
    mailroom_views,
    quiet_views,
    rule_views,
    settings_views,
    views,
)

urlpatterns = [
    path("hop-thu/", views.inbox, name="inbox"),
    path("hop-thu/da-xem/", views.read_all, name="inbox_read_all"),
    path("hop-thu/nhac/", quiet_views.quiet_list, name="quiet_list"),
    path("hop-thu/nhac/nghi/", quiet_views.leave_new, name="leave_new"),
    path("hop-thu/nhac/nghi/<int:pk>/", quiet_views.leave_end, name="leave_end"),
    path("hop-thu/nhac/nhiem-vu/<int:pk>/", quiet_views.quiet_task, name="quiet_task"),
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
    path("ke-hoach/<int:pk>/nhac-viec/", rule_views.plan_rules, name="plan_rules"),
    path("nhac-viec/", rule_views.common_rules, name="common_rules"),
    path("don-doc/", desk_views.desk_page, name="desk"),
    path("don-doc/chuyen/", desk_views.desk_release, name="desk_release"),
    path("don-doc/giao-ban/", desk_views.giao_ban, name="giao_ban"),
    path("don-doc/<int:pk>/", desk_views.escalation, name="escalation"),
    path("trinh-lanh-dao/", desk_views.leader_matters, name="leader_matters"),
    path("healthz/jobs", views.healthz_jobs, name="healthz_jobs"),
]
