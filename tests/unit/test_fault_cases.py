"""Cases of a folder outside the repository, each a script that breaks something for real and prints FAULT or ok.

FAULT_CASES names the folder. What has another name since a case was written is given its present one on the way.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_FOLDER = Path(os.environ.get("FAULT_CASES") or "no folder")
_LONGEST = 300

_NOW = {
    "doubt_rest=": "latest_effect=",
    "import clarus_bluecherry.http.sender as S": "import clarus_bluecherry.http._sender as S",
    "def ask(self,journey,cred)": "def ask(self,pending,cred)",
    "journey.call.path": "pending.call.path",
    "orig(self,journey,cred)": "orig(self,pending,cred)",
    "from clarus_bluecherry.bluecherry.exchange import": "from clarus_bluecherry.exchange import",
    "from clarus_bluecherry.bluecherry.sheets.excel import read_workbook": (
        "from clarus_bluecherry.bluecherry.sheets import read_sheet as read_workbook"
    ),
    "from clarus_bluecherry.bluecherry.profile import KINDS": (
        "from clarus_bluecherry.bluecherry.kinds import every_kind\n"
        "KINDS = [kind.name for kind in every_kind() if not isinstance(kind.sheet, str)]"
    ),
    "(*NAMES,*KINDS)": "KINDS",
    "probes={k:None for k in KINDS}": 'probes={"inventory_adjustment": None}',
    "T.Warehouse": "T.WarehouseTarget",
    "fill.unlink()": "h.close(); fill.unlink()",  # else the room does not come back
    "from clarus_bluecherry.flows.keep import keep_unread, keep, fact": (
        "from clarus_bluecherry.flows.ingest import keep_unread, ingest as keep, fact"
    ),
    "import clarus_bluecherry.flows.keep as K": "import clarus_bluecherry.flows.ingest as K",
    "collect_movements, mend, deliver": "collect_movements, reprocess, deliver",
    "mend(here.site)": "reprocess(here.site)",
    "transport=httpx.MockTransport(handler),retries=fw.NO_RETRIES)": "settings=Settings(max_retries=0))",
    "retries=fw.NO_RETRIES": "settings=Settings(max_retries=0)",
    'BlueCherry.rest("http://x",subscription_key="k",profile=PROFILE,': (
        '(lambda settings: BlueCherry(fw.bluecherry_through("http://x", httpx.MockTransport(handler))))('
    ),
}
_NEEDS_A_DISK = ("r23", "r30")
_NOT_HERE = {"p_poison_node": "another script that it builds on does not come with it"}
_RUN = """
import sys
from clarus_bluecherry.http import Settings
path, *rest = sys.argv[1:]
sys.argv = [path, *rest]
exec(compile(sys.stdin.read(), path, "exec"), {"__name__": "__main__", "__file__": path, "Settings": Settings})
"""


def _cases() -> list[Path]:
    return sorted(path for path in _FOLDER.glob("*.py") if not path.stem.startswith("_"))


@pytest.mark.skipif(not _cases(), reason="FAULT_CASES names no folder of cases")
@pytest.mark.parametrize("case", [path.stem for path in _cases()])
def test_the_case_finds_no_fault(case: str, tmp_path: Path) -> None:
    if case in _NOT_HERE:
        pytest.skip(_NOT_HERE[case])
    said = _said(case, tmp_path)
    assert "FAULT" not in said.stdout, said.stdout + said.stderr
    assert said.returncode == 0, said.stdout + said.stderr


def _said(case: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    path = _FOLDER / f"{case}.py"
    text = path.read_text("utf-8")
    for before, now in _NOW.items():
        text = text.replace(before, now)
    command = [sys.executable, "-W", "ignore", "-B", "-c", _RUN, str(path)]
    disk = [str(tmp_path)] if case.startswith(_NEEDS_A_DISK) else []
    places = os.pathsep.join(map(str, (ROOT, _FOLDER)))
    environment = {**os.environ, "PYTHONPATH": places, "CB_REPO": str(ROOT)}
    return subprocess.run(
        [*command, *disk],
        input=text,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
