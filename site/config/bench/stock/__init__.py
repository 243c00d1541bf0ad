"""The least Wagtail can do: its project template's settings and one page type with a body of text blocks."""
