"""In: a path, and the variable it starts from. Out: the patterns that walk it. Room: sparql."""

from __future__ import annotations

from typing import Protocol

from rotgraph.errors import InternalError, UnsupportedOperationError
from rotgraph.late import dataclass, replace
from rotgraph.model.value import Period
from rotgraph.query.expression import Condition, Path, Step, Things
from rotgraph.query.plan import Plan
from rotgraph.sparql.logic import Logic, either
from rotgraph.sparql.moments import by_then
from rotgraph.sparql.pattern import ENGINE, Group
from rotgraph.sparql.writer import Writer

__all__ = ["Context", "Folds", "Walked", "below", "class_pattern", "fact_pattern", "split_parts", "walk"]

HIERARCHY = ("broader", "part_of")
"""What ``within`` climbs (ruling 32)."""
_DATED_STEPS = 4
"""How far it climbs where each step must have been stated by a date: there a path of SPARQL has no form."""
_INTRINSIC = {"note": "note", "line": "line", "heading": "heading", "source_text": "sourceText"}


class Folds(Protocol):
    """The other folds, which a path needs for the conditions of its steps: they call each other."""

    def condition(self, item: Condition, row: str, context: Context, group: Group) -> Logic: ...
    def rows(self, plan: Plan, row: str, context: Context) -> Group: ...
    def within(self, plan: Plan, context: Context) -> Context: ...
    def member(self, plan: Plan, value: Walked, group: Group, context: Context) -> Logic: ...


@dataclass(frozen=True)
class Context:
    """What holds for a whole query: the writer, the date that facts were stated by, the other folds."""

    writer: Writer
    folds: Folds
    as_of: Period | None = None

    def at(self, as_of: Period) -> Context:
        return replace(self, as_of=as_of)


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a path ends."""

    end: str
    """The variable of its values."""
    owner: str
    """The variable of what has the value: the subject of the last fact, the object of an inverse one."""
    step: Step | None
    """The last step that is no part of a value."""
    parts: tuple[str, ...]
    """The parts of values that it asks for in the end (``start``, ``year``)."""
    kinds: tuple[str, ...]
    """Kinds of the values, parts left aside."""


def split_parts(path: Path) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The steps over the graph, and the parts of values behind them."""
    steps = path.steps
    while steps and steps[-1].form == "part":
        steps = steps[:-1]
    parts = tuple(step.name for step in path.steps[len(steps) :])
    if any(step.form == "part" for step in steps):
        raise InternalError("a part of a value has no steps")
    return steps, parts


def walk(path: Path, start: str, group: Group, context: Context, *, words: bool = False) -> Walked:
    """Add the patterns of a path to a group; ``words`` ends at the words of its texts instead of the texts."""
    steps, parts = split_parts(path)
    at = owner = start
    if path.start is not None:
        at = owner = _start(path, group, context)
    last: Step | None = None
    for number, step in enumerate(steps):
        ends = number == len(steps) - 1
        owner, at = at, _step(step, at, group, context, words=words and ends)
        last = step
    kinds = last.kinds if last is not None else ("thing",)
    return Walked(at, owner, last, parts, kinds)


def _start(path: Path, group: Group, context: Context) -> str:
    variable = context.writer.fresh("start")
    if isinstance(path.start, Things):
        group.add(f"VALUES {variable} {{ {' '.join(map(context.writer.node, path.start.keys))} }}")
    elif isinstance(path.start, str):
        class_pattern((path.start,), variable, group, context)
    else:
        raise InternalError("the path starts at the row")
    return variable


