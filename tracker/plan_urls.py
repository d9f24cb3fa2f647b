"""Addresses of plans, their workbook and figures."""

urlpatterns: list = []
