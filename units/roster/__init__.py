"""The roster as offices keep it, from Excel or CSV: `reading` finds the table, `importing` checks and writes it."""
