"""The mutants. To add one: the law it breaks, the module, a text that stands there once, another, and the test.

Law of this module: a mutant is the smallest change that a tired person could make; its test is named, fast, and
green without it. Whoever moves the text of a mutant moves it here too: `python -m tests.mutants` says where.
"""

from __future__ import annotations

from attrs import frozen


@frozen
class Mutant:
    """`old` stands once in `module` of the package; `new` breaks a law: `test` must see it, and all of `also`."""

    name: str
    module: str
    old: str
    new: str
    test: str
    also: tuple[str, ...] = ()

    @property
    def tests(self) -> tuple[str, ...]:
        """Every test that must see it, each by itself."""
        return (self.test, *self.also)


_MONTH = ("test_demo_month.py::test_the_month_closes_as_both_systems_know_it_at_its_end_and_later",)
"""The demo's verdict on its own month."""


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "lease ignored",
        "ledger/_outbox.py",
        '.where(postings.c.state == State.SENDING, postings.c.lease_until <= sa.bindparam("now"))',
        ".where(postings.c.state == State.SENDING)",
        "test_ledger_store.py::test_a_worker_with_a_long_batch_keeps_what_it_renews_in_time[sqlite]",
    ),
    Mutant(
        "lost lease not compared",
        "ledger/_outbox.py",
        "unmoved |= _leased(worker, lease)",
        "unmoved |= {}",
        "test_ledger_store.py::test_a_worker_that_lost_its_lease_is_refused[sqlite]",
    ),
    Mutant(
        "fence not compared",
        "ledger/_outbox.py",
        'named = {} if lease is None else {"lease_number": lease}',
        "named: dict[str, object] = {}",
        "test_ledger_guard.py::test_a_worker_that_lost_a_posting_and_got_it_back_cannot_settle_it_with_the_answer_from_before[sqlite]",
    ),
    Mutant(
        "fence of many not compared",
        "ledger/_outbox.py",
        "if leased.get(each.key) == each.answer.posting.lease_number]",
        "if each.key in leased]",
        "test_ledger_settle_many.py::test_whose_lease_was_lost_is_named_and_stays_and_the_others_are_kept[3-sqlite]",
    ),
    Mutant(
        "guard not asked",
        "ledger/_outbox.py",
        "for row in late} if is_gone(worker)}",
        "for row in late} if is_gone}",
        "test_ledger_guard.py::test_a_worker_that_is_paused_past_its_lease_keeps_what_it_sends_until_it_dies[sqlite]",
    ),
    Mutant(
        "handed back by anybody",
        "ledger/_outbox.py",
        "_change(connection, _mine(key, worker, lease), change, is_handed_back=True)",
        '_change(connection, {"key": key, "state": State.SENDING}, change, is_handed_back=True)',
        "test_ledger_wall.py::test_only_who_holds_the_lease_hands_back[sqlite]",
    ),
    Mutant(
        "released counts as an attempt",
        "ledger/_outbox.py",
        "query.values(attempts=postings.c.attempts - 1)",
        "query.values(attempts=postings.c.attempts)",
        "test_ledger_wall.py::test_what_was_not_begun_is_due_as_it_was_and_does_not_count[sqlite]",
    ),
    Mutant(
        "decided by what it saw long ago",
        "ledger/_outbox.py",
        "if seen is not None and _stands(before) != _stands(seen):",
        "if seen is not None and seen.key != before.key:",
        "test_ledger_wall.py::test_who_decided_by_what_it_saw_is_refused_once_the_posting_has_moved[sqlite]",
    ),
    Mutant(
        "any state may follow",
        "ledger/_outbox.py",
        "if not may_follow(before.state, to) or (hands_back and not worker):",
        "if hands_back and not worker:",
        "test_ledger_store.py::test_a_step_outside_the_table_is_refused_and_leaves_no_trace[sqlite-accepted]",
    ),
    Mutant(
        "retrying sent before its time",
        "ledger/_outbox.py",
        'postings.c.next_attempt_at.is_(None) | (postings.c.next_attempt_at <= sa.bindparam("at"))',
        "sa.true()",
        "test_ledger_store.py::test_what_is_retrying_is_taken_when_its_time_has_come[sqlite]",
    ),
    Mutant(
        "changed fact swallowed",
        "ledger/_facts.py",
        '    return FactChanged("the same key came with a different content", record=fact.key)',
        "    return False",
        "test_ledger_store.py::test_a_fact_that_changed_under_its_key_is_refused_and_the_first_one_stands[sqlite]",
    ),
    Mutant(
        "commits not flushed",
        "ledger/database.py",
        '"synchronous = FULL"',
        '"synchronous = OFF"',
        "test_ledger_store.py::test_sqlite_runs_in_the_mode_that_survives_a_power_cut",
    ),
    Mutant(
        "write lock not taken at the beginning",
        "ledger/database.py",
        '"BEGIN IMMEDIATE"',
        '"BEGIN"',
        "test_ledger_store.py::test_many_threads_share_the_work_without_sharing_a_posting[sqlite]",
    ),
    Mutant(
        "in doubt sent blindly",
        "flows/sending.py",
        "    if error.retry is Retry.ASK_FIRST:\n        return State.IN_DOUBT",
        "    if error.retry is Retry.ASK_FIRST:\n        return State.RETRYING",
        "test_flows_loop.py::test_a_ship_confirm_that_took_effect_without_an_answer_is_not_sent_again",
    ),
    Mutant(
        "absent although it may still appear",
        "flows/asking.py",
        "counts_from = (posting.not_after or posting.updated_at) + late",
        "counts_from = posting.updated_at",
        "test_flows_doubt.py::test_absent_counts_only_when_it_can_no_longer_appear_and_when_it_was_said_twice",
    ),
    Mutant(
        "absent is asked once",
        "flows/asking.py",
        "if before is not None and before >= counts_from and now >= before + late:",
        "if now >= counts_from:",
        "test_flows_doubt.py::test_what_appears_before_the_second_question_is_not_sent_again",
    ),
    Mutant(
        "taken and gone is sent again",
        "flows/asking.py",
        "taken = taken or step.after is State.ACCEPTED",
        "taken = False",
        "test_flows_wall.py::test_what_was_accepted_and_is_not_there_any_more_is_in_doubt_and_never_sent_again",
    ),
    Mutant(
        "a list calls absent",
        "flows/asking.py",
        "if told.state is not State.RETRYING}",
        "if told.state}",
        "test_flows_many_questions.py::test_a_list_never_calls_absent[sqlite]",
    ),
    Mutant(
        "an array that was taken in part is sent again",
        "bluecherry/calls.py",
        "if error.blame is Blame.RECORD and not profile.whole_arrays:",
        "if error.blame is None:",
        "test_flows_arrays.py::test_where_it_is_not_known_each_of_a_refused_array_is_asked_about_and_none_is_doubled"
        "[sqlite-True]",
    ),
    Mutant(
        "date decided at intake",
        "flows/sending.py",
        "        return redated(self._site, posting)",
        "        return None",
        "test_flows_dates.py::test_what_was_made_in_october_and_sent_after_its_close_goes_into_november_and_says_so",
    ),
    Mutant(
        "overtaken word sent",
        "flows/sending.py",
        "if is_overtaken(self._site, posting):",
        "if False:",
        "test_flows_newest_word.py::test_a_word_that_comes_while_its_order_is_in_doubt_goes_out_if_that_never_arrived",
    ),
    Mutant(
        "undone dispatch told",
        "flows/sending.py",
        "if is_undone(self._site, posting.fact_key):",
        "if False:",
        "test_laws_of_delivery.py::test_an_undone_dispatch_is_not_told_when_its_doubt_has_ended_before_anybody_mends",
    ),
    Mutant(
        "Retry-After obeyed for ever",
        "flows/systems.py",
        "max(0.0, min(limit, asked or 0.0))",
        "max(0.0, asked or 0.0)",
        "test_flows_wall.py::test_the_limit_is_the_sites",
    ),
    Mutant(
        "wall removed",
        "flows/wall.py",
        "            if self._passes(error):\n                raise",
        "            if not self._passes(None):\n                raise",
        "test_flows_wall_reading.py::test_a_dispatch_taken_back_that_raises_stops_no_other",
    ),
    Mutant(
        "absent taken for posted",
        "flows/targets.py",
        "messages.DeliveryStatus.ABSENT: State.RETRYING",
        "messages.DeliveryStatus.ABSENT: State.POSTED",
        "test_flows_loop.py::test_a_500_before_the_effect_is_asked_about_and_then_sent_again",
    ),
    Mutant(
        "staged taken for posted",
        "flows/targets.py",
        "messages.DeliveryStatus.STAGED: State.ACCEPTED",
        "messages.DeliveryStatus.STAGED: State.POSTED",
        "test_flows_loop.py::test_a_ship_confirm_that_took_effect_without_an_answer_is_not_sent_again",
    ),
    Mutant(
        "another number at each attempt",
        "flows/targets.py",
        "self._bluecherry.send(message, posting.control_number)",
        'self._bluecherry.send(message, f"{posting.attempts}{posting.control_number[1:]}")',
        "test_flows_loop.py::test_a_message_that_certainly_had_no_effect_is_sent_again_under_the_same_number",
    ),
    Mutant(
        "created without looking",
        "clarus/create.py",
        "found, doubt = (yield from _looked(wanted)), None",
        'found, doubt = "", None',
        "test_clarus_create.py::test_a_record_that_is_there_already_is_found_and_nothing_is_sent",
    ),
    Mutant(
        "newest word not compared",
        "flows/heads.py",
        "return Age.OLDER if self.overtook(word.changed, word.arrival) else Age.NEWER",
        "return Age.NEWER",
        "test_flows_newest_word.py::test_an_older_word_that_is_read_later_changes_nothing",
    ),
    Mutant(
        "content that comes back is the same",
        "flows/heads.py",
        'return f"{word.content}.{self.kept.version + 1}" if self.kept.version else word.content',
        "return word.content",
        "test_flows_newest_word.py::test_a_header_that_comes_back_goes_out_as_it_was",
    ),
    Mutant(
        "found is the same whatever it says",
        "flows/targets.py",
        "        if posting.kind != GOODS_OUT:",
        "        if True:",
        "test_flows_found_there.py::test_another_quantity_waits_for_a_person_and_is_never_sent_again",
    ),
    Mutant(
        "head not locked",
        "flows/heads.py",
        "kept = site.ledger.hold(source, kind, number)",
        "kept = site.ledger.head(source, kind, number) or Head(source=source, kind=kind, source_id=number)",
        "test_flows_newest_word_elsewhere.py::test_two_readers_of_two_words_keep_one_order[postgres]",
    ),
    Mutant(
        "mark from the local clock",
        "flows/marks.py",
        "        return ours\n    return served_at if abs(served_at - ours) <= APART else min(served_at, ours)",
        "        return ours\n    return ours",
        "test_flows_marks.py::test_the_sources_time_counts_and_of_two_that_lie_days_apart_the_earlier",
    ),
    Mutant(
        "mark moves back",
        "flows/marks.py",
        "if known is None or known < to:",
        "if known != to:",
        "test_flows_marks.py::test_a_mark_never_moves_back_not_even_when_a_slower_reading_ends_later",
    ),
    Mutant(
        "mark beyond what was kept",
        "flows/marks.py",
        "return self.at_end if rises and self._in_order else self.before",
        "return self.at_end",
        "test_flows_marks.py::test_a_list_that_comes_newest_first_moves_the_mark_only_at_its_end",
    ),
    Mutant(
        "fact without its posting",
        "flows/ingest.py",
        "return in_transaction(site, partial(_ingest, site, fact, not_before))",
        "return _ingest(site, fact, not_before)",
        "test_laws_of_delivery.py::test_a_fact_is_not_kept_without_the_message_it_calls_for",
    ),
    Mutant(
        "kind that nobody named called for nothing",
        "flows/routes.py",
        "if found is None and record is not Unread and (kind, record) not in WITHOUT_ROUTE:",
        "if False:",
        "test_routes.py::test_a_fact_of_a_kind_that_nobody_named_is_refused_aloud_and_not_kept",
    ),
    Mutant(
        "settled before it is kept",
        "flows/orders_out.py",
        "    for delivery in reading:\n        row = delivery.entry",
        "    for delivery in reading:\n        delivery.settle(KEPT)\n        row = delivery.entry",
        "test_laws_of_delivery.py::test_a_delivery_is_settled_only_when_its_order_is_kept",
    ),
    Mutant(
        "dripping answer waited for",
        "http/_deadline.py",
        "allowed = seconds if ends == math.inf else max(0.0, min(seconds, ends - time.monotonic()))",
        "allowed = seconds",
        "test_http_within.py::test_an_answer_that_drips_ends_with_the_block",
    ),
    Mutant(
        "everybody tries what was left alone",
        "ledger/_breakers.py",
        '_TRY = _LEAVE_ALONE.where(breakers.c.left_alone_until == sa.bindparam("seen"))',
        '_TRY = _LEAVE_ALONE.where(sa.bindparam("seen", type_=sa.DateTime()).is_not(None))',
        "test_ledger_breakers.py::test_of_two_who_see_the_same_pause_end_one_tries",
    ),
    Mutant(
        "everybody reads at once",
        "ledger/_names.py",
        'is_over = watermarks.c.instant <= sa.bindparam("now")',
        'is_over = sa.bindparam("now", type_=sa.DateTime()).is_not(None)',
        "test_flows_alone.py::test_who_comes_while_another_one_reads_reads_nothing_and_sends[sqlite]",
    ),
    Mutant(
        "budget not counted together",
        "ledger/_breakers.py",
        "else_=0)",
        "else_=0) * 0",
        "test_flows_breaker.py::test_all_workers_together_send_no_more_in_a_minute_than_the_site_allows",
    ),
    Mutant(
        "looked at once and never again",
        "flows/looks.py",
        "_next(site, fact, head.looks + 1)",
        "None",
        "test_flows_looks.py::test_a_dispatch_is_looked_at_again_after_each_span",
    ),
    Mutant(
        "heard again and not looked at again",
        "flows/webhooks.py",
        "ledger.done((item.key for item, _ in asked), before=began, actor=worker)",
        "ledger.done((item.key for item, _ in asked), actor=worker)",
        "test_webhooks_flow.py::test_the_same_call_while_somebody_looks_leads_to_another_look",
    ),
    Mutant(
        "failed transaction told as kept",
        "ledger/database.py",
        "if self.has_failed:",
        "if False:",
        "test_ledger_given_up.py::test_what_somebody_caught_inside_is_told_at_the_end",
    ),
    Mutant(
        "close: a date one day off",
        "finance/close/_moments.py",
        "return entry.own_date is not None and entry.own_date <= self.last_day",
        "return entry.own_date is not None and entry.own_date < self.last_day",
        "finance/test_close_of_the_sandbox.py::test_a_month_is_explained_to_the_document_on_every_day_of_it[1]",
        _MONTH,
    ),
    Mutant(
        "close: a location dropped from a cost key",
        "finance/close/_costs.py",
        "self._rows[row.item, row.location].append(row)",
        'self._rows[row.item, ""].append(row)',
        "finance/test_worked_month_end.py::test_values_are_units_at_cost_and_a_missing_cost_is_a_missing_value",
        _MONTH,
    ),
    Mutant(
        "close: divisions merged",
        "flows/exports/skus.py",
        'return row.text("division"), *own',
        'return "", *own',
        "finance/test_close_from_files.py::test_divisions_are_never_merged",
        _MONTH,
    ),
    Mutant(
        "close: a sign turned",
        "flows/exports/bluecherry.py",
        "qty = told.qty if is_signed else sign * told.qty",
        "qty = told.qty if is_signed else abs(sign) * told.qty",
        "finance/test_close_of_the_sandbox.py::test_a_month_is_explained_to_the_document_on_every_day_of_it[1]",
        _MONTH,
    ),
    Mutant(
        "close: a unit ignored",
        "flows/exports/units.py",
        "return ToldEaches(quantity * factor, unit, factor)",
        "return ToldEaches(quantity, unit, factor)",
        "finance/test_close_from_files.py::test_units_count_by_their_factor_and_one_that_nobody_knows_is_named",
        _MONTH,
    ),
    Mutant(
        "close: a zone swapped",
        "flows/exports/settings.py",
        "return PostingCalendar(self.books, ",
        "return PostingCalendar(self.zone_of(is_warehouse=True), ",
        "finance/test_close_of_the_sandbox.py::test_a_month_end_in_the_middle_of_the_work_splits_it_between_both_months[1]",
        _MONTH,
    ),
    Mutant(
        "close: a missing cost as zero",
        "finance/close/_judge.py",
        "amount = None if cost is None else cost.shown",
        "amount = NONE if cost is None else cost.shown",
        "finance/test_close_of_the_sandbox.py::test_a_month_is_explained_to_the_document_on_every_day_of_it[1]",
        _MONTH,
    ),
    Mutant(
        "close: booked date not compared",
        "finance/close/_moments.py",
        "return entry.booked_date <= self.last_day",
        "return True",
        "finance/test_close_of_the_sandbox.py::test_a_month_is_explained_to_the_document_on_every_day_of_it[1]",
        _MONTH,
    ),
    Mutant(
        "what is in doubt is sent again unasked",
        "flows/deciding.py",
        "if not is_absent:",
        "if is_absent is None:",
        "test_flows_deciding.py::test_what_is_in_doubt_is_sent_again_only_by_who_says_that_it_is_not_there[sqlite]",
    ),
    Mutant(
        "a change cancelled by hand counts for nothing",
        "flows/deciding.py",
        "ledger.move(evolve(head, standing_key=version.key))",
        "ledger.move(head)",
        "test_flows_deciding_orders.py::test_the_newest_version_counts_from_then_on_and_its_dispatch_is_told_as_of_it",
    ),
    Mutant(
        "who decides holds nothing",
        "flows/deciding.py",
        "if posting.state in _UNTOUCHED:",
        "if there is not None and there.state in _UNTOUCHED:",
        "test_flows_deciding.py::test_who_decides_while_a_worker_claims_waits_and_is_refused[postgres]",
    ),
    Mutant(
        "an edit is not told",
        "ledger/edited.py",
        "if not posting.edited:",
        "if posting.edited or not posting.edited:",
        "test_flows_deciding_edit.py::test_what_was_rejected_goes_out_as_edited_and_is_worth_that_until_then",
    ),
    Mutant(
        "an older look is kept",
        "ledger/_exceptions.py",
        "where=(watermarks.c.instant <= row.excluded.instant) | (watermarks.c.instant > _LATEST),",
        "where=watermarks.c.name == row.excluded.name,",
        "test_exceptions_kept.py::test_a_look_that_began_earlier_than_one_that_is_kept_is_told_and_not_kept[sqlite]",
    ),
    Mutant(
        "what the books have waits for our ledger",
        "finance/close/_causes.py",
        '_TAKEN = frozenset({"accepted", "staged", "in_doubt", "posted"})',
        '_TAKEN = frozenset({"posted"})',
        "finance/test_close_rules.py::test_what_the_books_have_of_a_part_is_not_waiting_because_the_ledger_has_not_heard_so[accepted]",
    ),
    Mutant(
        "files are taken out of turn",
        "exchange/intake.py",
        "self.journal.lease(_TURN, self.lease)",
        "self.journal.lease(secrets.token_hex(8), self.lease)",
        "test_exchange_folder.py::test_in_turn_one_worker_takes_at_a_time_and_the_next_when_it_ends[0]",
    ),
)
