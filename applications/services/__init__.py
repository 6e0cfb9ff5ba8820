"""Verbs of this room: `host` for municipalities, `interns` for candidates."""
