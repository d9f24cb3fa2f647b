"""core holds no concrete model. This module exists so that Django counts core among the apps that
receive `post_migrate`, which `core/apps.py` uses to put the append-only triggers in place."""
