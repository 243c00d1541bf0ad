"""Data that comes in and goes out: HSDS 3.0 as JSON and as tables, our own CSV, the open data of every night.

Stages of an import: `intake` reads a file within caps, `trees` brings every form into one shape, `batches` says what would
change and, on a person's word, changes it; `likeness` finds those that may be listed twice, `merging` makes one of two.
`records` gives out what the public may have; nothing else does. `mapping` stands between rows and HSDS, `hsds` is what HSDS
says.
"""
