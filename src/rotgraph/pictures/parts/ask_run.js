// In: a bound query. Out: its rows, and the values of its columns. The native engine's answer, one row after the other.

/** The answer to a query: { columns, nodes, text(row, column), count }. Raises AskError. */
function ask(graph, text) {
  const bound = new Binder(graph, text).query(readQuery(text)),
    walker = new Walker(graph);
  let nodes = Array.from(graph.members(bound.cls));
  if (bound.test) nodes = nodes.filter(node => walker.holds(bound.test, node));
  if (bound.head === "count") return { ...whole(graph, [{ name: "count" }], []), count: nodes.length };
  const [first, ...others] = bound.keys;
  if (first?.top) {
    nodes = walker.sorted(nodes, [first]).slice(0, bound.top);
    if (others.length) nodes = walker.sorted(nodes, others);
  } else if (bound.keys.length) nodes = walker.sorted(nodes, bound.keys);
  nodes = nodes.slice(bound.offset, bound.limit === null ? undefined : bound.offset + bound.limit);
  return whole(graph, bound.columns, nodes);
}
function whole(graph, columns, nodes) {
  const walker = new Walker(graph);
  return {
    columns: columns.map(each => each.name),
    nodes,
    values: (row, at) => walker.values(columns[at], nodes[row]),
    right: columns.map(each => each.typing && (each.typing.kinds.join() === "quantity" || each.typing.kinds.join() === "integer")),
    typings: columns.map(each => each.typing),
  };
}
/** What a table prints for values. */
function cellText(graph, values) {
  return values.map(([kind, value]) => graph.valueText(kind, value)).join("; ");
}

class Walker {
  constructor(graph) {
    this.graph = graph;
    this.decided = new Map();
  }

  /** The values of a path from a node: [kind, value], in the order of the notes. */
  values(path, node) {
    let found = [[KIND.THING, node]];
    path.steps.forEach((step, number) => {
      const next = [];
      for (const [kind, value] of found) if (kind === KIND.THING) this.follow(step, value, next);
      found = number ? unique(next) : next;
    });
    return path.counted ? [[KIND.INTEGER, found.length]] : found;
  }
  follow(step, node, into) {
    const { graph } = this,
      c = graph.columns;
    if (step.form === "intrinsic") {
      if (step.name === "aliases")
        for (let at = c.alias_pointers[node]; at < c.alias_pointers[node + 1]; at++) into.push([KIND.TEXT, c.alias_text[at]]);
      else if (step.name === "line") {
        if (c.node_note[node] >= 0) into.push([KIND.INTEGER, c.node_line[node]]);
      } else {
        const [column, kind] = {
          name: [c.node_label, KIND.TEXT],
          note: [c.node_note, KIND.THING],
          heading: [c.node_heading, KIND.TEXT],
          source_text: [c.node_source, KIND.TEXT],
        }[step.name];
        if (column[node] >= 0) into.push([kind, column[node]]);
      }
    } else if (step.form === "property") {
      for (const fact of graph.factsOf(node, step.name)) into.push([c.fact_kind[fact], c.fact_value[fact]]);
    } else {
      const [begin, end] = graph.range(step.name);
      for (const fact of graph.factsTo(node)) {
        if (fact >= begin && fact < end && (!step.classes.length || this.isAny(c.fact_subject[fact], step.classes)))
          into.push([KIND.THING, c.fact_subject[fact]]);
      }
    }
  }
  isAny(node, classes) {
    return classes.some(cls => this.graph.classes(node).some(each => each === cls || each.above.includes(cls.id)));
  }

  // conditions

