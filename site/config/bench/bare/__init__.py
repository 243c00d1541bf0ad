"""The least Django can do: a greeting, and a view that saves an answer. No middleware, no other app."""
