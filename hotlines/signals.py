"""What the registry announces. It knows no listener."""

from django.dispatch import Signal

# A published number changed, was published, or was scheduled to be replaced. Sent inside the transaction that does it, so
# that listeners with long work wait for `transaction.on_commit`.
# Sends: hotline, changes ({field: {"old": text, "new": text}}), proposal.
number_changed = Signal()
