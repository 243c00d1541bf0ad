"""Who helps, and where: the public directory of organisations, their services and places.

Shaped after Open Referral's Human Services Data Specification (HSDS) 3.0: organisation, service, location, service at a
location, phone, schedule, language, service area, cost, contact; keys are UUIDs and are the ids of HSDS. Nouns of our own:
words (what visitors read, per language), verification (somebody looked whether an entry is right), contact change (a changed
number or address that waits for a second person), suggestion, mistake report.
A confidential location knows an area only: `Location` cannot hold more, whatever asks it to.
Others use: `Organisation.objects.shown(on=...)` for what the public may see, `index.refresh` after rows were written in bulk,
`contact_changes` for changed numbers, `gazetteer.find` for places by name.
May import `hotlines`, `accounts` and `kernel`; `courses` and `posters` are strangers.
"""
