// In: a query as read, a graph. Out: the query with every name resolved and every kind checked. A port of `query/bind_*.py`.

const OPERATORS = {
  thing: ["contains", "within", "=", "!=", "is", "in"],
  text: ["=", "!=", "contains", "like", "matches", "starts with", "ends with", "is", "in"],
  quantity: ["=", "!=", "<", "<=", ">", ">=", "is", "in"],
  integer: ["=", "!=", "<", "<=", ">", ">=", "is", "in"],
  period: ["=", "!=", "before", "after", "during", "overlaps", "is", "in"],
};
const KINDS = ["quantity", "integer", "period", "thing", "text"];
const SAID = {
  thing: "a thing",
  text: "text",
  quantity: "a quantity",
  integer: "a whole number",
  period: "a period",
  any: "a value",
};
const DIMENSIONS = {
  percent: "a percentage (try 25%)",
  point: "percentage points (try 43pp)",
  duration: "a length of time (try 1 year, 18 months)",
  money: "an amount of money (try $400B)",
  number: "a number (try 29x)",
};
const NUMBERS = ["", "unknown", "thing", "text", "quantity", "period", "integer"];

const NO_VALUE = new Set("null none nil nan empty blank missing nothing undefined absent n/a".split(" "));
const AMOUNT = /\d|\b(?:years?|quarters?|months?|weeks?|days?|half|full|dozen|hundred|thousand|million|billion|trillion|ytd)\b/i;

class Binder extends PathBinder {
  query(read) {
    const cls = this.cls(read.cls),
      typing = { kinds: ["thing"], classes: [cls.name], unit: "", single: true, prop: "", said: "this" };
    const bound = { ...read, cls, test: read.where ? this.condition(read.where, typing) : null };
    const column = path => ({ ...this.path(path, typing), name: path.name });
    if (read.head === "count") {
      if (read.show || read.sort.length) this.beyond("`count` with columns", read.cls);
    } else {
      bound.columns = Array.isArray(read.show) ? read.show.map(column) : this.columns(cls, read.show === "*", typing);
      if (Array.isArray(read.show)) this.checkNames(read.show);
    }
    bound.keys = read.sort.map(key => {
      const named = bound.columns?.find(
        each => !key.counted && key.steps.length === 1 && Array.isArray(read.show) && loose(each.name) === loose(key.steps[0].text),
      );
      return { ...(named || this.path(key, typing)), descending: key.descending, first: key.first };
    });
    if (read.by) bound.keys.unshift({ ...this.path(read.by, typing), descending: true, first: false, top: true });
    return bound;
  }

  checkNames(shown) {
    if (shown.every(each => each.counted)) this.beyond("a count of everything", shown[0]);
    const again = shown.find((each, at) => shown.findIndex(other => other.name === each.name) < at);
    if (again) this.wrong(`two columns are called \`${again.name}\``, again, "name one of them otherwise: `… as other`");
  }

  // conditions

