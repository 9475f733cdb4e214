// Find and replace (Strg+H): hits are marked in the text; Enter goes to the next one.
import { Extension } from "@tiptap/core";
import { Plugin, PluginKey, TextSelection } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

const hitsOf = new PluginKey("hits");

export const Seeking = Extension.create({
  name: "seeking",
  addProseMirrorPlugins() {
    return [
      new Plugin({
        key: hitsOf,
        state: {
          init: () => ({ wanted: "", hits: [] }),
          apply(change, before, _old, state) {
            const wanted = change.getMeta(hitsOf) ?? before.wanted;
            if (wanted === before.wanted && !change.docChanged) return before;
            return { wanted, hits: hitsIn(state.doc, wanted) };
          },
        },
        props: {
          decorations(state) {
            const { hits } = hitsOf.getState(state);
            if (!hits.length) return null;
            const { from: start, to: end } = state.selection;
            const shown = ([from, to]) => Decoration.inline(from, to, { class: from === start && to === end ? "sw-found sw-found--now" : "sw-found" });
            return DecorationSet.create(state.doc, hits.map(shown));
          },
        },
      }),
    ];
  },
});

// Return [from, to] of each place where it stands, upper and lower case alike.
function hitsIn(doc, wanted) {
  const hits = [];
  if (!wanted) return hits;
  const pattern = new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
  doc.descendants((node, position) => {
    if (!node.isTextblock) return true;
    const text = node.textBetween(0, node.content.size, "\n", "\n");
    for (const { index, 0: found } of text.matchAll(pattern)) hits.push([position + 1 + index, position + 1 + index + found.length]);
    return false;
  });
  return hits;
}

// The fields of the form `#editor-seek`. `fields` are those of core.js, `current()` the one in use.
export function seeker(form, { fields, current, words, announce }) {
  const { wanted, instead } = form.elements;
  const hitsNow = (field) => hitsOf.getState(field.editor.state).hits;
  const count = () => {
    const all = fields().reduce((sum, field) => sum + hitsNow(field).length, 0);
    form.querySelector("[data-count]").textContent = wanted.value ? words.hits.replace("%s", all) : "";
  };
  const seek = (text) => {
    for (const { editor } of fields()) editor.view.dispatch(editor.state.tr.setMeta(hitsOf, text));
    count();
  };

  // To the first hit behind the cursor, else to the first of the next text.
  const next = () => {
    const all = fields();
    const at = all.indexOf(current());
    const order = [...all.slice(at), ...all.slice(0, at + 1)];
    for (const [number, field] of order.entries()) {
      const { selection } = field.editor.state;
      const hit = hitsNow(field).find(([from]) => number > 0 || from >= selection.to);
      if (hit) {
        choose(field, hit);
        return;
      }
    }
  };
  const choose = (field, [from, to]) => {
    const { state, view } = field.editor;
    view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, from, to)).scrollIntoView());
    field.options.focused(field);
  };
  const replaceOne = () => {
    const field = current();
    const { from, to } = field.editor.state.selection;
    if (hitsNow(field).some((hit) => hit[0] === from && hit[1] === to)) put(field, [[from, to]]);
    count();
    next();
  };
  const replaceAll = () => {
    let replaced = 0;
    for (const field of fields()) {
      const hits = hitsNow(field);
      if (hits.length) put(field, hits);
      replaced += hits.length;
    }
    count();
    announce(words.replaced.replace("%s", replaced), true);
  };
  const put = (field, hits) => {
    const { tr } = field.editor.state;
    for (const [from, to] of [...hits].reverse()) {
      if (instead.value) tr.insertText(instead.value, from, to);
      else tr.delete(from, to);
    }
    field.editor.view.dispatch(tr);
  };

  wanted.addEventListener("input", () => seek(wanted.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ({ one: replaceOne, all: replaceAll })[event.submitter?.value]?.();
    if (!["one", "all"].includes(event.submitter?.value)) next();
  });
  const close = () => {
    form.hidden = true;
    seek("");
    current().editor.view.focus();
  };
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  form.querySelector("[data-close]").addEventListener("click", close);
  return () => {
    const { from, to } = current().editor.state.selection;
    const chosen = current().editor.state.doc.textBetween(from, to, "\n");
    if (chosen && !chosen.includes("\n")) wanted.value = chosen;
    form.hidden = false;
    seek(wanted.value);
    wanted.select();
  };
}
