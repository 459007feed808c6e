// The search of the catalogue: a form in place of the sentence that stands there without a script, and what it finds.
(function () {
  "use strict";
  var place = document.getElementById("search");
  if (!place || typeof MiniSearch === "undefined" || typeof SEARCH_INDEX === "undefined") return;

  var index = MiniSearch.loadJS(SEARCH_INDEX, {
    fields: ["title", "summary", "text"],
    storeFields: ["title", "summary", "url"],
  });
  var how = { prefix: true, fuzzy: 0.2, combineWith: "AND", boost: { title: 3, summary: 2 } };
  var most = 50;

  function made(name, properties, ...children) {
    var element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  var input = made("input", { id: "words", type: "search", autocomplete: "off", spellcheck: false });
  var form = made("form", { className: "search-form" }, made("label", { htmlFor: "words" }, place.dataset.label), input);
  form.setAttribute("role", "search");
  var count = made("p", { className: "facts" });
  count.setAttribute("role", "status");
  var list = made("ol", { className: "plain" });

  // What is indexed of a printed code are its symbols but the last 4: those of the copy and the checks.
  function byCode(words) {
    var code = words.replace(/^code\b/i, "").replace(/[^a-z0-9]/gi, "").toUpperCase();
    code = code.replace(/[IL]/g, "1").replace(/O/g, "0");
    return code.length < 10 ? [] : index.search(code.slice(0, -4), { fields: ["text"] });
  }

  function show() {
    var words = input.value.trim();
    var hits = words ? byCode(words) : [];
    if (words && !hits.length) hits = index.search(words, how);
    count.textContent = !words ? "" : hits.length ? place.dataset.found + ": " + hits.length : place.dataset.none;
    list.replaceChildren(
      ...hits.slice(0, most).map(function (hit) {
        var link = made("a", { href: hit.url }, hit.title);
        return made("li", { className: "listed" }, made("p", { className: "listed-title" }, link), made("p", {}, hit.summary));
      }),
    );
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    show();
  });
  input.addEventListener("input", show);
  place.replaceChildren(form, count, list);
  if (location.hash.length > 1) {
    try {
      input.value = decodeURIComponent(location.hash.slice(1));
    } catch {
      input.value = location.hash.slice(1); // a per cent sign that somebody typed
    }
  }
  show();
})();
