"""`alerts` shows what would be told, tells it, shows what failed, tries out a channel, and shows no secret."""

from __future__ import annotations

import json
from contextlib import contextmanager

from alert_servers import hook_server
from flows_world import loop
from test_cli import SECRETS, SITE, run
from test_exceptions_kept import item

from clarus_bluecherry.flows import keep_look
from clarus_bluecherry.ledger import Ledger

RULES = """
[alerts]
look_every = "9 d"

[alerts.channels.floor]
kind = "slack"

[[alerts.rules]]
name = "floor"
channel = "floor"
"""
PATH = "/services/T0/B0/a-secret-part-of-it"


@contextmanager
def world(tmp_path, rules=RULES):
    """A site with one exception, its Slack, and its command line."""
    path, place = tmp_path / "site.toml", tmp_path / "ledger.sqlite"
    with loop() as here, hook_server() as hooks:
        text = SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=place)
        path.write_text(text + rules, "utf-8")
        with Ledger.open(place) as ledger:
            now = ledger.now()
            keep_look(ledger, [item("order 1", since=now)], began=now)

        def alerts(*options, secret=f"floor: {hooks.url}{PATH}"):
            done = run("alerts", "--site", str(path), *options, **SECRETS, ALERTS_SECRETS=secret)
            assert "a-secret-part-of-it" not in done.stdout + done.stderr
            return done

        yield hooks, alerts


def test_what_would_be_told_is_shown_then_told_and_what_fails_is_shown(tmp_path):
    with world(tmp_path) as (hooks, alerts):
        done = alerts("--dry-run")
        assert done.returncode == 0
        assert "To floor:" in done.stdout
        assert "1 exception for operations: 1 new; 15.00 USD" in done.stdout
        assert hooks.taken == []

        hooks.answers = [(404, {}, b"no_service")]
        done = alerts("--json")
        found = json.loads(done.stdout)
        assert done.returncode == 1
        assert "no_service" in found["stopped"]["alerts floor"]
        assert [(each["identity"], each["attempts"]) for each in found["waiting"]] == [("parked:order 1", 1)]
        assert "no_service" in alerts("--dry-run").stdout

        done = alerts()
        assert done.returncode == 1
        assert "Not told: parked:order 1 to floor:" in done.stdout
        assert len(hooks.taken) == 1, "the channel rests for a minute"


def test_what_is_due_is_told(tmp_path):
    with world(tmp_path) as (hooks, alerts):
        done = alerts()
        assert (done.returncode, done.stdout) == (0, "Told to people: 1 sent about 1\n")
        assert [path for path, _, _ in hooks.taken] == [PATH]
        assert alerts().stdout == "Told to people: nothing\n"


def test_a_channel_is_tried_out(tmp_path):
    with world(tmp_path) as (hooks, alerts):
        assert alerts("--test", "floor").stdout == "A test message went to floor.\n"
        assert "Nothing is wrong" in json.loads(hooks.taken[0][2])["text"]
        done = alerts("--test", "gone")
        assert done.returncode == 2
        assert "no channel is called 'gone' (floor)" in done.stderr
        hooks.answers = [(403, {}, b"invalid_token")]
        done = alerts("--test", "floor")
        assert done.returncode == 2
        assert "invalid_token" in done.stderr
        done = alerts("--test", "floor", secret="floor")
        assert (done.returncode, "a line is not `channel: secret`" in done.stderr) == (2, True)


def test_a_site_without_rules_says_what_to_write(tmp_path):
    with world(tmp_path, rules="") as (_, alerts):
        done = alerts()
        assert done.returncode == 2
        assert "[[alerts.rules]]" in done.stderr


def test_a_role_that_nothing_escalates_to_is_refused(tmp_path):
    with world(tmp_path, rules=RULES + 'escalate_to = { boss = "floor" }\n') as (_, alerts):
        done = alerts("--dry-run")
        assert done.returncode == 2
        assert "no step of [[exceptions.escalation]] goes to 'boss'" in done.stderr
