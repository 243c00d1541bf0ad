"""Screens of the admin: the registry, changes that wait for a second person, checks."""
