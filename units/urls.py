"""Addresses of units and staff accounts."""

from django.urls import path

from units import exports, look_views, views

urlpatterns = [
    path("don-vi/", views.units, name="units"),
    path("don-vi/xuat/", exports.units_export, name="units_export"),
    path("danh-muc/lich/xuat/", exports.calendar_export, name="calendar_export"),
    path("tai-khoan/xuat/", exports.coverage_export, name="coverage_export"),
    path("don-vi/<int:pk>/", views.unit, name="unit"),
    path("tai-khoan/", views.coverage, name="coverage"),
    path("tai-khoan/<int:pk>/", views.coverage_unit, name="coverage_unit"),
    path("tai-khoan/<int:pk>/ghi-nhan/", views.check_accounts, name="check_accounts"),
    path("tai-khoan/<int:pk>/bien-dong/", views.change_service, name="change_service"),
    path("tai-khoan/<int:pk>/rut-lai/", views.withdraw_check, name="withdraw_check"),
    path("tai-khoan/luot-xem/", look_views.personal_looks, name="personal_looks"),
]
