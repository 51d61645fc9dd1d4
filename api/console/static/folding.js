"use strict";
// On a phone what narrows a page is folded: as it comes, so that what follows it later stays in its place.
if (matchMedia("(max-width: 48rem)").matches) {
  const coming = new MutationObserver(() => {
    for (const each of document.querySelectorAll(".narrowing[data-folds]")) {
      each.open = false;
      delete each.dataset.folds;
    }
  });
  coming.observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", () => coming.disconnect());
}
