"""Update packets: an Excel file with a unit's open figures and tasks, sent by mail, filled in and read back.

For units that will not sign in (office rule 2). A packet knows which rows it carries and how new each was (`keys`);
what is typed into it goes through the ordinary verbs or not at all.
"""
