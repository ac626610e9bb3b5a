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
    lowered = line.toLowerCase(),
    wanted = words.trim().toLowerCase();
  let at = lowered.length === line.length ? lowered.indexOf(wanted) : -1;
  if (at < 0) return said(short(line, 400));
  const from = at > 160 ? at - 100 : 0,
    to = Math.min(line.length, at + 300);
  const pieces = [from ? "…" : ""];
  let last = from;
  for (; at >= 0 && at < to; at = lowered.indexOf(wanted, last)) {
    pieces.push(line.slice(last, at), h("mark", {}, line.slice(at, at + wanted.length)));
    last = at + wanted.length;
  }
  return h("bdi", {}, pieces, line.slice(last, Math.max(last, to)), to < line.length ? "…" : "");
}
