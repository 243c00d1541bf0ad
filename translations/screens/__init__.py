"""The workbench in the admin: matrix, desk, catalogue, posters' words, files in and out, translators and rules."""
