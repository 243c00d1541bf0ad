"""Who people are and what they may do.

Nouns: user, organisation (a tree of units), membership, role, invitation. Personal data lives here and in `records`.
May import `kernel`.
"""
