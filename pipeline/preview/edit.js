// The form of the live page: sends what was changed, and shows remarks beside what they are about. It holds no words.
"use strict";

const { of, place, path, saving, unsaved, lost, named, line: lineWords } = document.body.dataset;
const part = (id) => document.getElementById(id);
const CONTROLS = "input:not(.name), textarea, select";
let digest = document.body.dataset.digest;
let shape = false; // whether entries have been added or taken out since the form was made
let busy = false; // whether a save is under way
let again = false; // whether another was asked for meanwhile
let clashing = null; // of two versions: the digest of that which stands in the file, and the text that would replace it
const gone = [];
const text = part("body") ?? part("text");
const field = text?.closest(".text");
const editor = text && globalThis.textEditor?.(text, {
  kind: field.dataset.of,
  offers: `${place}/offers`,
  labelled: `${text.id}-label`,
  described: `${text.id}-keys`,
  phrases: { Completions: field.dataset.offers },
  draw: (remark) => remarked(remark, null, 0, "div"),
});

function made(name, text, kind) {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function say(text) {
  part("state").textContent = text;
}

// What a control held when the form was made, or was saved last.
function before(control) {
  if (control.dataset.saved !== undefined) return control.dataset.saved;
  if (control.tagName !== "SELECT") return control.defaultValue;
  return [...control.options].find((option) => option.defaultSelected)?.value ?? "";
}

const isChanged = (control) => control.value !== before(control);

// The path of a control into the front matter: the steps of all that it stands in.
function wayOf(control) {
  const way = [];
  for (let at = control.closest("[data-step]"); at; at = at.parentElement.closest("[data-step]")) way.unshift(stepOf(at));
  return way;
}

function stepOf(element) {
  const entry = element.parentElement.closest(".entry");
  const isEntry = entry && element.parentElement === entry;
  if (!isEntry) return element.dataset.step;
  const group = entry.closest("[data-kind]");
  if (group.dataset.kind === "map") return entry.querySelector(":scope > .name")?.value.trim() ?? element.dataset.step;
  if (!entry.dataset.added) return Number(element.dataset.step);
  const added = [...entry.parentElement.children].filter((one) => one.dataset.added && isFilled(one));
  return Number(group.dataset.had ?? 0) + added.indexOf(entry);
}

const isFilled = (entry) => [...entry.querySelectorAll(CONTROLS)].some((control) => control.value);

function changes() {
  const found = gone.map((way) => [way, null]);
  for (const control of part("head").querySelectorAll(CONTROLS)) {
    if (!isChanged(control)) continue;
    const way = wayOf(control);
    if (way.every((step) => step !== "")) found.push([way, control.value === "" ? null : control.value]);
  }
  return found;
}

function wish() {
  if (text?.id === "text") return { digest, text: text.value };
  return { digest, changes: changes(), ...(text && isChanged(text) ? { body: text.value } : {}) };
}

const hasChanges = () => shape || [...document.querySelectorAll(`main :is(${CONTROLS})`)].some(isChanged);

async function send(asked) {
  busy = true;
  say(saving);
  const at = document.activeElement;
  part("main").inert = reloads(asked); // what was typed meanwhile would be lost
  const told = await answerTo(asked);
  if (part("main").inert) {
    part("main").inert = false;
    at?.focus();
  }
  busy = false;
  if (told.status === 412) clash(told);
  else if (told.status === 200) saved(told, asked);
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

// Whether the page is made anew after a save: entries have other numbers then.
const reloads = (asked) => Boolean(shape || clashing || !sameForm(asked));

function saved(told, asked) {
  if (reloads(asked)) {
    again = false;
    stay.abort();
    location.reload();
    return;
  }
  digest = told.digest;
  shown = ""; // the words may stand elsewhere now
  for (const control of document.querySelectorAll(`main :is(${CONTROLS})`)) {
    const sent = control.dataset.sent;
    if (sent !== undefined) control.dataset.saved = sent;
  }
  if (text) text.dataset.line = told.line;
  editor?.keep();
  for (const element of document.querySelectorAll("[data-at]")) delete element.dataset.at;
  for (const [id, at] of Object.entries(told.places)) {
    const element = part(id)?.closest("[data-step]");
    if (element) element.dataset.at = at;
  }
  say(hasChanges() ? unsaved : told.sentence);
}

// An entry that lost all its words is taken out, and those behind it get other numbers.
const sameForm = (asked) => (asked.changes ?? []).every(([way, value]) => value !== null || !way.some((step) => typeof step === "number"));

function save() {
  if (busy) {
    again = true;
    return;
  }
  const nameless = addedWithoutName();
  if (nameless) {
    nameless.focus();
    say(named);
    return;
  }
  for (const control of document.querySelectorAll(`main :is(${CONTROLS})`)) control.dataset.sent = control.value;
  editor?.send();
  send(wish());
}

// The short name of an entry that was added, where it has none, or that of another.
function addedWithoutName() {
  const nameOf = (entry) => entry.querySelector(":scope > .name")?.value.trim() ?? entry.querySelector(":scope > [data-step]").dataset.step;
  return [...document.querySelectorAll("main .entry[data-added] > .name")].find((name) => {
    const others = [...name.closest(".entries").children].filter((one) => one !== name.closest(".entry"));
    return isFilled(name.closest(".entry")) && (!name.value.trim() || others.some((one) => nameOf(one) === name.value.trim()));
  });
}

// Mine instead of theirs; where more was typed since the two were shown, both are shown again.
function keep() {
  const isAsSent = (control) => control.dataset.sent === undefined || control.dataset.sent === control.value;
  if ([...document.querySelectorAll(`main :is(${CONTROLS})`)].every(isAsSent)) send(clashing);
  else save();
}

// Brings the first line that differs into view.
function showDifference(version) {
  const [first, top] = [version.querySelector("mark"), version.getBoundingClientRect().top];
  const other = part(version.id === "mine" ? "theirs" : "mine").scrollTop;
  version.scrollTop = first ? version.scrollTop + first.getBoundingClientRect().top - top - 60 : other;
}

function clash(told) {
  clashing = { digest: told.digest, text: told.text }; // a save by the form stays refused: one of the two is to be chosen
  for (const name of ["theirs", "mine"]) {
    const rows = told[name].flatMap(([text, lone]) => [lone ? made("mark", text || " ") : text, "\n"]);
    part(name).replaceChildren(...rows);
  }
  part("keep").hidden = told.text === null;
  part("clash").hidden = false;
  part("clash").focus();
  for (const name of ["theirs", "mine", "theirs"]) showDifference(part(name)); // one that has none goes with the other
  say(told.sentence);
}

// Entries of lists.

function add(button) {
  const group = button.closest("[data-kind]");
  const room = group.querySelector(":scope > .entries");
  const level = /\{n\d+\}/.exec(button.previousElementSibling.innerHTML)?.[0] ?? "{n0}";
  group.dataset.count = Number(group.dataset.count ?? group.dataset.had) + 1;
  const holder = document.createElement("template");
  holder.innerHTML = button.previousElementSibling.innerHTML.replaceAll(level, group.dataset.count);
  const entry = holder.content.firstElementChild;
  entry.dataset.added = "yes";
  room.append(entry);
  shape = true;
  entry.querySelector("input, textarea, select, summary")?.focus();
  changed();
}

function take(button) {
  const entry = button.closest(".entry");
  const next = entry.closest("[data-kind]").querySelector(":scope > .add");
  if (!entry.dataset.added) gone.push(wayOf(entry.querySelector(":scope > [data-step]")));
  entry.remove();
  shape = true;
  next.focus();
  changed();
}

// Remarks: beside the field whose key stands last before them, or below the text and at their places in it.

function remarked(remark, field, number, name = "li") {
  const row = made(name, "", remark.error ? "error" : "warning");
  if (field) {
    const go = made("button", lineWords.replace("{line}", () => remark.at[1]));
    go.type = "button";
    go.addEventListener("click", () => goTo(field, number, remark.at[2]));
    row.append(go, " ");
  }
  row.append(made("b", remark.kind), " ", remark.words);
  if (remark.hint) row.append(made("p", remark.hint, "hint"));
  return row;
}

function goTo(field, number, column) {
  if (editor) {
    editor.goTo(number, column);
    return;
  }
  const rows = field.value.split("\n");
  const start = rows.slice(0, number).reduce((sum, row) => sum + row.length + 1, 0);
  field.focus();
  field.setSelectionRange(start, start + (column > 1 ? (rows[number] ?? "").length : 0));
  field.scrollTop = (number / rows.length) * field.scrollHeight - field.clientHeight / 2;
}

function fieldAt(line, column) {
  let [found, best] = [null, [0, 0]];
  for (const element of part("head").querySelectorAll("[data-at]")) {
    const at = element.dataset.at.split(":").map(Number);
    const isBefore = at[0] < line || (at[0] === line && at[1] <= column);
    if (isBefore && (at[0] > best[0] || (at[0] === best[0] && at[1] >= best[1]))) [found, best] = [element, at];
  }
  return found;
}

// To the place that the address names, once: its line of the text, or the field of its key.
function comeHere() {
  const [line, column] = ["line", "column"].map((name) => Number(new URLSearchParams(location.search).get(name)));
  if (!line) return;
  history.replaceState(null, "", location.pathname);
  const number = text ? line - Number(text.dataset.line) : -1;
  if (number >= 0) goTo(text, number, column);
  else fieldAt(line, column)?.querySelector(CONTROLS)?.focus();
}

let shown = "";

function showRemarks(remarks) {
  if (shown === JSON.stringify(remarks)) return; // the pages have come: whoever is at a remark stays there
  shown = JSON.stringify(remarks);
  for (const list of document.querySelectorAll(".said")) list.replaceChildren();
  const inText = [];
  for (const remark of remarks.filter((one) => one.at[0] === path)) {
    const [, line, column] = remark.at;
    const number = text ? line - Number(text.dataset.line) : -1;
    if (text && number >= 0) {
      part(`${text.id}-said`).append(remarked(remark, text, number));
      inText.push({ ...remark, row: number, column });
    } else {
      const field = fieldAt(line, column);
      const list = field?.querySelector(":scope > .said") ?? field?.querySelector(".said") ?? part("at-said");
      (line === 1 && column === 1 ? part("at-said") : list).append(remarked(remark));
      for (let fold = list.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
  }
  editor?.remark(inText);
}

// Words out of a list: those of the library, once somebody comes to a field that takes one.

let lists = null;

async function offer() {
  if (lists) return;
  lists = fetch(`${place}/offers`).then((answer) => answer.json());
  const known = await lists.catch(() => ({}));
  for (const name of ["works", "tags", "texts", "terms"]) {
    const list = part(`offers-${name}`) ?? document.body.appendChild(made("datalist", ""));
    list.id = `offers-${name}`;
    list.replaceChildren(...(known[name] ?? []).map(([value, said]) => Object.assign(made("option", said), { value })));
  }
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("input[list]")) offer();
});

function heard(told) {
  editor?.renew();
  lists = null;
  if (told.remarks) showRemarks(told.remarks);
}

const stay = new AbortController();

function changed() {
  say(hasChanges() ? unsaved : "");
}

for (const group of document.querySelectorAll("[data-kind]")) {
  group.dataset.had = group.querySelector(":scope > .entries")?.children.length ?? 0;
}
document.addEventListener("input", changed);
document.addEventListener("click", (event) => {
  if (event.target.classList.contains("add")) add(event.target);
  if (event.target.classList.contains("take")) take(event.target);
});
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
