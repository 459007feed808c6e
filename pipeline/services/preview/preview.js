// The live page: shows what the server tells of. It holds no words; all that is said comes with the page or the news.
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

const pictures = () => [...document.querySelectorAll("#pages img")];

function showPages(pages) {
  const room = part("pages");
  const before = pictures();
  pages.forEach((page, number) => {
    let picture = before[number];
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
  before.slice(pages.length).forEach((picture) => picture.remove());
}

function showDocument(path) {
  const frame = part("frame");
  if (!path || frame.dataset.path === path) return;
  const before = frame.contentWindow.scrollY;
  frame.dataset.path = path;
  frame.onload = () => {
    frame.contentWindow.scrollTo(0, before);
    frame.contentDocument.addEventListener("click", stayHere);
    frame.contentDocument.addEventListener("click", chosenInFrame);
    frame.contentDocument.addEventListener("scroll", soon);
    goToChange();
    tellPlace(atTop());
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
  if (told.changed) changes = { at: told.changed, round: told.round }; // one that nobody has come to yet is not forgotten
  if (part("pages")) {
    showPages(told.pages);
    if (told.places) showPlaces(told.places, told.round);
  }
  if (part("frame")) showDocument(told.document);
  if (told.remarks) showRemarks(told.remarks, told.others, told.of_others);
}

// Errors over the text; in the side column its own messages, and the messages of other files folded.
function showRemarks(own, others, ofOthers) {
  const errors = [...own, ...others].filter((remark) => remark.error);
  part("over").replaceChildren(...errors.map(remarked));
  part("over").hidden = errors.length === 0;
  part("remarks").replaceChildren(...own.map(remarked));
  part("others").hidden = others.length === 0;
  say(part("others").querySelector("summary"), ofOthers);
  part("others").querySelector("ul").replaceChildren(...others.map(remarked));
  part("sound").hidden = own.length + others.length > 0;
}

// The place that the last saving changed: it is brought into view once.
let changes = { at: null, round: 0 };
let gone = 0;

let shownPlaces = "";

function showPlaces(name, round) {
  if (shownPlaces === `${round} ${name}`) return; // the remarks have come, and nothing else is new
  shownPlaces = `${round} ${name}`;
  readPlaces(place, name).then(() => {
    goToChange();
    tellPlace(atTop());
  }, () => {});
}

function goToChange() {
  if (!changes.at || changes.round === gone) return;
  gone = changes.round;
  const found = ofLine(part("pages") ? listed.spots : placesIn(part("frame").contentDocument), changes.at.path, changes.at.line);
  if (!found) return;
  if (part("pages")) markSpot(found);
  const shown = part("pages") ? part("mark") : found.block;
  const { top, bottom } = shown.getBoundingClientRect();
  const high = part("pages") ? window.innerHeight : part("frame").clientHeight;
  if (top < edge() || bottom > high) shown.scrollIntoView({ block: "center" });
}

// Where the view begins: what stays at its head covers the pages below it.
const edge = () => (part("pages") ? part("top").getBoundingClientRect().bottom : 0);

// A bar over the line of a page that is meant.
function markSpot(spot) {
  const mark = part("mark");
  const picture = pictures()[spot.page - 1];
  mark.hidden = !picture;
  if (!picture) return;
  mark.style.left = `${picture.offsetLeft + spot.x * picture.offsetWidth}px`;
  mark.style.top = `${picture.offsetTop + spot.y * picture.offsetHeight}px`;
  mark.style.width = `${spot.width * picture.offsetWidth}px`;
  mark.style.height = `${spot.height * picture.offsetHeight}px`;
}

// The place at the head of the view, so that whoever has no mouse comes to it too.
function atTop() {
  if (part("frame")) {
    const page = part("frame").contentDocument;
    const block = [...page.querySelectorAll("[data-source]")].find((one) => one.getBoundingClientRect().bottom > 0);
    if (!block) return null;
    const { path, lines } = linesOf(block);
    return { path, line: lines[0][1] };
  }
  const all = pictures();
  const number = all.findIndex((picture) => picture.getBoundingClientRect().bottom > edge());
  if (number < 0) return null;
  const { top, height } = all[number].getBoundingClientRect();
  const from = Math.max(0, (edge() - top) / height);
  const below = listed.spots.filter((spot) => spot.page > number + 1 || (spot.page === number + 1 && spot.y >= from));
  return below.reduce((best, one) => (!best || one.page < best.page || (one.page === best.page && one.y < best.y) ? one : best), null);
}

function tellPlace(at) {
  part("line").hidden = !at;
  if (!at) return;
  const link = part("place");
  say(link, `${at.path}:${at.line}`);
  const opens = document.body.dataset.opens;
  if (!opens) return;
  const path = at.path.split("/").map(encodeURIComponent).join("/");
  link.href = opens.replace("{path}", () => path).replace("{line}", at.line);
}

function open(at) {
  if (!at) return;
  tellPlace(at);
  if (part("place").href) part("place").click();
}

function chosenOnPage(event) {
  const number = pictures().indexOf(event.target);
  if (number < 0) return;
  const box = event.target.getBoundingClientRect();
  const spot = spotNear(number + 1, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  if (spot) markSpot(spot);
  open(spot);
}

function chosenInFrame(event) {
  const page = part("frame").contentDocument;
  if (event.target.closest("a") || !page.getSelection().isCollapsed) return;
  open(placeIn(page, event));
}

let waits = false;

function soon() {
  if (waits) return;
  waits = true;
  requestAnimationFrame(() => {
    waits = false;
    tellPlace(atTop());
  });
}

if (place) {
  listen(`${place}/news`, show, () => say(part("state"), document.body.dataset.ended));
  part("pages")?.addEventListener("click", chosenOnPage);
  if (part("pages")) document.addEventListener("scroll", soon);
  window.addEventListener("resize", () => {
    if (part("mark")) part("mark").hidden = true;
  });
}
