// What a text may consist of.
import { Mark, Node, mergeAttributes } from "@tiptap/core";
import { Document } from "@tiptap/extension-document";
import { Text } from "@tiptap/extension-text";
import { Paragraph } from "@tiptap/extension-paragraph";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Bold } from "@tiptap/extension-bold";
import { Italic } from "@tiptap/extension-italic";
import { Heading } from "@tiptap/extension-heading";
import { HorizontalRule } from "@tiptap/extension-horizontal-rule";
import { BulletList, OrderedList, ListItem, ListKeymap } from "@tiptap/extension-list";
import { Table, TableRow, TableHeader, TableCell } from "@tiptap/extension-table";
import { UndoRedo, Dropcursor, Gapcursor, Placeholder, TrailingNode } from "@tiptap/extensions";
import { Keys } from "./keys.js";
import { Turning } from "./turning.js";

// Left to turning.js: Tiptap's own wrap what is chosen as a whole, which an item of one line can't hold.
const ofTurning = { addCommands: () => ({}), addInputRules: () => [], addKeyboardShortcuts: () => ({}) };

export const Section = Heading.extend({
  name: "section",
  marks: "",
  addOptions() {
    return { ...this.parent?.(), levels: [2] };
  },
  parseHTML: () => [{ tag: "h1", attrs: { level: 2 } }, { tag: "h2", attrs: { level: 2 } }],
  addAttributes: () => ({ level: { default: 2, rendered: false } }),
  ...ofTurning,
});

export const Quote = Node.create({
  name: "quote",
  group: "block",
  content: "inline*",
  defining: true,
  parseHTML: () => [{ tag: "blockquote" }],
  renderHTML: ({ HTMLAttributes }) => ["blockquote", HTMLAttributes, 0],
  addKeyboardShortcuts() {
    return {
      // After a quote comes ordinary text.
      Enter: () => {
        const { $from, empty } = this.editor.state.selection;
        if (!empty || $from.parent.type.name !== "quote" || $from.parentOffset !== $from.parent.content.size) return false;
        const toParagraph = ({ commands }) => commands.setNode("paragraph") || true; // it is one already, mostly
        return this.editor.chain().splitBlock().command(toParagraph).run();
      },
    };
  },
});

