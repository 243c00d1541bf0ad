"""Campaigns and the printed sheets made from them.

Nouns: campaign, design, poster, sheet, kit. The studio is where coordinators make them, the gallery where everybody finds what
was approved. May import `hotlines`, `accounts` and `kernel`; `courses` is a stranger.
"""
