// node reader.mjs [--shots FOLDER] [--all] BOOK…: opens books in a reader (epub.js) in the browser, spine item by spine item.
//
// Of each book it tells what the reader made of it (documents, contents, landmarks, pages, fonts) and, for each way of
// reading, what went wrong, what does not fit, and what cannot be seen: of that each scheme is asked once, and with
// PROOF=whole each way. Two ways are tried without --all: narrow, large letters, a night of which no style sheet is told;
// and small pages to be turned. With --shots it leaves pictures of each
// document in each way.
import axe from "axe-core/axe.min.js";
import fs from "node:fs";
import path from "node:path";
import { about, open, tool, withBrowser } from "./browser.mjs";
import { measure, measurePages } from "./measure.mjs";
import { withShelf } from "./shelf.mjs";

const NIGHT = { html: { background: "#000 !important" }, body: { background: "#000 !important", color: "#ddd !important" } };
const SCROLLED = { flow: "scrolled-doc", width: "100%", fullsize: true, allowScriptedContent: true };
const TURNED = { flow: "paginated", width: "100%", height: "100%", spread: "none", allowScriptedContent: true };
const WHOLE = process.env.PROOF === "whole";
const USUAL = { width: 320, height: 900, scheme: "light", size: 100, theme: {}, layout: SCROLLED, seen: WHOLE };
const SMOKE = [
  { ...USUAL, name: "320-night-200", size: 200, theme: NIGHT, seen: true },
  { ...USUAL, name: "400-turned-100", width: 400, height: 560, layout: TURNED, seen: true },
];
const WAYS = [
  ...SMOKE,
  { ...USUAL, name: "320-light-100" },
  { ...USUAL, name: "320-dark-100", scheme: "dark", theme: NIGHT, seen: true },
  { ...USUAL, name: "800-light-100", width: 800 },
  { ...USUAL, name: "800-night-100", width: 800, theme: NIGHT },
  { ...USUAL, name: "800-light-200", width: 800, size: 200 },
];

/** Open the book in the page, to be read in a way; what its documents are looked at with stays in the page, or nothing. */
async function openBook({ size, theme, layout }, axe, measure) {
  const book = window.ePub("/book.epub");
  const rendition = book.renderTo("page", layout);
  rendition.themes.register("asked", theme);
  rendition.themes.select("asked");
  rendition.themes.fontSize(`${size}%`);
  window.reading = { book, rendition, axe, measure };
  await book.ready;
  await book.loaded.navigation;
  const flat = (items) => items.flatMap((item) => [item.label.trim(), ...flat(item.subitems || [])]);
  return {
    documents: book.spine.spineItems.map((item) => item.href),
    contents: flat(book.navigation.toc),
    landmarks: book.navigation.landmarks.map((mark) => mark.type),
    pages: book.pageList ? book.pageList.pages : [],
    creator: book.packaging.metadata.creator,
  };
}

/** Show one document, and tell how it came out. Runs in the reader's page; the document's own window looks at itself. */
async function show(href) {
  const { rendition, axe, measure } = window.reading;
  const contrast = { runOnly: ["color-contrast"], resultTypes: ["violations"], preload: false };
  await rendition.display(href);
  const [{ document: text, window: inside }] = rendition.getContents();
  await text.fonts.ready;
  if (axe) inside.eval(axe);
  const { violations } = axe ? await inside.axe.run(text, contrast) : { violations: [] };
  return {
    title: text.title,
    words: text.body.textContent.trim().length,
    fonts: [...text.fonts].map((face) => `${face.family} ${face.weight} ${face.style}: ${face.status}`),
    broken: [...text.images].filter((image) => !image.complete || !image.naturalWidth).map((image) => image.src),
    empty: [...text.images].filter((image) => image.height < 2 || image.width < 2).map((image) => image.src),
    unseen: violations.flatMap(({ nodes }) => nodes.map((node) => `${node.any[0].message}: ${node.html.slice(0, 120)}`)),
    ...inside.eval(`(${measure})()`),
  };
}

async function read(browser, address, way, shots, name) {
  const page = await open(browser, way);
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("requestfailed", (request) => errors.push(`${request.url()}: ${request.failure().errorText}`));
  page.on("request", (request) => {
    if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(address)) errors.push(`asks for ${request.url()}`);
  });
  await page.goto(address, { waitUntil: "load" });
  const book = await page.evaluate(openBook, way, way.seen ? axe.source : "", (way.layout === TURNED ? measurePages : measure).toString());
  const shown = [];
  for (const href of book.documents) {
    const told = await about(`${href}, ${way.name}`, () => page.evaluate(show, href));
    if (shots && way.layout !== TURNED) await picture(page, path.join(shots, `${name}-${way.name}-${path.basename(href, ".xhtml")}`));
    shown.push({ href, ...told });
  }
  const told = { book, way: way.name, errors: [...errors], shown }; // what the end of the page breaks off is no error
  await page.close();
  return told;
}

/** Pictures of the whole document, a window each: a browser draws no picture as tall as a long text. */
async function picture(page, stem) {
  const { height } = page.viewport();
  const tall = await page.evaluate(() => document.scrollingElement.scrollHeight);
  for (let part = 0; part * height < tall; part += 1) {
    await page.evaluate((y) => window.scrollTo(0, y), part * height);
    await page.screenshot({ path: `${stem}-${part + 1}.png` });
  }
}

tool(async (words) => {
  const shots = words[0] === "--shots" ? words.splice(0, 2)[1] : "";
  const ways = words[0] === "--all" && words.shift() ? WAYS : SMOKE;
  if (shots) fs.mkdirSync(shots, { recursive: true });
  return withBrowser(async (browser) => {
    const found = [];
    for (const book of words) {
      const name = path.basename(book, ".epub");
      await withShelf(book, async (address) => {
        for (const way of ways) found.push({ file: book, ...(await about(book, () => read(browser, address, way, shots, name))) });
      });
    }
    return found;
  });
});
