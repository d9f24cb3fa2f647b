"""Addresses of units and staff accounts."""

from django.urls import path

from units import views

urlpatterns = [
    path("don-vi/", views.units, name="units"),
    path("don-vi/<int:pk>/", views.unit, name="unit"),
    path("tai-khoan/", views.coverage, name="coverage"),
    path("tai-khoan/<int:pk>/", views.coverage_unit, name="coverage_unit"),
    path("tai-khoan/<int:pk>/ghi-nhan/", views.check_accounts, name="check_accounts"),
]