  holds(test, node) {
    switch (test.form) {
      case "and":
        return test.items.every(each => this.holds(each, node));
      case "or":
        return test.items.some(each => this.holds(each, node));
      case "not":
        return !this.holds(test.item, node);
      case "known":
        return this.values(test.path, node).length > 0;
    }
    const values = this.values(test.path, node),
      decide = ([kind, value]) => this.decide(test, kind, value);
    if (test.quantifier === "all") return values.length > 0 && values.every(decide);
    if (test.quantifier === "no") return !values.some(decide);
    return values.some(decide);
  }
  /** Each distinct value is decided once. */
  decide(test, kind, value) {
    let known = this.decided.get(test);
    if (!known) this.decided.set(test, (known = new Map()));
    const key = value * 8 + kind;
    if (!known.has(key)) known.set(key, this.satisfies(test, kind, value));
    return known.get(key);
  }
  satisfies({ operator, possibly, right }, kind, value) {
    if (right.kind === "thing") return kind === KIND.THING && right.set.has(value) !== (operator === "!=");
    if (right.kind === "text") return kind === KIND.TEXT && textHolds(operator, this.graph.text(value), right.text);
    if (right.kind === "period")
      return kind === KIND.PERIOD && comparePeriods(operator, periodAt(this.graph, value), right.period, possibly);
    if (kind !== KIND.QUANTITY && kind !== KIND.INTEGER) return false;
    const left = kind === KIND.INTEGER ? wholeNumber(value) : quantityAt(this.graph, value),
      against = (sign, bound) => compareQuantities(sign, left, bound, possibly);
    if (!right.upper) return against(operator, right.quantity);
    return operator === "!="
      ? against("<", right.quantity) || against(">", right.upper)
      : against(">=", right.quantity) && against("<=", right.upper);
  }

  // order: a row with several values sorts by its least, largest first by its greatest; blanks last

  sorted(nodes, keys) {
    const ranked = nodes.map((node, place) => ({ node, place, ranks: keys.map(key => this.rank(key, node)) }));
    ranked.sort((one, other) => {
      for (let at = 0; at < keys.length; at++) {
        const [a, b] = [one.ranks[at], other.ranks[at]];
        if (a === null || b === null) {
          if (a !== b) return (a === null) === keys[at].first ? -1 : 1;
          continue;
        }
        const order = compareRanks(a, b);
        if (order) return keys[at].descending ? -order : order;
      }
      return one.place - other.place;
    });
    return ranked.map(each => each.node);
  }
  rank(path, node) {
    const ranks = this.values(path, node).map(([kind, value]) => this.rankOf(kind, value));
    return ranks.length ? ranks.reduce((best, each) => (compareRanks(each, best) < 0 !== path.descending ? each : best)) : null;
  }
  rankOf(kind, value) {
    if (kind === KIND.INTEGER) return [0, "number", value];
    if (kind === KIND.QUANTITY) {
      const q = quantityAt(this.graph, value);
      return [0, q.dimension, q.unit === "month" ? q.middle * 30.436875 : q.middle];
    }
    if (kind === KIND.PERIOD) {
      const p = periodAt(this.graph, value);
      return [1, p.start, p.end];
    }
    return [2, natural(this.graph.valueText(kind, value))];
  }
}
function compareRanks(a, b) {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[0] === 2) return compareNatural(a[1], b[1]);
  for (const at of [1, 2]) if (a[at] !== b[at]) return a[at] < b[at] ? -1 : 1;
  return 0;
}
function unique(values) {
  const seen = new Set();
  return values.filter(([kind, value]) => kind !== KIND.THING || (!seen.has(value) && seen.add(value)));
}

function textHolds(operator, text, right) {
  if (operator === "contains" && lacks(text, right)) return false;
  const here = fold(text),
    sought = fold(right);
  switch (operator) {
    case "=":
    case "is":
      return here === sought;
    case "!=":
      return here !== sought;
    case "contains": {
      const words = tokens(right);
      return words === " " ? here.includes(sought) : tokens(text).includes(words);
    }
    case "starts with":
      return here.startsWith(sought);
    case "ends with":
      return here.endsWith(sought);
    default:
      return like(here, sought);
  }
}
/** Whether a plain text is surely without a word that is sought: most texts need no folding. */
function lacks(text, right) {
  if (lacks.right !== right) [lacks.right, lacks.words] = [right, tokens(right).split(" ").filter(Boolean)];
  if (!ASCII.test(text)) return false;
  const small = text.toLowerCase();
  return lacks.words.some(word => !small.includes(word));
}
/** `*` any characters, `?` one: pieces between stars are sought one after the other, no backtracking. */
function like(text, pattern) {
  const pieces = pattern.split("*").map(piece => Array.from(piece)),
    signs = Array.from(text);
  const fits = (piece, at) => piece.every((sign, i) => at + i < signs.length && (sign === "?" || sign === signs[at + i]));
  if (pieces.length === 1) return signs.length === pieces[0].length && fits(pieces[0], 0);
  if (!fits(pieces[0], 0)) return false;
  let at = pieces[0].length;
  const last = pieces.at(-1),
    end = signs.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    while (at + piece.length <= signs.length && !fits(piece, at)) at++;
    if (at + piece.length > signs.length) return false;
    at += piece.length;
  }
  return at <= end && fits(last, end);
}
