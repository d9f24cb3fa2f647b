"""The request of a page behind the sign-in."""

from django.http import HttpRequest

from units.models import User


class PersonRequest(HttpRequest):
    """A request of somebody signed in: the middleware lets nobody else through."""

    user: User
