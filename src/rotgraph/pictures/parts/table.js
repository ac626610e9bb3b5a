// In: columns and rows. Out: a table that is made as far as it is looked at, each row beside its source line.

const CHUNK = 150;
function table(app, { columns, right, length, status, subject, cell, place, text, sort, sorting }) {
  const { graph } = app;
  if (!length) return h("p", { class: "empty" }, "No rows.", h("span", { class: "soft" }, status ? ` ${status}` : ""));
  const head = columns.map((name, at) => {
    const on = sorting && sorting.column === name;
    return h(
      "th",
      {
        scope: "col",
        class: right[at] ? "right" : null,
        "aria-sort": on ? (sorting.descending ? "descending" : "ascending") : null,
      },
      sort
        ? h(
            "button",
            { type: "button", onclick: () => sort(name), title: "Sort" },
            said(name),
            h("span", { class: "arrow", "aria-hidden": "true" }, on ? (sorting.descending ? "↓" : "↑") : ""),
          )
        : said(name),
    );
  });
  const body = h("tbody");
  const makeRow = row => {
    const where = place(row),
      node = subject(row);
    const cells = columns.map((_, at) => {
      const shown = [cell(row, at)].flat(9),
        bare = at === 0 && node >= 0 && !shown.some(each => each instanceof Element && each.tagName === "A");
      return h(
        at ? "td" : "th",
        { class: right[at] ? "right" : null, scope: at ? null : "row" },
        bare && shown.length
          ? h("a", { href: link.thing(graph, node) }, shown)
          : bare
            ? h("a", { class: "soft", href: link.thing(graph, node) }, "·")
            : shown,
      );
    });
    const quote = where
      ? h(
          "button",
          {
            class: "unfold",
            type: "button",
            "aria-expanded": "false",
            "aria-label": "Show the source line",
            onclick: event => unfold(event.currentTarget, where),
          },
          "¶",
        )
      : null;
    return h(
      "tr",
      {},
      cells,
      h(
        "td",
        { class: "source" },
        where ? [placeLink(graph, where), quote] : text?.(row) ? h("span", { class: "place" }, said(text(row))) : "",
      ),
    );
  };
  const unfold = (button, where) => {
    const row = button.closest("tr"),
      open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) row.nextElementSibling.remove();
    else
      row.after(
        h(
          "tr",
          { class: "unfolded" },
          h(
            "td",
            { colspan: columns.length + 1 },
            h(
              "div",
              {},
              h("q", {}, said(graph.lineText(where) || "The line was not kept.")),
              h("span", { class: "place" }, placeText(graph, where)),
            ),
          ),
        ),
      );
  };
  let shown = 0;
  const foot = h("p", { class: "foot soft", "aria-live": "polite" });
  const add = () => {
    const end = Math.min(length, shown + CHUNK);
    for (; shown < end; shown++) body.append(makeRow(shown));
    const left = shown < length ? `, ${shown.toLocaleString("en-US")} shown` : "";
    foot.textContent = `${count(length, "row", "rows")}${left}${status ? ` · ${status}` : ""}`;
  };
  add();
  if (length > CHUNK)
    new IntersectionObserver(
      entries => {
        if (entries.some(each => each.isIntersecting) && shown < length) add();
      },
      { rootMargin: "600px" },
    ).observe(foot);
  return [
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Result" },
      h("table", {}, h("thead", {}, h("tr", {}, head, h("th", { scope: "col", class: "source" }, "source"))), body),
    ),
    foot,
  ];
}

/** The query with another order: by that column, rising; falling if it rises already. */
function sortedBy(text, column) {
  const now = sortOf(text),
    down = now && now.column === column && !now.descending;
  const bare =
      /^[\p{L}_][\p{L}\p{N}_'-]*(?:\.[\p{L}_][\p{L}\p{N}_'-]*)*$/u.test(column) || /^count\(/.test(column) ? column : `"${column}"`,
    clause = `sort by ${bare}${down ? " desc" : ""}`;
  if (now) return `${text.slice(0, now.start)}${clause}${text.slice(now.end)}`;
  const cut = /\s+(?:limit|offset)\s+\d+/i.exec(text),
    at = cut ? cut.index : text.length;
  return `${text.slice(0, at)} ${clause}${text.slice(at)}`;
}
function sortOf(text) {
  const found = /\bsort\s+by\s+(?:"([^"]+)"|([^\s,"]+))(\s+(?:asc|desc)(?!\w))?(?=\s*$|\s+(?:limit|offset)\s)/i.exec(text);
  return (
    found && {
      column: found[1] || found[2],
      descending: /desc/i.test(found[3] || ""),
      start: found.index,
      end: found.index + found[0].length,
    }
  );
}
