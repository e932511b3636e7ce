"""How sure we are of each default.

Law of this module: every setting has a letter. H: seen in code or vendor documents that run. M: one credible
source, or a firm inference. L: our reading, ask before you rely on it. A dash: a choice of the site's, or of ours,
that claims nothing about a vendor.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

# From the general to the particular: the last line that fits is meant.
_SAID = """
- *

H clarus.base_url
M clarus.rest_prefix clarus.page_size clarus.delete_verb clarus.extra_fields clarus.tenant_header_on_token
L clarus.subtypes clarus.return_types clarus.eaches
L clarus.files.settle clarus.files.ignored clarus.files.silence clarus.files.taken_means
L clarus.files.orders.names clarus.files.pre_receipts.names
L clarus.files.dispatched.* clarus.files.received.*
L clarus.files.*.incoming clarus.files.*.outgoing clarus.files.*.taken clarus.files.*.settle
- clarus.files.folders.*
M clarus.token_scheme clarus.oauth.token_url clarus.oauth.style
L clarus.oauth.scope clarus.oauth.audience clarus.oauth.early clarus.oauth.lifetime
L *.http.*
- *.http.headers *.http.proxy *.http.verify

L bluecherry.rest.*
H bluecherry.rest.key_header bluecherry.rest.prefix bluecherry.rest.*_qual bluecherry.rest.cmpl_code
H bluecherry.rest.send_division
- bluecherry.rest.headers
H bluecherry.rest.entities bluecherry.rest.query.* bluecherry.rest.dates.* bluecherry.rest.envelopes.*
M bluecherry.rest.query.page_cap
H bluecherry.rest.refusals.* bluecherry.rest.pix.stock_position.* bluecherry.rest.pix.receipt.type
H bluecherry.rest.pix.adj_type bluecherry.rest.pix.add

L bluecherry.files.words bluecherry.files.overlap bluecherry.files.settle bluecherry.files.ignored
L bluecherry.files.snapshot_loss bluecherry.files.sftp.incoming bluecherry.files.sftp.outgoing
L bluecherry.files.sftp.taken bluecherry.files.sftp.settle
M bluecherry.files.acknowledged_means
L bluecherry.sheets.*.columns bluecherry.sheets.*.dialect.*

M bluecherry.x12.*_qualifier bluecherry.x12.parts.* bluecherry.x12.references.* bluecherry.x12.reasons.*
L bluecherry.x12.parts.label bluecherry.x12.parts.dimension bluecherry.x12.references.shipper
L bluecherry.x12.references.division bluecherry.x12.references.reason bluecherry.x12.reasons.returned
L bluecherry.x12.delimiters.*
L bluecherry.x12.sets bluecherry.x12.marks bluecherry.x12.cost bluecherry.x12.transport_mode
L bluecherry.x12.wants_acknowledgement bluecherry.x12.charset bluecherry.x12.answers_ta1
H bluecherry.x12.unit bluecherry.x12.demands bluecherry.x12.references.warehouse bluecherry.x12.references.own_code
H bluecherry.x12.reporting.*
L bluecherry.x12.reporting.last

L bluecherry.inventory_report.*
H bluecherry.inventory_report.columns.* bluecherry.inventory_report.pseudo_locations
L bluecherry.eaches bluecherry.withdrawn_statuses

L feeds.* delivery.latest_effect delivery.longest_retry_after products.stock_unit
L exceptions.held_statuses
"""

_RULES = [
    (pattern, letter)
    for letter, *patterns in map(str.split, filter(None, _SAID.splitlines()))
    for pattern in patterns
]


def sure(setting: str) -> str:
    """The letter of the default of `setting`.

    >>> sure("clarus.page_size"), sure("ledger.path"), sure("bluecherry.http.deadline")
    ('M', '-', 'L')
    """
    return [letter for pattern, letter in _RULES if fnmatchcase(setting, pattern)][-1]
