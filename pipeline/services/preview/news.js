// Asks the server what is new of a text, while somebody sees the page. Nothing is held open: a browser keeps six connections to
// a server, which all its tabs share.
"use strict";

const PAUSE = 250; // milliseconds between two questions

function listen(address, heard, lost) {
  let turn = 0;
  let failed = 0;
  let asks = false;

  async function ask() {
    try {
      const answer = await fetch(`${address}?after=${turn}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      const told = await answer.json();
      failed = 0;
      if (told) setTimeout(heard, 0, told);
      turn = told?.turn ?? turn;
    } catch {
      turn = 0; // ask for everything again
      failed += 1;
      if (failed > 1) lost(); // one question is broken off where somebody leaves the page
    }
  }

  async function goOn() {
    if (asks) return;
    asks = true;
    while (!document.hidden) {
      await ask();
      await new Promise((done) => setTimeout(done, PAUSE));
    }
    asks = false;
  }

  document.addEventListener("visibilitychange", goOn);
  goOn();
}
