"""Five real documents of two provinces as objects of the system: what they order, promise and rule.

Figures, dates, numbers and names of bodies are the documents'; titles are worded here. `registry` says for every row
what holds it, `docs/obligations.md` is made from it.
"""
