"""Addresses of plans, their workbook and figures."""

from django.urls import path

from tracker import plan_views

urlpatterns = [
    path("ke-hoach/", plan_views.plans, name="plans"),
    path("ke-hoach/<int:pk>/", plan_views.plan, name="plan"),
]
