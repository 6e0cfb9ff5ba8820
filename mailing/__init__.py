"""Letters as rows: written with the deed that causes them, sent after it, once."""

from mailing.values import Address, Attachment, Recipient

__all__ = ["Address", "Attachment", "Recipient"]
