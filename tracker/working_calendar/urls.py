"""Addresses of the working calendar."""

from django.urls import path

from tracker.working_calendar import views

urlpatterns = [
    path("lich-lam-viec/", views.working_calendar, name="working_calendar"),
    path("lich-lam-viec/them/", views.calendar_day_new, name="calendar_day_new"),
    path("lich-lam-viec/ngay/<int:pk>/", views.calendar_day, name="calendar_day"),
    path("lich-lam-viec/nam/<int:year>/", views.calendar_year, name="calendar_year"),
]