def _step(step: Step, at: str, group: Group, context: Context, *, words: bool) -> str:
    writer = context.writer
    end = writer.fresh(_stem(step.name))
    if step.form == "intrinsic" and step.name != "mentioned_in":
        group.add(f"{at} {_intrinsic(step.name, writer, words=words)} {end} .")
    elif step.form == "intrinsic":
        fact_pattern(end, "mentions", at, group, context)
        class_pattern(("note",), end, group, context)
    elif step.form != "property":
        raise InternalError(f"no step {step.form}")
    elif step.closure:
        if context.as_of is not None:
            raise UnsupportedOperationError(f"`{step.name}{step.closure}` as of a date", ENGINE)
        term = writer.property(step.name)
        group.add(f"{at} {'^' if step.inverse else ''}{term}{step.closure} {end} .")
    else:
        subject, value = (end, at) if step.inverse else (at, end)
        fact_pattern(subject, step.name, value, group, context, words=words)
    if step.classes:
        class_pattern(step.classes, end, group, context)
    if step.where is not None:
        group.filter(context.folds.condition(step.where, end, context, group))
    return end


def _stem(name: str) -> str:
    words = [word for word in name.split("_") if word.isascii() and word.isalnum()]
    stem = "".join(word.capitalize() for word in words)
    return stem[:1].lower() + stem[1:] if stem and stem[0].isalpha() else "value"


def _intrinsic(name: str, writer: Writer, *, words: bool) -> str:
    if words:
        local = {"name": "name", "aliases": "alias", "heading": "heading", "source_text": "sourceText"}[name]
        return f"<{writer.model('tokens.' + local)}>"
    if name == "name":
        return writer.name("rdfs", "label")
    if name == "aliases":
        return writer.name("skos", "altLabel")
    return writer.rg(_INTRINSIC[name])


def fact_pattern(subject: str, name: str, value: str, group: Group, context: Context, *, words: bool = False) -> None:
    """A fact; as of a date only one that some evidence states by then."""
    writer = context.writer
    group.add(f"{subject} {writer.words(name) if words else writer.property(name)} {value} .")
    if context.as_of is None:
        return
    stated, end = writer.fresh("evidence"), writer.fresh("stated")
    said = [f"{writer.name('rdf', 'subject')} {subject}", f"{writer.name('rdf', 'predicate')} {writer.property(name)}"]
    dated = f"{writer.rg('stated')}/{writer.rg('end')} {end} . FILTER{by_then(end, writer.day(context.as_of.end))}"
    if not words:
        said.append(f"{writer.name('rdf', 'object')} {value}")
    group.filters.append(f"FILTER EXISTS {{ {stated} {' ; '.join(said)} ; {dated} }}")


def class_pattern(classes: tuple[str, ...], variable: str, group: Group, context: Context) -> None:
    """Only what is of one of the classes or of one below."""
    writer = context.writer
    terms = tuple(dict.fromkeys(term for cls in classes for term in writer.classes_of(cls)))
    if len(terms) == 1:
        group.add(f"{variable} a {terms[0]} .")
        return
    cls = writer.fresh("class")
    group.filters.append(f"FILTER EXISTS {{ VALUES {cls} {{ {' '.join(terms)} }} {variable} a {cls} }}")


def below(variable: str, above: tuple[str, ...], context: Context) -> Logic:
    """Whether a value is one of some things, or under one in the hierarchy; ``above`` are IRIs, or one variable."""
    writer, group = context.writer, Group()
    top = above[0] if len(above) == 1 else writer.fresh("above")
    if top not in above:
        group.add(f"VALUES {top} {{ {' '.join(above)} }}")
    if context.as_of is None:
        terms = "|".join(writer.property(name) for name in HIERARCHY)
        group.add(f"{variable} ({terms})* {top} .")
        return group.exists()
    ways = []
    for count in range(1, _DATED_STEPS + 1):
        way, at = Group(), variable
        for number in range(count):
            following = top if number == count - 1 else writer.fresh("broader")
            step = [Group() for _ in HIERARCHY]
            for each, name in zip(step, HIERARCHY, strict=True):
                fact_pattern(at, name, following, each, context)
            way.add(" UNION ".join(f"{{ {each.inner()} }}" for each in step))
            at = following
        ways.append(f"{{ {way.inner()} }}")
    group.add(" UNION ".join(ways))
    return either(f"({variable} IN ({', '.join(above)}))", group.exists())
