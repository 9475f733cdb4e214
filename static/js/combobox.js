// Proposals below a field, after the ARIA pattern "combobox with listbox popup". htmx fetches them;
// this moves the selection. A proposal is a link, or has a value that fills the field. Without scripts
// the field is a plain one.
(function () {
  "use strict";

  document.querySelectorAll("[data-combobox]").forEach(function (box) {
    const input = box.querySelector("[role=combobox]");
    const list = box.querySelector("[role=listbox]");
    const chosen = box.querySelector("[data-combobox-value]");
    let current = -1;
    // Whether something is being typed: proposals that come after Enter or Escape would lie over the hits.
    let typing = false;

    function stop() {
      typing = false;
      window.htmx.trigger(input, "htmx:abort");
      show(false);
    }

    function options() {
      return Array.from(list.querySelectorAll("[role=option]"));
    }

    function show(open) {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) {
        select(-1);
      }
    }

    function select(index) {
      const all = options();
      current = all.length ? index : -1;
      all.forEach(function (option, at) {
        option.setAttribute("aria-selected", String(at === current));
      });
      if (current >= 0) {
        input.setAttribute("aria-activedescendant", all[current].id);
        all[current].scrollIntoView({ block: "nearest" });
      } else {
        input.removeAttribute("aria-activedescendant");
      }
    }

    list.addEventListener("htmx:afterSwap", function () {
      current = -1;
      show(typing && document.activeElement === input && options().length > 0);
    });

    input.addEventListener("input", function () {
      typing = true;
      if (chosen) {
        chosen.value = "";
      }
    });

    list.addEventListener("click", function (event) {
      const option = event.target.closest("[data-value]");
      if (option) {
        input.value = option.dataset.text;
        if (chosen) {
          chosen.value = option.dataset.value;
        }
        stop();
        input.focus();
      }
    });

    input.addEventListener("htmx:beforeRequest", function (event) {
      if (event.target === input && !typing) {
        event.preventDefault();
      }
    });

    input.addEventListener("keydown", function (event) {
      const count = options().length;
      const down = event.key === "ArrowDown";
      if ((down || event.key === "ArrowUp") && count) {
        event.preventDefault();
        show(true);
        const next = current + (down ? 1 : -1);
        select(next >= count ? -1 : next < -1 ? count - 1 : next);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        stop();
      } else if (event.key === "Enter") {
        if (!list.hidden && current >= 0) {
          event.preventDefault();
          options()[current].click();
        }
        stop();
      }
    });

    box.addEventListener("focusout", function (event) {
      if (!box.contains(event.relatedTarget)) {
        show(false);
      }
    });
  });
})();
