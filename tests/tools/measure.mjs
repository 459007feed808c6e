// What does not fit its page. Both functions run in the page itself and may use nothing from outside.
/** On a page that scrolls: how far it scrolls sideways, and what stands outside it or is cut off. */
export function measure() {
  const root = document.scrollingElement;
  const classes = (e) => String(e.getAttribute("class") || "").split(/\s+/).filter(Boolean);
  const name = (e) => [e.localName + (e.id && `#${e.id}`), ...classes(e)].join(".");
  const above = (e, holds) => {
    for (let at = e; at && at !== root; at = at.parentElement) if (holds(at, getComputedStyle(at))) return true;
    return false;
  };
  const scrolls = (e) => above(e.parentElement, (_, style) => ["auto", "scroll"].includes(style.overflowX));
  const hidden = (e) =>
    above(e, (at, style) => style.visibility === "hidden" || style.clipPath === "inset(50%)" || at.matches(".skip-link"));
  const shown = [...document.body.querySelectorAll("*")].filter((e) => {
    const { width, height } = e.getBoundingClientRect();
    return width && height && !hidden(e);
  });
  const outside = shown.filter((e) => {
    const { left, right } = e.getBoundingClientRect();
    const spaces = e.closest("pre"); // a space at a line's end may hang out
    return (left < -1 || right > root.clientWidth + 1) && !scrolls(e) && !spaces;
  });
  const clipped = shown.filter((e) => getComputedStyle(e).overflowX === "hidden" && e.scrollWidth > e.clientWidth + 1);
  return {
    sideways: root.scrollWidth - root.clientWidth,
    outside: outside.map(name),
    clipped: clipped.map(name),
  };
}

/** On pages that are turned: what reaches below its page, and so can never be seen. */
export function measurePages() {
  const hidden = (e) => {
    for (let at = e; at; at = at.parentElement) if (getComputedStyle(at).clipPath === "inset(50%)") return true;
    return false;
  };
  const below = [...document.body.querySelectorAll("*")].filter(
    (e) => [...e.getClientRects()].some(({ bottom }) => bottom > window.innerHeight + 1) && !hidden(e),
  );
  return { below: below.map((e) => e.localName + (e.id && `#${e.id}`)) };
}
