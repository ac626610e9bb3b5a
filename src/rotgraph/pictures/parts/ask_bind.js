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
    const tests = values.map(value => this.compare(read, path, operator, value));
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
    const tried = this.kindsFor(operator, typing, value);
    if (value.form === "tag" && tried[0] === "text") return this.tagged(read, path, value);
    const bound = this.bindValue(value, typing, tried);
    if (bound.upper && !["=", "!=", "is"].includes(operator))
      this.wrong(`a range goes with \`=\`, not with \`${operator}\``, value);
    if (bound.kind === "thing" && operator === "=") operator = "is";
    if (bound.kind === "thing")
      bound.set = operator === "contains" || operator === "within" ? this.graph.below(bound.nodes) : new Set(bound.nodes);
    return { form: "compare", path, operator, possibly: !!read.possibly, right: bound };
  }
  tagged(read, path, value) {
    if (read.operator === "contains" && read.quantifier) this.beyond("a quantifier before a tag", read.place);
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
  present(prop) {
    const [begin, end] = this.graph.range(prop),
      found = new Set();
    for (let fact = begin; fact < end; fact++) found.add(NUMBERS[this.graph.columns.fact_kind[fact] + 1]);
    return found;
  }
  kindsFor(operator, typing, value) {
    let kinds = typing.kinds;
    if (kinds.includes("any")) {
      const there = typing.prop ? this.present(typing.prop) : new Set();
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
    const there = this.dimensions(typing.prop),
      wanted = quantity.dimension;
    if (
      there.size &&
      ![...there].some(each => each === wanted || (each === "number" && wanted === "percent") || this.fits(each, wanted))
    ) {
      const kinds = [...there].map(each => (DIMENSIONS[each] || each.replace(/^\w+:/, "")).replace(/ \(.*/, ""));
      this.wrong(`no \`${typing.said}\` is of the kind of \`${text}\`: there is ${say(kinds.slice(0, 4), "and")}`, value);
    }
  }
  dimensions(prop) {
    const [begin, end] = this.graph.range(prop),
      { fact_kind: kinds, fact_value: values, quantity_unit: units } = this.graph.columns,
      found = new Set();
    for (let fact = begin; fact < end; fact++)
      if (kinds[fact] === KIND.QUANTITY) found.add(this.graph.head.units[units[values[fact]]][1]);
    return found;
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
