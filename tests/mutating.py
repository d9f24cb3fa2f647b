"""Turning one condition of a rule at a time, in this process, to see whether the tests of the rule notice.

A mutant is a function whose code says something else for a moment, or a name of a module that means something else
for a moment. The checks are the ordinary tests, called one by one; each runs in a savepoint that is rolled back.
"""

import ast
import copy
import inspect
import random
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property, partial
from itertools import product
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from django.db import transaction
from hypothesis import Phase, settings

OURS = ("core", "units", "plans", "tasks", "notifications", "reports", "tracker")
TURNED: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.LtE: ast.Gt, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.Gt: ast.LtE,
}  # fmt: skip
MOVED: dict[type, type] = {ast.LtE: ast.Lt, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.Gt: ast.GtE}
OTHER_SIDE: dict[type, type] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
OTHER_WORD = {"min": "max", "max": "min", "any": "all", "all": "any"}
# A mutant may never end; what takes longer than this is noticed by whoever waits for it.
SECONDS = 10


@dataclass(frozen=True)
class Mutant:
    place: str
    on: Callable[[], AbstractContextManager[None]]


# --- One change of one node ---------------------------------------------------------------------------


def changes(node: Any) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """(what is turned, the node that stands in its place) for one node."""
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                yield "comparison", lambda n, p=place, o=op: _with(n, ops=_put(n.ops, p, TURNED[type(o)]()))
                if type(op) in MOVED:
                    yield "limit", lambda n, p=place, o=op: _with(n, ops=_put(n.ops, p, MOVED[type(o)]()))
        case ast.BoolOp(op=op, values=values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield "and/or", lambda n: _with(n, op=other)
            for place in range(len(values)):
                yield f"without part {place + 1}", lambda n, p=place: _without(n, p)
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd()):
            yield "left alone", lambda n: n.left
            yield "right alone", lambda n: n.right
        case ast.BinOp(op=ast.Add() | ast.Sub() as op):
            yield "plus/minus", lambda n: _with(n, op=OTHER_SIDE[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            yield "negation dropped", lambda n: n.operand
        case ast.AugAssign(op=ast.Add() | ast.Sub() as op):
            yield "plus/minus", lambda n: _with(n, op=OTHER_SIDE[type(op)]())
        case ast.AugAssign(op=ast.BitOr()) | ast.Raise() | ast.Expr(value=ast.Call()):
            yield "dropped", lambda n: ast.Pass()
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            yield "nothing returned", lambda n: _with(n, value=ast.Constant(None))
        case ast.Constant(value=bool() as value):
            yield "true/false", lambda n: ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield "one more", lambda n: ast.Constant(value + 1)
            yield "one less", lambda n: ast.Constant(value - 1)
        case ast.Call(func=ast.Name(id=name)) if name in OTHER_WORD:
            yield OTHER_WORD[name], lambda n: _with(n, func=ast.Name(OTHER_WORD[name], ast.Load()))
        case ast.Call(func=ast.Attribute(attr="filter") | ast.Name(id="Q"), args=args, keywords=keywords) if (
            len(args) + len(keywords) > 1
        ):
            for place in range(len(args)):
                yield f"without part {place + 1}", lambda n, p=place: _with(n, args=_drop(n.args, p))
            for place in range(len(keywords)):
                said = keywords[place].arg
                yield f"without {said}", lambda n, p=place: _with(n, keywords=_drop(n.keywords, p))
        case ast.Call(func=ast.Name(id="compiled" | "Case"), args=args) if len(args) > 1:
            for place in range(len(args)):
                yield f"without row {place + 1}", lambda n, p=place: _with(n, args=_drop(n.args, p))
        case ast.Set(elts=elts) if len(elts) > 1:
            for place in range(len(elts)):
                yield (
                    f"without {ast.unparse(elts[place])}",
                    lambda n, p=place: _with(n, elts=_drop(n.elts, p)),
                )
        case ast.If() | ast.IfExp() | ast.While():
            yield "condition turned", lambda n: _with(n, test=ast.UnaryOp(ast.Not(), n.test))
        case ast.comprehension(ifs=ifs):
            for place in range(len(ifs)):
                yield f"without filter {place + 1}", lambda n, p=place: _with(n, ifs=_drop(n.ifs, p))
        case ast.match_case():
            yield "case dropped", lambda n: _with(n, guard=ast.Constant(False))


def _with(node: Any, **fields: Any) -> Any:
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _put(things: list, place: int, thing: Any) -> list:
    return [*things[:place], thing, *things[place + 1 :]]


def _drop(things: list, place: int) -> list:
    return [*things[:place], *things[place + 1 :]]


def _without(node: ast.BoolOp, place: int) -> ast.AST:
    rest = _drop(node.values, place)
    return rest[0] if len(rest) == 1 else _with(node, values=rest)


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else super().visit(node)


def _changed(part: ast.AST) -> Iterator[tuple[str, ast.AST, Callable[[ast.AST], ast.AST]]]:
    """(what is turned, where, the change of a tree of its own) for every node of `part`."""
    said = {id(each) for note in _says_nothing(part) for each in ast.walk(note)}
    for node in ast.walk(part):
        if id(node) in said:
            continue
        for what, change in changes(node):

            def apply(whole: ast.AST, node: ast.AST = node, change: Callable[[Any], Any] = change) -> ast.AST:
                twin = _twin(whole, node)
                return ast.fix_missing_locations(_Replace(twin, change(twin)).visit(whole))

            yield what, node, apply


def _says_nothing(part: ast.AST) -> Iterator[ast.AST]:
    """Types, words for a programmer's eyes, and what was read when the module was: decorators and defaults."""
    for node in ast.walk(part):
        for name in ("annotation", "returns"):
            if getattr(node, name, None) is not None:
                yield getattr(node, name)
        if isinstance(node, ast.Assert):
            yield node
        if isinstance(node, ast.FunctionDef):
            yield from (*node.decorator_list, *node.args.defaults)
            yield from (each for each in node.args.kw_defaults if each is not None)


def _twin(tree: ast.AST, wanted: ast.AST) -> Any:
    """The same node in a tree of its own."""
    seen = ast.dump(wanted, include_attributes=True)
    return next(
        node
        for node in ast.walk(tree)
        if type(node) is type(wanted)
        and getattr(node, "lineno", 0) == getattr(wanted, "lineno", 0)
        and ast.dump(node, include_attributes=True) == seen
    )


# --- Mutants of a module ------------------------------------------------------------------------------


def functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    for name, thing in vars(module).items():
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__:
            yield name, thing
        elif inspect.isclass(thing) and thing.__module__ == module.__name__:
            for each, method in vars(thing).items():
                function = method
                if isinstance(method, property):
                    function = method.fget
                elif isinstance(method, cached_property):
                    function = method.func
                if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                    yield f"{name}.{each}", function


def code_mutants(module: ModuleType, wanted: Callable[[str], bool] = lambda name: True) -> Iterator[Mutant]:
    """Every change of every function of `module` whose name is wanted."""
    source = inspect.getsource(module)
    tree = ast.parse(source)
    defined = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for name, live in functions(module):
        if not wanted(name) or live.__code__.co_filename != module.__file__:
            continue
        first = live.__code__.co_firstlineno
        found = next(
            node
            for node in defined
            if node.name == live.__name__
            and first == min([node.lineno, *(each.lineno for each in node.decorator_list)])
        )
        for what, node, apply in _changed(found):
            whole = compile(apply(ast.parse(source)), module.__file__ or "", "exec")
            yield Mutant(
                f"{module.__name__}.{name}:{_line(node)} {what}: {_words(node)}",
                partial(_says, live, _code(whole, live)),
            )


def name_mutants(module: ModuleType, wanted: Callable[[str], bool] = lambda name: True) -> Iterator[Mutant]:
    """Every change of what the names of `module` mean: limits, sets, tables of patterns."""
    tree = ast.parse(inspect.getsource(module))
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name = statement.targets[0].id
        if not wanted(name):
            continue
        for what, node, apply in _changed(statement.value):
            value = apply(ast.Expression(copy.deepcopy(statement.value)))
            try:
                new = eval(compile(value, "", "eval"), vars(module))  # type: ignore[arg-type]
            except (ValueError, TypeError):
                continue  # no such day, no such pattern: nobody could have written it
            old = vars(module)[name]
            yield Mutant(
                f"{module.__name__}.{name}:{_line(node)} {what}: {_words(node)}",
                partial(everywhere, name, old, new),
            )


# "(?:den|toi)", without brackets inside.
ALTERNATIVES = re.compile(r"(?<!\\)\((?:\?:|\?P<\w+>|\?<?[!=])?([^()]*\|[^()]*)\)")


def pattern_mutants(module: ModuleType) -> Iterator[Mutant]:
    """The tables of patterns without one of the words they know, wherever the same list of words stands."""
    for name, table in list(vars(module).items()):
        if not isinstance(table, tuple) or not table or not all(_is_row(each) for each in table):
            continue
        lists = {found[0]: found for row in table for found in ALTERNATIVES.finditer(row[0].pattern)}
        for written, found in lists.items():
            words, place = found[1].split("|"), found.start(1) - found.start()
            for number, word in enumerate(words):
                rest = written[:place] + "|".join(_drop(words, number)) + ")"
                try:
                    new = tuple(
                        (re.compile(row[0].pattern.replace(written, rest)), *row[1:]) for row in table
                    )
                except re.error:
                    continue
                yield Mutant(
                    f"{module.__name__}.{name} without {word!r} of {written}",
                    partial(everywhere, name, table, new),
                )


def _is_row(thing: Any) -> bool:
    return isinstance(thing, tuple) and isinstance(thing[0], re.Pattern)


def entry_mutants(place: str, table: dict[str, Any]) -> Iterator[Mutant]:
    """Every entry of a table of dataclasses, one field at a time: a flag turned, a member less or more, a word gone."""
    for key, entry in table.items():
        for column in fields(entry):
            for what, value in _other_values(table, column.name, getattr(entry, column.name)):
                changed = replace(entry, **{column.name: value})
                yield Mutant(f"{place}[{key!r}].{column.name} {what}", partial(_stands, table, key, changed))


def _other_values(table: dict[str, Any], column: str, value: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case bool():
            yield "turned", not value
        case frozenset() | tuple():
            known = {each for entry in table.values() for each in getattr(entry, column)}
            for each in sorted(known):
                if each in value:
                    yield f"without {each}", type(value)(one for one in value if one != each)
                else:
                    yield f"with {each}", type(value)([*value, each])
        case dict():
            for each in value:
                yield f"without {each}", {name: words for name, words in value.items() if name != each}
        case StrEnum():
            yield f"without {value}", None


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _words(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:90]


def _code(code: CodeType, live: FunctionType) -> CodeType:
    waiting = [code]
    while waiting:
        here = waiting.pop()
        for const in here.co_consts:
            if isinstance(const, CodeType):
                if (
                    const.co_qualname == live.__qualname__
                    and const.co_firstlineno == live.__code__.co_firstlineno
                ):
                    return const
                waiting.append(const)
    raise AssertionError(live.__qualname__)


@contextmanager
def _says(live: FunctionType, code: CodeType) -> Iterator[None]:
    kept, live.__code__ = live.__code__, code
    try:
        yield
    finally:
        live.__code__ = kept


@contextmanager
def everywhere(name: str, old: Any, new: Any) -> Iterator[None]:
    """`name` means `new` in every module of ours that knows it; the tests keep what they read."""
    holders = [
        module
        for title, module in list(sys.modules.items())
        if title.split(".")[0] in OURS and vars(module).get(name) is old
    ]
    for module in holders:
        setattr(module, name, new)
    try:
        yield
    finally:
        for module in holders:
            setattr(module, name, old)


@contextmanager
def _stands(table: dict[str, Any], key: str, entry: Any) -> Iterator[None]:
    kept = table[key]
    table[key] = entry
    try:
        yield
    finally:
        table[key] = kept


# --- The tests as checks ------------------------------------------------------------------------------


@dataclass
class Checks:
    """Tests of some modules, called in this process; the one that noticed last is asked first.

    `given` makes the fixtures a test may ask for, anew for every call; a test that asks for another is left out.
    """

    modules: tuple[ModuleType, ...]
    given: dict[str, Callable[[], Any]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    # Beginnings of the names of the tests that speak of the matter, the quickest first; all of them where none is said.
    only: tuple[str, ...] = ("test_",)
    database: bool = False
    calls: list[tuple[str, Callable[[], Any]]] = field(init=False)

    def __post_init__(self) -> None:
        found = [call for module in self.modules for call in self._of(module)]
        # What is drawn takes longest.
        self.calls = [(name, call) for _, _, name, call in sorted(found, key=lambda each: each[:2])]

    def _of(self, module: ModuleType) -> Iterator[tuple[bool, int, str, Callable[[], Any]]]:
        for name, test in list(vars(module).items()):
            if not name.startswith(self.only) or name.startswith(self.without):
                continue
            turn = next(number for number, start in enumerate(self.only) if name.startswith(start))
            drawn = getattr(test, "hypothesis", None)
            if drawn is not None:
                quick = settings(
                    test._hypothesis_internal_use_settings, phases=(Phase.explicit, Phase.generate)
                )
                test._hypothesis_internal_use_settings = quick
            for values in _parameters(test):
                asked = [each for each in inspect.signature(test).parameters if each not in values]
                makers = [self._maker(module, each) for each in asked]
                if None in makers:
                    continue

                def call(test: Any = test, values: dict = values, asked: list = asked) -> None:
                    made: dict[str, Any] = {}
                    fixtures = {each: self._make(module, each, made) for each in asked}
                    test(**fixtures, **values)

                yield drawn is not None, turn, f"{name}{values or ''}", call

    def _maker(self, module: ModuleType, name: str) -> Any:
        return self.given.get(name) or _fixture(module, name)

    def _make(self, module: ModuleType, name: str, made: dict[str, Any]) -> Any:
        if name not in made:
            if name in self.given:
                made[name] = self.given[name]()
            else:
                function = _fixture(module, name)
                wants = inspect.signature(function).parameters
                made[name] = function(**{each: self._make(module, each, made) for each in wants})
        return made[name]

    def failing(self) -> str | None:
        """The name of a check that does not hold now, None when all do."""
        for place, (name, call) in enumerate(self.calls):
            try:
                with _no_longer_than(SECONDS), self._rolled_back():
                    call()
            except (Exception, pytest.fail.Exception):
                self.calls.insert(0, self.calls.pop(place))
                return name
        return None

    @contextmanager
    def _rolled_back(self) -> Iterator[None]:
        with transaction.atomic() if self.database else nullcontext():
            try:
                yield
            finally:
                if self.database:
                    transaction.set_rollback(True)


def _fixture(module: ModuleType, name: str) -> Any:
    """The function of a plain fixture of the test's own module."""
    found = getattr(vars(module).get(name), "_get_wrapped_function", None)
    return None if found is None or inspect.isgeneratorfunction(found()) else found()


def _parameters(test: Any) -> Iterator[dict[str, Any]]:
    """What each case of a test is called with."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    axes = []
    for mark in marks:
        names, values = mark.args[:2]
        keys = [each.strip() for each in names.split(",")] if isinstance(names, str) else list(names)
        axes.append([dict(zip(keys, _row(row, len(keys)), strict=True)) for row in values])
    for combination in product(*axes):
        yield {name: value for each in combination for name, value in each.items()}


def _row(row: Any, width: int) -> Any:
    if isinstance(row, ParameterSet):
        return row.values
    return [row] if width == 1 else row


@contextmanager
def _no_longer_than(seconds: int) -> Iterator[None]:
    def give_up(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# --- The score ----------------------------------------------------------------------------------------


def survivors(
    mutants: list[Mutant],
    failing: Callable[[Mutant], Any],
    say: Callable[[str], Any],
    most: int | None = None,
) -> tuple[int, list[str]]:
    """(how many were tried, those that nothing noticed). `most` draws that many, always the same ones."""
    if most is not None and len(mutants) > most:
        mutants = random.Random(1).sample(mutants, most)
    lived = []
    for mutant in mutants:
        with mutant.on():
            noticed = failing(mutant)
        if not noticed:
            lived.append(mutant.place)
            say(f"not noticed: {mutant.place}")
    return len(mutants), lived
