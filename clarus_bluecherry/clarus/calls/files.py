"""Calls for documents: where to download one, send it to an SFTP user, fill one.

Law of this module: a download link opens the document to whoever holds it: it never shows in a repr.
"""

from __future__ import annotations

from clarus_bluecherry.clarus.envelopes import (
    Into,
    RecordId,
    action,
    fetching,
    filling,
    flat,
    rest_path,
    saved,
    whole,
)
from clarus_bluecherry.clarus.reading import DocumentLink, Saved
from clarus_bluecherry.http._call import Call


def download_document(document_id: RecordId) -> Call[DocumentLink]:
    """Where a document can be read for a short while. Only its owner, or who has the permission, is answered."""
    path = rest_path("documents", document_id, "download")
    return fetching("documents.download", path, read=Into(DocumentLink), record=f"document id {document_id}")


def send_document_to_ftp(document_id: RecordId, ftp_user_id: RecordId) -> Call[Saved]:
    """Put a document into a download user's folder, in the background."""
    return action(
        "documents.send_to_ftp",
        rest_path("documents", document_id, "send_to_ftp"),
        flat(ftp_user_id=whole(ftp_user_id, "ftp_user_id")),
        record=f"document id {document_id}",
    )


def upload_document(
    document_id: RecordId, content: bytes, *, filename: str, media_type: str = "application/octet-stream"
) -> Call[Saved]:
    """Fill a document that is queued or processing: it becomes available."""
    return filling(
        "documents.upload",
        rest_path("documents", document_id, "upload"),
        content,
        filename=filename,
        media_type=media_type,
        read=saved,
        record=f"document id {document_id}",
    )
