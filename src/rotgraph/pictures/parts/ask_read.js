// In: the text of a query. Out: what it says, as objects with their places. The part of `grammar/query.lark` that this page knows.

class AskError extends Error {
  constructor(message, start, end, help = "") {
    super(message);
    Object.assign(this, { start, end, help });
  }
}
/** The query may be right: this page does not know that part of the language, and says so. */
class BeyondPage extends AskError {
  constructor(what, start, end) {
    super(`${what} is more than this page can do`, start, end, "`rotgraph query` knows the whole language");
    this.beyond = true;
  }
}

const STOP = "(?![\\p{L}\\p{N}_]|[-'’&/](?=[\\p{L}\\p{N}_]))";
const WORDS = "[\\p{L}_](?:[\\p{L}\\p{N}_]|[-'’&/](?=[\\p{L}\\p{N}_]))*";
const RESERVED = "and|or|not|where|per|show|pivot|sort|limit|offset";
const NAME = new RegExp(`(?!(?:${RESERVED})${STOP})(?:${WORDS})`, "iuy");
const QUOTED = /"[^"]*(?:""[^"]*)*"|“[^”]*”/y;
const LINK = /\[\[[^\[\]\n](?:(?!\]\]|\[\[)[^\n])*\]\]/y;
const TAG = /#[\p{L}\p{N}_/-]*[\p{L}_][\p{L}\p{N}_/-]*/uy;
/** A piece of a bare value: a date with its comma, or signs that mean nothing else, commas only within a number. */
const DATE = "[A-Za-z]{3,9}\\.?\\s+[0-9]{1,2},\\s+[0-9]{4}(?![0-9])";
const SIGN = `[^\\s\\x00-\\x1f\\x7f,()\\[\\]"“”=<>.!]|\\.(?!\\.)|!(?!=)|(?<=[0-9]),(?=[0-9]{1,3}(?![0-9]))|(?<=-)>`;
const PIECE = `(?!--)(?:${DATE}|(?:${SIGN})+)`;
const GOES_ON = `(?!(?:${RESERVED}|as\\s+of)${STOP})`;
const BARE = new RegExp(`${GOES_ON}${PIECE}(?:\\s+${GOES_ON}${PIECE})*`, "iuy");
const OPERATOR = new RegExp(
  `(?:contains|before|after|during|overlaps|within|like|matches|starts\\s+with|ends\\s+with)${STOP}`,
  "iuy",
);
const SYMBOL = /!=|<=|>=|=|<|>/y;
const AGGREGATE = /(?:sum|avg|min|max|median|list|first|last|stddev|count)(?=\s*\()/iy;

/** What begins a path on the right: `this`, a field with a condition in brackets, something in brackets. */
const THIS = [/this(?=\s*(?:\.|$|\)))/iy, new RegExp(`(?:${WORDS})\\[(?!\\[)`, "iuy"), /\(/y];
const unquoted = text => text.slice(1, -1).replace(/""/g, '"');

function readQuery(text) {
  let at = 0;
  const skip = () => {
    const found = sticky(/(?:[\s\ufeff\u200b]|--[^\n]*)*/y);
    at += found[0].length;
  };
  const sticky = pattern => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const take = pattern => {
    skip();
    const found = sticky(pattern);
    if (found) at += found[0].length;
    return found ? { text: found[0], start: at - found[0].length, end: at } : null;
  };
  const word = words => take(new RegExp(`(?:${words.replace(/ /g, "\\s+")})${STOP}`, "iuy"));
  const peek = words => {
    const before = at,
      found = word(words);
    at = before;
    return found;
  };
  const rest = () => {
    skip();
    const end = Math.max(at + (/^\S*/.exec(text.slice(at))[0].length || 1), at + 1);
    return [at, Math.min(end, Math.max(text.length, at + 1))];
  };
  const wrong = (message, help = "") => {
    throw new AskError(message, ...rest(), help);
  };
  const beyond = (what, token) => {
    throw token ? new BeyondPage(what, token.start, token.end) : new BeyondPage(what, ...rest());
  };

  function name(what) {
    const quoted = take(QUOTED);
    if (quoted) return { ...quoted, text: unquoted(quoted.text) };
    return take(NAME) || wrong(`${what} is expected here`);
  }
  function path() {
    const aggregate = take(AGGREGATE);
    if (aggregate) {
      if (aggregate.text.toLowerCase() !== "count") beyond(`\`${aggregate.text}(…)\``, aggregate);
      take(/\(/y);
      const inner = path();
      take(/\)/y) || wrong("`)` is expected here");
      return { ...inner, counted: true, start: aggregate.start, end: at };
    }
    skip();
    if (/^[[($\d]/.test(text[at] || "")) beyond("a left side that is no field");
    const own = word("this"); // the thing of the row: a path may say that it begins there
    if (own && !sticky(/\s*\.(?!\.)/y)) return { steps: [], start: own.start, end: at };
    const steps = [];
    if (!own) steps.push(name("a field"));
    while (sticky(/\s*\.(?!\.)/y)) {
      take(/\./y);
      steps.push(name("a field"));
    }
    const mark = sticky(/[\^+*]|\s*\[/y);
    if (mark) beyond(mark[0].includes("[") ? "a condition in brackets" : `\`${mark[0]}\` after a field`);
    return { steps, start: own ? own.start : steps[0].start, end: at };
  }
  /** A value in signs of its own: a link, a text in quotes, a tag. */
  function written() {
    const link = take(LINK);
    if (link) return { ...link, form: "link", text: link.text.slice(2, -2) };
    const quoted = take(QUOTED);
    if (quoted) return { ...quoted, form: "quoted", text: unquoted(quoted.text) };
    const tag = take(TAG);
    return tag && { ...tag, form: "tag" };
  }
  function value() {
    skip();
    let first = written();
    if (!first) {
      if (sticky(/\$\p{L}/uy)) beyond("a parameter");
      if (THIS.some(sticky) || sticky(AGGREGATE)) beyond("a path on the right");
      const bare = take(BARE);
      if (!bare) wrong("a value is expected here");
      first = { ...bare, form: "bare", text: bare.text.split(/\s+/).join(" ") };
    }
    if (sticky(/\s*\.\./y)) {
      take(/\.\./y);
      const second = value();
      return { form: "range", low: first, high: second, start: first.start, end: second.end };
    }
    if (sticky(/\s*\.(?=\p{L})/uy) && first.form !== "bare") beyond("a path on the right");
    return first;
  }
  function predicate() {
    const quantifier = word("any|all|no"),
      left = path();
    if (sticky(/\s*[-+*/−×]\s/y)) beyond("arithmetic");
    const is = word("is");
    if (is) {
      const not = word("not"),
        known = word("known|unknown");
      if (known) return { form: "known", left, known: (known.text.toLowerCase() === "known") !== !!not };
      return {
        form: "compare",
        left,
        operator: "is",
        denied: !!not,
        value: value(),
        quantifier: quantifier?.text.toLowerCase(),
        place: is,
      };
    }
    const not = word("not"),
      within = word("in");
    if (within) {
      take(/\(/y) || wrong("`(` is expected here", "`in` takes a list in brackets");
      const values = [value()];
      while (take(/,/y)) {
        if (sticky(/\s*\)/y)) break;
        values.push(value());
      }
      if (!take(/\)/y)) beyond("a query in brackets");
      return { form: "in", left, values, denied: !!not, quantifier: quantifier?.text.toLowerCase(), place: within };
    }
    if (not) wrong("`not` goes before the condition");
    const possibly = word("possibly"),
      operator = take(SYMBOL) || take(OPERATOR);
    if (!operator) wrong("an operator such as =, <, `contains` or `is` is expected here");
    const spelt = operator.text.toLowerCase().split(/\s+/).join(" ");
    if (spelt === "matches") beyond("`matches`", operator);
    return {
      form: "compare",
      left,
      operator: spelt,
      possibly: !!possibly,
      value: value(),
      quantifier: quantifier?.text.toLowerCase(),
      place: operator,
    };
  }
  function denial() {
    if (word("not")) return { form: "not", item: denial() };
    if (take(/\(/y)) {
      const inner = either();
      take(/\)/y) || wrong("`)` is expected here");
      return inner;
    }
    return predicate();
  }
  function several(one, joint, form) {
    const items = [one()];
    while (word(joint)) items.push(one());
    return items.length > 1 ? { form, items } : items[0];
  }
  const both = () => several(denial, "and", "and"),
    either = () => several(both, "or", "or");
  const nullsFirst = () => (word("first|last") || wrong("`first` or `last` is expected here")).text.toLowerCase() === "first";
  /** After a comma that nothing follows. */
  const ends = () => {
    skip();
    return at >= text.length || peek("pivot|sort|limit|offset|as of") !== null;
  };
  const integer = () => Number((take(/[0-9]+/y) || wrong("a whole number is expected here")).text);

  if (take(/@[\w-]+/y)) beyond("a saved query");
  for (const [words, what] of [
    ["explain", "`explain`"],
    ["path from", "`path from`"],
  ]) {
    const found = peek(words);
    if (found) beyond(what, found);
  }
  const query = { head: "select", show: null, sort: [], limit: null, offset: 0 };
  if (word("count")) query.head = "count";
  else if (word("top")) {
    query.head = "top";
    query.top = integer();
  }
  query.cls = name("a class");
  if (query.head === "top") {
    word("by") || wrong("`by` is expected here");
    query.by = path();
  }
  if (word("where")) query.where = either();
  const per = peek("per");
  if (per) beyond("`per`", per);
  if (word("show")) {
    query.show = take(/\*/y) ? "*" : [];
    if (query.show === "*") take(/,/y);
    while (query.show !== "*") {
      const column = path();
      if (sticky(/\s*[-+*/−×]\s/y)) beyond("arithmetic");
      column.name = text.slice(column.start, column.end).split(/\s+/).join(" ");
      const bare = column.steps.length === 1 && !column.counted && column.start === column.steps[0].start;
      if (bare) column.name = column.steps[0].text;
      if (peek("as of") === null && word("as")) column.name = name("a name").text;
      query.show.push(column);
      if (!take(/,/y)) break;
      if (ends()) break;
    }
  }
  const pivot = peek("pivot");
  if (pivot) beyond("`pivot`", pivot);
  if (word("sort")) {
    word("by") || wrong("`by` is expected here");
    do {
      const key = path(),
        direction = word("asc|desc");
      if (sticky(/\s*[-+*/−×]\s/y)) beyond("arithmetic");
      query.sort.push({
        ...key,
        descending: direction?.text.toLowerCase() === "desc",
        first: word("nulls") ? nullsFirst() : false,
      });
    } while (take(/,/y) && !ends());
  }
  if (word("limit")) query.limit = integer();
  if (word("offset")) query.offset = integer();
  const moment = peek("as of");
  if (moment) beyond("`as of`", moment);
  skip();
  if (at < text.length) wrong(`\`${text.slice(...rest())}\` is not expected here`);
  return query;
}
