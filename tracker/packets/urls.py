"""Addresses of update packets, below their unit."""

from django.urls import path

from tracker.packets import views

urlpatterns = [
    path("don-vi/<int:pk>/goi-cap-nhat/", views.packet, name="packet"),
    path("don-vi/<int:pk>/goi-cap-nhat/tai/", views.packet_download, name="packet_download"),
]
