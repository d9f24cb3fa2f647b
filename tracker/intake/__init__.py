"""The plan workbook: a template people fill in, read with errors by cell, previewed, saved whole or not at all.

`layout` says which sheets and columns there are, for writing and reading alike. `template` writes the empty
workbook. `reading` turns a file into a `draft`: what was typed, cell by cell, with every error found. `applying`
brings the database to what the draft says, through the verbs of the apps, in one transaction. `keeping` keeps an
upload between preview and confirmation.
"""
