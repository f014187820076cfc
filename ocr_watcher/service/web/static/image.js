// Pointing at a line shows its place on the picture, and the other way round. Without this script
// the lines are links to their places, and the places to their lines.
"use strict";

(() => {
  const POINTED = "pointed";
  const TARGET = /^(line|place)-(\d+)$/;

  const numberOf = (node) => {
    const target = node instanceof Element ? node.closest(".line-of-text, .place") : null;
    const found = target ? TARGET.exec(target.id) : null;
    return found ? found[2] : "";
  };

  const point = (number) => {
    for (const pointed of document.querySelectorAll(`.${POINTED}`)) {
      pointed.classList.remove(POINTED);
    }
    if (number) {
      document.getElementById(`line-${number}`)?.classList.add(POINTED);
      document.getElementById(`place-${number}`)?.classList.add(POINTED);
    }
  };

  // The listeners are the document's, as a live page replaces what it shows.
  document.addEventListener("pointerover", (event) => {
    const number = numberOf(event.target);
    point(number);
    if (number && event.pointerType === "mouse" && event.target.closest(".place")) {
      document.getElementById(`line-${number}`)?.scrollIntoView({ block: "nearest" });
    }
  });
  document.addEventListener("focusin", (event) => point(numberOf(event.target)));

  // A line's place is in sight already: the page need not jump to it, nor fill the history.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(".line-of-text a") : null;
    const number = numberOf(link);
    if (number && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      point(number);
      document.getElementById(`place-${number}`)?.scrollIntoView({ block: "nearest" });
    }
  });
})();
