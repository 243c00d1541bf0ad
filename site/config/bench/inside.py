"""Run the `main` of one of the benchmark's modules inside Django: `python -m config.bench.inside world ARGUMENT ...`."""

import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    import_module(f"config.bench.{sys.argv[1]}").main(sys.argv[2:])
