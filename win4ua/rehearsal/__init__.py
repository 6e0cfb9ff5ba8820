"""A whole edition on generated people and the real services: from the letter to the settlement."""
