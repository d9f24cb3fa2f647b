"""Whether the tables of rights would notice: one condition at a time is turned round, and they are walked.

Minutes, so it runs at night (`-m faults_long`). Prints how many were noticed and each that was not.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

import pytest
from django.db import transaction

import tasks.actions.common
import tasks.querysets
import units.permissions
from core.prepared import prepared
from tests.architecture import test_rights_verbs as verbs
from tests.architecture.rights_world import World
from tests.architecture.test_rights_verbs import world  # noqa: F401

pytestmark = [pytest.mark.faults_long, pytest.mark.django_db]

GOAL = 0.95
TARGETS: dict[Any, Callable[[str], bool]] = {
    units.permissions: lambda name: name in {"within", "covers", "capacity"},
    tasks.querysets: lambda name: (
        name == "sight_of" or (name.endswith((".visible_to", ".visible_in")) and not name.startswith("Duty"))
    ),
    tasks.actions.common: lambda name: name in {"may", "verbs_for", "begin", "leader_is_named", "is_waiting"},
}
TURNED: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.LtE: ast.Gt, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.Gt: ast.LtE,
}  # fmt: skip


def functions(module: Any) -> Iterator[tuple[str, FunctionType]]:
    for name, thing in vars(module).items():
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__:
            yield name, thing
        elif inspect.isclass(thing) and thing.__module__ == module.__name__:
            for each, method in vars(thing).items():
                if isinstance(method, FunctionType):
                    yield f"{name}.{each}", method


def changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """(what is turned, the node that stands in its place) for one node."""
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                yield "comparison", lambda n, p=place, o=op: _with(n, ops=_put(n.ops, p, TURNED[type(o)]()))
        case ast.BoolOp(op=op, values=values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield "and/or", lambda n: _with(n, op=other)
            for place in range(len(values)):
                yield f"without part {place + 1}", lambda n, p=place: _without(n, p)
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd()):
            yield "left alone", lambda n: n.left
            yield "right alone", lambda n: n.right
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield "negation dropped", lambda n: n.operand
        case ast.Call(func=ast.Attribute(attr="filter"), args=args, keywords=keywords) if (
            len(args) + len(keywords) > 1
        ):
            for place in range(len(args)):
                yield f"filter without part {place + 1}", lambda n, p=place: _with(n, args=_drop(n.args, p))
            for place in range(len(keywords)):
                yield (
                    f"filter without {keywords[place].arg}",
                    lambda n, p=place: _with(n, keywords=_drop(n.keywords, p)),
                )
        case ast.If(test=_):
            yield "condition turned", lambda n: _with(n, test=ast.UnaryOp(ast.Not(), n.test))


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


def mutants() -> Iterator[tuple[str, Any, FunctionType, CodeType]]:
    """(name, module, the live function, the code it would have)."""
    for module, wanted in TARGETS.items():
        source = inspect.getsource(module)
        for name, live in functions(module):
            if not wanted(name):
                continue
            tree = ast.parse(source)
            found = next(
                node
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef)
                and node.name == live.__name__
                and node.lineno == live.__code__.co_firstlineno
            )
            said = {id(part) for note in _annotations(found) for part in ast.walk(note)}
            for node in [each for each in ast.walk(found) if id(each) not in said]:
                for what, change in changes(node):
                    whole = ast.parse(source)
                    twin = _twin(whole, node)
                    changed = _Replace(twin, change(twin)).visit(whole)
                    code = compile(ast.fix_missing_locations(changed), module.__file__, "exec")
                    place = f"{module.__name__}.{name}:{node.lineno} {what}: {ast.unparse(node)[:70]}"
                    yield place, module, live, _code(code, live)


def _annotations(found: ast.FunctionDef) -> Iterator[ast.AST]:
    """What says types and does nothing."""
    for node in ast.walk(found):
        for name in ("annotation", "returns"):
            if getattr(node, name, None) is not None:
                yield getattr(node, name)


def _twin(tree: ast.Module, wanted: Any) -> Any:
    """The same node in a tree of its own."""
    return next(
        node
        for node in ast.walk(tree)
        if type(node) is type(wanted)
        and getattr(node, "lineno", 0) == wanted.lineno
        and ast.dump(node, include_attributes=True) == ast.dump(wanted, include_attributes=True)
    )


def _code(code: CodeType, live: FunctionType) -> CodeType:
    waiting = [code]
    while waiting:
        here = waiting.pop()
        for const in here.co_consts:
            if isinstance(const, CodeType):
                if const.co_qualname == live.__qualname__:
                    return const
                waiting.append(const)
    raise AssertionError(live.__qualname__)


# Which tests speak of a module, the quickest first: a walk over everything for each mutant would take hours.
SPEAK = {
    units.permissions: (
        "test_where", "test_a_leader", "test_a_place", "test_the_whole", "test_who_both", "test_who_may", "test_states",
        "test_a_task_is_seen",
    ),
    tasks.querysets: ("test_a_task_is_seen", "test_states", "test_a_handover", "test_who_recorded"),
    tasks.actions.common: (
        "test_nobody", "test_who_asked", "test_an_officer", "test_a_text", "test_what", "test_the_act", "test_who_may",
    ),
}  # fmt: skip
FIRST = ("owner", "head", "coord", "leader", "sibling", "clerk+")


def checks(world: World, module: Any) -> Iterator[Callable[[], Any]]:  # noqa: F811
    """The tests of the tables that need no page and speak of `module`, one after the other."""
    for start in SPEAK[module]:
        for name, test in list(vars(verbs).items()):
            if name.startswith(start):
                yield from _calls(test, world)


def _calls(test: Any, world: World) -> Iterator[Callable[[], Any]]:  # noqa: F811
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    if not marks:
        yield lambda: test(world)
        return
    names, values = marks[0].args
    keys = [names] if isinstance(names, str) else names
    for value in sorted(values, key=lambda each: each not in FIRST):
        given = dict(zip(keys, [value] if isinstance(names, str) else value, strict=True))
        yield lambda g=given: test(world, **g)


def noticed(world: World, module: Any) -> bool:  # noqa: F811
    for check in checks(world, module):
        try:
            with transaction.atomic():
                try:
                    check()
                finally:
                    transaction.set_rollback(True)
        except (Exception, pytest.fail.Exception):
            return True
    return False


def asked_anew(question: prepared, *values: Any, **fixed: Any) -> list[Any]:
    """A prepared question keeps the words it was first put into: here its code changes between two questions."""
    return list(question._build(*values, **fixed))


def test_a_condition_turned_round_is_noticed(
    world: World,  # noqa: F811
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepared, "__call__", asked_anew)
    assert not any(noticed(world, module) for module in TARGETS), "the tables do not hold to begin with"
    survivors, total = [], 0
    for place, module, live, code in mutants():
        kept, total = live.__code__, total + 1
        live.__code__ = code
        try:
            if not noticed(world, module):
                survivors.append(place)
                with capsys.disabled():
                    print(f"\nnot noticed: {place}", flush=True)
        finally:
            live.__code__ = kept
    with capsys.disabled():
        print(f"\nrights: mutants={total} noticed={total - len(survivors)} survivors={len(survivors)}")
    assert total - len(survivors) >= GOAL * total
