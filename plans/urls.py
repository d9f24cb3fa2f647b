"""Addresses of figures. Plans themselves are shown with their tasks: `tracker/plan_urls.py`."""

from django.urls import path

from plans import views

urlpatterns = [
    path("so-lieu/", views.figures, name="figures"),
    path("so-lieu/<int:indicator>/<int:unit>/", views.figure, name="figure"),
    path("so-lieu/<int:measurement>/xac-nhan/", views.figure_accept, name="figure_accept"),
    path("so-lieu/<int:measurement>/yeu-cau-bo-sung/", views.figure_return, name="figure_return"),
]
