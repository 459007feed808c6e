// node check.mjs PAGE LIST: runs the script of the page that checks a parcel, without a browser.
//
// LIST is a file of JSON with cases: "files" by name in base64, "unreadable" names, "plain" where the address is not
// secure. Of each it tells what the script answers, and of which files it says what.
import fs from "node:fs";
import vm from "node:vm";

const [page, list] = process.argv.slice(2).map((path) => fs.readFileSync(path, "utf8"));
const [, given] = page.match(/<script type="application\/json" id="given">([^]*?)<\/script>/);
const [, script] = page.match(/<script>([^]*?)<\/script>/);

/** A file as an input gives it; one that cannot be read refuses as browsers do. */
function file(name, content, unreadable) {
  const refuse = () => Promise.reject(new DOMException("The file could not be read.", "NotReadableError"));
  const { buffer, byteOffset, length } = Buffer.from(content, "base64");
  const read = () => Promise.resolve(buffer.slice(byteOffset, byteOffset + length));
  return { name, webkitRelativePath: `nights/${name}`, arrayBuffer: unreadable.includes(name) ? refuse : read };
}

async function told({ files, unreadable = [], plain = false }) {
  const shown = {}, node = () => ({ append(...parts) { this.parts = parts; } });
  let changed;
  const elements = {
    given: { textContent: given },
    answer: shown,
    list: { tBodies: [{ replaceChildren: (...rows) => (shown.rows = rows) }] },
    current: { replaceChildren() {} },
    folder: { addEventListener: (_, listener) => (changed = listener) },
  };
  const document = { getElementById: (id) => elements[id], createElement: node };
  const secure = plain ? {} : { crypto };
  vm.runInNewContext(script, { document, atob, btoa, TextEncoder, TextDecoder, Uint8Array, Uint32Array, ...secure });
  const chosen = Object.entries(files).map(([name, content]) => file(name, content, unreadable));
  await changed({ target: { files: chosen } });
  const rows = shown.rows.map((row) => [row.parts[0].textContent, row.parts[1].parts[0].textContent]);
  return { answer: shown.textContent, files: rows };
}

const found = [];
for (const one of JSON.parse(list)) found.push(await told(one));
console.log(JSON.stringify(found));
