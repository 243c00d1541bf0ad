"""Documents people upload: only kinds we name, only what the first bytes agree with, nothing that unpacks without end.

They are handed out as downloads from an address of their own, never shown (SAFEGUARDS S18, S20).
"""

import io
import zipfile
from pathlib import Path, PurePosixPath

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm

DOCUMENT_MAX_BYTES = 20 * 1024 * 1024
MEMBERS_MOST = 5000
UNPACKED_MOST = 200 * 1024 * 1024
RATIO_MOST = 200  # unpacked to packed, of one member larger than a megabyte
OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
NESTED = {".zip", ".7z", ".rar", ".gz", ".tar", ".jar", ".exe", ".dll", ".js", ".vbs", ".html", ".svg"}


class Refused(ValueError):
    """A document we do not take; its text says why in words."""


def check(data: bytes, name: str) -> None:
    """Raise Refused unless `data` is what the ending of `name` says, and harmless as far as a look inside can tell."""
    extension = Path(name).suffix.lower().lstrip(".")
    if extension not in settings.WAGTAILDOCS_EXTENSIONS:
        raise Refused(
            _("Files of this kind cannot be uploaded. Allowed are: %(kinds)s.")
            % {"kinds": ", ".join(settings.WAGTAILDOCS_EXTENSIONS)}
        )
    if not data:
        raise Refused(_("This file is empty. Choose it again."))
    if extension == "pdf":
        fits = data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]
    elif extension in OFFICE:
        fits = _check_office(data, OFFICE[extension])
    else:
        fits = _is_text(data)
    if not fits:
        raise Refused(
            _("This file is not a %(kind)s file, although its name says so, or it is damaged.")
            % {"kind": extension.upper()}
        )


def _is_text(data: bytes) -> bool:
    try:
        return "\x00" not in data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _check_office(data: bytes, folder: str) -> bool:
    """Whether it is an office file with its main part in `folder`. Raises Refused for what hides or swells in it."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    if len(members) > MEMBERS_MOST or sum(member.file_size for member in members) > UNPACKED_MOST:
        raise Refused(_("This file unpacks to far more than it should. Save it anew and try again."))
    names = set()
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        packed_well = member.file_size > 1024 * 1024 and member.file_size > RATIO_MOST * max(member.compress_size, 1)
        if packed_well:
            raise Refused(_("This file unpacks to far more than it should. Save it anew and try again."))
        if path.is_absolute() or ".." in path.parts or member.flag_bits & 1:
            raise Refused(_("This file is locked or holds parts with wrong names. Save it anew without a password."))
        if path.suffix.lower() in NESTED or path.name.lower() == "vbaproject.bin":
            raise Refused(
                _("This file holds a program or another packed file. Save it without macros and attachments.")
            )
        names.add(member.filename)
    return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)


class DocumentForm(BaseDocumentForm):
    """The form behind every upload of a document."""

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return upload
        if upload.size > DOCUMENT_MAX_BYTES:
            raise forms.ValidationError(
                _("This file has %(size)s. The most is %(most)s.")
                % {"size": filesizeformat(upload.size), "most": filesizeformat(DOCUMENT_MAX_BYTES)},
                code="file_too_large",
            )
        upload.seek(0)
        try:
            check(upload.read(), upload.name)
        except Refused as reason:
            raise forms.ValidationError(str(reason), code="invalid_document") from reason
        upload.seek(0)
        return upload
