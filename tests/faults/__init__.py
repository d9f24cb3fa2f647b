"""Faults put into `manage.py worker` as shipped: killed processes, restarted databases, mail servers that misbehave."""
