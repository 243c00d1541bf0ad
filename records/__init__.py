"""Who learned what, and the evidence for it.

Nouns: enrolment, attempt, answer, seat time, completion, certificate, evaluation. Personal data lives here and in `accounts`.
May import `courses`, `posters`, `hotlines`, `accounts` and `kernel`.
"""
