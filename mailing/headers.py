"""What a letter of ours says about itself in its headers, and what it never carries.

- `Auto-Submitted: auto-generated` (RFC 3834): answering machines keep silent.
- `List-Id` (RFC 2919) on letters to many: offices can file them, and absence notices keep silent
  (RFC 5230). `Precedence` says the same without ever having been a standard; it is not sent.
- `List-Unsubscribe` and `List-Unsubscribe-Post` (RFC 8058) on letters to many.
- `Reply-To`: a mailbox that a person reads (E18).
- No open or click tracking, whatever the account at the provider is set to.
"""

from email.utils import parseaddr

from django.conf import settings

from mailing import unsubscribe
from mailing.models import Letter

LIST_LABEL = "letters"
# Providers that take "no tracking" with each message. At the others it is a setting of the account:
# `manage.py check_mail` and docs/mail.md say so.
TRACKING_PER_MESSAGE = {
    "mailersend",
    "mailgun",
    "mailjet",
    "mandrill",
    "postmark",
    "sendgrid",
    "sparkpost",
    "unisender_go",
}


def of_letter(letter: Letter) -> dict[str, str]:
    """The headers of one letter beside sender, recipient, subject and reply address."""
    return {
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        **(_of_bulk(letter) if letter.is_bulk else {}),
    }


def _of_bulk(letter: Letter) -> dict[str, str]:
    mailbox = parseaddr(settings.REPLY_TO_EMAIL)[1]
    page = unsubscribe.url_for(letter.uuid, letter.language)
    return {
        "List-Id": list_id(),
        "List-Unsubscribe": f"<{page}>, <mailto:{mailbox}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def list_id() -> str:
    """One list for all letters to many, since one click ends them all; the same for ever."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"WIN4UA <{LIST_LABEL}.{domain.lower()}>"
