"""Addresses of bàn giao công việc."""

from django.urls import path

from tracker import handover_views as views

urlpatterns = [
    path("ban-giao/", views.handovers, name="handovers"),
    path("ban-giao/nguoi/<int:pk>/", views.handover_new, name="handover_new"),
    path("ban-giao/<int:pk>/", views.handover, name="handover"),
    path("ban-giao/<int:pk>/bien-ban/", views.handover_minutes, name="handover_minutes"),
    path("ban-giao/<int:pk>/huy/", views.handover_withdraw, name="handover_withdraw"),
]
