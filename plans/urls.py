"""Addresses of figures. Plans themselves are shown with their tasks: `tracker/plan_urls.py`."""

from django.urls import path

from plans import definition_views, views

urlpatterns = [
    path("so-lieu/", views.figures, name="figures"),
    path("so-lieu/<int:indicator>/<int:unit>/", views.figure, name="figure"),
    path("so-lieu/<int:measurement>/xac-nhan/", views.figure_accept, name="figure_accept"),
    path("so-lieu/<int:measurement>/yeu-cau-bo-sung/", views.figure_return, name="figure_return"),
    path("danh-muc/chi-so/", definition_views.indicators, name="indicators"),
    path("danh-muc/chi-so/mau/", definition_views.indicators_ready, name="indicators_ready"),
    path("danh-muc/chi-so/moi/", definition_views.indicator_new, name="indicator_new"),
    path("danh-muc/chi-so/<int:pk>/", definition_views.indicator, name="indicator"),
    path("danh-muc/chi-so/<int:pk>/sua/", definition_views.indicator_edit, name="indicator_edit"),
]
