"""What this room announces. It knows no listener."""

from django.dispatch import Signal

course_completed = Signal()  # sends: completion; after the transaction is safe, once per completion
