"""In: a path as written, and where it begins. Out: its steps, each name resolved, and what it lands on. Room: query.

A name is a field of the class at hand, a named inverse, a field of a class below; where a path leads to things whose class is not
known, a field of any class. What no class has is an error.
"""

from __future__ import annotations

import re

from rotgraph.errors import QueryError
from rotgraph.late import replace
from rotgraph.model.schema import INTRINSIC, RESERVED_CLASSES, Field, fold
from rotgraph.query import syntax
from rotgraph.query.bind_thing import bind_thing
from rotgraph.query.expression import Path, Step
from rotgraph.query.kinds import PARTS, say_kind, say_list
from rotgraph.query.scope import Binding, Scope, Typed, Typing
from rotgraph.query.suggest import closest
from rotgraph.query.vocabulary import loose, numbers

__all__ = ["bind_path", "bind_steps", "find_step", "with_value"]

Found = tuple[Step, Typing]


def bind_path(binding: Binding, scope: Scope, path: syntax.PathExpression, *, value: bool = True) -> Typed:
    """A path. With ``value`` one that ends at an observation goes on to the value that stands for it (ruling 25)."""
    plain = path.origin is None and all(step.where is None for step in path.steps)
    key = scope.classes, scope.row, value, *((step.name.text, step.mark) for step in path.steps)
    found = binding.paths.get(key) if plain else None
    if found is None:
        found = _bind_path(binding, scope, path, value=value)
        if plain:
            binding.paths[key] = found
    return found


def _bind_path(binding: Binding, scope: Scope, path: syntax.PathExpression, *, value: bool) -> Typed:
    text = path.steps[0].name.text if _single_name(path) else binding.slice(path)
    if path.origin is None:
        typing = Typing(("thing",), scope.classes, said="this")
        start, row = None, scope.row
    else:
        start = bind_thing(binding, path.origin, ())
        found = tuple(dict.fromkeys(cls for node in start.nodes for cls in binding.names.classes(node)))
        typing, row = Typing(("thing",), found, said=path.origin.text), False
    steps, typing = bind_steps(binding, typing, path.steps, row=row)
    if value:
        steps, typing = with_value(binding, steps, typing)
    return Typed(Path(steps, start, text), replace(typing, said=text))


def _single_name(path: syntax.PathExpression) -> bool:
    """One name and nothing else: its column is called so, without quotes."""
    return path.origin is None and len(path.steps) == 1 and not path.steps[0].mark and path.steps[0].where is None


def bind_steps(
    binding: Binding, typing: Typing, steps: tuple[syntax.StepItem, ...], *, row: bool
) -> tuple[tuple[Step, ...], Typing]:
    """The steps that follow a place of a known type."""
    bound: list[Step] = []
    certain = row
    for number, item in enumerate(steps):
        owners = typing.classes if certain else ()
        step, after = _bind_step(binding, typing, item, owners, row=row and number == 0)
        if step.form == "part" and bound and "thing" in typing.kinds:
            value, typing = with_value(binding, (), typing)
            bound.extend(value)
        bound.append(step)
        owners = () if step.inverse or step.closure else owners
        typing = replace(after, single=typing.single and after.single, owners=owners)
        certain = step.inverse and bool(step.classes)  # elsewhere ranges only say what may stand there
    return tuple(bound), typing


def with_value(binding: Binding, steps: tuple[Step, ...], typing: Typing) -> tuple[tuple[Step, ...], Typing]:
    """The step to the value of an observation, where a path ends at observations."""
    if typing.kinds != ("thing",) or not typing.classes:
        return steps, typing
    schema = binding.names.schema
    fields = {definition.value for each in typing.classes if (definition := schema.by_name.get(each)) is not None}
    if len(fields) != 1 or not (name := fields.pop()):
        return steps, typing
    found = [field for each in typing.classes if (field := schema.fields(each).get(name)) is not None]
    made = _of_fields(found)
    if made is None:
        return steps, typing
    step, after = made
    certain = not steps or (steps[-1].inverse and bool(steps[-1].classes))
    owners = typing.classes if certain else ()
    return (*steps, step), replace(after, single=typing.single and after.single, said=typing.said, owners=owners)


