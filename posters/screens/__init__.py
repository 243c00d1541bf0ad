"""Screens of the admin for posters: sheets, the gallery, campaigns and their words."""
