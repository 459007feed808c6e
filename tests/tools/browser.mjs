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
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** A page of the browser as wide as asked, in light or dark. */
export async function open(browser, { width, height = 900, scheme = "light", type = "tab" }) {
  const page = await browser.newPage({ type });
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  return page;
}

/** Do some work; where it fails, say of what. */
export async function about(what, work) {
  try {
    return await work();
  } catch (failure) {
    throw new Error(`${what}: ${failure.message || failure}`, { cause: failure });
  }
}

/** Run a tool: its answer to standard output as JSON, a failure to standard error. It gives up where it takes too long. */
export function tool(work) {
  const late = setTimeout(() => {
    process.stderr.write(`given up: not done after ${(2 * PATIENCE) / 60000} minutes\n`);
    process.exit(1); // which ends the browser
  }, 2 * PATIENCE);
  late.unref();
  work(process.argv.slice(2)).then(
    (answer) => process.stdout.write(JSON.stringify(answer) + "\n"),
    (failure) => {
      process.stderr.write(`${failure.stack || failure}\n${failure.cause?.stack || ""}\n`);
      process.exitCode = 1;
    },
  );
}
