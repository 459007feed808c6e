// node preview.mjs ADDRESS [SHOT]: opens the live page by the address that the command prints, as somebody without a mouse.
//
// It tells what axe finds in each view, wide and narrow, light and dark; where Tab leads; whether a view is opened by Enter; whether a link
// in the frame leads away from the text; what was asked of other servers; and what the browser said against the page's policy.
import axe from "axe-core/axe.min.js";
import { open, tool, withBrowser } from "./browser.mjs";

const WIDTHS = [1280, 320];
const LOOKS = WIDTHS.flatMap((width) => ["light", "dark"].map((scheme) => [width, scheme]));
const RULES = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };

async function violations(page) {
  const found = await page.evaluate((rules) => window.axe.run(document, rules), RULES);
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)}`));
}

/** Wait until the page shows what it is to show, what is to be remarked on it, and the place at the head of the view. */
async function shown(page) {
  await page.waitForFunction(() => {
    const pictures = [...document.querySelectorAll("#pages img")];
    const frame = document.getElementById("frame");
    if (document.getElementById("sound").hidden && !document.querySelector("#remarks li")) return false;
    if (!document.getElementById("place").textContent) return false; // in a frame: until that has loaded
    return frame ? frame.src.includes("/files/") : pictures.length > 0 && pictures.every((one) => one.complete && one.naturalWidth);
  });
}

/** The elements that Tab comes to, one after another, until it comes to one for a second time. */
async function tabbed(page) {
  const found = new Map();
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const [at, said] = await page.evaluate(() => {
      const { tagName, id, textContent } = document.activeElement;
      const number = [...document.body.querySelectorAll("*")].indexOf(document.activeElement);
      return [number, id || `${tagName}: ${textContent.trim().slice(0, 60)}`];
    });
    if (at < 0 || found.has(at)) break;
    found.set(at, said);
  }
  return [...found.values()];
}

tool(async ([address, shot]) =>
  withBrowser(async (browser) => {
    const { origin } = new URL(address);
    const [elsewhere, complaints] = [[], []];
    const page = await open(browser, { width: WIDTHS[0] });
    page.on("request", (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) elsewhere.push(request.url());
    });
    page.on("console", (said) => complaints.push(said.text()));
    await page.goto(address, { waitUntil: "load" });
    await shown(page);
    const tabs = await tabbed(page);
    const views = await page.$$eval("nav a", (links) => links.map((link) => link.href));
    const referrer = await page.evaluate(() => document.referrer);
    if (shot) await page.screenshot({ path: shot });
    await page.focus("nav li:nth-child(2) a");
    await page.keyboard.press("Enter");
    await page.waitForFunction((before) => location.href !== before && document.readyState === "complete", {}, views[0]);
    const entered = page.url();
    await shown(page);
    const followed = await page.evaluate(async () => {
      const frame = document.getElementById("frame");
      const link = frame.contentDocument.querySelector('a[href^="https:"]');
      link.click();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return frame.contentWindow.location.href !== frame.src; // throws where the frame is no longer ours
    });
    const said = complaints.splice(0);
    const found = {};
    const judged = await open(browser, { width: WIDTHS[0] });
    await judged.setBypassCSP(true); // for axe alone
    for (const view of [...views, `${origin}/`]) {
      await judged.goto(view, { waitUntil: "load" });
      if (view !== `${origin}/`) await shown(judged);
      await judged.evaluate(axe.source);
      for (const [width, scheme] of LOOKS) {
        await judged.setViewport({ width, height: 900 });
        await judged.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        const sideways = await judged.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        found[`${new URL(view).pathname} ${width} ${scheme}`] = [...(await violations(judged)), ...(sideways ? ["scrolls sideways"] : [])];
      }
    }
    return { tabs, views, entered, followed, referrer, elsewhere, said, found };
  }),
);
