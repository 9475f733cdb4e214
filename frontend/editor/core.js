// One field of text. Articles and minutes are configurations of it.
import { Editor, Extension } from "@tiptap/core";
import { closeHistory } from "@tiptap/pm/history";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { Plugin, PluginKey, TextSelection } from "@tiptap/pm/state";
import { extensions } from "./schema.js";
import { Card, Figure } from "./boxes.js";
import { Popup } from "./popup.js";
import { Seeking } from "./seeking.js";
import { parsed } from "./word.js";
import { toDoc, toLines } from "./lines.js";

// The bar stays at the top of the window, and would cover the line with the cursor.
const belowBar = { top: 5, right: 5, bottom: 5, left: 5 };

export function keepBelow(bar) {
  new ResizeObserver(() => {
    belowBar.top = bar.offsetHeight + 8;
    document.documentElement.style.setProperty("scroll-padding-top", `${belowBar.top}px`); // for what browsers scroll
  }).observe(bar);
}

const marksOf = new PluginKey("marked");

// Lines that somebody else changed or wanted to delete are shown as such until the next change.
const Marked = Extension.create({
  name: "marked",
  addProseMirrorPlugins() {
    return [
      new Plugin({
        key: marksOf,
        state: {
          init: () => new Map(),
          apply: (change, marks) => change.getMeta(marksOf) || marks,
        },
        props: {
          decorations(state) {
            const marks = marksOf.getState(state);
            if (!marks.size) return null;
            const found = [];
            state.doc.descendants((node, position) => {
              const name = marks.get(node.attrs.key);
              if (name) found.push(Decoration.node(position, position + node.nodeSize, { class: name }));
            });
            return DecorationSet.create(state.doc, found);
          },
        },
      }),
    ];
  },
});

export class Field {
  // options: element, label, content (lines.js), known, rich, texts, placeholder, complete, menu, announce, upload, changed, focused, keys, more, moreLines
  constructor(options) {
    this.options = options;
    this.known = options.known;
    const { texts } = options;
    this.editor = new Editor({
      element: options.element,
      injectCSS: false,
      extensions: [
        ...extensions({ rich: options.rich, texts, placeholder: options.placeholder, more: options.more, lines: options.moreLines }),
        ...(options.rich ? [] : [Figure.configure({ texts }), Card]),
        Marked,
        Seeking,
        Popup.configure({ complete: options.complete, menu: (typed) => options.menu(this, typed), announce: options.announce, texts }),
        shortcuts(options.keys),
      ],
      content: options.content,
      editorProps: {
        scrollMargin: belowBar,
        scrollThreshold: belowBar,
        attributes: { role: "textbox", "aria-multiline": "true", "aria-label": options.label, class: "sw-prose sw-writing", spellcheck: "true", lang: "de" },
        transformPastedHTML: (source) => this.cleaned(source),
        handlePaste: (view, event) => {
          view.dispatch(closeHistory(view.state.tr)); // undone by itself, not with what was typed just before
          return this.takeFiles(view, event.clipboardData, event);
        },
        handleDrop: (view, event, _slice, moved) => !moved && this.takeFiles(view, event.dataTransfer, event),
      },
      onUpdate: () => options.changed(),
      onFocus: () => options.focused(this),
      onSelectionUpdate: () => options.selected?.(this),
    });
  }

  lines() {
    return toLines(this.editor.state.doc);
  }

  // Go on from what was typed before the editor was there (early.js).
  goOn(early) {
    const { view } = this.editor;
    const cursor = early.cursor();
    const change = view.state.tr;
    const pieces = piecesOf(view.state.doc);
    for (const { key, nth, text, now } of early.typed()) {
      const piece = pieces.get(`${key} ${nth}`);
      const [from, to, typed] = difference(text, now);
      // A copy of this browser may have put other text there.
      if (piece) insert(change, typed, change.mapping.map(piece.at + Math.min(from, piece.size), -1), change.mapping.map(piece.at + Math.min(to, piece.size)));
      else change.insert(change.doc.content.size, view.state.schema.nodes.paragraph.create(null, view.state.schema.text(typed)));
    }
    if (cursor) {
      const place = ({ key, nth, offset }) => {
        const piece = pieces.get(`${key} ${nth}`);
        const start = piece ? change.mapping.map(piece.at, -1) : change.doc.content.size;
        return change.doc.resolve(Math.min(start + offset, change.doc.content.size));
      };
      change.setSelection(TextSelection.between(place(cursor.anchor), place(cursor.head)));
    }
    early.field.remove();
    this.options.element.hidden = false;
    if (cursor) view.focus();
    view.dispatch(change);
    for (const one of early.waiting) this.repeat(one);
  }

