// In: a value as a query writes it. Out: a quantity, a period or a number, and how they compare: as `values/compare.py` does.
// The page reads plain values: 25% $400B 43pp 29x 18 months, 2026, Jan 2026, 2018 Q4, 2026-01-15, and what a field's notes write.

const QFLAG = { LOW_OPEN: 1, HIGH_OPEN: 2, APPROXIMATE: 4, NO_LOW: 16, NO_HIGH: 32, POINT: 64 };
const PFLAG = { APPROXIMATE: 1, OPEN_START: 2, OPEN_END: 4 };
const CURRENCY = { $: "USD", "€": "EUR", "£": "GBP" };
const SCALE = { k: 3, thousand: 3, m: 6, mm: 6, million: 6, b: 9, bn: 9, billion: 9, t: 12, tn: 12, trillion: 12 };
const SPAN = { day: ["day", 1], week: ["day", 7], month: ["month", 1], quarter: ["month", 3], year: ["month", 12] };
const NUMERAL = "[0-9]{1,3}(?:,[0-9]{3})+(?:\\.[0-9]+)?|[0-9]+(?:\\.[0-9]+)?";
const QUANTITY = new RegExp(`^([~≈]?)([-+−]?)([$€£]?)([-+−]?)(${NUMERAL})\\s*([A-Za-z%]*)$`);

