"""Call a group's own function inside Django and print what it returns as JSON: work that no request does, and figures."""

import json
import sys

from config.bench.groups import group
from config.bench.load import percentiles


def main(arguments: list[str]) -> None:
    """`GROUP FUNCTION SECONDS` for the work of a row; `GROUP figures` for the group's figures."""
    name, function, *seconds = arguments
    if seconds:
        result = getattr(group(name), function)(float(seconds[0]))
        told = result | percentiles(result.pop("latencies", []))
    else:
        told = [figure.line() for figure in group(name).figures()]
    sys.stdout.write("\n" + json.dumps(told))
