"""Django's SQLite back end, waiting for its turn to write in small steps."""
