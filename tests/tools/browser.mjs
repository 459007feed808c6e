// A browser that is there already, headless and alone: its own profile, no network but what a tool serves on loopback.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import puppeteer from "puppeteer-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const SWITCHES = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
];

/** Milliseconds that anything may take on a busy machine. */
const PATIENCE = 300000;

/** The path of the browser: what PUPPETEER_EXECUTABLE_PATH names, else the first of its names on the path. */
function executable() {
  const named = process.env.PUPPETEER_EXECUTABLE_PATH;
  if (named) return named;
  const folders = (process.env.PATH || "").split(path.delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const found = places.find((place) => fs.existsSync(place));
  if (!found) throw new Error("no Chromium on the path");
  return found;
}

/** Start the browser, hand it to `work`, and end it and remove its profile, whatever happens. */
export async function withBrowser(work) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "briefings-browser-"));
  const browser = await puppeteer.launch({
    executablePath: executable(),
    headless: true,
    userDataDir: profile,
    args: SWITCHES,
    timeout: PATIENCE,
    protocolTimeout: PATIENCE,
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

/** A page of the browser as wide as asked, in light or dark. */
export async function open(browser, { width, height = 900, scheme = "light" }) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  return page;
}

/** Run a tool: its answer to standard output as JSON, a failure to standard error. */
export function tool(work) {
  work(process.argv.slice(2)).then(
    (answer) => process.stdout.write(JSON.stringify(answer) + "\n"),
    (failure) => {
      process.stderr.write(`${failure.stack || failure}\n`);
      process.exitCode = 1;
    },
  );
}
