// Lists that open while typing: `[[` pages, `@` people and bodies, `/` what can be inserted. By keyboard: ↑ ↓ Enter Tab Esc.
import { Extension } from "@tiptap/core";
import { Plugin } from "@tiptap/pm/state";

const TRIGGERS = [
  { name: "page", find: /\[\[([^\[\]\n]{0,60})$/u },
  { name: "person", find: /(?:^|[\s(])@([\p{L}\d][\p{L}\d .\-]{0,40})?$/u },
  { name: "menu", find: /^\/([\p{L}]{0,20})$/u },
];

let number = 0;

export const Popup = Extension.create({
  name: "popup",
  priority: 1000, // before Enter and Tab mean anything else
  addOptions: () => ({ complete: async () => [], menu: () => [], announce: () => {}, texts: {} }),
  addProseMirrorPlugins() {
    return [new Plugin({ view: (view) => new Menu(view, this.editor, this.options), props: { handleKeyDown: (view, event) => view.popup?.key(event) || false } })];
  },
});

class Menu {
  constructor(view, editor, options) {
    Object.assign(this, { view, editor, options, items: [], chosen: 0, asked: 0, dismissed: null });
    view.popup = this;
    this.list = document.createElement("ul");
    this.list.id = `sw-popup-${(number += 1)}`;
    this.list.className = "sw-popup";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", options.texts.suggestions);
    this.list.hidden = true;
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.index));
    });
    view.dom.parentElement.append(this.list);
    view.dom.addEventListener("blur", () => this.close());
  }

  update(view, before) {
    if (before && view.state.doc.eq(before.doc) && view.state.selection.eq(before.selection)) return;
    const match = view.hasFocus() ? this.match() : null;
    if (!match) {
      this.dismissed = null;
      this.close();
    } else if (this.dismissed !== match.from) {
      this.dismissed = null;
      this.match_ = match;
      this.ask(match);
    }
  }

  match() {
    const { $from, empty } = this.view.state.selection;
    const block = $from.parent;
    if (!empty || !block.isTextblock || block.type.name === "cellText") return null;
    const text = block.textBetween(0, $from.parentOffset, "\n", "￼");
    for (const { name, find } of TRIGGERS) {
      const found = find.exec(text);
      if (!found || (name !== "menu" && !block.type.allowsMarkType(this.view.state.schema.marks.link))) continue;
      const typed = found[1] || "";
      const signs = name === "page" ? 2 : 1;
      return { name, typed, from: $from.pos - typed.length - signs, to: $from.pos };
    }
    return null;
  }

  async ask(match) {
    const asked = (this.asked += 1);
    if (match.name === "menu") {
      this.show(this.options.menu(match.typed.toLowerCase()));
      return;
    }
    await new Promise((done) => setTimeout(done, 120));
    if (asked !== this.asked) return;
    const found = await this.options.complete(match.name, match.typed);
    if (asked === this.asked) this.show(found);
  }

  show(items) {
    this.items = items;
    this.chosen = 0;
    if (!items.length) {
      this.hide();
      return;
    }
    this.list.replaceChildren(
      ...items.map((item, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.dataset.index = index;
        option.setAttribute("role", "option");
        const title = document.createElement("span");
        title.textContent = item.title;
        option.append(title);
        if (item.note) {
          const note = document.createElement("span");
          note.className = "sw-popup__note";
          note.textContent = item.note;
          option.append(note);
        }
        return option;
      }),
    );
    this.list.hidden = false;
    const dom = this.view.dom;
    dom.setAttribute("aria-controls", this.list.id);
    this.place();
    this.mark();
    this.options.announce(this.options.texts.found.replace("%s", items.length));
  }

  place() {
    const at = this.view.coordsAtPos(this.match_.from);
    const frame = this.view.dom.parentElement.getBoundingClientRect();
    const height = this.list.offsetHeight + 4;
    // Above the line where there is no room below it.
    const isBelow = at.bottom + height <= innerHeight || at.top < height;
    this.list.style.setProperty("top", `${(isBelow ? at.bottom + 4 : at.top - height) - frame.top}px`);
    this.list.style.setProperty("left", `${Math.max(0, Math.min(at.left - frame.left, frame.width - this.list.offsetWidth))}px`);
  }

  mark() {
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.chosen)));
    const option = this.list.children[this.chosen];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.view.dom.setAttribute("aria-activedescendant", option.id);
  }

  key(event) {
    if (this.list.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.chosen = (this.chosen + step + this.items.length) % this.items.length;
      this.mark();
    } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) {
      this.choose(this.chosen);
    } else if (event.key === "Escape") {
      this.dismissed = this.match_.from;
      this.close();
    } else return false;
    event.stopPropagation();
    return true;
  }

  choose(index) {
    const item = this.items[index];
    const { from, to } = this.match_;
    this.close();
    const chain = this.editor.chain().focus().deleteRange({ from, to });
    if (item.run) item.run(chain);
    else {
      const link = { type: "link", attrs: { kind: item.kind, to: item.to, href: item.url } };
      chain.insertContentAt(from, [{ type: "text", text: item.text || item.title, marks: [link] }]).unsetMark("link").run();
    }
  }

  hide() {
    this.list.hidden = true;
    this.view.dom.removeAttribute("aria-activedescendant");
    this.view.dom.removeAttribute("aria-controls");
  }

  close() {
    this.asked += 1;
    if (!this.list.hidden) this.hide();
  }

  destroy() {
    this.list.remove();
  }
}
