"""Public pages of the mailing room: unsubscribing, and signing in by a mailed link."""
