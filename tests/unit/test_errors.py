import copy
import inspect
import pickle

import pytest

from clarus_bluecherry import _lazy, errors
from clarus_bluecherry.errors import (
    AnswerError,
    ClarusBluecherryError,
    ConfigurationError,
    InvalidRecord,
    MissingExtra,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Retry,
    SkuError,
    UnknownSku,
    WireError,
)


def with_descendants(kind):
    return [kind, *(each for child in kind.__subclasses__() for each in with_descendants(child))]


KINDS = sorted(
    {kind for kind in with_descendants(ClarusBluecherryError) if kind.__module__ == errors.__name__},
    key=lambda kind: kind.__name__,
)
SAMPLES = {
    "code": "WH-404",
    "candidates": ("01234 BLK M", "01234 BLK S"),
    "extra": "ledger",
    "status": 409,
    "headers": {"x-request-id": "r-1"},
    "body": b'{"errors": []}',
    "symbol": "conflict",
    "correlation_id": "c-1",
    "request_id": "r-1",
    "retry_after": 2.5,
    "record": "order 1001",
    "field": "reference",
    "action": "Ask the warehouse.",
    "retry": Retry.ASK_FIRST,
}


def build(kind):
    """An error of `kind` with every argument filled that it takes."""
    accepted = inspect.signature(kind).parameters
    return kind("it went wrong", **{name: value for name, value in SAMPLES.items() if name in accepted})


def bare(kind):
    """An error of `kind` with only what it must have."""
    needed = [p.name for p in inspect.signature(kind).parameters.values() if p.default is p.empty][1:]
    return kind("it went wrong", **{name: SAMPLES[name] for name in needed})


every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def test_there_is_one_tree():
    defined = {kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, BaseException)}
    assert set(KINDS) == defined
    assert len(KINDS) > 15


@every_kind
@pytest.mark.parametrize("made", [build, bare])
@pytest.mark.parametrize(
    "trip", [*range(pickle.HIGHEST_PROTOCOL + 1), copy.copy, copy.deepcopy], ids=lambda trip: str(trip)[:20]
)
def test_an_error_comes_back_from_pickle_without_its_answer(kind, made, trip):
    error = made(kind)
    error.attempts = 3
    error.add_note("seen at 12:00")
    back = trip(error) if callable(trip) else pickle.loads(pickle.dumps(error, trip))
    assert type(back) is kind
    stays = {"headers", "body"}  # what the other side sent: test_errors_leave_bodies_behind
    assert vars(back) | dict.fromkeys(stays) == vars(error) | dict.fromkeys(stays)
    assert (str(back), repr(back), back.args) == (str(error), repr(error), error.args)
    assert (back.retry, back.action) == (error.retry, error.action)


@every_kind
def test_an_error_says_what_where_whether_to_repeat_and_what_to_do(kind):
    error = build(kind)
    place = "order 1001, field reference: " if error.record else ""
    assert str(error) == f"{place}it went wrong. {error.retry.value.capitalize()}. {error.action}"
    assert error.action
    assert isinstance(error.retry, Retry)
    assert inspect.getdoc(kind)


@every_kind
def test_an_error_has_a_full_stop_after_each_part_and_no_two(kind):
    error = bare(kind)
    error.what = "it went wrong."
    assert ".." not in str(error)
    assert str(error).startswith("it went wrong. ")


def test_a_place_may_be_a_record_a_field_or_neither():
    assert str(ClarusBluecherryError("x", record="order 1")).startswith("order 1: x.")
    assert str(ClarusBluecherryError("x", field="reference")).startswith("field reference: x.")
    assert str(ClarusBluecherryError("x")).startswith("x.")


def test_one_error_may_say_something_else_than_its_kind():
    error = ClarusBluecherryError("x", retry=Retry.SAFE, action="Wait.")
    assert str(error) == "x. Safe to retry. Wait."
    assert ClarusBluecherryError("x").retry is Retry.POINTLESS


def test_what_may_have_taken_effect_is_never_called_safe():
    doubtful = {kind for kind in KINDS if kind.retry is Retry.ASK_FIRST}
    assert {OutcomeUnknown, errors.ServerFailed, errors.UnreadableAnswer, errors.Conflict} == doubtful
    assert {kind for kind in KINDS if kind.retry is Retry.SAFE} == {errors.NotSent, RateLimited}


def test_errors_can_be_caught_by_what_they_mean_and_by_what_python_calls_them():
    assert issubclass(InvalidRecord, ValueError)
    assert issubclass(MissingExtra, ImportError)
    assert issubclass(MissingExtra, ConfigurationError)
    assert issubclass(UnknownSku, SkuError)
    assert issubclass(NotFound, AnswerError)
    assert issubclass(AnswerError, WireError)


def test_no_error_text_shows_the_answer_or_its_headers():
    error = NotFound("no such order", body=b"Jo Doe, 1 High Street", headers={"set-cookie": "s3cret"}, status=404)
    assert "Jo" not in f"{error} {error!r}"
    assert "s3cret" not in f"{error} {error!r}"


def test_headers_are_kept_apart_from_the_callers():
    headers = {"x-request-id": "r-1"}
    error = NotFound("x", headers=headers)
    headers.clear()
    assert error.headers == {"x-request-id": "r-1"}


# Optional packages -------------------------------------------------------------------------------------------


def test_a_missing_extra_names_its_pip_install():
    error = MissingExtra("the ledger needs the package sqlalchemy", extra="ledger")
    assert 'pip install "clarus-bluecherry[ledger]"' in str(error)
    assert error.extra == "ledger"
    assert error.msg == pickle.loads(pickle.dumps(error)).msg == "the ledger needs the package sqlalchemy"


def test_needing_what_is_not_installed_says_how_to_install_it():
    with pytest.raises(MissingExtra, match="the moon needs the package moon_phase") as caught:
        _lazy.need("moon_phase.tides", extra="moon", purpose="the moon")
    assert 'pip install "clarus-bluecherry[moon]"' in str(caught.value)


def test_needing_what_is_installed_is_quiet():
    assert _lazy.need("json", extra="none", purpose="nothing") is None


def test_a_package_that_lacks_a_package_of_its_own_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "half_installed.py").write_text("import its_own_dependency")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="its_own_dependency") as caught:
        _lazy.need("half_installed", extra="none", purpose="nothing")
    assert not isinstance(caught.value, MissingExtra)


def test_a_lazy_package_loads_a_name_when_it_is_asked_for():
    load = _lazy.lazy("json", {"JSONDecoder": "decoder"})
    assert load("JSONDecoder").__name__ == "JSONDecoder"
    with pytest.raises(AttributeError, match="'json' has no attribute 'JSONEncoder'"):
        load("JSONEncoder")
