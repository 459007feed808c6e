// node edit.mjs ADDRESS FILE [SHOTS]: changes a text in the text field of the live page, as somebody without a mouse.
//
// It tells what axe finds on the page, with its offers shown and over a clash of two versions,
// in the looks of looks.mjs; where Tab leads; what is offered; what the page says after each save; which remarks stand
// beside what, and under which words; and what the browser said.
import fs from "node:fs";
import { open, tool, withBrowser } from "./browser.mjs";
import { LOOKS, violations, wear, withAxe } from "./looks.mjs";

/** What axe finds on the page as it is, in every look. */
async function judge(page, name, found, shots) {
  await withAxe(page);
  for (const look of LOOKS) {
    const { width, scheme } = look;
    await wear(page, look);
    const sideways = await page.evaluate(() =>
      [document.documentElement, document.querySelector("main")].some((one) => one.scrollWidth > one.clientWidth),
    );
    const covered = await page.evaluate(() => {
      const bar = document.getElementById("bar").getBoundingClientRect();
      return document.querySelector("main").getBoundingClientRect().bottom > bar.top + 1;
    });
    found[`${name} ${width} ${scheme}`] = [...(await violations(page, look)), ...(sideways ? ["scrolls sideways"] : []), ...(covered ? ["the save covers it"] : [])];
    if (shots) await page.screenshot({ path: `${shots}/${name}-${width}-${scheme}.png`, fullPage: width > 1000 });
  }
  await page.setViewport({ width: 1280, height: 900 });
}

const remarks = (page) => page.$$eval(".said li", (rows) => rows.map((row) => `${row.parentElement.id}: ${row.textContent}`));
const state = (page) => page.$eval("#state", (one) => one.textContent);

/** Save by the keys, and wait for what is said of it. */
async function save(page) {
  const told = page.waitForResponse((answer) => answer.url().endsWith("/save"));
  await page.keyboard.down("Control");
  await page.keyboard.press("s");
  await page.keyboard.up("Control");
  return (await told).status();
}

/** The words under which a remark is marked in the text, and what is told of it where the mouse stays on them. */
async function squiggle(page) {
  await page.waitForSelector(".cm-lintRange");
  const mark = (await page.$$(".cm-lintRange")).at(-1);
  await mark.hover();
  const told = await page.waitForSelector(".cm-tooltip-lint .hint");
  const words = await told.evaluate((one) => one.parentElement.textContent);
  await page.mouse.move(0, 0);
  await page.waitForSelector(".cm-tooltip-lint", { hidden: true });
  return [await mark.evaluate((one) => one.textContent), words];
}

/** Type in the text, wait for the offers, and take the first by Enter. */
async function complete(page, typed) {
  await page.keyboard.type(typed);
  const first = await page.waitForSelector(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled) li[aria-selected]");
  const said = await first.evaluate((one) => one.textContent);
  await new Promise((done) => setTimeout(done, 100)); // before that, Enter counts as typed and not as a choice
  await page.keyboard.press("Enter");
  await page.waitForSelector(".cm-tooltip-autocomplete", { hidden: true });
  return said;
}

/** The labels that the text field offers behind a line of a front matter. */
const offersBehind = (page, row) =>
  page.evaluate(async (doc) => {
    const { source } = offerSource(`${document.body.dataset.place}/offers`, () => [1, 2]);
    const found = await source({ state: CodeMirror.EditorState.create({ doc }), pos: doc.length, explicit: false });
    return found?.options.map((one) => one.label) ?? [];
  }, row);

/** How many offers there are where the first request fails, and at the next letter. */
const offersAfterFailure = (page) =>
  page.evaluate(async (doc) => {
    const { source } = offerSource(`${document.body.dataset.place}/offers`, () => [1, 2]);
    const ask = async () => (await source({ state: CodeMirror.EditorState.create({ doc }), pos: doc.length }))?.options.length ?? 0;
    const real = globalThis.fetch;
    globalThis.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
    const first = await ask();
    globalThis.fetch = real;
    return [first, await ask()];
  }, "audience: [");

/** What the first offer puts at the mark `|` of a text. */
const put = (page, marked) =>
  page.evaluate(async (text) => {
    const { source } = offerSource(`${document.body.dataset.place}/offers`, () => [1, 1]);
    const state = CodeMirror.EditorState.create({ doc: text.replace("|", "") });
    const { options } = await source({ state, pos: text.indexOf("|"), explicit: false });
    return options[0].apply ?? options[0].label;
  }, marked);

/** Press Tab until the element of an id has come; gives the ids on the way. */
async function tabTo(page, id) {
  const way = [];
  for (let step = 0; step < 400; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName);
    way.push(at);
    if (at === id) return way;
  }
  throw new Error(`Tab never comes to ${id}: ${way}`);
}

