// What may be typed at a place of a text: keys of its front matter, works, tags, texts, terms, boxes and places. It holds no words.
"use strict";

{
  // Offers from an address, which are asked for where they are first needed, and again once they are old. If a request fails,
  // the next letter asks again. `head` says which lines are front matter: all of a pack, and of a briefing those between its marks.
  globalThis.offerSource = (address, head) => {
    let asked = null;

    const failed = () => {
      asked = null;
      return {};
    };
    const offers = () => (asked ??= fetch(address).then((answer) => (answer.ok ? answer.json() : failed()), failed));

    async function source(context) {
      const row = context.state.doc.lineAt(context.pos);
      const before = row.text.slice(0, context.pos - row.from);
      const [first, last] = head(context.state.doc);
      const inHead = row.number >= first && row.number < last;
      const spot = inHead ? headSpot(context.state.doc, row.number, before, first) : bodySpot(before, context.explicit);
      if (!spot || (!context.explicit && spot.typed === "" && spot.isQuiet)) return null;
      if (!inHead && spot.lists.includes("works")) spot.close = isOpen(context) ? "]" : "";
      const options = optionsAt(spot, await offers());
      return options.length ? { from: context.pos - spot.typed.length, options, validFor: spot.goesOn } : null;
    }

    return { source, renew: () => (asked = null) };
  };

  const NEAR = 2000; // letters that are looked through for a bracket
  const WORD = /^[\p{L}\p{N}_-]*$/u;
  const KEY = /^[\p{L}\p{N}_:.#$%&+?<>~/-]*$/u; // of a work, as Pandoc has it
  const CODE = /(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)/gs;

  // Whether a place is in brackets that its paragraph does not close. Brackets in code do not count.
  function isOpen({ state, pos }) {
    const before = state.sliceDoc(Math.max(0, pos - NEAR), pos).split(/\n\s*\n/).at(-1);
    const after = state.sliceDoc(pos, pos + NEAR).split(/\n\s*\n/)[0];
    const [left, right] = `${before}\0${after}`.replace(CODE, "").split("\0");
    return right !== undefined && /(?<!\\)\[[^[\]]*$/.test(left) && !/^[^[\]]*\]/.test(right);
  }

  function bodySpot(before, isExplicit) {
    const found = (pattern) => pattern.exec(before)?.[1];
    const work = found(/(?<![\p{L}\p{N}_])@([\p{L}\p{N}_:.#$%&+?<>~/-]*)$/u);
    if (work !== undefined) return { typed: work, lists: ["works", "numbered"], goesOn: KEY };
    const text = found(/\]\(briefing:([\p{L}\p{N}_-]*)$/u);
    if (text !== undefined) return { typed: text, lists: ["texts"], goesOn: WORD };
    const place = found(/\]\(#([\p{L}\p{N}_-]*)$/u);
    if (place !== undefined) return { typed: place, lists: ["places"], goesOn: WORD };
    const practice = found(/^\s*:{3,}.*\sref=["']?([\w-]*)$/);
    if (practice !== undefined) return { typed: practice, lists: ["practices"], goesOn: WORD };
    const box = found(/^\s*:{3,}\s*([\w{. -]*)$/);
    if (box !== undefined) return { typed: box, lists: ["boxes"], goesOn: /^[\w{. -]*$/ };
    const word = found(/([\p{L}\p{N}_-]*)$/u);
    return isExplicit ? { typed: word, lists: ["words", "tags", "texts"], goesOn: WORD } : null;
  }

  // In front matter: a key, or a value of a key out of a list.
  function headSpot(doc, number, before, first) {
    const [, lead, key, rest] = /^(\s*(?:-\s+)*)(?:([\w-]+):\s+)?(.*)$/.exec(before);
    const way = wayTo(doc, number, lead.length, first);
    const typed = /[^\s,[\]{}"']*$/.exec(rest)[0];
    if (/[\]}]\s*$/.test(rest)) return null; // the list is closed: Enter ends the line
    if (key !== undefined) return { typed, way: [...way, key], isValue: true, goesOn: WORD };
    return typed === rest ? { typed, way, isEntry: lead.includes("-"), isQuiet: true, goesOn: WORD } : null;
  }

  // The keys that a line stands below, by how far each is indented.
  function wayTo(doc, number, indent, first) {
    const way = [];
    for (let at = number - 1; at >= first && indent > 0; at -= 1) {
      const found = /^(\s*(?:-\s+)*)([\w-]+):/.exec(doc.line(at).text);
      if (!found || found[1].length >= indent) continue;
      way.unshift(found[2]);
      indent = found[1].length;
    }
    return way;
  }

  function optionsAt(spot, offers) {
    if (spot.lists) {
      const found = spot.lists.flatMap((name) => listed(name, offers, spot.typed));
      return spot.close ? found.map((one) => ({ ...one, apply: one.label + spot.close })) : found;
    }
    let level = { keys: offers.keys };
    for (const step of spot.way) level = level?.keys?.[step] ?? level?.keys?.["*"];
    if (!level) return [];
    if (spot.isValue || (spot.isEntry && (level.choices || level.listed))) {
      return [...(level.choices ?? []).map((label) => ({ label })), ...(level.listed ? listed(level.listed, offers) : [])];
    }
    const keys = Object.entries(level.keys ?? {}).filter(([label]) => label !== "*");
    return keys.map(([label, { says }], number) => ({ label, detail: says, apply: `${label}: `, boost: -number / 100 }));
  }

  // The rows of a list; terms of the glossary in running words, with a capital where the author has typed one.
  function listed(name, offers, typed = "") {
    if (name === "boxes") return (offers.boxes ?? []).map((label) => ({ label }));
    if (name !== "words") return (offers[name] ?? []).map(([label, detail]) => ({ label, detail }));
    return (offers.terms ?? []).map(([, term]) => ({ label: inText(term, typed) }));
  }

  function inText(term, typed) {
    const isShortForm = term.length > 1 && term[1] !== term[1].toLowerCase();
    const isCapital = typed !== "" && typed[0] !== typed[0].toLowerCase();
    return isShortForm || isCapital ? term : term[0].toLowerCase() + term.slice(1);
  }
}
