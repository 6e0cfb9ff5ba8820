"""Whether a letter that came back will always come back: plain rules, no Django.

Sources: RFC 3463 (classes and subjects of enhanced status codes), RFC 5321 (reply codes), and the
words in which providers mark a temporary failure in their events.
"""

import re
from collections.abc import Mapping

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?:^|[\s\[(:;])([45])\d\d(?=\s|-[^\d]|[\]):]|$)")
NO_SUCH = re.compile(
    r"no such|unknown user|(?:user|addressee|recipient|mailbox) unknown|does(?:n't| not) exist"
    r"|no mailbox|invalid (?:recipient|mailbox|address)",
    re.IGNORECASE,
)
# RFC 3463: 5.2.2 is a full mailbox, 5.3.x a mail system, 5.4.x a network, 5.7.x a policy. None of
# them says that the address is wrong.
PASSING_SUBJECTS = {"3", "4", "7"}
FULL_MAILBOX = ("5", "2", "2")
SAYS_HOW_LONG = {"type", "bounce_type", "bouncetype", "severity", "event", "status"}
SAYS_PASSING = re.compile(r"soft|transient|temporar|greylist|undetermined", re.IGNORECASE)
LASTING_REASONS = {"invalid", "bounced", ""}
MAY_BE_LASTING = {"bounced", "failed", "rejected"}


def is_permanent(*, kind: str, reason: str, said: str, raw: Mapping[str, object]) -> bool:
    """Whether an event says that the address itself does not take mail.

    `kind` and `reason` are Anymail's, `said` is what the other server answered, `raw` the
    provider's own event. What the other server says counts most, then the provider's word, then the
    reason. A letter that the provider gave up ("failed", "rejected") needs the other server's word.
    """
    if kind not in MAY_BE_LASTING:
        return False
    reply = REPLY.search(said)
    if reply and reply[1] == "5" and NO_SUCH.search(said):
        return True
    if code := ENHANCED.search(said):
        return code[1] == "5" and code[2] not in PASSING_SUBJECTS and code.groups() != FULL_MAILBOX
    if kind != "bounced" or _says_passing(raw):
        return False
    if reply and reply[1] == "4":
        return False
    return reason in LASTING_REASONS


def _says_passing(raw: Mapping[str, object]) -> bool:
    for name, value in raw.items():
        if isinstance(value, Mapping):
            if _says_passing(value):
                return True
        elif name.lower() == "hard_bounce":
            return not value or value == "false"
        elif name.lower() in SAYS_HOW_LONG and SAYS_PASSING.search(str(value)):
            return True
    return False
