/* node import.mjs BUNDLE EXPORT VAULT: seconds of a plug-in's importer over all notes of a vault, as one line of JSON.
 *
 * BUNDLE is the plug-in's importer as esbuild makes it from its source, EXPORT its function of path, text, metadata and stat. What it
 * returns is kept, as an index keeps it. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheOf } from "./cache.mjs";

const [bundle, name, vault] = process.argv.slice(2);
const { default: made } = await import(pathToFileURL(resolve(bundle)).href);
const importer = made[name];

function* notes(folder) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (entry.name.startsWith(".")) continue;
        const path = join(folder, entry.name);
        if (entry.isDirectory()) yield* notes(path);
        else if (entry.name.endsWith(".md")) yield path;
    }
}

const began = performance.now();
let scanning = 0;
let failed = 0;
const kept = new Map();
for (const path of notes(vault)) {
    const text = readFileSync(path, "utf8");
    const found = statSync(path);
    const before = performance.now();
    const metadata = cacheOf(text);
    scanning += performance.now() - before;
    const stat = { ctime: found.ctimeMs, mtime: found.mtimeMs, size: found.size };
    const below = relative(vault, path);
    try {
        kept.set(below, name === "parsePage" ? importer(below, text, stat, metadata) : importer(below, text, metadata, stat));
    } catch {
        failed += 1;
    }
}
const seconds = (performance.now() - began) / 1000;
const peak = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, "of it the stand-in": scanning / 1000, notes: kept.size, failed, "MiB peak": peak }));
