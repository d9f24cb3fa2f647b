"""Addresses of the inbox, and the health of what goes out by itself."""

from django.urls import path

from notifications import desk_views, quiet_views, rule_views, views

urlpatterns = [
    path("hop-thu/", views.inbox, name="inbox"),
    path("hop-thu/da-xem/", views.read_all, name="inbox_read_all"),
    path("hop-thu/nhan-thu/", views.mail_settings, name="mail_settings"),
    path("hop-thu/nhac/", quiet_views.quiet_list, name="quiet_list"),
    path("hop-thu/nhac/nghi/", quiet_views.leave_new, name="leave_new"),
    path("hop-thu/nhac/nghi/<int:pk>/", quiet_views.leave_end, name="leave_end"),
    path("hop-thu/nhac/nhiem-vu/<int:pk>/", quiet_views.quiet_task, name="quiet_task"),
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
