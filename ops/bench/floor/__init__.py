"""Plain Django, as `startproject` makes it: the floor that the figures are divided by."""
