// node page.mjs [--shots FOLDER] FILE…: opens web pages in every width and colour scheme.
//
// Of each it tells what axe-core finds, whether the page scrolls sideways, what is cut off or stands outside, and what
// it asked the network for. With --shots it leaves a picture of each.
import axe from "axe-core";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { open, tool, withBrowser } from "./browser.mjs";
import { measure } from "./measure.mjs";

const WIDTHS = [1280, 320];
const SCHEMES = ["light", "dark"];

/** What axe finds, a line a place. Everything it has is asked, but its experiments. */
async function violations(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map((node) => `${id} (${impact}): ${help}: ${node.html.slice(0, 160)}`),
  );
}

async function look(browser, file, width, scheme, shots) {
  const page = await open(browser, { width, scheme });
  const asked = [];
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) asked.push(request.url());
  });
  await page.setBypassCSP(true); // for axe alone: the page has no script
  await page.goto(pathToFileURL(path.resolve(file)).href, { waitUntil: "load" });
  const found = { file, width, scheme, asked, ...(await page.evaluate(measure)), violations: await violations(page) };
  if (shots) await page.screenshot({ path: path.join(shots, `${path.basename(file, ".html")}-${width}-${scheme}.png`), fullPage: true });
  await page.close();
  return found;
}

tool(async (words) => {
  const shots = words[0] === "--shots" ? words.splice(0, 2)[1] : "";
  if (shots) fs.mkdirSync(shots, { recursive: true });
  return withBrowser(async (browser) => {
    const found = [];
    for (const file of words) {
      for (const width of WIDTHS) {
        for (const scheme of SCHEMES) found.push(await look(browser, file, width, scheme, shots));
      }
    }
    return found;
  });
});
