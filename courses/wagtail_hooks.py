from wagtail import hooks
from wagtail.snippets.models import register_snippet

from courses.snippets import PublishQuestions, TrainingContent, UnpublishQuestions

register_snippet(TrainingContent)
hooks.register("register_bulk_action", PublishQuestions)
hooks.register("register_bulk_action", UnpublishQuestions)
