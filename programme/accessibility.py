"""Dates of the accessibility statement, reviewed by people by 31 March each year.

Source: act of 4 April 2019 on digital accessibility; technical conditions 2.0 of 31 July 2024.
"""

from datetime import date

SITE_PUBLISHED_ON = date(2026, 11, 23)
SITE_UPDATED_ON = date(2026, 11, 23)
STATEMENT_MADE_ON = date(2026, 11, 23)
STATEMENT_REVIEWED_ON = date(2026, 11, 23)
