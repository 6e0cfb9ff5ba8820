"""`make bench`: what the house costs, as a multiple of plain Django measured in the same run.

One JSON line a figure, with the floor it was divided by, then a table. Machines are noisy, so a
figure is a ratio: CPU of the application and PostgreSQL per request, rounds of figure and floor
in turn, medians. Not a timed test: nothing fails because a machine is slow.
"""
