"""The translators' workbench: what is missing, stale or only a machine draft in each language, and the desk to mend it.

Nouns: segment (one text of a page, question or set of words, with its place), translation (that text in one locale), edit
(what a translation said before), review (a person read a translation and stands for it), handover (a translation sent to a
reviewer), comment, policy (what a locale needs before it may be published), matrix (every object by every locale), catalogue
(the interface's words in one language), memory (what was translated before). Texts stay where wagtail-localize, the poster
room and gettext keep them; this room keeps only who did what and when.
May import every room but `home` and `config`.
"""