  condition(read, typing) {
    if (read.form === "and" || read.form === "or")
      return { form: read.form, items: read.items.map(each => this.condition(each, typing)) };
    if (read.form === "not") return { form: "not", item: this.condition(read.item, typing) };
    const path = this.path(read.left, typing, read.form === "known");
    if (read.form === "known") {
      if (read.left.counted) this.wrong("`is known` asks whether a field has a value", read.left, "name the field itself");
      const known = { form: "known", path };
      return read.known ? known : { form: "not", item: known };
    }
    const values = read.form === "in" ? read.values : [read.value],
      operator = read.form === "in" ? "is" : read.operator;
    if (read.form === "in") this.notAClass(read, path.typing);
    const tests = values.flatMap(value => this.compare(read, path, operator, value));
    const quantifier = read.quantifier || "any";
    if (quantifier === "all" && tests.length > 1) this.beyond("`all … in`", read.place);
    const either =
      tests.length === 1 ? { ...tests[0], quantifier } : { form: "or", items: tests.map(each => ({ ...each, quantifier: "any" })) };
    const bound = tests.length > 1 && quantifier === "no" ? { form: "not", item: either } : either;
    return read.denied ? { form: "not", item: bound } : bound;
  }
  compare(read, path, operator, value) {
    const typing = path.typing,
      mixed = typing.kinds.includes("any"),
      kinds = mixed ? KINDS : typing.kinds;
    if (operator === "within" && !mixed && !kinds.includes("thing") && kinds.includes("period")) operator = "during";
    if (!kinds.some(kind => OPERATORS[kind].includes(operator))) this.noOperator(read, typing, operator);
    if (read.possibly && !mixed && !kinds.some(kind => ["quantity", "integer", "period"].includes(kind)))
      this.wrong("`possibly` is about doubtful quantities and periods", read.place);
    if (operator === "like" && value.form === "bare") this.wrong("`like` takes a text in quotes", value, `like "${value.text}"`);
    if (value.form === "bare") this.checkWord(read, value);
    const tried = this.kindsFor(operator, typing, value);
    if (value.form === "tag" && tried[0] === "text") return this.tagged(read, path, value);
    const bound = this.bindValue(value, typing, tried);
    if (bound.upper && !["=", "!=", "is"].includes(operator))
      this.wrong(`a range goes with \`=\`, not with \`${operator}\``, value);
    const made = (sign, right) => ({ form: "compare", path, operator: sign, possibly: !!read.possibly, right });
    if (bound.kind !== "thing") return [made(operator, bound)];
    bound.set = operator === "contains" || operator === "within" ? this.graph.below(bound.nodes) : new Set(bound.nodes);
    const named = made(operator === "=" ? "is" : operator, bound);
    // a field that holds things and texts has a name both ways: linked in one row, written out in another
    const both = tried.includes("text") && read.quantifier !== "all";
    return both ? [named, made(operator, this.bindValue(value, typing, ["text"]))] : [named];
  }
  /** Bare words that people mean as none. */
  checkWord(read, value) {
    const word = value.text.toLowerCase();
    if (!["=", "!=", "is"].includes(read.operator)) return;
    if (NO_VALUE.has(word) && !this.lookUp(value.text, []).length)
      this.wrong(`\`${value.text}\` is no value: a field has one, or it is unknown`, value, "write `is unknown`");
    if ((word === "known" || word === "unknown") && read.quantifier)
      this.wrong(`\`is ${word}\` asks of the field as a whole, without \`${read.quantifier}\``, value);
  }
  /** `in (stocks)`: a class, where nothing is called so. */
  notAClass(read, typing) {
    const [only] = read.values;
    if (read.values.length > 1 || !["bare", "quoted"].includes(only.form) || this.lookUp(only.text, []).length) return;
    if ((typing.kinds.includes("thing") || typing.kinds.includes("any")) && this.classNamed(only.text))
      this.beyond("a class in brackets", only);
  }
  tagged(read, path, value) {
    if (read.form === "in" || (read.operator === "contains" && read.quantifier))
      this.beyond("a quantifier before a tag", read.place);
    const word = value.text.slice(1),
      made = (operator, text) => ({
        form: "compare",
        path,
        operator,
        possibly: false,
        right: { kind: "text", text },
        quantifier: "any",
      });
    return read.operator === "contains"
      ? { form: "or", items: [made("is", word), made("starts with", `${word}/`)] }
      : made("is", word);
  }
  noOperator(read, typing, operator) {
    const kind = typing.kinds[0],
      meant =
        kind === "period" ? { ">": "after", ">=": "after", "<": "before", "<=": "before", contains: "overlaps" }[operator] : "";
    const said = kind === "quantity" && typing.unit ? DIMENSIONS[typing.unit] || SAID.quantity : SAID[kind];
    this.wrong(
      `\`${typing.said}\` is ${said}: it compares with ${OPERATORS[kind].filter(each => each !== "in").join(", ")}`,
      read.place,
      meant ? `did you mean \`${meant}\`?` : "",
    );
  }
  /** The facts of a field, of members of the classes that are certain to stand on the left. */
  stated({ prop, owners }) {
    const [begin, end] = this.graph.range(prop),
      { fact_subject: subjects } = this.graph.columns;
    const facts = Array.from({ length: end - begin }, (_, at) => begin + at);
    if (!owners?.length || owners.includes("thing")) return facts;
    const members = new Set(owners.flatMap(name => Array.from(this.graph.members(this.schema.byName.get(name)))));
    return facts.filter(fact => members.has(subjects[fact]));
  }
  present(typing) {
    return new Set(this.stated(typing).map(fact => NUMBERS[this.graph.columns.fact_kind[fact] + 1]));
  }
  kindsFor(operator, typing, value) {
    let kinds = typing.kinds;
    if (kinds.includes("any")) {
      const there = typing.prop ? this.present(typing) : new Set();
      kinds = KINDS.filter(kind => there.has(kind));
      if (!kinds.length) kinds = KINDS;
      if (typing.unit && !kinds.includes("quantity")) kinds = ["quantity", ...kinds];
      if (value.form === "bare" && /^(19|20)[0-9]{2}$/.test(value.text) && kinds.includes("period"))
        kinds = ["period", ...kinds.filter(kind => kind !== "period")];
    }
    const allowed = kinds.filter(kind => OPERATORS[kind].includes(operator));
    return allowed.length ? allowed : KINDS.filter(kind => OPERATORS[kind].includes(operator));
  }

