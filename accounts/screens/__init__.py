"""Screens of the admin about people: the list and each person, invitations, organisations, the audit trail.

Each asks `accounts.access` who may see what; everything else is a 404.
"""
