"""What is taught: catalogue, course, module, lesson, question bank, and the rules by which answers are marked.

Knows nothing of learners: who took what lives in `records`.
May import `hotlines`, `accounts` and `kernel`; `posters` is a stranger.
"""
