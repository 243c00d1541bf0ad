"""The one registry of numbers to call, text or write to, and the page that shows them.

Nouns: hotline, channel, hours, words (what visitors read about a hotline), check (somebody looked whether it is right),
proposal (a changed number that waits for a second person). A number exists here once and is referenced everywhere else.
Others use: `Hotline` by its code, `lookup.find` for what to offer, `cards.card` and the tags `{% hotline_card %}` and
`{% help_numbers %}` for what to show, `numbers.find_numbers` to refuse numbers typed in a text, `signals.number_changed`,
`Hotline.may_be_printed` before anything goes on paper.
May import `accounts` and `kernel`.
"""
