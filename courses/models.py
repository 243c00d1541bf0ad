"""The tree that is taught and the snippets it draws from."""

from courses.pages import CatalogPage, CoursePage, LessonPage, ModulePage
from courses.questions import Choice, Question, QuestionPool
from courses.references import Definition, GlossaryTerm, Statistic, Video

__all__ = [
    "CatalogPage",
    "Choice",
    "CoursePage",
    "Definition",
    "GlossaryTerm",
    "LessonPage",
    "ModulePage",
    "Question",
    "QuestionPool",
    "Statistic",
    "Video",
]