def _bind_step(binding: Binding, typing: Typing, item: syntax.StepItem, owners: tuple[str, ...], *, row: bool) -> Found:
    word = item.name.text
    inverse = item.mark.startswith("^")
    closure = item.mark.lstrip("^")
    found = _marked_inverse(binding, typing, word) if inverse else find_step(binding, typing, word, row=row)
    if found is None:
        known = _of_fields([field for _, field in binding.vocabulary.everywhere(word)]) if inverse else None
        if known is not None:
            raise binding.error(f"`^` goes from a thing back to what has it, and `{word}` holds {_held(known[1])}", item)
        raise _unknown(binding, typing, item.name, row=row)
    step, after = found
    if closure:
        if step.form != "property" or not after.may("thing"):
            raise binding.error(f"`{item.mark}` repeats a step from thing to thing, and `{word}` holds {_held(after)}", item)
        classes = tuple(dict.fromkeys((*typing.classes, *after.classes))) if closure == "*" and after.classes else after.classes
        step, after = replace(step, closure=closure), replace(after, classes=classes, single=False)
    if item.where is not None:
        held = binding.names.kinds(after.prop, owners) if after.mixed and after.prop else ()
        if not after.may("thing") or (held and "thing" not in held):
            said = _held(replace(after, kinds=held) if held else after)
            message = f"a condition in brackets is about things, and `{word}` holds {said}"
            raise binding.error(message, item, help="narrow the step before: `return[year = 2022].value`")
        inside = Scope(after.classes, row=bool(after.classes) and step.inverse)
        step = replace(step, where=binding.condition(binding, inside, item.where))
        after = replace(after, kinds=("thing",))
    _record(binding, word, step)
    return step, replace(after, said=word)


def _record(binding: Binding, word: str, step: Step) -> None:
    if step.form == "part":
        binding.resolve(word, "part", step.name)
    elif step.inverse:
        owner = f"{'|'.join(step.classes)}." if step.classes else ""
        binding.resolve(word, "inverse", f"inverse of {owner}{step.name}")
    else:
        binding.resolve(word, "field", step.name)


def _held(typing: Typing) -> str:
    return say_list(tuple("things" if kind == "thing" else say_kind(kind, typing.unit) for kind in typing.kinds))


def find_step(binding: Binding, typing: Typing, word: str, *, row: bool) -> Found | None:
    """What a name means on what a path has led to; None if it means nothing there."""
    found: Found | None = None
    part = _part(typing, word)
    if typing.may("thing") and (part is None or _leads_to_things(binding, typing)):
        found = _on_things(binding, typing, word, row=row)
    if found is None:
        found = part
    if found is None and typing.kinds == ("thing",):
        _, value = with_value(binding, (), typing)
        found = _part(value, word) if value.kinds != ("thing",) else None
    return found


def _on_things(binding: Binding, typing: Typing, word: str, *, row: bool) -> Found | None:
    """Exact spelling in any circle wins over other headers, and these over singular and plural."""
    for spelling in (word, *numbers(loose(word))):
        if not spelling:
            continue
        for headers in (False, True) if spelling is word else (False,):
            for look in _CIRCLES if row else (*_CIRCLES, _around):
                found = look(binding, typing.classes, spelling, headers=headers)
                if found is not None:
                    return found
    return None


def _at_hand(binding: Binding, classes: tuple[str, ...], word: str, *, headers: bool) -> Found | None:
    """Fields and inverses of the classes themselves; of any class where none is known."""
    vocabulary = binding.vocabulary
    if not classes:
        return _around(binding, classes, word, headers=headers)
    look = vocabulary.headed_field if headers else vocabulary.exact_field
    fields = [field for cls in classes if (field := look(cls, word)) is not None]
    if fields or headers:
        return _of_fields(fields)
    return _of_inverses([found for cls in classes for found in vocabulary.inverse(cls, word)])


