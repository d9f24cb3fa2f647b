"""Exports of other systems on pages: which table a file holds, which column is what, who is meant, what follows."""
