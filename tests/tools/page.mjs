// node page.mjs [--shots FOLDER] FILE…: opens web pages in every width and colour scheme.
//
// Of each it tells what axe-core finds, whether the page scrolls sideways, what is cut off or stands outside, and what
// it asked the network for. A page is opened once and then looked at in every way; what axe is asked in each stands in
// looks.mjs. With --shots it leaves a picture of each.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { about, open, tool, withBrowser } from "./browser.mjs";
import { LOOKS, violations, wear, withAxe } from "./looks.mjs";
import { measure } from "./measure.mjs";

async function openPage(browser, file, asked) {
  const page = await open(browser, { width: LOOKS[0].width });
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) asked.push(request.url());
  });
  await page.setBypassCSP(true); // for axe alone: the page has no script
  await page.goto(pathToFileURL(path.resolve(file)).href, { waitUntil: "load" });
  await withAxe(page);
  return page;
}

async function look(browser, file, shots) {
  const asked = [];
  const page = await openPage(browser, file, asked);
  const found = [];
  for (const way of LOOKS) {
    const { width, scheme } = way;
    await wear(page, way);
    found.push({ file, width, scheme, asked, ...(await page.evaluate(measure)), violations: await violations(page, way) });
    if (shots) await page.screenshot({ path: path.join(shots, `${path.basename(file, ".html")}-${width}-${scheme}.png`), fullPage: true });
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
