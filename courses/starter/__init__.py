"""The courses the site begins with: their words in YAML files, one per language, and what puts them into the database."""