function readQuantity(text) {
  const found = QUANTITY.exec(text.trim());
  if (!found || (found[2] && found[4])) return null;
  const [, about, before, sign, after, numeral, tail] = found,
    word = tail.toLowerCase();
  const digits = (before + after).replace(/[+−]/, each => (each === "−" ? "-" : "")) + numeral.replace(/,/g, "");
  const make = (unit, dimension, exponent = 0, factor = 1) => {
    const middle = Number(`${digits}e${exponent}`) * factor;
    return { unit, dimension, low: middle, high: middle, middle, flags: QFLAG.POINT | (about ? QFLAG.APPROXIMATE : 0), outOf: NaN };
  };
  if (sign) {
    const unit = CURRENCY[sign];
    return word === "" || word in SCALE ? make(unit, `currency:${unit}`, SCALE[word] || 0) : null;
  }
  if (word === "") return make("", "number");
  if (word === "%" || word === "percent") return make("%", "percent");
  if (word === "pp") return make("pp", "point");
  if (word === "bp" || word === "bps") return make("bp", "point", -2);
  if (word === "x") return make("x", "number");
  const span = SPAN[word.replace(/s$/, "")];
  return span ? make(span[0], "duration", 0, span[1]) : null;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONG = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const ordinal = (year, month, day) => Date.UTC(year, month, day) / 86400000 + 719163;
const monthOf = word => (LONG.includes(word) ? LONG.indexOf(word) : MONTHS.indexOf(word.replace(/\.$/, "")));

function readPeriod(text) {
  const word = fold(text),
    made = (start, end) => ({ start, end, flags: 0 });
  const months = (year, first, many) => made(ordinal(+year, first, 1), ordinal(+year, first + many, 1));
  let found;
  if ((found = /^(1[0-9]{3}|2[0-9]{3})$/.exec(word))) return months(found[1], 0, 12);
  if ((found = /^([12][0-9]{3}) ?q([1-4])$/.exec(word))) return months(found[1], 3 * (found[2] - 1), 3);
  if ((found = /^q([1-4]) ([12][0-9]{3})$/.exec(word))) return months(found[2], 3 * (found[1] - 1), 3);
  if ((found = /^([12][0-9]{3})-([0-9]{2})-([0-9]{2})$/.exec(word))) return day(found[1], found[2] - 1, found[3]);
  if ((found = /^([a-z]+\.?) ([12][0-9]{3})$/.exec(word)) && monthOf(found[1]) >= 0) return months(found[2], monthOf(found[1]), 1);
  if ((found = /^([a-z]+\.?) ([0-9]{1,2}), ([12][0-9]{3})$/.exec(word)) && monthOf(found[1]) >= 0)
    return day(found[3], monthOf(found[1]), found[2]);
  return null;
  function day(year, month, date) {
    const start = ordinal(+year, +month, +date),
      back = new Date(Date.UTC(+year, +month, +date));
    return back.getUTCMonth() === +month && back.getUTCDate() === +date ? made(start, start + 1) : null;
  }
}

/** The quantity of that number in the graph. */
function quantityAt(graph, at) {
  const c = graph.columns,
    [unit, dimension] = graph.head.units[c.quantity_unit[at]],
    outOf = c.quantity_out_of[at];
  return {
    unit,
    dimension,
    low: c.quantity_low[at],
    high: c.quantity_high[at],
    middle: c.quantity_middle[at],
    flags: c.quantity_flags[at],
    outOf: outOf < 0 ? NaN : Number(graph.text(outOf)),
  };
}
function periodAt(graph, at) {
  const c = graph.columns;
  return { start: c.period_start[at], end: c.period_end[at], flags: c.period_flags[at] };
}
const wholeNumber = number => ({
  unit: "",
  dimension: "number",
  low: number,
  high: number,
  middle: number,
  flags: QFLAG.POINT,
  outOf: NaN,
});

// comparison, surely and possibly, on bounds

function bounds(quantity) {
  const has = flag => (quantity.flags & flag) !== 0;
  return {
    low: has(QFLAG.NO_LOW) ? -Infinity : quantity.low,
    high: has(QFLAG.NO_HIGH) ? Infinity : quantity.high,
    lowOpen: has(QFLAG.LOW_OPEN) && !has(QFLAG.NO_LOW),
    highOpen: has(QFLAG.HIGH_OPEN) && !has(QFLAG.NO_HIGH),
    point: has(QFLAG.POINT),
  };
}
function times(bound, low, high = low) {
  return {
    ...bound,
    low: bound.low * (bound.low >= 0 ? low : high),
    high: bound.high * (bound.high >= 0 ? high : low),
    point: bound.point && (low === high || !bound.low),
  };
}
/** Both in one unit; null if they measure different things. */
function common(one, other) {
  const left = bounds(one),
    right = bounds(other),
    ours = !Number.isNaN(one.outOf),
    theirs = !Number.isNaN(other.outOf);
  if (ours && theirs) return [times(left, other.outOf), times(right, one.outOf)];
  if (one.dimension === other.dimension) {
    if (one.dimension !== "duration" || one.unit === other.unit) return [left, right];
    return one.unit === "month" ? [times(left, 28, 31), right] : [left, times(right, 28, 31)];
  }
  if (ours && other.dimension === "percent") return [times(left, 100), times(right, one.outOf)];
  if (theirs && one.dimension === "percent") return [times(left, other.outOf), times(right, 100)];
  return null;
}
const beneath = (one, other) => one.high < other.low || (one.high === other.low && (one.highOpen || other.lowOpen));
const meet = (one, other) => !beneath(one, other) && !beneath(other, one);
const samePoint = (one, other) => one.point && other.point && one.low === other.low;

function compareQuantities(operator, one, other, possibly) {
  const both = common(one, other);
  if (!both) return false;
  const [left, right] = both,
    alike = (one.flags & QFLAG.APPROXIMATE) === (other.flags & QFLAG.APPROXIMATE);
  switch (operator) {
    case "=":
    case "is":
      return possibly ? meet(left, right) : samePoint(left, right) && alike;
    case "!=":
      return possibly ? !(samePoint(left, right) && alike) : !meet(left, right);
    case "<":
      return possibly ? left.low < right.high : beneath(left, right);
    case ">":
      return possibly ? right.low < left.high : beneath(right, left);
    case "<=":
      return possibly ? !beneath(right, left) : left.high <= right.low;
    default:
      return possibly ? !beneath(left, right) : right.high <= left.low;
  }
}
function comparePeriods(operator, one, other, possibly) {
  const open = (period, flag) => (period.flags & flag) !== 0;
  const may = (a, b, ours, theirs) => a === b || (ours && a < b) || (theirs && b < a);
  const maybeSame = () =>
    may(one.end, other.end, open(one, PFLAG.OPEN_END), open(other, PFLAG.OPEN_END)) &&
    may(-one.start, -other.start, open(one, PFLAG.OPEN_START), open(other, PFLAG.OPEN_START));
  const same = () =>
    one.start === other.start && one.end === other.end && (one.flags & PFLAG.APPROXIMATE) === (other.flags & PFLAG.APPROXIMATE);
  if (operator === "=" || operator === "is") return possibly ? maybeSame() : same();
  if (operator === "!=") return possibly ? !same() : !maybeSame();
  if (placed(operator, one.start, one.end, other.start, other.end)) return true;
  if (!possibly) return false;
  const wide = period => [
    open(period, PFLAG.OPEN_START) ? -Infinity : period.start,
    open(period, PFLAG.OPEN_END) ? Infinity : period.end,
  ];
  return placed(operator, ...wide(one), ...wide(other));
}
function placed(operator, start, end, from, until) {
  if (operator === "before") return end <= from;
  if (operator === "after") return start >= until;
  if (operator === "during" || operator === "within") return start >= from && end <= until;
  return start < until && end > from;
}
