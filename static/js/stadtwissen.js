// Small comforts on top of pages that work without any script.
(function () {
  "use strict";

  // An open menu closes on Escape and on a click elsewhere.
  function closeMenus(except) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!except || !menu.contains(except)) {
        menu.open = false;
      }
    });
  }

  document.addEventListener("click", function (event) {
    closeMenus(event.target);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") {
      return;
    }
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // The link of a heading is copied; it leads to its place all the same.
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-copy-link]");
    const announcer = document.getElementById("announcer");
    if (!link || !navigator.clipboard) {
      return;
    }
    navigator.clipboard.writeText(link.href).then(function () {
      link.title = link.dataset.copyLink;
      announcer.textContent = link.dataset.copyLink;
    }, function () {});
  });

  // "/" goes to the search field, unless something is being typed.
  document.addEventListener("keydown", function (event) {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const field = document.querySelector("input[type=search][name=q]");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });

  // Addresses that htmx puts in the bar carry only what was chosen.
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb !== "get") {
      return;
    }
    const form = event.detail.formData;
    Array.from(form.keys()).forEach(function (name) {
      const chosen = form.getAll(name).filter(Boolean);
      form.delete(name);
      chosen.forEach(function (value) {
        form.append(name, value);
      });
    });
  });

  // A list that htmx renewed says how many entries it has now. The live region itself stays in
  // the page: one that is replaced together with its text is not read out.
  document.addEventListener("htmx:afterSettle", function (event) {
    const count = event.target.querySelector("[data-announce]");
    const announcer = document.getElementById("announcer");
    if (count && announcer) {
      announcer.textContent = count.textContent.trim();
    }
  });

  // A consequence belongs to what was typed when it was worked out: another change takes it away.
  document.addEventListener("change", function (event) {
    const panel = document.getElementById("consequence");
    if (panel && event.target.closest("form[data-sheet]")) {
      panel.replaceChildren();
    }
  });

  // Whoever asked for the consequence is led there, by keyboard and by screen reader.
  document.addEventListener("htmx:afterSettle", function () {
    const panel = document.getElementById("consequence");
    const target = panel && panel.querySelector("[data-consequence], [data-error-summary]");
    if (target) {
      target.focus();
    }
  });

  // What folds above the text on narrow screens comes first there for keyboards and screen readers, too.
  const narrow = window.matchMedia("(max-width: 61.99rem)");
  function orderColumns() {
    document.querySelectorAll("[data-first-when-narrow]").forEach(function (part) {
      const columns = part.parentElement;
      if ((columns.firstElementChild === part) === narrow.matches) {
        return;
      }
      const focused = part.contains(document.activeElement) ? document.activeElement : null;
      if (narrow.matches) {
        columns.prepend(part);
      } else {
        columns.append(part);
      }
      if (focused) {
        focused.focus();
      }
    });
  }
  narrow.addEventListener("change", orderColumns);
  document.addEventListener("htmx:afterSwap", orderColumns);
  orderColumns();

  // After an error the summary at the top of the form gets the focus.
  const summary = document.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
  }
})();
