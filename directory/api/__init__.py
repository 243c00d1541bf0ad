"""The HSDS 3.0 API: read-only, for everybody, without cookies. Paths and pages are those the HSDS API names.

Any site may read it (CORS `*`): it holds only what the public pages show, and nothing about who asks. There is no text search
in it on purpose: a search word would stand in an address and in logs on the way; the embed searches by POST.
"""

# name in addresses -> (table of HSDS, words, whether its rows are told in short unless asked for in full)
LISTS = {
    "organizations": ("organization", "organizations", True),
    "services": ("service", "services", True),
    "service_at_locations": ("service_at_location", "services at locations", True),
    "taxonomies": ("taxonomy", "taxonomies", False),
    "taxonomy_terms": ("taxonomy_term", "taxonomy terms", False),
}
