// In: the graph. Out: the first page: what there is, and where to begin.

function homeView(app) {
  const { graph } = app,
    head = graph.head,
    things = graph.schema.byName.get("thing");
  const counts = [
    ["note", "notes"],
    ["thing", "things"],
    ["record", "records"],
  ].map(([name, plural]) => count(graph.members(graph.schema.byName.get(name)).length, name, plural));
  const classes = graph.schema.classes.filter(each => !["thing", "record"].includes(each.name) && graph.members(each).length);
  const group = (title, members) =>
    h(
      "section",
      {},
      h("h2", {}, title),
      lazyList(
        members.sort((a, b) => graph.members(b).length - graph.members(a).length),
        24,
        "classes",
        each =>
          h(
            "li",
            {},
            h(
              "a",
              {
                href: link.ask(each.plural.includes(" ") ? `"${each.plural}"` : each.plural),
                title: each.said || "from the notes' tables",
              },
              said(each.plural),
              h("span", { class: "count" }, graph.members(each).length.toLocaleString("en-US")),
            ),
          ),
      ),
    );
  return [
    h(
      "div",
      { class: "hero" },
      h("h1", {}, said(head.title)),
      h("p", { class: "soft" }, [...counts, count(graph.factCount, "fact", "facts")].join(" · ")),
    ),
    askBox(app, ""),
    head.saved.length
      ? h(
          "section",
          {},
          h("h2", {}, "Saved results"),
          h(
            "ul",
            { class: "cards" },
            head.saved.map(each =>
              h(
                "li",
                {},
                h(
                  "a",
                  { href: link.saved(each.name) },
                  h("strong", {}, said(each.name)),
                  h("span", { class: "count" }, count(each.rows.length, "row", "rows")),
                  h("code", {}, said(each.query)),
                ),
              ),
            ),
          ),
        )
      : null,
    things
      ? h(
          "section",
          {},
          h("h2", {}, "Most connected"),
          h(
            "ul",
            { class: "chips" },
            mostConnected(graph).map(node => h("li", {}, thingLink(graph, node))),
          ),
        )
      : null,
    group(
      "Notes and things",
      classes.filter(each => !graph.schema.isA(each, "record")),
    ),
    group(
      "Records",
      classes.filter(each => graph.schema.isA(each, "record")),
    ),
  ];
}
function mostConnected(graph) {
  return Array.from(graph.members(graph.schema.byName.get("thing")))
    .filter(node => graph.columns.node_world[node] === 0)
    .map(node => [graph.degree(node), node])
    .sort((a, b) => b[0] - a[0] || a[1] - b[1])
    .slice(0, 14)
    .map(each => each[1]);
}
