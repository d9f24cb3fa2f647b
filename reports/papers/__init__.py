"""Papers about single tasks and persons: reading the data they print. The layouts are in `reports.layouts`."""