tool(async ([address, file, shots]) =>
  withBrowser(async (browser) => {
    const { origin } = new URL(address);
    const [elsewhere, complaints, found, statuses] = [[], [], {}, []];
    const page = await open(browser, { width: 1280 });
    page.on("request", (request) => {
      if (!request.url().startsWith(origin)) elsewhere.push(request.url());
    });
    page.on("console", (said) => complaints.push(said.text()));
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto(address, { waitUntil: "load" });
    await page.waitForSelector(".said li");
    const beside = await remarks(page);

    // A value, by Tab and keys alone: the version is in line 5.
    const tabs = await tabTo(page, "text-field");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "End", "Backspace"]) await page.keyboard.press(key);
    await page.keyboard.type("10");
    const unsaved = await state(page);
    statuses.push(await save(page));
    await page.waitForFunction(() => document.getElementById("state").textContent === "Saved.");
    const first = fs.readFileSync(file, "utf8");

    // A remark leads to its line of the text, which is mended. Those of before the save may come first, and are taken away.
    await page.focus("#text-said li:last-child button");
    await page.keyboard.press("Enter");
    const chosen = await page.evaluate(() => `${document.activeElement.id}: ${getSelection()}`);
    const marked = await squiggle(page);
    await page.keyboard.press("Home");
    await page.keyboard.press("F8");
    const heard = await page.$eval(".cm-announced", (one) => one.textContent);
    const offered = [await complete(page, "@hu")];
    await page.keyboard.press("Tab");
    const after = await page.evaluate(() => document.activeElement.id || document.activeElement.closest("[id]").id);
    statuses.push(await save(page));
    await page.waitForFunction(() => !document.getElementById("text-said").textContent.includes("hugues2018"));
    const third = fs.readFileSync(file, "utf8");
    const said = complaints.splice(0);

    // The same for axe, in pages for which the policy does not hold.
    const judged = await open(browser, { width: 1280 });
    judged.on("dialog", (dialog) => dialog.accept());
    await judged.setBypassCSP(true);
    await judged.goto(page.url(), { waitUntil: "load" });
    await judged.waitForSelector("#text-field");
    await judge(judged, "page", found, shots);
    fs.writeFileSync(file, third.replace("title: ", "title: New "));
    await judged.focus("#text-field");
    await judged.keyboard.down("Control");
    await judged.keyboard.press("End");
    await judged.keyboard.up("Control");
    await judged.keyboard.type("Mine. [@");
    await judged.waitForSelector(".cm-tooltip-autocomplete");
    await judge(judged, "offers", found, shots);
    await judged.keyboard.press("Escape");
    await judged.keyboard.press("Backspace");
    await judged.keyboard.press("Backspace");
    statuses.push(await save(judged));
    await judged.waitForSelector("#clash:not([hidden])");
    const clash = await judged.evaluate(() => [document.activeElement.id, ...[...document.querySelectorAll("pre mark")].map((one) => one.textContent)]);
    const shown = await judged.$$eval("#clash pre", (all) => all.map((one) => {
      const [pane, mark] = [one, one.querySelector("mark") ?? one].map((each) => each.getBoundingClientRect());
      return mark.top >= pane.top && mark.top < pane.bottom;
    }));
    await judge(judged, "clash", found, shots);
    await judged.focus("#keep");
    const kept = judged.waitForNavigation({ waitUntil: "load" });
    await judged.keyboard.press("Enter");
    await kept;
    const last = fs.readFileSync(file, "utf8");

    // A key and a tag in the front matter. In a page behind another nothing is waited for.
    await page.bringToFront();
    await page.goto(page.url(), { waitUntil: "load" });
    const behind = [await offersBehind(page, "audience: ["), await offersBehind(page, "audience: [night]")];
    const retried = await offersAfterFailure(page);
    await page.focus("#text-field");
    await page.keyboard.press("ArrowDown");
    offered.push(await complete(page, "audi"));
    offered.push(await complete(page, "[nig"));
    await page.keyboard.type("]\n");
    statuses.push(await save(page));
    await page.waitForFunction(() => document.getElementById("state").textContent === "Saved.");
    const whole = fs.readFileSync(file, "utf8");

    // Somebody types on and saves again while a save is under way.
    await page.keyboard.type("# one");
    await page.evaluate(() => [1, 2].forEach(() => document.getElementById("save").click()));
    await page.keyboard.type(" two\n");
    await page.evaluate(() => document.getElementById("save").click());
    await page.waitForFunction(() => document.getElementById("state").textContent === "Saved.");
    const typedOn = fs.readFileSync(file, "utf8");

    // Places of the text itself, at its end.
    await page.keyboard.down("Control");
    await page.keyboard.press("End");
    await page.keyboard.up("Control");
    await page.keyboard.type("\n\nSee ");
    offered.push(await complete(page, "[](#kno"));
    await page.keyboard.press("End");
    await page.keyboard.type("\n\n");
    offered.push(await complete(page, "::: {.practice ref=nig"));
    const closed = [];
    for (const text of ["[@|", "[see @hu|\n\nA [link].", "[@a; @|]", "[@|\nand so on]", "@hu|", "\\[@|", "`[` @|", "`[@|`", "[@| `]`"]) closed.push(await put(page, text));
    said.push(...complaints);
    return { beside, tabs, unsaved, statuses, first, third, last, whole, typedOn, chosen, marked, heard, offered, behind, retried, closed, after, clash, shown, elsewhere, said, found };
  }),
);
