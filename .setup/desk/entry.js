// All that the text field of the live page takes from other people's work; what is not named here is not in the bundle.
export { autocompletion } from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { Language, defineLanguageFacet, languageDataProp, syntaxHighlighting } from "@codemirror/language";
export { forEachDiagnostic, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
export { EditorState } from "@codemirror/state";
export { EditorView, keymap, lineNumbers } from "@codemirror/view";
export { tagHighlighter, tags } from "@lezer/highlight";
export { Table, parser } from "@lezer/markdown";
