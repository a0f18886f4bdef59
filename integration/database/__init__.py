"""The database's own part of the system, on a real PostgreSQL server."""
