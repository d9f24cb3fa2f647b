"""Addresses of removing content. They come before those of tasks, whose verbs take any word."""

from django.urls import path

from tracker import removal_views as views

urlpatterns = [
    path("nhiem-vu/<int:pk>/go-noi-dung/", views.removal_ask, name="removal_ask"),
    path("go-noi-dung/", views.removals, name="removals"),
    path("go-noi-dung/<int:pk>/", views.removal, name="removal"),
]
