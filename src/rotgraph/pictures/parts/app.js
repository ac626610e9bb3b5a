// In: a document with a block of data. Out: a page that answers. Routes stand in the fragment of the address, so that back works.

const app = {
  graph: null,
  picture: null,
  waiting: [],
  go(hash) {
    if (location.hash === hash) app.route();
    else location.hash = hash;
  },
  after(act) {
    app.waiting.push(act);
  },
  route() {
    const { graph } = app,
      [, room, ...parts] = location.hash.split("/").map(part => {
        try {
          return decodeURIComponent(part);
        } catch {
          return part;
        }
      });
    app.picture?.close();
    app.picture = null;
    app.waiting = [];
    const main = document.getElementById("main");
    main.replaceChildren(...pageOf(room, parts, graph).flat(9).filter(Boolean));
    document.body.dataset.room = room || "home";
    const title = main.querySelector("h1")?.textContent || (room === "ask" ? parts[0] : "");
    document.title = title && room ? `${title} · ${graph.head.title}` : graph.head.title;
    scrollTo(0, 0);
    for (const act of app.waiting.splice(0)) act();
    document.body.dataset.at = location.hash;
    if (app.moved) main.focus({ preventScroll: true });
    app.moved = true;
  },
};
function pageOf(room, parts, graph) {
  const named = room === "ask" && /^@([\w-]+)$/.exec(parts[0]?.trim());
  if (named && graph.head.saved.some(each => each.name === named[1])) return savedView(app, named[1]);
  if (room === "ask" && parts[0]) return askView(app, parts[0]);
  if (room === "saved") return savedView(app, parts[0]);
  if (room === "note") return noteView(app, parts.slice(0, -1).join("/"), Number(parts.at(-1)));
  if (room === "find" && parts[0]) return findView(app, parts[0]);
  if (room === "thing" && parts[0]) {
    const found = namesOf(graph).find(parts[0]),
      exact = found.find(node => graph.label(node) === parts[0]) ?? found[0];
    const nodes = exact === undefined ? [] : namesakes(graph, exact);
    const node = nodes[Number(parts[1] || 1) - 1] ?? nodes[0];
    return node === undefined ? [h("p", {}, "Nothing is called ", h("code", {}, said(parts[0])), ".")] : thingView(app, node);
  }
  return homeView(app);
}

// search: names as one types, lines on Enter

function searchBox() {
  const box = document.getElementById("search"),
    list = document.getElementById("found");
  let chosen = -1,
    timer = 0;
  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    chosen = -1;
  };
  const choose = at => {
    const items = [...list.children];
    chosen = items.length ? (at + items.length) % items.length : -1;
    items.forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
    if (chosen >= 0) {
      box.setAttribute("aria-activedescendant", items[chosen].id);
      items[chosen].scrollIntoView({ block: "nearest" });
    }
  };
  const open = hash => {
    close();
    box.blur();
    app.go(hash);
  };
  const show = () => {
    const words = box.value.trim(),
      { graph } = app;
    if (!words || !graph) return close();
    const item = (hash, ...children) => {
      const made = h(
        "li",
        {
          role: "option",
          id: `found-${list.children.length}`,
          "aria-selected": "false",
          onmousedown: event => {
            event.preventDefault();
            open(hash);
          },
        },
        children,
      );
      made.dataset.hash = hash;
      return made;
    };
    list.replaceChildren();
    for (const node of findNames(graph, words, 8))
      list.append(
        item(
          link.thing(graph, node),
          said(graph.label(node)),
          h("span", { class: "soft" }, graph.cls(node)?.name.replace(/_/g, " ") || "thing"),
        ),
      );
    list.append(item(link.find(words), h("span", {}, "Search the lines for “", said(words), "”"), h("kbd", {}, "↵")));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    chosen = -1;
    return undefined;
  };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, app.graph?.nodeCount > 20000 ? 120 : 20);
  });
  box.addEventListener("focus", show);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", event => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const words = box.value.trim(),
        item = list.children[chosen];
      if (words) open(item && !list.hidden ? item.dataset.hash : link.find(words));
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (list.hidden) {
        box.value = "";
        box.blur();
      } else close();
    }
  });
}

// light and dark: as the system has it until somebody says otherwise

const THEMES = ["auto", "light", "dark"];
function setTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const button = document.getElementById("theme");
  button.firstChild.textContent = { auto: "◐", light: "☀", dark: "☾" }[theme];
  button.setAttribute("aria-label", `Theme: ${theme}`);
  button.title = `Theme: ${theme} (t)`;
  app.picture?.restyle();
}
// a file on the disk may have no store of its own: then the choice lasts as long as the page
function kept(key, value) {
  try {
    if (value !== undefined) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
function turnTheme() {
  const now = document.documentElement.dataset.theme || "auto",
    next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
  kept("rotgraph-theme", next);
  setTheme(next);
}

function toQuery() {
  const box = document.getElementById("query");
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "Escape" && typing) {
    event.target.blur();
    return;
  }
  if (typing) return;
  const act = {
    "/": () => {
      const box = document.getElementById("search");
      box.focus();
      box.select();
    },
    q: () => {
      if (document.getElementById("query")) return toQuery();
      addEventListener("hashchange", toQuery, { once: true }); // after the route has made the box
      app.go("#/");
    },
    g: () => document.querySelector("figure.picture")?.focus(),
    t: turnTheme,
    "?": () => {
      const help = document.getElementById("help");
      if (help.open) help.close();
      else help.showModal();
    },
    j: () => move(1),
    k: () => move(-1),
  }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}
/** Down and up the rows: the first link of each. */
function move(step) {
  const links = [
    ...document.querySelectorAll(
      "main tbody th a, main .fact .value a:first-child, main .lines a:first-child, main .names a, main .cards a, main .classes a",
    ),
  ];
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + step))];
  next?.focus();
}

async function start() {
  setTheme(THEMES.includes(kept("rotgraph-theme")) ? kept("rotgraph-theme") : "auto");
  document.getElementById("theme").addEventListener("click", turnTheme);
  document.getElementById("ask-help").addEventListener("click", () => document.getElementById("help").showModal());
  document.getElementById("close-help").addEventListener("click", () => document.getElementById("help").close());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.picture?.restyle());
  addEventListener("resize", () => app.picture?.cy && app.picture.fit());
  searchBox();
  addEventListener("keydown", keys);
  if (typeof DecompressionStream === "undefined") {
    document
      .getElementById("main")
      .replaceChildren(h("p", {}, "This browser is too old for this page: it needs one of 2023 or later."));
    return;
  }
  const block = document.getElementById("data");
  app.graph = await unpack(block.textContent.trim());
  block.remove();
  addEventListener("hashchange", () => app.route());
  app.route();
  document.body.dataset.ready = "yes";
  // what the first search and the first neighbourhood need is made while nobody waits for it
  (window.requestIdleCallback ?? setTimeout)(() => [namesOf(app.graph), app.graph.degree(0)]);
}
start();
