"""Addresses of units, people and staff."""

urlpatterns: list = []
