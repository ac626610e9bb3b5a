"""In: a random number generator. Out: small graphs, and plans over them, with values that occur. For tests of engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from graphs import make_graph, make_schema, told
from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.query.expression import (
    Aggregate,
    And,
    Arithmetic,
    Compare,
    Condition,
    Every,
    In,
    Known,
    Literal,
    Not,
    Or,
    Path,
    Scalar,
    Step,
    Things,
)
from rotgraph.query.plan import (
    Bgp,
    Column,
    Extend,
    Filter,
    Group,
    LeftJoin,
    OrderBy,
    Plan,
    Project,
    Restrict,
    Slice,
    SortKey,
)
from rotgraph.values.period import parse_period
from rotgraph.values.quantity import parse_quantity

__all__ = ["PlanMaker", "random_graph"]

SCHEMA = make_schema(
    {
        "note": {"fields": {"mentions": "thing", "path": "text!"}},
        "sector": {"fields": {"broader": "thing:sector^narrower", "part_of": "thing"}},
        "firm": {"fields": {"sector": "thing:sector^firms", "cap": "quantity:money", "motto": "text"}},
        "episode": {
            "parents": "record",
            "fields": {
                "buy_side": "thing:sector^bought_in", "sell_side": "thing:sector^sold_in", "period": "period!",
                "gain": "quantity:percent", "duration": "quantity:duration", "year": "integer", "why": "text", "mixed": "any",
            },
        },
        "reading": {
            "parents": "record", "named": False,
            "fields": {"about": "thing^reading", "year": "integer!", "value": "quantity", "at": "period"},
        },
    }
)  # fmt: skip
GAINS = (
    "+12%", "12%", "~12%", "12.0%", "-3%", "5-8%", ">10%", "60%+", "<4%", "+12.5%", "0%", "7 of 11", "63.5%", "63.63636363636363%",
    "99999999999999999999999.1%", "0.1%", "0.30000000000000000001%", "0.3%",
)  # fmt: skip
LENGTHS = ("18 months", "2 weeks", "1-2 quarters", "1 year", "30 days", "1 month", "2+ years", "60 days", "~2 months")
CAPS = ("$530B", "~$300B", "$1.5T", "€20M", "$400-500B", "$0.53T", "$1", "$0.1", "$0.2", "$0.3")
ANY = (
    "43pp", "150bp", "1.5pp", "29x", "7 of 11", "12", "$3M", "25%", "~25%", "2031", "Jan 2031", "broadly down", "Flat tyre",
    "14 days",
)  # fmt: skip
PERIODS = (
    "2031", "Jan 2031", "2031-01-14", "2030 Q4", "since Oct 2030", "H1 2031", "2029", "Sep 2029 – May 2030", "FY30",
    "Late Oct 2030",
)  # fmt: skip
WORDS = (
    "Rates rise", "rates RISE fast", "AI fear", "fear of AI: rates", "Strasse", "Straße", "round 2", "round 10", "", "a*b?c",
    "S&P 500",
)  # fmt: skip
DATES = ("Jan 2031", "2030", "Mar 5, 2031")


def random_graph(random: Random) -> Graph:
    """Three dozen nodes of five classes."""
    sectors = [f"Sector {number}" for number in range(random.randint(1, 6))]
    firms = [f"Firm {number}" for number in range(random.randint(0, 6))]
    nodes: dict[str, dict[str, Any]] = {}

    def some(values: Any, most: int = 2) -> list[Any]:
        found = random.sample(list(values), min(random.choice((0, 1, 1, 1, most)), len(values)))
        return [dated(each) if random.random() < 0.3 else each for each in found]

    def dated(value: Any) -> Any:
        return told(value, stated=random.choice(DATES), line=random.randint(1, 99))

    for each in sectors:
        nodes[each] = {"class": "sector", "broader": some(sectors, 1), "part_of": some([f"[[{x}]]" for x in sectors + firms], 1)}
    for each in firms:
        nodes[each] = {"class": "firm", "sector": some(sectors), "cap": some(CAPS, 3), "motto": some(WORDS[:-3])}
        if random.random() < 0.3:
            nodes[each]["aliases"] = ["The firm", "round 2"]
    for number in range(random.randint(0, 12)):
        nodes[f"Episode {number}"] = {
            "class": "episode", "buy_side": some(sectors, 3), "sell_side": some(sectors), "period": some(PERIODS, 1),
            "gain": some(GAINS, 3), "duration": some(LENGTHS), "year": some((2029, 2030, 2031, 3)), "why": some(WORDS),
            "mixed": some([*ANY, *(f"[[{each}]]" for each in sectors)], 3), "note": random.choice(("A", "B")),
            "heading": random.choice(("", "Past › Old", "Now")),
        }  # fmt: skip
    for number in range(random.randint(0, 12)):
        about = random.choice((sectors, firms or sectors))
        nodes[f"Reading {number}"] = {
            "class": "reading", "about": some([f"[[{each}]]" for each in about], 1), "year": some((2030, 2031), 1),
            "value": some((*GAINS, *GAINS, *LENGTHS[:2], "43pp", "29x")), "at": some(PERIODS),
        }  # fmt: skip
    nodes["A"] = {"class": "note", "mentions": some([f"[[{each}]]" for each in sectors + firms], 4), "path": ["A.md"]}
    nodes["B"] = {"class": "note", "mentions": some([f"[[{each}]]" for each in sectors + firms], 4), "path": ["B.md"]}
    return make_graph(nodes, SCHEMA)


FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "sector": {"broader": ("thing", "sector"), "part_of": ("thing", "any")},
    "firm": {"sector": ("thing", "sector"), "cap": ("quantity", ""), "motto": ("text", "")},
    "episode": {
        "buy_side": ("thing", "sector"), "sell_side": ("thing", "sector"), "period": ("period", ""), "gain": ("quantity", ""),
        "duration": ("quantity", ""), "year": ("integer", ""), "why": ("text", ""), "mixed": ("any", ""),
    },
    "reading": {"about": ("thing", "any"), "year": ("integer", ""), "value": ("quantity", ""), "at": ("period", "")},
    "note": {"mentions": ("thing", "any")},
}  # fmt: skip
INVERSES: dict[str, tuple[tuple[str, str], ...]] = {
    "sector": (("broader", "sector"), ("sector", "firm"), ("buy_side", "episode"), ("about", "reading")),
    "firm": (("about", "reading"),),
}
INTRINSIC = {"name": "text", "aliases": "text", "note": "thing", "line": "integer", "heading": "text", "source_text": "text"}
PARTS = {
    "period": {"year": "integer", "quarter": "integer", "month": "integer", "start": "period", "end": "period"},
    "quantity": {"low": "quantity", "high": "quantity", "unit": "text", "number": "quantity"},
}
OPERATORS = {
    "thing": ("is", "=", "!=", "contains", "within"),
    "text": ("=", "is", "!=", "contains", "like", "matches", "starts with", "ends with"),
    "quantity": ("=", "!=", "<", "<=", ">", ">="),
    "integer": ("=", "!=", "<", "<=", ">", ">="),
    "period": ("before", "after", "during", "overlaps", "=", "!="),
}


NAME, LINE, NOTE = (Path((Step(name, "intrinsic"),)) for name in ("name", "line", "note"))
AT = Path((Step("at"),))


class PlanMaker:
    """Makes plans over one graph; depth keeps them small."""

    def __init__(self, graph: Graph, random: Random, several: Random | None = None, reckoned: Random | None = None) -> None:
        """With ``several``, which draws apart, some conditions on every value have two comparisons; with ``reckoned`` some are
        about an aggregate of the row.
        """
        self.graph, self.random, self.several, self.reckoned = graph, random, several, reckoned

    def plan(self) -> Plan:
        """A whole query."""
        cls = self.random.choice(tuple(FIELDS))
        plan = self.source(cls, 2)
        return self.grouped(plan, cls) if self.random.random() < 0.35 else self.shown(plan, cls)

    def source(self, cls: str, depth: int) -> Plan:
        plan: Plan = Bgp(cls)
        if self.random.random() < 0.15:
            plan = Restrict(plan, period(self.random.choice(DATES)))
        if self.random.random() < 0.8:
            plan = Filter(plan, self.condition(cls, depth))
        return plan

    def shown(self, plan: Plan, cls: str) -> Plan:
        if self.random.random() < 0.2:
            per = (self.path(cls),) if self.random.random() < 0.5 else ()
            plan = Slice(OrderBy(plan, (self.key(cls),)), self.random.randint(1, 4), per=per)
        for number in range(self.random.randint(1, 3)):
            expression = self.expression(cls)
            kind = LeftJoin if isinstance(expression, Path) else Extend
            plan = kind(plan, Column(f"c{number}"), expression)
        if self.random.random() < 0.5:
            plan = OrderBy(plan, tuple(self.key(cls) for _ in range(self.random.randint(1, 2))))
        if self.random.random() < 0.3:
            plan = Slice(plan, self.random.choice((None, 0, 1, 3)), self.random.choice((0, 0, 1, 2)))
        return Project(plan, tuple(column.name for column in plan.columns)[:: self.random.choice((1, -1))])

    def grouped(self, plan: Plan, cls: str) -> Plan:
        keys = tuple((Column(f"k{number}"), self.path(cls)) for number in range(self.random.choice((0, 1, 1, 1, 2))))
        made = tuple((Column(f"a{number}"), self.aggregate(cls)) for number in range(self.random.randint(1, 2)))
        plan = Group(plan, keys, made)
        if self.random.random() < 0.4:
            left = self.random.choice(made)[1]
            plan = Filter(plan, Compare(self.random.choice((">", "<=")), left, Literal(self.random.randint(0, 3)), "integer"))
        if self.random.random() < 0.5:
            expression = self.random.choice([*keys, *made])[1]
            plan = OrderBy(plan, (SortKey(expression, descending=self.random.random() < 0.5),))
        if self.random.random() < 0.3:
            plan = Slice(plan, self.random.randint(0, 3))
        return Project(plan, tuple(column.name for column in plan.columns))

    def key(self, cls: str) -> SortKey:
        expression = self.expression(cls, safe=True)
        return SortKey(expression, descending=self.random.random() < 0.5, nulls_first=self.random.random() < 0.3)

    # paths and expressions

    def step(self, cls: str, depth: int) -> tuple[Step, str, str]:
        """A step from a class: (step, kind, class it lands on)."""
        choice = self.random.random()
        if choice < 0.15:
            name = self.random.choice((*INTRINSIC, "mentioned_in"))
            return Step(name, "intrinsic"), INTRINSIC.get(name, "thing"), "note"
        if choice < 0.35 and cls in INVERSES:
            name, target = self.random.choice(INVERSES[cls])
            classes = (target,) if self.random.random() < 0.7 else ()
            return Step(name, inverse=True, classes=classes, where=self.where(target, depth)), "thing", target
        fields = FIELDS.get(cls) or FIELDS["episode"]
        name = self.random.choice(tuple(fields))
        kind, target = fields[name]
        if kind != "thing":
            return Step(name), kind, ""
        closure = self.random.choice(("", "", "", "+", "*")) if target == cls else ""
        where = self.where(target, depth) if target in FIELDS else None
        return Step(name, closure=closure, where=where), "thing", target if target in FIELDS else "sector"

    def where(self, cls: str, depth: int) -> Condition | None:
        return self.condition(cls, depth - 1) if depth > 0 and self.random.random() < 0.2 else None

    def path(self, cls: str, kind: str = "", depth: int = 1) -> Path:
        """A path of one to three steps that ends in the kind (of numbers, in either)."""
        found = self.path_to(cls, kind, depth)
        return found or {"integer": LINE, "quantity": LINE, "text": NAME, "thing": NOTE, "period": AT}[kind]

    def path_to(self, cls: str, kind: str, depth: int) -> Path | None:
        for _ in range(40):
            steps: list[Step] = []
            here, at = "thing", cls
            while here == "thing" and len(steps) < 3:
                step, here, at = self.step(at, depth)
                steps.append(step)
                if self.random.random() < 0.5:
                    break
            if here in PARTS and self.random.random() < 0.15:
                name, part = self.random.choice(tuple(PARTS[here].items()))
                steps.append(Step(name, "part"))
                here = part
            if not kind or here == kind or (kind != "thing" and here == "any"):
                return Path(tuple(steps))
        return None

    def aggregate(self, cls: str) -> Aggregate:
        function = self.random.choice(("count", "count", "sum", "avg", "min", "max", "median", "stddev", "list", "first", "last"))
        if function == "count" and self.random.random() < 0.3:
            return Aggregate("count", None)
        kind = self.random.choice(("quantity", "integer")) if function in ("sum", "avg", "median", "stddev") else ""
        return Aggregate(function, self.path(cls, kind))

    def expression(self, cls: str, *, safe: bool = False) -> Any:
        choice = self.random.random()
        if choice < 0.65:
            return self.path(cls)
        if choice < 0.9 or safe:
            return self.aggregate(cls)
        operator = self.random.choice("+-*/")
        left = self.path(cls, "integer" if operator in "+-" else "quantity")
        return Arithmetic(operator, left, Literal(self.random.choice((2, 3, 10))))

    # conditions

    def condition(self, cls: str, depth: int) -> Condition:
        choice = self.random.random()
        if depth > 0 and choice < 0.3:
            items = tuple(self.condition(cls, depth - 1) for _ in range(self.random.randint(2, 3)))
            return (And if self.random.random() < 0.5 else Or)(items)
        if depth > 0 and choice < 0.4:
            return Not(self.condition(cls, depth - 1))
        if choice < 0.5:
            return Known(self.path(cls, depth=depth))
        if depth > 0 and choice < 0.57:
            return self.member(cls, depth)
        return self.comparison(cls, depth)

    def member(self, cls: str, depth: int) -> Condition:
        kind = self.random.choice(("thing", "thing", "text", "quantity", "integer"))
        inner = self.random.choice(tuple(FIELDS))
        source = self.source(inner, depth - 1)
        if kind != "thing" or self.random.random() < 0.3:
            source = Project(LeftJoin(source, Column("m"), self.path(inner, kind)), ("m",))
        return In(self.path(cls, kind), source, self.random.choice(("any", "any", "all", "no")))

    def comparison(self, cls: str, depth: int) -> Condition:
        kind = self.random.choice(tuple(OPERATORS))
        operator = self.random.choice(OPERATORS[kind])
        quantifier = self.random.choice(("any", "any", "any", "all", "no"))
        possibly = kind in ("quantity", "period") and self.random.random() < 0.3
        left: Any = self.path(cls, kind, depth)
        if kind == "integer" and self.random.random() < 0.4:
            left = Aggregate("count", self.path(cls))
        choice = self.random.random()
        upper = None
        right: Any
        if kind == "thing" and choice < 0.8:
            right = self.things()
        elif choice < 0.25 and operator not in ("like", "matches"):
            right = self.path(cls, kind)
            if self.random.random() < 0.3:
                right = Path(right.steps, start=self.random.choice(("sector", "episode", self.things())))
        elif kind in ("quantity", "integer") and choice < 0.35 and depth > 0:
            function = self.random.choice(("min", "max", "count", "first"))
            right = Scalar(Aggregate(function, self.path(cls, kind)), self.source(cls, 0))
        elif kind == "thing":
            right = self.path(cls, "thing")
        else:
            right = Literal(self.value(kind, operator))
            if kind == "quantity" and operator in ("=", "!=") and self.random.random() < 0.3:
                upper = Literal(self.value(kind, operator))
        if self.reckoned is not None and kind == "quantity" and self.reckoned.random() < 0.3:
            left = self.of_row(left, self.reckoned)
        made = Compare(operator, left, right, kind, quantifier, possibly, upper)
        return self.every(made, self.several) if self.several is not None else made

    def of_row(self, path: Any, random: Random) -> Any:
        """One number of a row: of its values, or of these and a number."""
        made = Aggregate(random.choice(("min", "max", "sum", "avg", "first", "last", "median")), path)
        return made if random.random() < 0.8 else Arithmetic("*", made, Literal(2))

    def every(self, made: Compare, random: Random) -> Condition:
        """Each value satisfies this comparison, or another one."""
        if made.quantifier != "all" or not isinstance(made.left, Path) or isinstance(made.right, (Path, Scalar)):
            return made
        if random.random() < 0.4:
            return made
        other, kind = PlanMaker(self.graph, random), random.choice(("text", "thing", "quantity", "period", made.kind))
        if made.left.steps[-1].form == "part":
            kind = made.kind  # a part of a value is of one kind
        operator = random.choice(OPERATORS[kind])
        right = other.things() if kind == "thing" else Literal(other.value(kind, operator))
        return Every(made.left, (replace(made, quantifier="any"), Compare(operator, made.left, right, kind)))

    def things(self) -> Things:
        nodes = self.random.sample(range(self.graph.node_count), min(self.random.choice((1, 1, 1, 2)), self.graph.node_count))
        return Things(tuple(map(self.graph.key, nodes)), tuple(nodes), tuple(map(self.graph.label, nodes)))

    def value(self, kind: str, operator: str) -> Any:
        """A value that occurs, mostly."""
        if kind == "integer":
            return self.random.choice((0, 1, 2, 3, 2030, 2031))
        if operator == "matches":
            return self.random.choice(("^R.*s", "rise|fear", r"\d+$", "S&P", "(?i)RATES", "a{1,2}"))
        if operator == "like":
            return self.random.choice(("rates*", "*AI*", "round ?", "*", "a*b?c", "stra?e"))
        if kind == "text":
            texts = [text for text in self.graph.texts if self.random.random() < 0.5] or ["round 2"]
            text = self.random.choice(texts)
            return text if self.random.random() < 0.7 else " ".join(text.split()[:1]) or "rates"
        found = [each for each in self.occurring() if isinstance(each, Quantity if kind == "quantity" else Period)]
        if found and self.random.random() < 0.8:
            return self.random.choice(found)
        return quantity("12%") if kind == "quantity" else period("2031")

    def occurring(self) -> list[Any]:
        kinds = self.graph.columns["fact_kind"].tolist()
        return [self.graph.value(fact) for fact, kind in enumerate(kinds) if kind in (Kind.QUANTITY, Kind.PERIOD)]


def quantity(text: str) -> Quantity:
    found = parse_quantity(text)
    assert isinstance(found, Quantity)
    return found


def period(text: str) -> Period:
    found = parse_period(text)
    assert isinstance(found, Period)
    return found


Make = Callable[[Random], Graph]
