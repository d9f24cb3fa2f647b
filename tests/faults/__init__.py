"""Faults put into `manage.py worker` as shipped: processes killed, the database restarted, mail servers that misbehave."""
