/* What the importers ask of Obsidian at run time: nothing. */
export {};
