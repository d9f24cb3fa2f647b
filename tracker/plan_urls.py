"""Addresses of plans, their workbook and figures."""

from django.urls import path

from plans import exports
from tracker import plan_settings, plan_views
from tracker.grid import views as grid
from tracker.intake import catalogues
from tracker.intake import views as intake

urlpatterns = [
    path("ke-hoach/", plan_views.plans, name="plans"),
    path("ke-hoach/<int:pk>/", plan_views.plan, name="plan"),
    # The workbook, giving a plan, catalogues, downloads
    path("ke-hoach/nhap/", intake.plan_import, name="plan_import"),
    path("ke-hoach/mau/", intake.plan_template, name="plan_template"),
    path("ke-hoach/<int:pk>/giao/", intake.plan_activate, name="plan_activate"),
    path("ke-hoach/<int:pk>/thiet-lap/", plan_settings.plan_settings, name="plan_settings"),
    path("ke-hoach/<int:pk>/bang-chi-tieu/", grid.plan_matrix, name="plan_matrix"),
    path("ke-hoach/xuat/", plan_views.plans_export, name="plans_export"),
    path("so-lieu/xuat/", exports.figures_export, name="figures_export"),
    path("danh-muc/chi-so/xuat/", exports.indicators_export, name="indicators_export"),
    path("danh-muc/nhap/", catalogues.catalogue_import, name="catalogue_import"),
]
