// The text field of the live page as CodeMirror: what is typed in it stands in the plain field too, which it hides. It holds no words.
"use strict";

{
  const { EditorState, EditorView, Language, Table, autocompletion, defaultKeymap, defineLanguageFacet } = CodeMirror;
  const { forEachDiagnostic, history, historyKeymap, keymap, languageDataProp, lineNumbers, nextDiagnostic, parser } = CodeMirror;
  const { setDiagnostics, syntaxHighlighting, tagHighlighter, tags } = CodeMirror;
  const { nonce } = document.currentScript;

  const FrontMatter = {
    defineNodes: [{ name: "FrontMatter", block: true, style: tags.meta }],
    parseBlock: [{ name: "FrontMatter", before: "HorizontalRule", parse: readFrontMatter }],
  };
  const END = /^(---|\.\.\.)\s*$/;

  function readFrontMatter(context, line) {
    if (context.lineStart !== 0 || !/^---\s*$/.test(line.text)) return false;
    while (context.nextLine()) {
      if (!END.test(line.text)) continue;
      context.nextLine();
      break;
    }
    context.addElement(context.elt("FrontMatter", 0, context.prevLineEnd()));
    return true;
  }

  function markdown() {
    const facet = defineLanguageFacet({});
    const known = parser.configure([Table, FrontMatter, { props: [languageDataProp.add((type) => (type.isTop ? facet : undefined))] }]);
    return new Language(facet, known, [], "markdown");
  }

  const LOOKS = tagHighlighter([
    { tag: tags.heading, class: "t-heading" },
    { tag: tags.strong, class: "t-strong" },
    { tag: tags.emphasis, class: "t-emphasis" },
    { tag: tags.link, class: "t-link" },
    { tag: [tags.processingInstruction, tags.url, tags.meta, tags.monospace, tags.quote], class: "t-quiet" },
  ]);

  // Which lines of a text are front matter, as [first, line behind the last].
  function headOf(doc, kind) {
    if (kind === "yaml") return [1, Infinity];
    if (!/^---\s*$/.test(doc.line(1).text)) return [1, 1];
    for (let number = 2; number <= doc.lines; number += 1) {
      if (END.test(doc.line(number).text)) return [2, number];
    }
    return [2, Infinity];
  }

  // The word or citation key that a remark is about: from its column on, or the whole line where nothing follows.
  function spanOf(line, column) {
    const start = [...line.text].slice(0, column - 1).join("").length;
    const rest = line.text.slice(start);
    const found = /^(?:\[?-?@[^\s;,\]]+|[\p{L}\p{N}][\p{L}\p{N}'’-]*|[^\s\p{L}\p{N}]+[\p{L}\p{N}'’-]*)/u.exec(rest);
    return found ? [line.from + start, line.from + start + found[0].length] : [line.from, line.to];
  }

  const lineOf = (known, row) => known.doc.line(Math.min(row + 1, known.doc.lines));

  // Remarks are about a text as it was saved: its places are carried to the text as it is.
  function marks(remarks, known, draw, length) {
    return remarks.map((remark) => {
      const [start, end] = spanOf(lineOf(known, remark.row), remark.column);
      const from = Math.min(known.changes.mapPos(start, 1), length);
      const to = Math.max(known.changes.mapPos(end, -1), from);
      const message = [remark.kind, remark.words, remark.hint].join(" ").trim();
      return { from, to, message, severity: remark.error ? "error" : "warning", renderMessage: () => draw(remark) };
    });
  }

  function nextRemark(view) {
    nextDiagnostic(view); // which says nothing of the only one where the selection is there already
    const { from } = view.state.selection.main;
    const here = [];
    forEachDiagnostic(view.state, (one, start) => start === from && here.push(one.message));
    if (here.length) view.dispatch({ effects: EditorView.announce.of(here.join(" ")) });
    return true;
  }

  // An editor in place of a field. `kind` is whole or yaml; `draw` gives the element that shows a remark.
  globalThis.textEditor = (field, { kind, offers, phrases, draw }) => {
    let known = null;
    let sent = null;
    const source = offerSource(offers, (doc) => headOf(doc, kind));
    const inHand = () => ({ doc: view.state.doc, changes: view.state.changes() });

    function heard(update) {
      if (!update.docChanged) return;
      for (const one of new Set([known, sent])) if (one) one.changes = one.changes.compose(update.changes);
      field.value = update.state.doc.toString();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    const view = new EditorView({
      doc: field.value,
      extensions: [
        history(),
        keymap.of([{ key: "F8", run: nextRemark }, ...historyKeymap, ...defaultKeymap]),
        autocompletion({ override: [source.source], icons: false, aboveCursor: false }),
        lineNumbers(),
        EditorView.lineWrapping,
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({
          id: `${field.id}-field`,
          spellcheck: "true",
          tabindex: "0", // as it is already, said for those who look for it
          "aria-labelledby": `${field.id}-label`,
          "aria-describedby": `${field.id}-keys`,
        }),
        EditorState.phrases.of(phrases),
        ...(kind === "yaml" ? [] : [markdown(), syntaxHighlighting(LOOKS)]),
        EditorView.updateListener.of(heard),
      ],
    });
    known = inHand();
    field.before(view.dom);
    field.hidden = true;
    document.getElementById(`${field.id}-label`).addEventListener("click", () => view.focus());

    return {
      send: () => (sent = inHand()),
      keep() {
        known = sent ?? known;
        sent = null;
      },
      renew: source.renew,
      remark: (remarks) => view.dispatch(setDiagnostics(view.state, marks(remarks, known, draw, view.state.doc.length))),
      goTo(row, column) {
        const line = lineOf(known, row);
        const [anchor, head] = (column > 1 ? spanOf(line, column) : [line.from, line.from]).map((place) => known.changes.mapPos(place));
        view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
        view.focus();
      },
    };
  };
}
