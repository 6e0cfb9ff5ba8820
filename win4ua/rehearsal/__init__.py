"""A whole edition, from the letter to the last settlement, on generated people and real services."""
