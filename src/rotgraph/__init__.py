"""Turns a folder of an analyst's Markdown notes into a typed knowledge graph, queried in one line of English.

| stage | function | in → out | room |
|---|---|---|---|
| read | `read_vault` | folder → `Source`s | notes |
| parse | `parse_note` | `Source` → `Checked[Document]` | notes |
| extract | `extract` | `Document`, `Schema` → `Checked[NoteFacts]`, names still as written | extract, values |
| resolve | `resolve` | all `NoteFacts` → `Checked[facts]`: names to things, classes, merging | resolve |
| build | `build_graph` | facts → `Graph` | graph |
| check | `check` | `Graph`, `Schema` → diagnostics | check |
| parse | `parse_query` | text → `Query` | query |
| bind | `bind` | `Query`, `Schema`, names → `BoundQuery` | query |
| plan | `lower`, `optimize` | `BoundQuery` → `Plan` → `Plan` | query |
| evaluate | `evaluate` | `Plan`, `Graph` → `Result` | native |
| translate | `to_sparql` | `Plan` → SPARQL 1.1 text | sparql |
| write | `to_turtle`, `to_quads`, … | `Graph` → RDF | rdf |
"""