  // values

  bindValue(value, typing, kinds) {
    if (value.form === "range") {
      for (const kind of kinds.filter(each => each === "period" || each === "quantity" || each === "integer")) {
        const [low, high] = [value.low, value.high].map(
          each => each.form === "bare" && this.asKind(each, each.text, typing, kind, kinds.length === 1),
        );
        if (!low || !high) continue;
        const falls =
          kind === "period"
            ? high.period.end < low.period.start
            : low.quantity.dimension === high.quantity.dimension && low.quantity.middle > high.quantity.middle;
        if (falls) this.wrong("the range ends before it begins", value);
        if (kind !== "period" && low.quantity.dimension !== high.quantity.dimension)
          this.wrong("a range goes from one value to another of its kind", value);
        return kind === "period"
          ? { kind, period: { start: low.period.start, end: high.period.end, flags: 0 } }
          : { ...low, upper: high.quantity };
      }
      return this.beyond("this range", value);
    }
    if (value.form === "link" && kinds.includes("thing")) return this.thing(value, this.nameIn(value), typing);
    const text = value.form === "link" ? this.nameIn(value) : value.form === "tag" ? value.text.slice(1) : value.text;
    const tried = value.form === "bare" || kinds.length === 1 ? kinds : kinds.filter(kind => kind === "thing" || kind === "text");
    for (const kind of tried.length ? tried : kinds) {
      const found = this.asKind(value, text, typing, kind, kinds.length === 1);
      if (found) return found;
    }
    if (kinds.includes("thing")) return this.thing(value, text, typing);
    if (kinds.some(kind => ["quantity", "period", "integer"].includes(kind))) return this.unread(value, text, typing, kinds);
    return this.wrong(`\`${text}\` is no value of \`${typing.said}\``, value);
  }
  unread(value, text, typing, kinds) {
    const example = kinds[0] === "period" ? "2026, Jan 2026, 2018 Q4, 2026-01-15" : "25%, $400B, 43pp, 29x, 18 months";
    if (kinds[0] === "period" ? readQuantity(text) && !readPeriod(text) : readPeriod(text) && !readQuantity(text))
      this.wrong(`\`${typing.said}\` is ${SAID[kinds[0]]}`, value, `try ${example}`);
    throw new BeyondPage(`the value \`${text}\``, value.start, value.end);
  }
  nameIn(value) {
    const target = value.text.split(/\\?\||#/)[0].trim();
    return /\.md$/i.test(target) ? target.slice(0, -3) : target;
  }
  asKind(value, text, typing, kind, sole) {
    if (kind === "thing") return sole || this.lookUp(text, typing.classes).length ? this.thing(value, text, typing) : null;
    // what may be an amount or a time that this page cannot read is not taken for a text
    const doubtful = kind === "text" && !sole && value.form === "bare" && AMOUNT.test(text);
    if (doubtful && !readQuantity(text) && !readPeriod(text)) this.beyond(`the value \`${text}\``, value);
    if (kind === "text")
      return {
        kind,
        text: value.form === "link" && this.lookUp(text, []).length === 1 ? this.graph.label(this.lookUp(text, [])[0]) : text,
      };
    if (kind === "period") {
      const period = readPeriod(text) || this.written(typing.prop, text);
      return period ? { kind, period } : null;
    }
    const quantity = readQuantity(text);
    if (!quantity) return null;
    if (kind === "integer")
      return quantity.dimension === "number" && !(quantity.flags & QFLAG.APPROXIMATE) ? { kind, quantity } : null;
    const fits = this.fits(typing.unit, quantity.dimension);
    if (!fits && !sole) return null;
    if (!fits) this.wrong(`\`${typing.said}\` is ${DIMENSIONS[typing.unit] || "something else"}, and \`${text}\` is not`, value);
    this.checkDimension(value, text, typing, quantity);
    return { kind, quantity };
  }
  fits(unit, dimension) {
    if (!unit || unit === dimension) return true;
    return unit === "money" && dimension.startsWith("currency:");
  }
  checkDimension(value, text, typing, quantity) {
    if (!typing.prop || (typing.unit && typing.unit !== "money")) return;
    const there = this.dimensions(typing),
      wanted = quantity.dimension;
    if (
      there.size &&
      ![...there].some(each => each === wanted || (each === "number" && wanted === "percent") || this.fits(each, wanted))
    ) {
      const kinds = [...there].map(each => (DIMENSIONS[each] || each.replace(/^\w+:/, "")).replace(/ \(.*/, ""));
      this.wrong(`no \`${typing.said}\` is of the kind of \`${text}\`: there is ${say(kinds.slice(0, 4), "and")}`, value);
    }
  }
  dimensions(typing) {
    const { fact_kind: kinds, fact_value: values, quantity_unit: units } = this.graph.columns,
      amounts = this.stated(typing).filter(fact => kinds[fact] === KIND.QUANTITY);
    return new Set(amounts.map(fact => this.graph.head.units[units[values[fact]]][1]));
  }
  /** A period as the notes write it in that field. */
  written(prop, text) {
    const [begin, end] = this.graph.range(prop),
      { fact_kind: kinds, fact_value: values, period_text: texts } = this.graph.columns,
      wanted = fold(text);
    for (let fact = begin; fact < end; fact++)
      if (kinds[fact] === KIND.PERIOD && fold(this.graph.text(texts[values[fact]])) === wanted)
        return periodAt(this.graph, values[fact]);
    return null;
  }
  thing(value, name, typing) {
    const ranges = typing.classes.includes("thing") ? [] : typing.classes,
      nodes = this.lookUp(name, ranges);
    if (nodes.length === 1) return { kind: "thing", nodes };
    if (nodes.length > 1)
      this.wrong(
        `\`${name}\` means ${nodes.length} things`,
        value,
        nodes
          .slice(0, 4)
          .map(node => `${this.graph.label(node)}, ${this.graph.cls(node)?.name || "thing"}`)
          .join(" · "),
      );
    if (name.includes("/")) this.beyond("a thing by its id", value);
    const near = name.length < 40 ? closest(name, namesOf(this.graph).spellings(ranges)) : [];
    return this.wrong(`nothing in the graph is called \`${name}\``, value, near.length ? `did you mean ${say(near)}?` : "");
  }
  lookUp(name, ranges) {
    const known = namesOf(this.graph),
      { graph, schema } = this,
      world = graph.columns.node_world;
    if (ranges.includes("thing")) ranges = [];
    let found = known.find(name);
    if (!found.length && name.includes("/")) found = known.find(name.slice(name.lastIndexOf("/") + 1));
    const fitting = found.filter(node => graph.classes(node).some(cls => ranges.some(range => schema.isA(cls, range))));
    let things = found.filter(node => world[node] === 0);
    if (ranges.length && ranges.every(range => schema.world(schema.byName.get(range)) !== "thing")) things = [];
    let chosen = fitting.length ? fitting : things.length ? things : ranges.length ? [] : found;
    if (chosen.length < 2) return chosen;
    const tests = [node => world[node] !== 1, node => graph.label(node) === name, node => fold(graph.label(node)) === fold(name)];
    for (const test of tests) {
      const narrower = chosen.filter(test);
      if (narrower.length) chosen = narrower;
    }
    return chosen;
  }
}
