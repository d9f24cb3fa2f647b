"""Spreadsheets: `reading` (guarded, by sheet, row and column as Excel numbers them), `writing` (workbooks
people fill in), `formats` (both for django-import-export)."""
