"""Our courses in other houses: the learning systems that agencies already run.

May import every room but `home` and `config`.
"""
