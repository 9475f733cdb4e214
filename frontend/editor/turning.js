// What kind of line a line is: `turnInto` makes all chosen lines paragraphs, headings, items, quotes or tasks, whatever they
// were, and paragraphs again if they are all that already. They keep their keys, so that they stay the same lines for others.
import { Extension, InputRule } from "@tiptap/core";
import { Fragment } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";

import { LISTS } from "./lines.js";

const KINDS = { bulletList: "ul", orderedList: "ol", paragraph: "p", section: "h2", quote: "quote" };
const SIGNS = [
  [/^[-+*]\s$/, "ul"],
  [/^\d+\.\s$/, "ol"],
  [/^##?\s$/, "h2"],
  [/^###\s$/, "h3"],
  [/^####\s$/, "h4"],
  [/^>\s$/, "quote"],
  [/^(?:- )?\[[ ]?\]\s$/, "task"],
  [/^(?:- )?\[[xX]\]\s$/, "task", { done: true }],
];

export const Turning = Extension.create({
  name: "turning",
  addOptions: () => ({ kinds: [] }),
  addCommands() {
    return {
      turnInto:
        (kind, more = {}) =>
        ({ tr, dispatch }) => {
          const found = touched(tr.doc, tr.selection);
          const chosen = found.lines.filter((line) => line.isChosen);
          if (!chosen.length) return false;
          if (dispatch) {
            const to = chosen.every((line) => line.kind === kind) ? "p" : kind;
            if (LISTS[to] && tr.selection.empty) chooseWholeList(found.lines);
            for (const line of found.lines) if (line.isChosen) Object.assign(line, { kind: to, level: LISTS[line.kind] ? line.level : 0 }, more);
            replace(tr, found);
          }
          return true;
        },
      // Several chosen items, with those below them, go one deeper, or one up; the top item of a list stays.
      shiftItems:
        (step) =>
        ({ tr, dispatch }) => {
          const found = touched(tr.doc, tr.selection);
          const chosen = found.lines.filter((line) => line.isChosen);
          if (chosen.length < 2 || !chosen.every((line) => LISTS[line.kind])) return false;
          const top = Math.min(...chosen.map((line) => line.level));
          if (step > 0 ? found.lines[found.lines.indexOf(chosen[0]) - 1]?.level === undefined : top === 0) return false;
          if (dispatch) {
            let above = Infinity;
            for (const line of found.lines) {
              if (line.isChosen) above = Math.min(above, line.level);
              else if (!(line.level > above)) above = Infinity;
              if (line.isChosen || line.level > above) line.level += step;
            }
            replace(tr, found);
          }
          return true;
        },
    };
  },
  // Of several chosen items.
  addKeyboardShortcuts() {
    return {
      "Mod-Shift-7": () => this.editor.commands.turnInto("ol"),
      "Mod-Shift-8": () => this.editor.commands.turnInto("ul"),
      Tab: () => this.editor.commands.shiftItems(1),
      "Shift-Tab": () => this.editor.commands.shiftItems(-1),
    };
  },
  addInputRules() {
    return SIGNS.filter(([, kind]) => this.options.kinds.includes(kind)).map(
      ([find, kind, more]) =>
        new InputRule({
          find,
          handler: ({ state, range, chain }) => {
            const { $from } = state.selection;
            const isTask = $from.parent.type.name === "taskItem";
            const isItem = $from.node(-1).type.name === "listItem";
            // Only `[] ` means something at the beginning of an item: `- [] ` is one sign, too.
            if (isTask || kindOf($from.parent) === kind || ($from.depth > 1 && !(isItem && kind === "task"))) return null;
            chain().deleteRange(range).turnInto(kind, more).run();
            return state;
          },
        }),
    );
  },
});

const kindOf = (node) => (node.type.name === "heading" ? `h${node.attrs.level}` : KINDS[node.type.name]);
const isList = (node) => /List$/.test(node?.type.name);

// Return the blocks that the selection touches and the lists beside them, as lines; `from` and `to` are their ends.
function touched(doc, selection) {
  const indexes = [];
  doc.forEach((node, offset, index) => {
    if (offset < selection.to && offset + node.nodeSize > selection.from) indexes.push(index);
  });
  let first = indexes[0] ?? 0;
  let last = indexes.at(-1) ?? -1;
  if (isList(doc.maybeChild(first - 1))) first -= 1;
  if (isList(doc.maybeChild(last + 1))) last += 1;
  const lines = [];
  let from = 0;
  let to = 0;
  doc.forEach((node, offset, index) => {
    if (index === first) from = offset;
    if (index < first || index > last) return;
    to = offset + node.nodeSize;
    collect(node, offset, 0, lines);
  });
  for (const line of lines) {
    const isBehind = line.start === selection.to && !selection.empty; // as a click on the whole line before selects
    line.isChosen = Boolean(line.kind) && line.start <= selection.to && line.end >= selection.from && !isBehind;
  }
  return { lines, from, to };
}

function collect(node, position, level, lines) {
  const add = (block, at, more) => lines.push({ key: block.attrs.key, content: block.content, start: at + 1, end: at + 1 + block.content.size, level, ...more });
  if (LISTS[kindOf(node)]) {
    node.forEach((item, offset) => {
      const at = position + 1 + offset;
      add(item.firstChild, at + 1, { kind: kindOf(node), key: item.attrs.key });
      item.forEach((child, inner, index) => index && collect(child, at + 1 + inner, level + 1, lines));
    });
  } else if (node.type.name === "taskList") {
    node.forEach((item, offset) => add(item, position + 1 + offset, { kind: "task", done: item.attrs.done }));
  } else if (kindOf(node)) add(node, position, { kind: kindOf(node) });
  else lines.push({ node });
}

// With the cursor in a list, the other kind of list is meant for all items beside this one.
function chooseWholeList(lines) {
  const at = lines.findIndex((line) => line.isChosen);
  const { kind, level } = lines[at];
  if (!LISTS[kind]) return;
  for (const step of [-1, 1]) {
    for (let n = at + step; LISTS[lines[n]?.kind] && lines[n].level >= level; n += step) {
      if (lines[n].level > level) continue;
      if (lines[n].kind !== kind) break;
      lines[n].isChosen = true;
    }
  }
}

function replace(tr, { lines, from, to }) {
  const { schema } = tr.doc.type;
  const { anchor, head } = tr.selection;
  const texts = lines.filter((line) => line.kind);
  const places = [anchor, head].map((position) => placeIn(texts, position));
  setLevels(lines);
  tr.replaceWith(from, to, built(lines, schema));
  const starts = startsIn(tr.doc, from, tr.mapping.map(to));
  const [newAnchor, newHead] = places.map(({ index, offset }) => tr.doc.resolve(starts[index] + offset));
  tr.setSelection(TextSelection.between(newAnchor, newHead)).scrollIntoView();
}

// A place outside of all lines, such as in a table, counts as the nearest line's.
function placeIn(texts, position) {
  const after = texts.findIndex((line) => line.end >= position);
  const index = after < 0 ? texts.length - 1 : after;
  const { start, end } = texts[index];
  return { index, offset: Math.min(Math.max(position, start), end) - start };
}

function startsIn(doc, from, to) {
  const starts = [];
  doc.nodesBetween(from, to, (node, position) => {
    if (node.type.name === "table") return false;
    if (node.isTextblock) starts.push(position + 1);
    return !node.isTextblock;
  });
  return starts;
}

// Items lie as deep as before in relation to each other; the first one of a list at its top.
function setLevels(lines) {
  let above = [];
  for (const line of lines) {
    if (!LISTS[line.kind]) {
      above = [];
      continue;
    }
    while (above.length && above.at(-1) >= line.level) above.pop();
    above.push(line.level);
    line.level = above.length - 1;
  }
}

function built(lines, schema) {
  const { nodes } = schema;
  const found = [];
  for (let at = 0; at < lines.length; ) {
    const { kind, key, content, node } = lines[at];
    let end = at + 1;
    if (LISTS[kind]) {
      while (LISTS[lines[end]?.kind]) end += 1;
      found.push(...lists(lines.slice(at, end), 0, nodes));
    } else if (kind === "task") {
      while (lines[end]?.kind === "task") end += 1;
      found.push(nodes.taskList.create(null, lines.slice(at, end).map((line) => nodes.taskItem.create({ key: line.key, done: Boolean(line.done) }, line.content))));
    } else if (kind === "h2") found.push(nodes.section.create({ key }, unmarked(content)));
    else if (kind === "h3" || kind === "h4") found.push(nodes.heading.create({ key, level: Number(kind[1]) }, content));
    else found.push(node || nodes[kind === "quote" ? "quote" : "paragraph"].create({ key }, content));
    at = end;
  }
  return found;
}

function lists(lines, level, nodes) {
  const found = [];
  for (let at = 0; at < lines.length; ) {
    const { key, kind, content } = lines[at];
    let end = at + 1;
    while (end < lines.length && lines[end].level > level) end += 1;
    const below = lists(lines.slice(at + 1, end), level + 1, nodes);
    const item = nodes.listItem.create({ key }, [nodes.paragraph.create(null, content), ...below]);
    const last = found.at(-1);
    if (last?.type.name === LISTS[kind]) found[found.length - 1] = last.copy(last.content.addToEnd(item));
    else found.push(nodes[LISTS[kind]].create(null, item));
    at = end;
  }
  return found;
}

// Headings of sections are plain text.
function unmarked(content) {
  const nodes = [];
  content.forEach((node) => nodes.push(node.mark([])));
  return Fragment.from(nodes);
}
