"""Panel pages of this room."""
