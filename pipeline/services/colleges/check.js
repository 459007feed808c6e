"use strict";
// Holds the files of a folder to its manifest, and the manifest to the publisher's key. Asks no network for anything.
// The signature is read strictly: it must be, byte for byte, what its key and its numbers are written as.
const { key, about, stray, publisher, words } = JSON.parse(document.getElementById("given").textContent);
const [MANIFEST, SUMS, MINISIGN] = about;
const encoded = (text) => new TextEncoder().encode(text);
const decoded = (content) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const toBase64 = (content) => btoa(String.fromCharCode(...content));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const say = (name, put = {}) => words[name].replace(/\{(\w+)\}/g, (_, place) => put[place] ?? "");
const PUBLIC = key && fromBase64(key); // "Ed", 8 bytes of its number, 32 of the key

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

async function holds(signature, content) {
  const held = await crypto.subtle.importKey("raw", PUBLIC.slice(10), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", held, signature, content);
}

async function minisignHolds(manifest, signed) {
  const [, first, third, fourth] = signed.split("\n");
  const signature = fromBase64(first).slice(10), ofComment = fromBase64(fourth);
  const comment = third.replace(/^trusted comment: /, "");
  const own = toBase64(joined(PUBLIC.slice(0, 10), signature));
  const lines = ["untrusted comment: signature of a delivery", own, `trusted comment: ${comment}`, toBase64(ofComment), ""];
  if (lines.join("\n") !== signed) return false;
  return (await holds(signature, manifest)) && holds(ofComment, joined(signature, encoded(comment)));
}

/** Whether the signature holds; one of another form does not. Throws where the file cannot be read at all. */
async function passes(manifest, file) {
  if (!file) return false;
  const signed = new Uint8Array(await file.arrayBuffer());
  try {
    return await minisignHolds(manifest, decoded(signed));
  } catch (fault) {
    if (fault.name === "NotSupportedError") throw fault;
    return false;
  }
}

/** The words of a manifest, if it is of our form. */
function read(manifest) {
  try {
    const said = JSON.parse(decoded(manifest));
    const whole = said.files.every((one) => typeof one.file === "string" && typeof one.sha256 === "string");
    return whole && said.schema === "manifest/2" ? said : null;
  } catch {
    return null;
  }
}

async function isSame(file, text) {
  const now = new Uint8Array(await file.arrayBuffer()), then = encoded(text);
  return now.length === then.length && now.every((byte, at) => byte === then[at]);
}

/** A manifest and its signature with the ends of lines as we write them: programs that move files may change those. */
async function withOurLineEnds(manifest, signed) {
  const [own, other] = [manifest, new Uint8Array(await signed.arrayBuffer())].map((content) =>
    content.filter((byte, at) => !(byte === 13 && content[at + 1] === 10)));
  return [own, { arrayBuffer: async () => other.buffer }];
}

/** Rows of files by what became of each: a missing one whose content is there under another name was renamed. */
async function withRenamed(rows, added, sums) {
  const names = new Map();
  for (const [name, file] of added) names.set(hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())), name);
  for (const row of rows) {
    const other = row[1] === "missing" && names.get(sums.get(row[0]));
    if (other && added.delete(other)) row.splice(1, 2, "renamed", other);
  }
  return [...rows, ...[...added.keys()].map((name) => [name, "added"])];
}

async function checked(files) {
  const by = new Map(files.map((file) => [file.webkitRelativePath.split("/").slice(1).join("/") || file.name, file]));
  if (!globalThis.crypto?.subtle) throw new Error("crypto.subtle"); // at an address that is not secure
  if (!by.has(MANIFEST)) return { answer: say("check-no-manifest") };
  const manifest = new Uint8Array(await by.get(MANIFEST).arrayBuffer());
  const signed = by.get(MINISIGN);
  if (key && !signed) return { answer: `${say("check-no-signature")} ${say("check-do")}` };
  if (key && !(await passes(manifest, signed))) {
    const ends = await passes(...(await withOurLineEnds(manifest, signed)));
    const answer = ends ? say("check-line-ends") : say("check-not-ours", { publisher });
    return { answer: `${answer} ${say("check-do")}` };
  }
  const said = read(manifest);
  if (!said) return { answer: say("check-no-manifest") };
  const rows = [];
  const tell = (name, right) => rows.push([name, !by.has(name) ? "missing" : right ? "as-sent" : "changed"]);
  for (const one of said.files) {
    const file = by.get(one.file);
    tell(one.file, file && hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())) === one.sha256);
  }
  const sums = said.files.map((one) => `${one.sha256}  ${one.file}\n`).join("");
  tell(SUMS, by.has(SUMS) && (await isSame(by.get(SUMS), sums)));
  const known = new Set([...about, ...stray, ...said.files.map((one) => one.file)]);
  const added = new Map([...by].filter(([name]) => !known.has(name)));
  const told = await withRenamed(rows, added, new Map(said.files.map((one) => [one.file, one.sha256])));
  const other = told.filter((row) => row[1] !== "as-sent"), wrong = other.length;
  const kinds = new Set(other.map((row) => row[1]));
  const put = { publisher, title: said.title, edition: said.edition, college: said.name, n: wrong };
  const whole = key ? "check-whole" : "check-unsigned";
  if (!wrong) return { answer: say(whole, put), rows: told, page: said.status_page || said.address };
  const harmless = !kinds.has("missing") && !kinds.has("changed");
  const answer = harmless ? say(kinds.has("renamed") ? "check-only-named" : "check-beside", put) : `${say("check-wrong", put)} ${say("check-do")}`;
  return { answer, rows: told, page: said.status_page || said.address };
}

function show({ answer, rows = [], page }) {
  document.getElementById("answer").textContent = answer;
  const list = document.getElementById("list"), current = document.getElementById("current");
  list.hidden = !rows.length;
  list.tBodies[0].replaceChildren(...rows.map(([name, result, other]) => {
    const row = document.createElement("tr"), head = document.createElement("th"), cell = document.createElement("td");
    head.scope = "row";
    head.textContent = name;
    const told = document.createElement(result === "as-sent" ? "span" : "strong");
    told.textContent = say(`check-${result}`, { other });
    cell.append(told);
    row.append(head, cell);
    return row;
  }));
  const known = /^https:\/\//.test(page || "");
  current.hidden = !known;
  const [before, behind] = words["check-current"].split("{address}");
  const link = Object.assign(document.createElement("a"), { href: page, textContent: page });
  current.replaceChildren(...(known ? [before, link, behind] : []));
}

document.getElementById("folder").addEventListener("change", async (event) => {
  show({ answer: say("check-busy") });
  try {
    show(await checked([...event.target.files]));
  } catch (fault) {
    show({ answer: say("check-cannot", { reason: fault.message.replace(/\.$/, "") }) });
  }
});
