"""What a question can be about, how it can be asked and how it can be scored. The words of the statutes, in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Concept(models.TextChoices):
    """Elements of 22 U.S.C. 7102 and of the duty to train in 6 U.S.C. 642(b)."""

    ACT = "act", _("Act")
    MEANS = "means", _("Means")
    PURPOSE = "purpose", _("Purpose")
    FORCE = "force", _("Force")
    FRAUD = "fraud", _("Fraud")
    COERCION = "coercion", _("Coercion")
    LABOR = "labor", _("Labor trafficking")
    SEX = "sex", _("Sex trafficking")
    MINOR = "minor", _("Under 18")
    DEBT_BONDAGE = "debt_bondage", _("Debt bondage")
    PEONAGE = "peonage", _("Peonage")
    INVOLUNTARY_SERVITUDE = "involuntary_servitude", _("Involuntary servitude")
    INDICATOR = "indicator", _("Indicators")
    RESPONSE = "response", _("Response")
    SMUGGLING_DIFFERENCE = "smuggling_difference", _("Trafficking and smuggling")


class Kind(models.TextChoices):
    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")
    TRUE_FALSE = "true_false", _("True or false")
    MATCHING = "matching", _("Matching")
    ORDERING = "ordering", _("Ordering")
    CLASSIFY = "classify", _("Classify: force, fraud, coercion")
    SCENARIO = "scenario", _("Scenario: what would you do?")


class Scoring(models.TextChoices):
    ALL_OR_NOTHING = "all_or_nothing", _("All or nothing")
    PARTIAL = "partial", _("A share for each part that is right")
    RIGHT_MINUS_WRONG = "right_minus_wrong", _("Right minus wrong, never below zero")


class Use(models.TextChoices):
    ASSESSMENT = "assessment", _("In assessments")
    CHECK = "check", _("As a knowledge check in lessons")
    BOTH = "both", _("In assessments and as a knowledge check")


class Category(models.TextChoices):
    """Where a statement of a classify question belongs."""

    FORCE = "force", _("Force")
    FRAUD = "fraud", _("Fraud")
    COERCION = "coercion", _("Coercion")
    NOT_REQUIRED = "not_required", _("Not required: the person is under 18")


class Outcome(models.TextChoices):
    """How good a choice in a scenario is. Harmful is the "do no harm" line: it fails an attempt."""

    BEST = "best", _("Best")
    ACCEPTABLE = "acceptable", _("Acceptable")
    POOR = "poor", _("Poor")
    HARMFUL = "harmful", _("Harmful")