export const TaskList = Node.create({
  name: "taskList",
  group: "block",
  content: "taskItem+",
  parseHTML: () => [{ tag: "ul[data-tasks]", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["ul", mergeAttributes(HTMLAttributes, { "data-tasks": "", class: "sw-task-lines" }), 0],
});

export const TaskItem = Node.create({
  name: "taskItem",
  content: "inline*",
  defining: true,
  addOptions: () => ({ texts: {} }),
  addAttributes: () => ({
    done: {
      default: false,
      keepOnSplit: false,
      parseHTML: (element) => element.dataset.done === "1",
      renderHTML: ({ done }) => ({ "data-done": done ? "1" : "0" }),
    },
  }),
  parseHTML: () => [{ tag: "li[data-done]", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["li", HTMLAttributes, 0],
  addNodeView() {
    const { texts } = this.options;
    return ({ node, getPos, editor }) => {
      const dom = document.createElement("li");
      const box = document.createElement("input");
      const contentDOM = document.createElement("span");
      box.type = "checkbox";
      box.contentEditable = "false";
      box.tabIndex = -1; // Ctrl+Enter does the same; else Tab would stop here on its way out of the text
      const show = (shown) => {
        box.checked = shown.attrs.done;
        box.setAttribute("aria-label", `${texts.done}: ${shown.textContent || "…"}`);
        dom.dataset.done = shown.attrs.done ? "1" : "0";
      };
      box.addEventListener("change", () => {
        editor.view.dispatch(editor.state.tr.setNodeAttribute(getPos(), "done", box.checked));
        editor.view.focus();
      });
      dom.append(box, contentDOM);
      show(node);
      return {
        dom,
        contentDOM,
        stopEvent: (event) => event.target === box,
        ignoreMutation: (mutation) => !contentDOM.contains(mutation.target),
        update: (updated) => updated.type.name === "taskItem" && (show(updated), true),
      };
    };
  },
  addKeyboardShortcuts() {
    const inTask = () => this.editor.state.selection.$from.parent.type.name === "taskItem";
    return {
      "Mod-Enter": () => {
        const { $from } = this.editor.state.selection;
        return inTask() && this.editor.commands.updateAttributes(this.name, { done: !$from.parent.attrs.done });
      },
      Enter: () => {
        if (!inTask()) return false;
        return this.editor.state.selection.$from.parent.content.size === 0
          ? this.editor.commands.turnInto("p")
          : this.editor.commands.splitBlock();
      },
      Backspace: () => {
        const { empty, $from } = this.editor.state.selection;
        return inTask() && empty && $from.parentOffset === 0 && this.editor.commands.turnInto("p");
      },
    };
  },
});

// A cell holds plain text on lines, as the table that is stored (wagtail.contrib.table_block).
const CellText = Node.create({
  name: "cellText",
  content: "(text | hardBreak)*",
  marks: "",
  parseHTML: () => [{ tag: "p[data-cell]", priority: 60 }],
  renderHTML: () => ["p", { "data-cell": "" }, 0],
  addKeyboardShortcuts() {
    return {
      Enter: () =>
        this.editor.state.selection.$from.parent.type.name === "cellText" && this.editor.commands.setHardBreak(),
    };
  },
});

// Tiptap's own writes `style` and `colgroup`, which the content security policy blocks, and its Tab adds rows for ever,
// so that the keyboard never leaves.
const PlainTable = Table.extend({
  renderHTML: ({ HTMLAttributes }) => ["table", HTMLAttributes, ["tbody", 0]],
  addNodeView: () => null,
  addKeyboardShortcuts() {
    return {
      Tab: () => this.editor.commands.goToNextCell(),
      "Shift-Tab": () => this.editor.commands.goToPreviousCell(),
    };
  },
});
const Cell = TableCell.extend({ content: "cellText", addAttributes: spans });
const HeadCell = TableHeader.extend({ content: "cellText", addAttributes: spans });

function spans() {
  const span = (name) => ({ default: 1, parseHTML: (element) => Number(element.getAttribute(name)) || 1 });
  return { colspan: span("colspan"), rowspan: span("rowspan"), colwidth: { default: null, rendered: false } };
}

const Item = ListItem.extend({
  content: "paragraph (bulletList | orderedList)*",
  addKeyboardShortcuts() {
    return {
      ...this.parent?.(),
      // At the top and where nothing can be nested deeper, Tab leaves the field.
      Tab: () => this.editor.commands.sinkListItem(this.name),
      "Shift-Tab": () => this.editor.isActive(this.name) && nested(this.editor) && this.editor.commands.liftListItem(this.name),
    };
  },
});

function nested(editor) {
  const { $from } = editor.state.selection;
  let lists = 0;
  for (let depth = $from.depth; depth > 0; depth -= 1) lists += /List$/.test($from.node(depth).type.name);
  return lists > 1;
}

const Breaks = HardBreak.extend({
  addKeyboardShortcuts() {
    return { "Shift-Enter": () => this.editor.commands.setHardBreak() }; // Ctrl+Enter is free for others
  },
});

export const Link = Mark.create({
  name: "link",
  inclusive: false,
  addAttributes: () => ({
    kind: { default: "url", parseHTML: (element) => element.dataset.kind || "url", renderHTML: ({ kind }) => ({ "data-kind": kind }) },
    to: { default: "", parseHTML: (element) => element.dataset.to || element.getAttribute("href"), renderHTML: ({ to }) => ({ "data-to": to }) },
    href: { default: "", parseHTML: (element) => element.getAttribute("href"), renderHTML: ({ href }) => ({ href }) },
  }),
  parseHTML: () => [{ tag: "a[href]", getAttrs: (element) => (isSafe(element.getAttribute("href")) ? null : false) }],
  renderHTML: ({ HTMLAttributes }) => ["a", { ...HTMLAttributes, rel: "noopener" }, 0],
  addCommands() {
    return {
      setLink: (attributes) => ({ commands }) => commands.setMark(this.name, attributes),
      unsetLink: () => ({ commands }) => commands.unsetMark(this.name, { extendEmptyMarkRange: true }),
    };
  },
});

export function isSafe(address) {
  try {
    const url = new URL(address, location.origin);
    return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol);
  } catch {
    return false;
  }
}

export const RICH = ["paragraph", "heading", "listItem", "quote", "horizontalRule"];
export const WHOLE = [...RICH, "section", "taskItem", "table", "figure", "card"];

const TURNS = ["ul", "ol", "h3", "h4", "quote"];

// The extensions of one field. `more` are nodes of a configuration of its own, such as those of minutes.
export function extensions({ rich, texts, placeholder, more = [], lines = [] }) {
  const common = [
    Document,
    Text,
    Paragraph,
    Breaks,
    Bold,
    Italic,
    Link,
    Heading.extend(ofTurning).configure({ levels: [3, 4] }),
    Quote,
    HorizontalRule,
    BulletList.extend(ofTurning),
    OrderedList.extend({ ...ofTurning, addAttributes: () => ({}) }),
    Turning.configure({ kinds: rich ? TURNS : [...TURNS, "h2", "task"] }),
    Item,
    ListKeymap,
    TrailingNode.configure({ node: "paragraph", notAfter: ["paragraph", "heading", "section", "quote", "bulletList", "orderedList", "taskList"] }),
    UndoRedo.configure({ depth: 500, newGroupDelay: 700 }),
    Gapcursor,
    Placeholder.configure({ placeholder }),
    Keys.configure({ types: [...(rich ? RICH : WHOLE), ...lines] }),
  ];
  if (rich) return [...common, ...more];
  const blocks = [Section, TaskList, TaskItem.configure({ texts }), PlainTable, TableRow, HeadCell, Cell, CellText, Dropcursor.configure({ color: false, class: "sw-dropcursor" })];
  return [...common, ...blocks, ...more];
}
