// In: text. Out: text as names compare, as words, as a page may show it.

// Letters that differ when folded and not when made small (ß is ss, ς is σ): the block brings the table, as a browser has none.
const FOLDS = new Map();
let folding = /(?!)/g;
function learnFolds(pairs) {
  for (const [letter, folded] of pairs) FOLDS.set(letter, folded);
  folding = new RegExp(`[${[...FOLDS.keys()].join("")}]`, "gu");
}
const casefold = text => text.toLowerCase().replace(folding, letter => FOLDS.get(letter));
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const ASCII = /^[\x00-\x7f]*$/;
/** How names compare: folded, NFC, runs of white space as one. As `model/schema.py` does. */
function fold(text) {
  let folded = ASCII.test(text) ? text.toLowerCase() : casefold(text);
  if (!ASCII.test(folded)) folded = casefold(folded.normalize("NFC")).normalize("NFC");
  return folded.split(SPACES).filter(Boolean).join(" ");
}
function loose(word) {
  return fold(word).replace(/[ -]/g, "_");
}

const UNSPACED = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff";
const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+`, "gu");
/** The words of a text in a line, with a space before, between and after them. */
function tokens(text) {
  const found = fold(text).match(WORD);
  return found ? ` ${found.join(" ")} ` : " ";
}

/** Texts in natural order: 2 before 10. */
function natural(text) {
  return fold(text)
    .split(/(\d+)/)
    .map((piece, place) => (place % 2 ? [0, Number(piece), ""] : [1, 0, piece]))
    .filter((piece, place) => place % 2 || piece[2]);
}
function compareNatural(one, other) {
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    for (let part = 0; part < 3; part++) {
      if (one[at][part] !== other[at][part]) return one[at][part] < other[at][part] ? -1 : 1;
    }
  }
  return one.length - other.length;
}

/** A note may hold marks that turn the order of letters round, or that no screen shows: they appear as their numbers. */
function harmless(text) {
  return text
    .replace(/[\x00-\x08\x0b-\x1f]/g, sign => String.fromCharCode(0x2400 + sign.charCodeAt(0)))
    .replace(
      /[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]/g,
      sign => `<U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`,
    );
}

/** Marks of Markdown removed, for a name or a line that is read and not edited. */
function count(number, one, many) {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

/** How many changes make one word of another, up to three. */
function distance(one, other) {
  if (Math.abs(one.length - other.length) > 3) return 4;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[other.length];
}
function closest(word, known) {
  const wanted = loose(word),
    most = wanted.length < 5 ? 1 : wanted.length < 9 ? 2 : 3;
  return [...new Set(known)]
    .map(each => [distance(wanted, loose(each)), each])
    .filter(([far]) => far <= most)
    .sort((a, b) => a[0] - b[0])
    .slice(0, 3)
    .map(([, each]) => each);
}