def _below(binding: Binding, classes: tuple[str, ...], word: str, *, headers: bool) -> Found | None:
    """Fields of the classes below them: their members are members here. All named records are `things`, too (ruling 5)."""
    schema = binding.names.schema
    owned = binding.vocabulary.everywhere(word, headers=headers)
    every = RESERVED_CLASSES[0] in classes
    return _of_fields(
        [
            field
            for owner, field in owned
            if (every and schema.by_name[owner].named) or any(schema.is_a(owner, cls) for cls in classes)
        ]
    )


def _same_world(binding: Binding, classes: tuple[str, ...], word: str, *, headers: bool) -> Found | None:
    """Inverses that a thing may have through another class of its."""
    if headers:
        return None
    return _of_inverses([found for cls in classes for found in binding.vocabulary.inverse(cls, word, any_of_world=True)])


def _around(binding: Binding, classes: tuple[str, ...], word: str, *, headers: bool) -> Found | None:
    """Fields of other classes that the thing may have, where only a range says which class it is."""
    vocabulary = binding.vocabulary
    if not headers and not classes and loose(word) in INTRINSIC_NAMES:
        return _of_fields([INTRINSIC_NAMES[loose(word)]])
    worlds = {vocabulary.world(cls) for cls in classes}
    owned = vocabulary.everywhere(word, headers=headers)
    fields = [field for owner, field in owned if not worlds or vocabulary.world(owner) in worlds]
    if fields or headers or classes:
        return _of_fields(fields)
    return _of_inverses(list(vocabulary.inverses(word)))


_CIRCLES = (_at_hand, _below, _same_world)


def _of_fields(fields: list[Field]) -> Found | None:
    """One step for the same field of several classes; None where there is none."""
    if not fields:
        return None
    name = fields[0].name
    fields = [field for field in fields if field.name == name]
    if name in INTRINSIC_NAMES and fields[0].inverse:
        return _mentioned_in(fields[0])
    kinds = tuple(dict.fromkeys(field.kind for field in fields))
    kinds = ("any",) if "any" in kinds else kinds
    units = {field.unit for field in fields}
    ranges = () if any(field.kind == "thing" and not field.ranges for field in fields) else _joined(fields)
    unit = units.pop() if len(units) == 1 else ""
    single = all(field.single for field in fields)
    form = "intrinsic" if name in INTRINSIC_NAMES else "property"
    step = Step(name, form, kinds=kinds, unit=unit, single=single)
    return step, Typing(kinds, ranges, unit, single, name, said=name)


INTRINSIC_NAMES = {each.name: each for each in INTRINSIC}


def _joined(fields: list[Field]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for field in fields for each in field.ranges))


def _mentioned_in(field: Field) -> Found:
    """The one intrinsic field that is the other direction of a property."""
    step = Step(field.inverse, inverse=True, classes=field.ranges, kinds=("thing",))
    return step, Typing(("thing",), field.ranges, single=False, said=field.name)


def _of_inverses(found: list[tuple[str, Field]]) -> Found | None:
    """A named inverse lands on the classes that declare the field."""
    if not found:
        return None
    name = found[0][1].name
    owners = tuple(dict.fromkeys(owner for owner, field in found if field.name == name))
    return Step(name, inverse=True, classes=owners, kinds=("thing",)), Typing(("thing",), owners, single=False, said=name)


