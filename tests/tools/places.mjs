// node places.mjs ADDRESS POINTS FILE WORD…: clicks on each of these words of a text that is shown live, on its pages and in its web page.
//
// It tells the places that the page names for them and those that a link to the editor was opened with, the place at the
// head of the view before and after the keys have scrolled, and whether what a saving changes far below comes into view:
// FILE is saved with 'thousandth' for '55th', and back.
import { readFileSync, writeFileSync } from "node:fs";
import { open, tool, withBrowser } from "./browser.mjs";

/** The head of the view is told in the frame after a scroll. */
const frames = (page) =>
  page.evaluate(async () => {
    for (let count = 0; count < 3; count += 1) await new Promise(requestAnimationFrame);
  });

const placeOf = (page) => page.$eval("#place", (link) => link.textContent);

async function shown(page) {
  await page.waitForFunction(() => {
    const frame = document.getElementById("frame");
    const pictures = [...document.querySelectorAll("#pages img")];
    if (!document.getElementById("place").textContent) return false;
    return frame ? frame.src.includes("/files/") : pictures.every((one) => one.complete && one.naturalWidth);
  });
}

/** Links to an editor are not followed: there is none here. */
async function opened(page) {
  await page.evaluate(() => {
    window.opened = [];
    document.getElementById("place").addEventListener("click", (event) => {
      window.opened.push(event.currentTarget.href);
      event.preventDefault();
    });
  });
}

/** The middle of a word in the frame, in the view of the page. */
async function middle(page, word) {
  return page.evaluate(async (wanted) => {
    const frame = document.getElementById("frame");
    const walker = frame.contentDocument.createTreeWalker(frame.contentDocument.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.data.lastIndexOf(wanted);
      if (at < 0) continue;
      const range = frame.contentDocument.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + wanted.length);
      walker.currentNode.parentElement.scrollIntoView({ block: "center" });
      for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
      const [box] = range.getClientRects();
      const around = frame.getBoundingClientRect();
      return [around.left + frame.clientLeft + box.left + box.width / 2, around.top + frame.clientTop + box.top + box.height / 2];
    }
    return null;
  }, word);
}

/** Save the file with other words while the page stands at its head, and wait until these are in view. */
async function saved(page, file, before, after, seen) {
  await page.evaluate(() => {
    window.scrollTo(0, 0);
    document.getElementById("frame")?.contentWindow.scrollTo(0, 0);
  });
  writeFileSync(file, readFileSync(file, "utf8").replace(before, after));
  await page.waitForFunction(seen);
}

const markSeen = () => {
  const box = document.getElementById("mark").getBoundingClientRect();
  return window.scrollY > 0 && box.height > 0 && box.top > 0 && box.bottom <= window.innerHeight;
};

const wordsSeen = () => {
  const frame = document.getElementById("frame");
  const block = [...frame.contentDocument.querySelectorAll("p")].find((one) => one.textContent.includes("the 55th"));
  const box = block?.getBoundingClientRect();
  return box && box.top >= 0 && box.bottom <= frame.clientHeight;
};

tool(async ([address, points, file, ...words]) =>
  withBrowser(async (browser) => {
    const page = await open(browser, { width: 1280 });
    await page.goto(address, { waitUntil: "load" });
    await shown(page);
    await opened(page);
    const head = [await placeOf(page)];
    const onPages = [];
    for (const [number, x, y] of JSON.parse(points)) {
      const spot = await page.evaluate(async (at, across, down) => {
        const picture = document.querySelectorAll("#pages img")[at - 1];
        picture.scrollIntoView();
        window.scrollBy(0, down * picture.offsetHeight - window.innerHeight / 2);
        for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame); // the head of the view is told
        const box = picture.getBoundingClientRect();
        return [box.left + across * box.width, box.top + down * box.height];
      }, number, x, y);
      await page.mouse.click(...spot);
      onPages.push(await placeOf(page));
    }
    const links = await page.evaluate(() => window.opened);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.waitForFunction((first) => document.getElementById("place").textContent === first, {}, head[0]);
    await page.focus("#shown");
    await page.keyboard.press("End");
    await page.waitForFunction(() => window.scrollY + window.innerHeight >= document.documentElement.scrollHeight - 1);
    await frames(page);
    head.push(await placeOf(page));
    await saved(page, file, "the 55th", "the thousandth", markSeen);
    await page.goto(page.url().replace(/pages$/, "web"), { waitUntil: "load" });
    await shown(page);
    await opened(page);
    const onWeb = [];
    for (const word of words) {
      await page.mouse.click(...(await middle(page, word)));
      onWeb.push(await placeOf(page));
    }
    await saved(page, file, "the thousandth", "the 55th", wordsSeen);
    return { head, onPages, links, onWeb };
  }),
);
