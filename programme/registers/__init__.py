"""Readers of the official registers: bytes of a file in, typed rows out, or a refusal.

They know nothing of the database. A file is refused whole, with the line and the reason.
"""

from programme.registers.refusal import RegisterRefused

__all__ = ["RegisterRefused"]
