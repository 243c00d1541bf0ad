"""The home page and the information pages the site begins with: words in YAML files, and what loads everything."""
