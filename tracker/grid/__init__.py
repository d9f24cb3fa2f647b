"""The grid of targets: rows are lines of the plan, columns its milestones, cells are typed as the plan writes them.

`sheet` is the grid as typed, `pasting` fills it from a spreadsheet or a table in a document, `reading` says what was
understood or which cell was not, `forms` and `views` are the page.
"""
