"""The roof that visitors see first: home and information pages, search, navigation, language choice, quick exit.

May import every room but `config`.
"""
