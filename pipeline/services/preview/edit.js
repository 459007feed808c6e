// The text field of the live page: saves the whole file, and shows remarks below it and at their places. It holds no words.
"use strict";

const { of, place, path, saving, unsaved, lost, line: lineWords } = document.body.dataset;
const part = (id) => document.getElementById(id);
const text = part("text");
let digest = document.body.dataset.digest;
let saved = text.defaultValue; // the text as it was opened, or saved last
let busy = false; // whether a save is under way
let again = false; // whether another was asked for meanwhile
let clashing = null; // of two versions: the digest of that which stands in the file, and the text that would replace it
const field = text.closest(".text");
const editor = globalThis.textEditor?.(text, {
  kind: field.dataset.of,
  offers: `${place}/offers`,
  phrases: { Completions: field.dataset.offers },
  draw: (remark) => remarked(remark, false, "div"),
});

function made(name, words, kind) {
  const element = document.createElement(name);
  element.textContent = words;
  if (kind) element.className = kind;
  return element;
}

function say(words) {
  part("state").textContent = words;
}

const hasChanges = () => text.value !== saved;

async function send(asked) {
  busy = true;
  say(saving);
  part("main").inert = asked === clashing; // what was typed meanwhile would be lost
  editor?.send();
  const told = await answerTo(asked);
  part("main").inert = false;
  busy = false;
  if (told.status === 412) clash(told, asked.text);
  else if (told.status === 200) keepSaved(told, asked);
  else say(told.sentence);
  if (again && told.status === 200) save();
  again = false;
}

async function answerTo(asked) {
  try {
    const answer = await fetch(`${place}/save`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
    });
    return { ...(await answer.json()), status: answer.status };
  } catch {
    return { status: 0, sentence: lost };
  }
}

function keepSaved(told, asked) {
  if (asked === clashing) {
    again = false;
    stay.abort();
    location.reload();
    return;
  }
  digest = told.digest;
  shown = ""; // the words may stand elsewhere now
  saved = asked.text;
  editor?.keep();
  say(hasChanges() ? unsaved : told.sentence);
}

function save() {
  if (busy) again = true;
  else send({ digest, text: text.value });
}

// Mine instead of theirs; where more was typed since the two were shown, both are shown again.
function keep() {
  if (text.value === clashing.text) send(clashing);
  else save();
}

// Brings the first line that differs into view.
function showDifference(version) {
  const [first, top] = [version.querySelector("mark"), version.getBoundingClientRect().top];
  const other = part(version.id === "mine" ? "theirs" : "mine").scrollTop;
  version.scrollTop = first ? version.scrollTop + first.getBoundingClientRect().top - top - 60 : other;
}

function clash(told, mine) {
  clashing = { digest: told.digest, text: mine }; // a save stays refused: one of the two is to be chosen
  for (const name of ["theirs", "mine"]) {
    const rows = told[name].flatMap(([words, lone]) => [lone ? made("mark", words || " ") : words, "\n"]);
    part(name).replaceChildren(...rows);
  }
  part("clash").hidden = false;
  part("clash").focus();
  for (const name of ["theirs", "mine", "theirs"]) showDifference(part(name)); // one that has none goes with the other
  say(told.sentence);
}

// Remarks: below the text and at their places in it.

function remarked(remark, hasPlace, name = "li") {
  const row = made(name, "", remark.error ? "error" : "warning");
  if (hasPlace) {
    const go = made("button", lineWords.replace("{line}", () => remark.at[1]));
    go.type = "button";
    go.addEventListener("click", () => goTo(remark.at[1] - 1, remark.at[2]));
    row.append(go, " ");
  }
  row.append(made("b", remark.kind), " ", remark.words);
  if (remark.hint) row.append(made("p", remark.hint, "hint"));
  return row;
}

function goTo(number, column) {
  if (editor) {
    editor.goTo(number, column);
    return;
  }
  const rows = text.value.split("\n");
  const start = rows.slice(0, number).reduce((sum, row) => sum + row.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (column > 1 ? (rows[number] ?? "").length : 0));
  text.scrollTop = (number / rows.length) * text.scrollHeight - text.clientHeight / 2;
}

// To the place that the address names, once.
function comeHere() {
  const [line, column] = ["line", "column"].map((name) => Number(new URLSearchParams(location.search).get(name)));
  if (!line) return;
  history.replaceState(null, "", location.pathname);
  goTo(line - 1, column);
}

let shown = "";

function showRemarks(remarks) {
  if (shown === JSON.stringify(remarks)) return; // the pages have come: whoever is at a remark stays there
  shown = JSON.stringify(remarks);
  const here = remarks.filter((one) => one.at[0] === path);
  part("text-said").replaceChildren(...here.map((remark) => remarked(remark, true)));
  editor?.remark(here.map((remark) => ({ ...remark, row: remark.at[1] - 1, column: remark.at[2] })));
}

function heard(told) {
  editor?.renew();
  if (told.remarks) showRemarks(told.remarks);
}

const stay = new AbortController();

document.addEventListener("input", () => say(hasChanges() ? unsaved : ""));
document.addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (!event.repeat) save();
});
document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
part("save").addEventListener("click", save);
part("keep").addEventListener("click", keep);
part("reopen").addEventListener("click", () => stay.abort());
window.addEventListener("beforeunload", (event) => {
  if (hasChanges()) event.preventDefault();
}, { signal: stay.signal });
listen(`${of}pages/news`, heard, () => {});
comeHere();
