"""The poster studio: from an address to a preview that is the very PDF, a list of sheets, single files and a kit.

`state` reads and writes the address, `preview` has the shown sheet made within limits (`turns`), `notes` says in words what
to know before printing, `views` answers.
"""
