"""Screens of the admin about training: enrolments, certificates, accommodations, evaluation results, questions."""
