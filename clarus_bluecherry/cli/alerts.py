"""What `alerts` does: tell people what is due, show what would be told and what failed, or try out a channel.

Law of this module: what is shown is what the flow says; no address and no secret is among it. A dry run sends and
keeps nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from clarus_bluecherry.cli.door import say_again
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.options import print_json, shown
from clarus_bluecherry.cli.terminal import screen
from clarus_bluecherry.config import Secrets, SiteFile
from clarus_bluecherry.errors import ConfigurationError, WireError
from clarus_bluecherry.flows.alerts import AlertMessage, message_of, plan_of, tell_alerts, trial_message
from clarus_bluecherry.flows.alerts._telling import look_is_due
from clarus_bluecherry.flows.alerts._text import as_json as message_json
from clarus_bluecherry.flows.alerts._text import as_text
from clarus_bluecherry.flows.crosswalk import learn
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import why
from clarus_bluecherry.ledger import KeptAlert

_AT_ONCE = dt.timedelta(0)


def run(file: SiteFile, secrets: Secrets, *, dry_run: bool, trial: str, as_json: bool) -> int:
    """Tell, or show what would be told; 1 where a channel failed."""
    if not file.alerts.rules and not trial:
        action = "Write [alerts.channels] and [[alerts.rules]] into it: docs/alerts.md."
        raise ConfigurationError("nobody is to be told", record="site file", field="alerts.rules", action=action)
    with open_site(file, secrets) as opened:
        if trial:
            return _try(opened, trial, as_json=as_json)
        messages = _messages(opened) if dry_run else ()
        stopped = {} if dry_run else _tell(opened, file, as_json=as_json)
        waiting = opened.ledger.waiting_alerts()
    if as_json:
        print_json(
            {
                "messages": [message_json(each) for each in messages],
                "stopped": stopped,
                "waiting": [_waiting(each) for each in waiting],
            }
        )
    else:
        _show(messages, stopped, waiting, dry_run=dry_run)
    return ExitCode.of(stopped or any(each.error for each in waiting))


def _messages(site: Site) -> list[AlertMessage]:
    now = site.ledger.now()
    return [message_of(group, site.alerts, now) for group in plan_of(site, keeps=False).groups]


def _tell(opened: Site, file: SiteFile, *, as_json: bool) -> Mapping[str, str]:
    site, unlearnt = opened, ""
    try:
        site = learn(opened, file) if look_is_due(opened) else opened
    except WireError as error:
        unlearnt = why(error).reason
    told = tell_alerts(site, every=_AT_ONCE, unlearnt=unlearnt)
    if not as_json:
        screen().print(f"Told to people: {told}")
    return told.stopped


def _try(site: Site, name: str, *, as_json: bool) -> int:
    channel = site.alert_channels.get(name)
    if channel is None:
        known = ", ".join(sorted(site.alert_channels)) or "there is none"
        what = f"no channel is called {name!r} ({known})"
        raise ConfigurationError(what, record="site file", field="alerts.channels")
    message = trial_message(name, site.alerts, site.ledger.now())
    channel.send(message)
    if as_json:
        print_json({"sent": message_json(message)})
    else:
        screen().print(f"A test message went to {shown(name)}.")
    return ExitCode.WELL


def _waiting(alert: KeptAlert) -> dict[str, object]:
    return {
        "key": alert.key,
        "channel": alert.channel,
        "identity": alert.identity,
        "step": alert.step,
        "escalated_to": alert.role or None,
        "called_at": alert.called_at,
        "due": alert.due,
        "attempts": alert.attempts,
        "error": alert.error or None,
    }


def _show(
    messages: list[AlertMessage] | tuple[()],
    stopped: Mapping[str, str],
    waiting: list[KeptAlert],
    *,
    dry_run: bool,
) -> None:
    console = screen()
    if dry_run and not messages:
        console.print("Nothing would be told now.")
    for message in messages:
        console.print(f"To {message.channel}:", style="bold")
        console.print(as_text(message))
    if messages:
        say_again(without=["--dry-run"], why="to tell it")
    for name, reason in stopped.items():
        console.print(f"Failed: {shown(name)}: {shown(reason)}")
    failed = [each for each in waiting if each.error]
    for each in failed:
        due = "" if each.due is None else f", again from {each.due:%Y-%m-%d %H:%M}Z"
        console.print(
            f"Not told: {shown(each.identity)} to {each.channel}: {shown(each.error)} "
            f"({each.attempts} attempts{due})"
        )
    if len(waiting) > len(failed):
        console.print(f"{len(waiting) - len(failed)} wait for their time (a digest, quiet hours, the limit).")
