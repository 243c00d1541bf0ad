"""The closed lists entries are sorted by. Codes are stored and exported; words are for readers.

Trafficking type, population, kind of help and sector are the filters that users of the large directories know.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    NGO = "ngo", _("Non-profit organisation")
    GOVERNMENT = "government", _("Government body")
    POLICE = "police", _("Police or prosecution")
    INTERNATIONAL = "international", _("International organisation")
    FAITH = "faith", _("Faith-based organisation")
    UNION = "union", _("Trade union")
    HEALTH = "health", _("Hospital or clinic")
    LAW_FIRM = "law_firm", _("Law firm or legal clinic")
    COALITION = "coalition", _("Coalition or network")
    OTHER = "other", _("Other")


class ServiceKind(models.TextChoices):
    HOTLINE = "hotline", _("Help line")
    CHAT = "chat", _("Online chat")
    REFERRAL = "referral", _("Finding the right service")
    COUNSELLING_NETWORK = "counselling_network", _("Counselling centres")
    SHELTER = "shelter", _("A safe place to stay")
    SHELTER_PLACEMENT = "shelter_placement", _("Finding a safe place to stay")
    HOUSING = "housing", _("Housing for longer")
    FOOD = "food", _("Food, clothes and money for now")
    LEGAL = "legal", _("Lawyer or legal help")
    LEGAL_INFORMATION = "legal_information", _("Information about rights")
    LABOUR_RIGHTS = "labor_rights", _("Rights at work")
    IMMIGRATION = "immigration", _("Help with visas and papers")
    MEDICAL = "medical", _("Medical care")
    PSYCHOLOGICAL = "psychological", _("Psychological help")
    SUBSTANCE_USE = "substance_use", _("Help with alcohol or drugs")
    SOCIAL_SUPPORT = "social_support", _("Social work and support")
    CASE_MANAGEMENT = "case_management", _("Someone who stays with your case")
    ACCOMPANIMENT = "accompaniment", _("Someone who goes with you")
    INTERPRETATION = "interpretation", _("Interpreter")
    CHILD_CARE = "child_care", _("Help for children")
    MISSING_CHILDREN = "missing_children", _("Missing children")
    EDUCATION = "education", _("School and language courses")
    WORK = "work", _("Finding work, wages owed")
    RETURN = "return", _("Help to return home")
    REGISTRATION = "registration", _("Registration of victims")
    TIP_LINE = "tip_line", _("Place to report")
    LAW_ENFORCEMENT = "law_enforcement", _("Police or investigators")
    PREVENTION = "prevention", _("Information and prevention")


class TraffickingType(models.TextChoices):
    SEX = "sex", _("Sex trafficking")
    LABOUR = "labour", _("Labour trafficking")
    DOMESTIC = "domestic", _("Domestic servitude")
    CHILD = "child", _("Trafficking of children")
    FORCED_MARRIAGE = "forced_marriage", _("Forced marriage")
    FORCED_CRIMINALITY = "forced_criminality", _("Forced begging or crime")
    ORGANS = "organs", _("Trafficking for organs")


class Population(models.TextChoices):
    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    CHILDREN = "children", _("Children and teenagers")
    LGBTQI = "lgbtqi", _("LGBTQI+ people")
    MIGRANTS = "migrants", _("Migrants and refugees")
    UNDOCUMENTED = "undocumented", _("People without papers")
    NATIONALS = "nationals", _("Citizens and residents")
    FAMILIES = "families", _("Parents with children")
    DISABLED = "disabled", _("People with disabilities")
    INDIGENOUS = "indigenous", _("Indigenous people")
    PREGNANT = "pregnant", _("Pregnant people")
    WORKERS = "workers", _("Workers")


class Sector(models.TextChoices):
    AGRICULTURE = "agriculture", _("Farming")
    CONSTRUCTION = "construction", _("Building")
    DOMESTIC_WORK = "domestic_work", _("Housework and care")
    FISHING = "fishing", _("Fishing and ships")
    MANUFACTURING = "manufacturing", _("Factories")
    HOSPITALITY = "hospitality", _("Hotels and restaurants")
    CLEANING = "cleaning", _("Cleaning")
    TRANSPORT = "transport", _("Transport")
    MINING = "mining", _("Mining")
    BEAUTY = "beauty", _("Nail and beauty salons")
    COMMERCIAL_SEX = "commercial_sex", _("Commercial sex")
    BEGGING = "begging", _("Begging and peddling")
    ONLINE = "online", _("Online work and scams")


class Access(models.TextChoices):
    STEP_FREE = "step_free", _("Without steps")
    TOILET = "toilet", _("Toilet for wheelchair users")
    LIFT = "lift", _("Lift")
    PARKING = "parking", _("Parking for disabled people")
    HEARING = "hearing", _("Hearing loop")
    SIGN = "sign", _("Sign language")
    EASY_LANGUAGE = "easy_language", _("Easy language")
    TTY = "tty", _("Text telephone")


class PhoneKind(models.TextChoices):
    """The words of HSDS 3.0 `phone.type`."""

    VOICE = "voice", _("Telephone")
    TEXT = "text", _("Text message")
    CELL = "cell", _("Mobile")
    FAX = "fax", _("Fax")
    VIDEO = "video", _("Video")
    PAGER = "pager", _("Pager")
    TEXTPHONE = "textphone", _("Text telephone (TTY)")


class How(models.TextChoices):
    """How an entry was checked. Crisis lines are never called in bulk to test them."""

    OFFICIAL_PAGE = "page", _("Read on the organisation's own page")
    ANSWERED = "written", _("The organisation answered in writing")
    CALLED = "called", _("One call or message, agreed with the organisation")
    SELF = "self", _("The organisation updated its own entry")
    VISITED = "visited", _("A visit")
