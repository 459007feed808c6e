// node page.mjs [--shots FOLDER] FILE…: opens web pages in every width and colour scheme.
//
// Of each it tells what axe-core finds, whether the page scrolls sideways, what is cut off or stands outside, and what
// it asked the network for. A page is opened once and then looked at in every way: all rules of axe by day, contrast
// again by night. With --shots it leaves a picture of each.
import axe from "axe-core/axe.min.js";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { about, open, tool, withBrowser } from "./browser.mjs";
import { measure } from "./measure.mjs";

const WIDTHS = [1280, 320];
const EVERYTHING = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
const CONTRAST = { resultTypes: ["violations"], runOnly: ["color-contrast"] };
const SCHEMES = { light: EVERYTHING, dark: CONTRAST };

/** What axe finds, a line a place; its experiments are not asked. */
async function violations(page, asked) {
  const { violations } = await page.evaluate((options) => window.axe.run(document, options), asked);
  return violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map((node) => `${id} (${impact}): ${help}: ${node.html.slice(0, 160)}`),
  );
}

async function openPage(browser, file, asked) {
  const page = await open(browser, { width: WIDTHS[0] });
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) asked.push(request.url());
  });
  await page.setBypassCSP(true); // for axe alone: the page has no script
  await page.goto(pathToFileURL(path.resolve(file)).href, { waitUntil: "load" });
  await page.evaluate(axe.source);
  return page;
}

async function look(browser, file, shots) {
  const asked = [];
  const page = await openPage(browser, file, asked);
  const found = [];
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 900 });
    for (const [scheme, rules] of Object.entries(SCHEMES)) {
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      found.push({ file, width, scheme, asked, ...(await page.evaluate(measure)), violations: await violations(page, rules) });
      if (shots) await page.screenshot({ path: path.join(shots, `${path.basename(file, ".html")}-${width}-${scheme}.png`), fullPage: true });
    }
  }
  await page.close();
  return found;
}

tool(async (words) => {
  const shots = words[0] === "--shots" ? words.splice(0, 2)[1] : "";
  if (shots) fs.mkdirSync(shots, { recursive: true });
  return withBrowser(async (browser) => {
    const found = [];
    for (const file of words) found.push(...(await about(file, () => look(browser, file, shots))));
    return found;
  });
});
