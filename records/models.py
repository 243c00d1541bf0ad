"""Training records. Courses, lessons and questions are remembered by `translation_key`, which all languages share."""

from records.attempts import Attempt, AttemptItem, QuestionEdition
from records.certificates import Certificate, Completion, PublicCertificate
from records.enrolments import Accommodation, Enrolment, LessonProgress, SeatTime, Visitor
from records.evaluations import EvaluationAnswer
from records.rights import RecordsPermission

__all__ = [
    "Accommodation",
    "Attempt",
    "AttemptItem",
    "Certificate",
    "Completion",
    "Enrolment",
    "EvaluationAnswer",
    "LessonProgress",
    "PublicCertificate",
    "QuestionEdition",
    "RecordsPermission",
    "SeatTime",
    "Visitor",
]