def _marked_inverse(binding: Binding, typing: Typing, word: str) -> Found | None:
    """``P^``: the other direction of any field, or of a named inverse."""
    vocabulary = binding.vocabulary
    owners = vocabulary.everywhere(word)
    holding = [(owner, field) for owner, field in owners if field.kind in ("thing", "any")]
    if holding:
        fitting = [(owner, field) for owner, field in holding if _may_hold(binding, field, typing)] or holding
        name = fitting[0][1].name
        landing = tuple(dict.fromkeys(owner for owner, field in fitting if field.name == name))
        step = Step(name, inverse=True, kinds=("thing",))
        return step, Typing(("thing",), landing, single=False, said=f"{word}^")
    return _of_fields([field for _, field in vocabulary.inverses(word)])


def _may_hold(binding: Binding, field: Field, typing: Typing) -> bool:
    schema = binding.names.schema
    if not typing.classes or not field.ranges:
        return True
    return any(schema.is_a(cls, each) or schema.is_a(each, cls) for cls in typing.classes for each in field.ranges)


def _leads_to_things(binding: Binding, typing: Typing) -> bool:
    """Whether the notes put a thing into a field that may hold anything: else a part of a value is meant."""
    held = binding.names.kinds(typing.prop, typing.owners) if typing.mixed and typing.prop else ()
    return not held or "thing" in held


def _part(typing: Typing, word: str) -> Found | None:
    name = loose(word)
    for kind in ("period", "quantity"):
        if typing.may(kind) and name in PARTS[kind]:
            part, unit = PARTS[kind][name]
            unit = typing.unit if unit == "same" else unit
            return Step(name, "part", kinds=(part,), unit=unit, single=True), Typing((part,), unit=unit, said=word)
    return None


_CLASS_WORDS = frozenset({"class", "classes", "kind", "kinds", "type", "types"})
"""What people ask for who want to know which classes there are."""


def _plural(binding: Binding, typing: Typing) -> str:
    return binding.names.schema.by_name[typing.classes[0]].plural if typing.classes else "things"


def _unknown(binding: Binding, typing: Typing, name: syntax.Name, *, row: bool) -> QueryError:
    word = name.text
    parts = tuple(part for kind, known in PARTS.items() if typing.may(kind) for part in known)
    if not typing.may("thing"):
        said = say_kind(typing.kinds[0], typing.unit).partition(" (")[0]
        legal = f"it has only {say_list(parts, 'and')}" if parts else "it has no parts"
        return binding.error(
            f"`{typing.said}` is {said}: {legal}, not `{word}`", name, suggestions=closest(word, parts), code="RG602"
        )
    words = (*binding.vocabulary.field_words(typing.classes), *parts)
    near = tuple(each for each in closest(word, words) if each != word)
    if row and len(typing.classes) == 1:
        subject = f"{typing.classes[0]} has no field `{word}`"
    elif typing.classes:
        subject = (
            f"{say_list(typing.classes)} has no field `{word}`"
            if len(typing.classes) == 1
            else f"no {say_list(typing.classes)} has a field `{word}`"
        )
    else:
        subject = f"no class has a field `{word}`"
    more = ""
    cls = binding.vocabulary.class_named(word) if row else None
    elsewhere = tuple(dict.fromkeys(owner for owner, _ in binding.vocabulary.everywhere(word)))
    if cls is not None and binding.text[name.end : name.end + 1] == "." and not elsewhere:
        after = re.match(r"[\w.]*", binding.text[name.end :])
        near, more = (), f"a value over all of a class stands in brackets: `(avg({word}{after[0] if after else ''}))`"
    elif row and fold(word) in _CLASS_WORDS:
        near = ()
        more = f"`rotgraph fields` lists the classes with their members; of one of them: `count {_plural(binding, typing)}`"
    elif not near and elsewhere:
        more = f"`{word}` is a field of {say_list(elsewhere[:3], 'and')}"
    elif not near and typing.classes:
        own = [each for each in words if each not in INTRINSIC_NAMES][:8]
        more = f"its fields: {', '.join(own)} …" if own else ""
    return binding.error(subject, name, suggestions=near, help=more, code="RG602")
