/* In: the text of a note. Out: what Obsidian's metadata cache would tell a plug-in about it.
 *
 * Obsidian's own parser is closed. This stand-in reads line by line with regular expressions and costs less than a parser of
 * Markdown would: the figures of the plug-ins flatter them. */

const LINK = /(!?)\[\[([^\[\]|]+?)(?:\\?\|([^\[\]]*))?\]\]/g;
const TAG = /(?<=^|\s)#([A-Za-z_][\w/-]*)/g;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*\s*$/;
const ITEM = /^([\s>]*)(?:[-*+]|\d+[.)])\s+(?:\[(.)\]\s)?/;
const ID = /\s\^([A-Za-z0-9-]+)\s*$/;

const at = (line, from, to) => ({ start: { line, col: from, offset: 0 }, end: { line, col: to, offset: 0 } });

/** `key: value`, `key: [a, b]` and lists of `- item`: what front matter mostly is. */
function frontMatter(lines, end) {
    const found = {};
    let key = "";
    for (let number = 1; number < end; number++) {
        const line = lines[number];
        const item = /^\s*-\s+(.*)$/.exec(line);
        if (item && key) {
            if (!Array.isArray(found[key])) found[key] = [];
            found[key].push(scalar(item[1]));
            continue;
        }
        const colon = line.indexOf(":");
        if (colon <= 0 || /^\s/.test(line)) continue;
        key = line.slice(0, colon).trim();
        const value = line.slice(colon + 1).trim();
        found[key] = value.startsWith("[") && !value.startsWith("[[") ? value.slice(1, -1).split(",").map(scalar) : scalar(value);
    }
    return found;
}

function scalar(text) {
    const value = text.trim().replace(/^["']|["']$/g, "");
    return value === "" ? null : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

export function cacheOf(text) {
    const lines = text.split("\n");
    const found = { tags: [], links: [], embeds: [], headings: [], sections: [], listItems: [], frontmatterLinks: [] };
    let line = 0;
    if (lines[0] === "---") {
        const end = lines.indexOf("---", 1);
        if (end > 0) {
            found.frontmatter = frontMatter(lines, end);
            found.sections.push({ type: "yaml", position: at(0, 0, 3) });
            line = end + 1;
        }
    }
    let fence = "";
    let open = null;
    const close = (number) => {
        if (open) open.position.end.line = number;
        open = null;
    };
    for (; line < lines.length; line++) {
        const words = lines[line];
        if (fence) {
            if (words.startsWith(fence)) {
                fence = "";
                close(line);
            }
            continue;
        }
        if (words.trim() === "") {
            close(line - 1);
            continue;
        }
        const type = blockOf(words);
        if (type === "code" || type === "heading" || !open || (open.type !== type && type !== "paragraph")) {
            close(line - 1);
            open = { type, position: at(line, 0, words.length) };
            found.sections.push(open);
        }
        if (type === "code") {
            fence = words.slice(0, 3);
            continue;
        }
        if (type === "heading") {
            const heading = HEADING.exec(words);
            found.headings.push({ heading: heading[2], level: heading[1].length, position: at(line, 0, words.length) });
            close(line);
        }
        if (open && open.type === "list") {
            const item = ITEM.exec(words);
            if (item) {
                const start = open.position.start.line;
                found.listItems.push({ parent: -start - 1, task: item[2], id: ID.exec(words)?.[1], position: at(line, 0, words.length) });
            }
        }
        if (words.includes("[[")) {
            for (const link of words.matchAll(LINK)) {
                const target = link[2].replace(/\\$/, "");
                const told = { link: target, original: link[0], displayText: link[3] ?? target };
                told.position = at(line, link.index, link.index + link[0].length);
                (link[1] ? found.embeds : found.links).push(told);
            }
        }
        if (words.includes("#")) {
            for (const tag of words.matchAll(TAG)) {
                found.tags.push({ tag: "#" + tag[1], position: at(line, tag.index, tag.index + tag[0].length) });
            }
        }
    }
    close(lines.length - 1);
    return found;
}

function blockOf(words) {
    if (HEADING.test(words)) return "heading";
    if (words.startsWith("```") || words.startsWith("~~~")) return "code";
    if (words.startsWith("|")) return "table";
    if (words.startsWith(">")) return "callout";
    return ITEM.test(words) ? "list" : "paragraph";
}
