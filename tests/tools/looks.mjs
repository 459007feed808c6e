// The looks in which a page is judged by axe: two widths, by day and by night.
//
// Every rule is asked in both widths by day, and of contrast each width and each scheme once: it takes as long as all
// others. With PROOF=whole everything is asked in every look.
import axe from "axe-core/axe.min.js";

const TARGETS = { "target-size": { enabled: true } };
const EVERYTHING = { resultTypes: ["violations"], rules: TARGETS };
const BUT_CONTRAST = { resultTypes: ["violations"], rules: { ...TARGETS, "color-contrast": { enabled: false } } };
const CONTRAST = { resultTypes: ["violations"], runOnly: ["color-contrast"] };
const WHOLE = process.env.PROOF === "whole";

/** Each with its width, its scheme and what axe is asked in it. */
export const LOOKS = [
  { width: 1280, scheme: "light", asked: EVERYTHING },
  { width: 1280, scheme: "dark", asked: WHOLE ? EVERYTHING : null },
  { width: 320, scheme: "light", asked: WHOLE ? EVERYTHING : BUT_CONTRAST },
  { width: 320, scheme: "dark", asked: WHOLE ? EVERYTHING : CONTRAST },
];

/** Bring axe into a page. */
export const withAxe = (page) => page.evaluate(axe.source);

/** Show a page in a look. */
export async function wear(page, { width, scheme }) {
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
}

/** What axe finds in the look that a page wears, a line a place; its experiments are not asked. */
export async function violations(page, { asked }) {
  if (!asked) return [];
  const found = await page.evaluate((options) => window.axe.run(document, options), asked);
  return found.violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map((node) => `${id} (${impact}): ${help}: ${node.html.slice(0, 160)}`),
  );
}
