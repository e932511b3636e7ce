"""The file channel: who delivers, which importer reads, and the documents themselves.

Law of this module: a download link opens the document to whoever holds it: it never shows in a repr.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import Into, action, fetching, filling, flat, rest_path, saved
from clarus_bluecherry.clarus._ids import RecordId, whole
from clarus_bluecherry.clarus._resources._doors import (
    D_co,
    Deletable,
    Resource,
    creates,
    listing,
    operation,
    updates,
)
from clarus_bluecherry.clarus._resources._lists import ListOptions, Moment, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class ImportTemplateFilters(ListOptions, total=False):
    """Filters of import templates."""

    template_type: Text
    file_regexp: Text
    account_id: RecordRef
    account_code: Text
    ftp_user_id: RecordRef
    ftp_user_name: Text
    mapping_group_id: RecordRef
    created_at: Moment


class ImportTemplates(Deletable[D_co]):
    """Which importer reads which files."""

    _records = Records("import_templates", "import template", named_by="file_regexp")

    @listing
    def list(self, **filters: Unpack[ImportTemplateFilters]) -> Listing[wire.ImportTemplateNode]:
        """Which importer reads which files."""
        return asked("import_templates", "ImportTemplateFilterType", wire.ImportTemplateNode, filters)

    @creates(wire.ImportTemplateAttributes)
    def create(self, import_template: wire.ImportTemplateAttributes) -> Call[Saved]:
        """Create an import template. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(import_template)

    @updates(wire.ImportTemplateChanges)
    def update(self, record_id: RecordId, changes: wire.ImportTemplateChanges) -> Call[Saved]:
        """Set fields of an import template: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class FtpUsers(Deletable[D_co]):
    """SFTP users of the file channel."""

    _records = Records("ftp_users", "SFTP user", named_by="name")

    @creates(wire.FtpUserAttributes)
    def create(self, sftp_user: wire.FtpUserAttributes) -> Call[Saved]:
        """Create a SFTP user. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(sftp_user)

    @updates(wire.FtpUserChanges)
    def update(self, record_id: RecordId, changes: wire.FtpUserChanges) -> Call[Saved]:
        """Set fields of a SFTP user: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class DocumentFilters(ListOptions, total=False):
    """Filters of documents."""

    file_name: Text
    category: Text
    status: Text
    file_type: Text


class Documents(Resource[D_co]):
    """Files that Clarus made or was given."""

    @listing
    def list(self, **filters: Unpack[DocumentFilters]) -> Listing[wire.DocumentNode]:
        """Files that Clarus made or was given."""
        return asked("documents", "DocumentFilterType", wire.DocumentNode, filters)

    @operation
    def download(self, document_id: RecordId) -> Call[wire.DocumentLink]:
        """Where a document can be read for a short while.

        Only its owner, or who has the permission, is answered.
        """
        path = rest_path("documents", document_id, "download")
        record = f"document id {document_id}"
        return fetching("documents.download", path, read=Into(wire.DocumentLink), record=record)

    @operation
    def send_to_ftp(self, document_id: RecordId, ftp_user_id: RecordId) -> Call[Saved]:
        """Put a document into a download user's folder, in the background."""
        return action(
            "documents.send_to_ftp",
            rest_path("documents", document_id, "send_to_ftp"),
            flat(ftp_user_id=whole(ftp_user_id, "ftp_user_id")),
            record=f"document id {document_id}",
        )

    @operation
    def upload(
        self, document_id: RecordId, content: bytes, *, filename: str, media_type: str = "application/octet-stream"
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
