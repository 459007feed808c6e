// node preview.mjs ADDRESS [SHOT]: opens the live page by the address that the command prints, as somebody without a mouse.
//
// It tells what axe finds in each view, in the looks of looks.mjs; where Tab leads; whether a view is opened by Enter; whether a link
// in the frame leads away from the text; what was asked of other servers; and what the browser said against the page's policy.
import { open, tool, withBrowser } from "./browser.mjs";
import { LOOKS, violations, wear, withAxe } from "./looks.mjs";

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
    const page = await open(browser, { width: LOOKS[0].width });
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
    const judged = await open(browser, { width: LOOKS[0].width });
    await judged.setBypassCSP(true); // for axe alone
    for (const view of [...views, `${origin}/`]) {
      await judged.goto(view, { waitUntil: "load" });
      if (view !== `${origin}/`) await shown(judged);
      await withAxe(judged);
      for (const look of LOOKS) {
        await wear(judged, look);
        const sideways = await judged.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        found[`${new URL(view).pathname} ${look.width} ${look.scheme}`] = [
          ...(await violations(judged, look)),
          ...(sideways ? ["scrolls sideways"] : []),
        ];
      }
    }
    return { tabs, views, entered, followed, referrer, elsewhere, said, found };
  }),
);
