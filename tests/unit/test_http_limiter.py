import asyncio
import threading
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http import RateLimiter


class Seconds:
    def __init__(self):
        self.now = 100.0

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds

    async def async_sleep(self, seconds):
        self.now += seconds


def limiter(time, *args, **options):
    return RateLimiter(*args, clock=time.clock, sleep=time.sleep, async_sleep=time.async_sleep, **options)


def passes(time, limit, events):
    """The instants at which requests passed, for a story of idling, asking and pausing."""
    granted = []
    for what, seconds in events:
        if what == "idle":
            time.now += seconds
        elif what == "pause":
            limit.pause(seconds)
        else:
            limit.acquire()
            granted.append(time.now)
    return granted


EVENTS = st.lists(
    st.tuples(st.sampled_from(["ask", "ask", "ask", "idle", "pause"]), st.floats(0, 3, allow_nan=False)),
    max_size=60,
)


@given(EVENTS, st.floats(0.5, 50), st.integers(1, 5))
def test_no_stretch_of_time_sees_more_than_the_rate_and_one_burst(events, rate, burst):
    time = Seconds()
    granted = passes(time, limiter(time, rate, burst=burst), events)
    for first, begin in enumerate(granted):
        for last in range(first, len(granted)):
            assert last - first + 1 <= rate * (granted[last] - begin) + burst + 1e-6


@given(EVENTS)
def test_nobody_passes_during_a_pause(events):
    time = Seconds()
    limit = limiter(time, 10, burst=3)
    closed_until = 0.0
    for what, seconds in events:
        if what == "pause":
            closed_until = max(closed_until, time.now + seconds)
        moments = passes(time, limit, [(what, seconds)])
        assert all(moment >= closed_until - 1e-9 for moment in moments)


def test_a_burst_passes_at_once_and_the_rest_at_the_rate():
    time = Seconds()
    granted = passes(time, limiter(time, 2, burst=3), [("ask", 0)] * 5)
    assert granted == pytest.approx([100, 100, 100, 100.5, 101])


def test_after_a_pause_there_is_no_burst():
    time = Seconds()
    granted = passes(time, limiter(time, 2, burst=3), [("pause", 10), *[("ask", 0)] * 3])
    assert granted == pytest.approx([110, 110.5, 111])


def test_a_turn_given_before_a_pause_waits_it_out():
    time = Seconds()
    sleeps = []

    def sleep_and_be_paused(seconds):
        sleeps.append(seconds)
        time.sleep(seconds)
        if len(sleeps) == 1:
            time.now += 0.5
            limit.pause(5)

    limit = RateLimiter(1, clock=time.clock, sleep=sleep_and_be_paused)
    limit.acquire()
    limit.acquire()
    assert sleeps == pytest.approx([1, 5])


def test_tasks_and_threads_share_one_limit():
    limit = RateLimiter(2000, burst=1)
    moments = []
    began = monotonic()

    def thread():
        for _ in range(10):
            limit.acquire()
            moments.append(monotonic())

    async def tasks():
        async def one():
            await limit.aacquire()
            moments.append(monotonic())

        await asyncio.gather(*(one() for _ in range(20)))

    threads = [threading.Thread(target=thread) for _ in range(4)]
    for one in threads:
        one.start()
    asyncio.run(tasks())
    for one in threads:
        one.join()
    assert len(moments) == 60
    assert max(moments) - began >= 59 / 2000 - 1e-6


@pytest.mark.parametrize("settings", [{"rate": 0}, {"rate": -1}, {"rate": 1, "per": 0}, {"rate": 1, "burst": 0}])
def test_a_limit_that_lets_nothing_pass_is_refused(settings):
    with pytest.raises(ConfigurationError):
        RateLimiter(**settings)
