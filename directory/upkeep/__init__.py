"""Keeping entries true: who has to be asked, the link by which an organisation updates itself, and an editor's answer to it.

A link is signed, ends by its date, and is used up once what was sent by it is approved. Nobody needs an account, and every
link that does not work looks the same.
"""
