// A shelf on loopback: the reader's page, its two libraries and one book, for a browser on this machine alone.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

const FILES = {
  "/": [fileURLToPath(new URL("reader.html", import.meta.url)), "text/html"],
  "/jszip.min.js": [require.resolve("jszip/dist/jszip.min.js"), "text/javascript"],
  "/epub.min.js": [require.resolve("epubjs/dist/epub.min.js"), "text/javascript"],
};

/** Serve the book while `work` runs with the shelf's address. */
export async function withShelf(book, work) {
  const files = { ...FILES, "/book.epub": [path.resolve(book), "application/epub+zip"] };
  const server = http.createServer((request, response) => {
    const [file, type] = files[new URL(request.url, "http://shelf").pathname] || [];
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": type });
    fs.createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    return await work(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
