"""Running the house: servers from wheels, the supervisor, `make run` and what `make` calls."""