  repeat({ typed = "", key, pasted }) {
    const { view } = this.editor;
    for (const sign of typed) {
      const { from, to } = view.state.selection;
      const plainly = () => view.state.tr.insertText(sign, from, to);
      if (!view.someProp("handleTextInput", (handle) => handle(view, from, to, sign, plainly))) view.dispatch(plainly());
    }
    if (key && !view.someProp("handleKeyDown", (handle) => handle(view, new KeyboardEvent("keydown", key)))) this.erase(key);
    if (pasted) view.dom.dispatchEvent(new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true, cancelable: true }));
  }

  // What browsers do by themselves with a key that means no more than one sign.
  erase({ key }) {
    const { view } = this.editor;
    const { from } = view.state.selection;
    if (key === "Backspace") view.dispatch(view.state.tr.delete(from - 1, from));
    if (key === "Delete") view.dispatch(view.state.tr.delete(from, from + 1));
  }

  // Before the editor parses it: what it would parse raises reports of the content security policy (word.js).
  cleaned(source) {
    const { body, left } = parsed(source);
    if (left) this.options.announce(this.options.texts.picturesLeft.replace("%s", left), true);
    return body.innerHTML;
  }

  // Files alone; beside HTML there is often a picture *of* the text.
  takeFiles(view, transfer, event) {
    const files = [...transfer.files];
    if (!files.length || this.options.rich || transfer.getData("text/html")) return false;
    event.preventDefault();
    const at = event.type === "drop" ? view.posAtCoords({ left: event.clientX, top: event.clientY }) : null;
    this.upload(files, at?.pos);
    return true;
  }

  async upload(files, at) {
    if (at !== undefined) this.editor.commands.setTextSelection(at);
    for (const file of files) {
      const node = await this.options.upload(file);
      if (!node) continue;
      this.editor.chain().insertContentAt(placeFor(this.editor.state.selection), [node]).run();
      if (node.type === "figure") this.askAlt(node.attrs.key);
    }
  }

  askAlt(key) {
    this.editor.state.doc.forEach((node, position) => {
      if (node.attrs.key === key) this.editor.view.nodeDOM(position)?.querySelector("input")?.focus();
    });
  }

  // Take over what the server put together: only blocks that differ, outside of what can be undone.
  replace(lines, known, marks) {
    Object.assign(this.known.links, known.links);
    Object.assign(this.known.images, known.images);
    Object.assign(this.known.cards, known.cards);
    const { state, view } = this.editor;
    const target = state.schema.nodeFromJSON(toDoc(lines, this.known));
    const change = state.tr.setMeta("addToHistory", false);
    const start = state.doc.content.findDiffStart(target.content);
    if (start !== null) replaceBlocks(change, state.doc, target);
    if (change.docChanged && state.selection instanceof TextSelection) keepCursor(change, state.selection);
    change.setMeta(marksOf, new Map(marks));
    view.dispatch(change);
  }
}

// Return each piece of text by the key of its line and its number there, as drawing.js counts them.
function piecesOf(doc) {
  const pieces = new Map();
  doc.forEach((line, offset) => {
    let key = line.attrs.key;
    let count = 0;
    const collect = (node, at) => {
      if (node.attrs.key && node !== line) {
        key = node.attrs.key;
        count = 0;
      }
      if (!node.isTextblock) return node.forEach((child, inner) => collect(child, at + 1 + inner));
      pieces.set(`${key} ${count}`, { at: at + 1, size: node.content.size });
      count += 1;
      return null;
    };
    collect(line, offset);
  });
  return pieces;
}

