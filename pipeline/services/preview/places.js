// Places: which line of a source a word of the page stands in, and where a line stands on the page.
"use strict";

const PARTS = 10000;
const LETTERS = /[\p{L}\p{N}]/gu;
const LETTER = /[\p{L}\p{N}]/u;
const SILENT = "math, svg, [role=doc-noteref]";

const letters = (words) => (words.match(LETTERS) || []).length;

// Pages are pictures: the server lists the boxes of the words that stand in a line.
let listed = { name: "", paths: [], spots: [] };

async function readPlaces(address, name) {
  if (!name || listed.name === name) return;
  const answer = await fetch(`${address}/files/${name}`);
  if (!answer.ok) return;
  const told = await answer.json();
  const spots = told.spots.map(([page, x, y, width, height, path, line]) => ({
    page, x: x / PARTS, y: y / PARTS, width: width / PARTS, height: height / PARTS, path: told.paths[path], line,
  }));
  listed = { name, paths: told.paths, spots };
}

const away = (from, size, at) => Math.max(from - at, 0, at - from - size);

// The spot of a page that is nearest to a point, in parts of the page.
function spotNear(page, x, y) {
  let found = null;
  let least = Infinity;
  for (const spot of listed.spots) {
    if (spot.page !== page) continue;
    const far = 4 * away(spot.y, spot.height, y) + away(spot.x, spot.width, x);
    if (far < least) [found, least] = [spot, far];
  }
  return found;
}

// Of places with a line each the one that a line stands in: itself, else the next one, else the last before it.
function ofLine(places, path, line) {
  const own = places.filter((one) => one.path === path);
  const after = own.filter((one) => one.line >= line);
  if (after.length) return after.reduce((best, one) => (one.line < best.line ? one : best));
  return own.reduce((best, one) => (best && best.line >= one.line ? best : one), null);
}

// Web pages carry the lines in an attribute of each block: the letters before each line, its number, and the file.
function linesOf(block) {
  const found = /^((?:\d+:\d+ )+)(.*)$/s.exec(block.dataset.source);
  const lines = found[1].trim().split(" ").map((pair) => pair.split(":").map(Number));
  return { path: found[2], lines };
}

function placesIn(page) {
  return [...page.querySelectorAll("[data-source]")].flatMap((block) => {
    const { path, lines } = linesOf(block);
    return lines.map(([, line]) => ({ block, path, line }));
  });
}

function caretAt(page, x, y) {
  const caret = page.caretPositionFromPoint?.(x, y);
  if (caret) return [caret.offsetNode, caret.offset];
  const range = page.caretRangeFromPoint?.(x, y);
  return range ? [range.startContainer, range.startOffset] : [null, 0];
}

// The letters of a block before a point of it. A point behind the last letter of a word belongs to that word.
function lettersBefore(block, node, offset) {
  const walker = node.ownerDocument.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let count = 0;
  while (walker.nextNode() && walker.currentNode !== node) {
    const around = walker.currentNode.parentElement;
    if (around.closest("[data-source]") === block && !around.closest(SILENT)) count += letters(walker.currentNode.data);
  }
  const behind = offset > 0 && !LETTER.test(node.data.slice(offset, offset + 2)[0] || "");
  return count + letters(node.data.slice(0, offset)) - (behind ? 1 : 0);
}

function placeIn(page, event) {
  const [node, offset] = caretAt(page, event.clientX, event.clientY);
  const inside = node?.nodeType === Node.TEXT_NODE ? node.parentElement : event.target;
  const block = inside.closest("[data-source]");
  if (!block) return null;
  const { path, lines } = linesOf(block);
  if (node?.nodeType !== Node.TEXT_NODE || !block.contains(node)) return { path, line: lines[0][1] };
  const before = lettersBefore(block, node, offset);
  return { path, line: lines.reduce((line, [start, own]) => (start <= before ? own : line), lines[0][1]) };
}
