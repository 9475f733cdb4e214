// Comments and the passages that they speak of; without it, the passage is chosen from the list in the form.
(function () {
  "use strict";

  const talk = document.querySelector(".sw-talk");
  const main = document.querySelector("main");
  if (!talk || !main) {
    return;
  }
  let selected = null;

  function words(element) {
    return element.textContent.replace(/\s+/g, " ").replace(/ ?…$/, "").trim();
  }

  function passages() {
    return Array.from(main.querySelectorAll("p, li, h2, h3, h4, blockquote, figcaption")).filter(
      function (one) {
        return !talk.contains(one) && one.closest("aside") === null;
      },
    );
  }

  // What is selected in the text is what the comment will be about.
  document.addEventListener("selectionchange", function () {
    const selection = document.getSelection();
    const node = selection && !selection.isCollapsed ? selection.anchorNode : null;
    const element = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
    const passage = element && element.closest("p, li, h2, h3, h4, blockquote, figcaption");
    if (passage && main.contains(passage) && !talk.contains(passage)) {
      selected = words(passage);
    }
  });

  const form = talk.querySelector(".sw-talk__new");
  if (form) {
    form.addEventListener("toggle", function () {
      const list = form.querySelector("select");
      if (!form.open || !selected || !list) {
        return;
      }
      const option = Array.from(list.options).find(function (one) {
        return one.value && selected.startsWith(words(one));
      });
      if (option) {
        list.value = option.value;
      }
      form.querySelector("textarea").focus();
    });
  }

  // A quote leads to its passage.
  talk.querySelectorAll(".sw-thread__quote").forEach(function (quote) {
    const passage = passages().find(function (one) {
      return words(one).startsWith(words(quote));
    });
    if (!passage) {
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--tertiary";
    const label = document.createElement("span");
    label.className = "kern-label";
    label.textContent = talk.dataset.toPassage;
    button.append(label);
    button.addEventListener("click", function () {
      main.querySelectorAll(".sw-passage").forEach(function (one) {
        one.classList.remove("sw-passage");
      });
      passage.classList.add("sw-passage");
      passage.tabIndex = -1;
      passage.focus();
      passage.scrollIntoView({ block: "center" });
    });
    quote.append(" ", button);
  });
})();
