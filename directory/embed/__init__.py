"""The search for partner sites: a page that may stand in a frame of theirs. No cookie, no script, nothing typed in an address.

Which sites may show it is one setting, `DIRECTORY_EMBED_SITES`; no other page of ours can be framed. Entries open on our own
site in a tab of their own.
"""
