"""From how many letters on a second person decides (E20, P26): one figure for all ways out."""

from datetime import timedelta

# So many letters one person may let go alone, at once or of one kind within a day: many small
# steps are no way around the second person. A text that goes to more needs one as well (P25).
MANY = 50
A_DAY = timedelta(hours=24)
