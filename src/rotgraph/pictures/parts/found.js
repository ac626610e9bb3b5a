// In: words that are searched. Out: the page of all names and lines that hold them.

function findView(app, words) {
  const { graph } = app,
    names = findNames(graph, words, 60),
    lines = findLines(graph, words, 200);
  return [
    h("div", { class: "title" }, h("p", { class: "soft" }, "Search"), h("h1", {}, said(words))),
    names.length
      ? h(
          "section",
          {},
          h("h2", {}, "Names"),
          lazyList(names, 20, "names", node =>
            h(
              "li",
              {},
              thingLink(graph, node),
              h("span", { class: "soft" }, ` ${graph.cls(node)?.name.replace(/_/g, " ") || "thing"}`),
            ),
          ),
        )
      : null,
    lines.length
      ? h(
          "section",
          {},
          h("h2", {}, "Lines"),
          lazyList(lines, 30, "found", each =>
            h("li", {}, placeLink(graph, each.place), h("p", { class: "text" }, marked(each.text, words))),
          ),
        )
      : null,
    names.length || lines.length ? null : h("p", { class: "empty" }, "Nothing holds these words."),
  ];
}
/** A line with the words marked, cut around the first of them. */
function marked(text, words) {
  const line = harmless(text),
    pieces = words
      .split(SPACES)
      .filter(Boolean)
      .map(piece => piece.replace(/[^\p{L}\p{N}]/gu, "\\$&")),
    pattern = new RegExp(`${pieces.join("\\s+")}|${pieces.join("|")}`, "gi"),
    first = line.search(pattern);
  if (!pieces.length || first < 0) return said(short(line, 400));
  const from = first > 160 ? first - 100 : 0,
    to = Math.min(line.length, first + 300),
    cut = line.slice(from, to),
    made = [from ? "…" : ""];
  let last = 0;
  for (const found of cut.matchAll(pattern)) {
    made.push(cut.slice(last, found.index), h("mark", {}, found[0]));
    last = found.index + found[0].length;
  }
  return h("bdi", {}, made, cut.slice(last), to < line.length ? "…" : "");
}
