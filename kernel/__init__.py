"""The floor of the house: what every room needs and none of them owns.

Nouns: page base, image, document, shared block, language, audit event, paper (a sheet that becomes a PDF).
Imports no other room, and names none of their nouns.
"""