// Return [from, to, text]: what to put between which places of `before`, so that it becomes `now`.
function difference(before, now) {
  let same = 0;
  while (same < before.length && same < now.length && before[same] === now[same]) same += 1;
  let end = 0;
  while (end < before.length - same && end < now.length - same && before.at(-1 - end) === now.at(-1 - end)) end += 1;
  return [same, before.length - end, now.slice(same, now.length - end)];
}

function insert(change, text, from, to) {
  if (text) change.insertText(text, from, to);
  else change.delete(from, to);
}

// A picture or file stands behind the block with the cursor, or instead of an empty line.
function placeFor({ $to }) {
  if (!$to.depth) return $to.pos;
  const isEmptyLine = $to.depth === 1 && $to.parent.type.name === "paragraph" && !$to.parent.content.size;
  return isEmptyLine ? { from: $to.before(1), to: $to.after(1) } : $to.after(1);
}

// What others wrote where the cursor is comes behind it: somebody may be in the middle of a word.
function keepCursor(change, { anchor, head }) {
  const place = (position) => change.doc.resolve(change.mapping.map(position, -1));
  change.setSelection(TextSelection.between(place(anchor), place(head)));
}

// Blocks that are alike at both ends stay untouched, so that the cursor and what can be undone stay where they are.
function replaceBlocks(change, before, target) {
  const old = before.content.content;
  const now = target.content.content;
  const keyOf = (node) => node.attrs.key || node.firstChild?.attrs.key || node.firstChild?.firstChild?.attrs?.key || node.type.name;
  const places = [];
  let position = 0;
  for (const node of old) {
    places.push(position);
    position += node.nodeSize;
  }
  places.push(position);
  // Longest common run by key, walked from the end, so that positions before stay valid.
  const steps = align(old.map(keyOf), now.map(keyOf));
  for (const [a1, a2, b1, b2] of steps.reverse()) {
    for (let n = Math.min(a2 - a1, b2 - b1) - 1; n >= 0 && a2 - a1 === b2 - b1; n -= 1) {
      const [was, is] = [old[a1 + n], now[b1 + n]];
      if (!was.eq(is)) replaceOne(change, places[a1 + n], was, is);
    }
    if (a2 - a1 !== b2 - b1) change.replaceWith(places[a1], places[a2], now.slice(b1, b2));
  }
}

function replaceOne(change, position, was, is) {
  if (was.type === is.type && was.isTextblock) {
    const start = was.content.findDiffStart(is.content);
    const end = start === null ? null : was.content.findDiffEnd(is.content);
    if (start !== null && was.sameMarkup(is)) {
      let { a, b } = end;
      const overlap = start - Math.min(a, b);
      if (overlap > 0) {
        a += overlap;
        b += overlap;
      }
      // A word goes in with the space before it, not with the one behind: that one may begin what was typed here last,
      // and undoing this would take the word along.
      const back = start === a && isSpace(was, start) && isSpace(is, b) ? 1 : 0;
      change.replace(position + 1 + start - back, position + 1 + a - back, is.slice(start - back, b - back));
      return;
    }
  }
  change.replaceWith(position, position + was.nodeSize, is);
}

const isSpace = (node, end) => end > 0 && node.textBetween(end - 1, end) === " ";

// Return [a1, a2, b1, b2] parts of two lists of keys: those in both one by one, the others between them.
function align(one, other) {
  const places = new Map(other.map((key, index) => [key, index]));
  const steps = [];
  let a = 0;
  let b = 0;
  one.forEach((key, index) => {
    const at = places.get(key);
    if (at === undefined || at < b) return;
    if (index > a || at > b) steps.push([a, index, b, at]);
    steps.push([index, index + 1, at, at + 1]);
    a = index + 1;
    b = at + 1;
  });
  if (a < one.length || b < other.length) steps.push([a, one.length, b, other.length]);
  return steps;
}

function shortcuts(keys) {
  return Extension.create({
    name: "shortcuts",
    addKeyboardShortcuts() {
      return Object.fromEntries(Object.entries(keys).map(([key, call]) => [key, () => (call(this.editor), true)]));
    },
  });
}
