// node search.mjs PAGE WORDS: opens the search of a catalogue from its folder, types words, and tells what is found, what
// failed to load, and where the first of them leads.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { open, tool, withBrowser } from "./browser.mjs";

tool(async ([file, words]) =>
  withBrowser(async (browser) => {
    const page = await open(browser, { width: 1280 });
    const failed = [];
    page.on("requestfailed", (request) => failed.push(request.url()));
    page.on("pageerror", (error) => failed.push(String(error)));
    page.on("request", (request) => /^file:/.test(request.url()) || failed.push(request.url()));
    await page.goto(pathToFileURL(path.resolve(file)).href, { waitUntil: "load" });
    await page.type("#words", words);
    const found = await page.$$eval("#search ol a", (links) => links.map((link) => link.textContent));
    const said = await page.$eval("#search [role=status]", (element) => element.textContent);
    let led = "";
    if (found.length) {
      await Promise.all([page.waitForNavigation(), page.click("#search ol a")]);
      led = await page.$eval("h1", (element) => element.textContent);
    }
    return { found, said, led, failed: [...failed] }; // without what the end of the browser breaks off
  }),
);
