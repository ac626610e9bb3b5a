// In: a file of N-Triples. Out: its SPARQL endpoint on a free port of loopback, which is printed. For tests.
const { QueryEngine } = require("@comunica/query-sparql-file");
const N3 = require("n3");
const fs = require("fs");
const http = require("http");

const store = new N3.Store(new N3.Parser({ format: "application/n-triples" }).parse(fs.readFileSync(process.argv[2], "utf8")));
const engine = new QueryEngine();

async function answer(body, response) {
  try {
    const result = await engine.query(new URLSearchParams(body).get("query"), { sources: [store], readOnly: true, noCache: true });
    const { data } = await engine.resultToString(result, "application/sparql-results+json");
    response.writeHead(200, { "content-type": "application/sparql-results+json" });
    data.on("error", (error) => response.destroy(error));
    data.pipe(response);
  } catch (error) {
    response.writeHead(400);
    response.end(String(error.message));
  }
}

const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => answer(body, response));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
