"""What this room keeps of a person: their languages, what they translated, said and decided."""

from django.utils.translation import gettext_lazy as _
from wagtail_localize.models import StringTranslation

from accounts.models import User
from accounts.privacy import Table
from translations.models import Comment, Edit, Handover, Review, TranslatorLanguage

STAYS = _("Translations, comments and reviews stay, without your name.")


def export_translator(user: User) -> list[Table]:
    """Languages, edits, comments, handovers."""
    return [
        Table(
            "languages",
            _("Languages you translate into"),
            {"language": _("Language"), "is_native": _("Native speaker"), "may_review": _("May review")},
            list(TranslatorLanguage.objects.filter(user=user).values("language", "is_native", "may_review")),
        ),
        Table(
            "edits",
            _("What you translated"),
            {"language": _("Language"), "text": _("Translation"), "at": _("When")},
            [
                {"language": edit.locale.language_code, "text": edit.text, "at": edit.at}
                for edit in Edit.objects.filter(by=user).select_related("locale").order_by("at")
            ],
        ),
        Table(
            "comments",
            _("Your comments on translations"),
            {"text": _("Comment"), "at": _("When")},
            list(Comment.objects.filter(by=user).values("text", "at")),
        ),
        Table(
            "reviews",
            _("What you sent to review or decided"),
            {"note": _("Note"), "answer": _("Answer"), "state": _("State"), "sent_at": _("Sent")},
            list(
                (Handover.objects.filter(sent_by=user) | Handover.objects.filter(decided_by=user)).values(
                    "note", "answer", "state", "sent_at"
                )
            ),
        ),
    ]


def erase_translator(user: User) -> None:
    """Take the name off everything; the languages go."""
    TranslatorLanguage.objects.filter(user=user).delete()
    for model, fields in ((Edit, ["by"]), (Comment, ["by"]), (Review, ["by"]), (Handover, ["sent_by", "decided_by"])):
        for name in fields:
            model.objects.filter(**{name: user}).update(**{name: None})
    StringTranslation.objects.filter(last_translated_by=user).update(last_translated_by=None)
