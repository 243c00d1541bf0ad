"""One page for the stock project, about as long as a lesson."""

from django.core.management import call_command
from wagtail.models import Page
from wagtail.rich_text import RichText

from config.bench.stock.models import StockPage

PARAGRAPHS, SENTENCE = 10, "A lesson has some hundred words, and this sentence stands for twenty of them in all. "


def main(_arguments: list[str]) -> None:
    call_command("migrate", verbosity=0)
    home = Page.objects.get(depth=2)
    body = [
        block
        for number in range(PARAGRAPHS)
        for block in [("heading", f"Part {number}"), ("paragraph", RichText(f"<p>{SENTENCE * 3}</p>"))]
    ]
    home.add_child(instance=StockPage(title="A lesson", slug="lesson", body=body))
