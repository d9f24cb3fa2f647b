"""Addresses of reorganisations."""

from django.urls import path

from tracker.reorganisation import views

urlpatterns = [
    path("don-vi/to-chuc-lai/", views.reorganisations, name="reorganisations"),
    path("don-vi/to-chuc-lai/moi/", views.reorganise, name="reorganise"),
    path("don-vi/to-chuc-lai/<int:pk>/", views.reorganisation, name="reorganisation"),
    path(
        "don-vi/to-chuc-lai/<int:pk>/rut-lai/", views.reorganisation_withdraw, name="reorganisation_withdraw"
    ),
]
