// Each node that is a line has a key (knowledge/editing/lines.py), given here when it is made.
import { Extension } from "@tiptap/core";
import { Fragment } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { Step, StepResult } from "@tiptap/pm/transform";
import { newKey } from "./newkey.js";

// Lines inside a block of rich text have short keys, as Wagtail's own editor gives them.
const LONG = new Set(["section", "table", "figure", "card", "taskItem"]);

export const Keys = Extension.create({
  name: "keys",
  addOptions: () => ({ types: [] }),
  addGlobalAttributes() {
    const key = {
      default: null,
      keepOnSplit: false,
      parseHTML: () => null, // what is pasted is new
      renderHTML: () => ({}),
    };
    return [{ types: this.options.types, attributes: { key } }];
  },
  addProseMirrorPlugins() {
    const types = new Set(this.options.types);
    return [
      new Plugin({
        appendTransaction(transactions, _before, state) {
          if (!transactions.some((one) => one.docChanged)) return null;
          const given = missing(state.doc, types);
          return given.size ? state.tr.step(new GiveKeys(given)).setMeta("addToHistory", false) : null;
        },
      }),
    ];
  },
});

// Return new keys by position, for lines without one and for copies of a line.
function missing(doc, types) {
  const seen = new Set();
  const given = new Map();
  doc.descendants((node, position, parent) => {
    if (isLine(node, parent, types)) {
      let { key } = node.attrs;
      if (!key || seen.has(key)) {
        key = LONG.has(node.type.name) ? newKey() : newKey().slice(0, 8);
        given.set(position, key);
      }
      seen.add(key);
    }
    return !node.isTextblock;
  });
  return given;
}

// The paragraph of an item is not a line of its own: the item is.
function isLine(node, parent, types) {
  return types.has(node.type.name) && !(node.type.name === "paragraph" && parent.type.name === "listItem");
}

// All keys at once. A step for each line would copy the list of all lines each time: of a paste of 2 MB, thousands of
// times some thousand lines, which no browser has the memory for.
class GiveKeys extends Step {
  constructor(keys) {
    super();
    this.keys = keys;
  }

  apply(doc) {
    return StepResult.ok(this.given(doc, 0));
  }

  given(parent, start) {
    let isChanged = false;
    const content = [];
    parent.forEach((node, offset) => {
      const position = start + offset;
      const inner = node.isTextblock ? node : this.given(node, position + 1);
      const key = this.keys.get(position);
      const now = key === undefined ? inner : inner.type.create({ ...inner.attrs, key }, inner.content, inner.marks);
      isChanged ||= now !== node;
      content.push(now);
    });
    return isChanged ? parent.copy(Fragment.fromArray(content)) : parent;
  }

  invert(doc) {
    const before = new Map();
    doc.descendants((node, position) => {
      if (this.keys.has(position)) before.set(position, node.attrs.key);
      return !node.isTextblock;
    });
    return new GiveKeys(before);
  }

  map(mapping) {
    const keys = new Map();
    for (const [position, key] of this.keys) {
      const { pos, deletedAfter } = mapping.mapResult(position, 1);
      if (!deletedAfter) keys.set(pos, key);
    }
    return keys.size ? new GiveKeys(keys) : null;
  }
}
