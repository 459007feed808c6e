// The live page: shows what the server tells of. It holds no words; all that is said comes with the page or the event.
"use strict";

const place = document.body.dataset.of;
const part = (id) => document.getElementById(id);

function made(name, text, kind) {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function remarked(remark) {
  const row = made("li", "", remark.error ? "error" : "warning");
  const where = made(remark.link ? "a" : "span", remark.place, "place");
  if (remark.link) where.href = remark.link;
  row.append(where, " ", made("b", remark.kind), " ", remark.words);
  if (remark.hint) row.append(made("p", remark.hint, "hint"));
  return row;
}

function showPages(pages) {
  const room = part("pages");
  pages.forEach((page, number) => {
    let picture = room.children[number];
    if (!picture) {
      picture = document.createElement("img");
      room.append(picture);
    }
    picture.alt = page.alt;
    if (picture.dataset.name === page.name) return;
    picture.dataset.name = page.name;
    picture.width = page.width;
    picture.height = page.height;
    picture.src = `${place}/files/${page.name}`;
  });
  while (room.children.length > pages.length) room.lastChild.remove();
}

function showDocument(path) {
  const frame = part("frame");
  if (!path || frame.dataset.path === path) return;
  const before = frame.contentWindow.scrollY;
  frame.dataset.path = path;
  frame.onload = () => {
    frame.contentWindow.scrollTo(0, before);
    frame.contentDocument.addEventListener("click", stayHere);
  };
  frame.src = `${place}/files/${path}`;
}

// A link that led out of the text would leave a page in the frame that this one may not touch.
function stayHere(event) {
  const link = event.target.closest("a");
  if (link && !link.getAttribute("href")?.startsWith("#")) event.preventDefault();
}

function rename(title) {
  const head = document.querySelector("h1");
  if (!title || title === head.textContent) return;
  document.title = document.title.replace(head.textContent, () => title);
  head.textContent = title;
}

function show(told) {
  document.body.classList.toggle("old", !told.holds);
  rename(told.title);
  say(part("state"), told.state);
  if (part("pages")) showPages(told.pages);
  if (part("frame")) showDocument(told.document);
  if (told.remarks) showRemarks(told.remarks);
}

function showRemarks(remarks) {
  const errors = remarks.filter((remark) => remark.error);
  part("over").replaceChildren(...errors.map(remarked));
  part("over").hidden = errors.length === 0;
  part("remarks").replaceChildren(...remarks.map(remarked));
  part("sound").hidden = remarks.length > 0;
}

// A browser keeps six connections to a server: a tab that nobody sees lets its own go.
let source = null;

function listen() {
  source?.close();
  source = null;
  if (document.hidden) return;
  source = new EventSource(`${place}/events`);
  source.onmessage = (event) => show(JSON.parse(event.data));
  source.onerror = () => say(part("state"), document.body.dataset.ended);
}

if (place) {
  listen();
  document.addEventListener("visibilitychange", listen);
}
