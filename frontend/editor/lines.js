// Lines, as the server has them (knowledge/editing/lines.py) ⇄ the editor's document.

import { newKey } from "./newkey.js";

export const LISTS = { ul: "bulletList", ol: "orderedList" };
const PLAIN = { p: "paragraph", quote: "quote" };

// --- lines → document ---------------------------------------------------------------------------------------

export function toDoc(lines, known) {
  const content = [];
  for (let at = 0; at < lines.length; ) {
    const [, kind] = lines[at];
    let end = at + 1;
    if (LISTS[kind]) {
      while (end < lines.length && LISTS[lines[end][1]] && (depth(lines[end]) > 0 || lines[end][1] === kind)) end += 1;
      content.push(...lists(lines.slice(at, end), 0, known));
    } else if (kind === "task") {
      while (end < lines.length && lines[end][1] === "task") end += 1;
      content.push({ type: "taskList", content: lines.slice(at, end).map((line) => task(line, known)) });
    } else {
      content.push(block(lines[at], known));
    }
    at = end;
  }
  return { type: "doc", content: content.length ? content : [{ type: "paragraph", attrs: { key: newKey().slice(0, 8) } }] };
}

const depth = (line) => line[3] || 0;
const data = (line) => line[4] || {};

function lists(lines, level, known) {
  const found = [];
  for (let at = 0; at < lines.length; ) {
    const [key, kind, runs] = lines[at];
    let end = at + 1;
    while (end < lines.length && depth(lines[end]) > level) end += 1;
    const item = {
      type: "listItem",
      attrs: { key },
      content: [{ type: "paragraph", content: inline(runs, known) }, ...lists(lines.slice(at + 1, end), level + 1, known)],
    };
    const last = found.at(-1);
    if (last?.type === LISTS[kind]) last.content.push(item);
    else found.push({ type: LISTS[kind], content: [item] });
    at = end;
  }
  return found;
}

function task(line, known) {
  return { type: "taskItem", attrs: { key: line[0], done: Boolean(data(line).done) }, content: inline(line[2], known) };
}

function block(line, known) {
  const [key, kind, runs] = line;
  if (PLAIN[kind]) return { type: PLAIN[kind], attrs: { key }, content: inline(runs, known) };
  if (kind === "h2") return { type: "section", attrs: { key }, content: inline(runs, known) };
  if (kind === "h3" || kind === "h4") {
    return { type: "heading", attrs: { key, level: Number(kind[1]) }, content: inline(runs, known) };
  }
  if (kind === "hr") return { type: "horizontalRule", attrs: { key } };
  if (kind === "table") return table(key, data(line));
  if (kind === "figure") return { type: "figure", attrs: { key, ...data(line), src: known.images[data(line).image] || "" } };
  return { type: "card", attrs: { key, ...data(line), label: known.cards[key] || "" } };
}

function table(key, { rows, head, side }) {
  const content = rows.map((row, y) => ({
    type: "tableRow",
    content: row.map((cell, x) => {
      const [text, colspan, rowspan] = typeof cell === "string" ? [cell, 1, 1] : cell;
      return {
        type: (head && y === 0) || (side && x === 0) ? "tableHeader" : "tableCell",
        attrs: { colspan, rowspan },
        content: [{ type: "cellText", content: inline([text]) }],
      };
    }),
  }));
  return { type: "table", attrs: { key }, content };
}

function inline(runs, known) {
  return runs.flatMap((run) => {
    const [text, signs = "", kind, to] = typeof run === "string" ? [run] : run;
    const marks = [];
    if (signs.includes("b")) marks.push({ type: "bold" });
    if (signs.includes("i")) marks.push({ type: "italic" });
    if (kind) {
      const href = kind === "url" ? to : known.links[`${kind}:${to}`] || "#";
      marks.push({ type: "link", attrs: { kind, to, href } });
    }
    return text
      .split(/(\n)/)
      .filter(Boolean)
      .map((piece) => (piece === "\n" ? { type: "hardBreak", marks } : { type: "text", text: piece, marks }));
  });
}

// --- document → lines ---------------------------------------------------------------------------------------

export function toLines(doc) {
  const lines = [];
  doc.forEach((node) => collect(node, lines));
  return lines;
}

function collect(node, lines) {
  const { key } = node.attrs;
  const name = node.type.name;
  if (name === "bulletList" || name === "orderedList") items(node, 0, lines);
  else if (name === "taskList") {
    node.forEach((item) => lines.push(packed(item.attrs.key, "task", words(item), 0, item.attrs.done ? { done: true } : {})));
  } else if (name === "table") lines.push(packed(key, "table", [], 0, tableData(node)));
  else if (name === "figure") {
    const { image, alt, caption } = node.attrs;
    lines.push(packed(key, "figure", [], 0, { image, alt, caption }));
  } else if (name === "card") {
    const { type, document } = node.attrs;
    lines.push(packed(key, "card", [], 0, document ? { type, document } : { type }));
  } else {
    const kind = { paragraph: "p", section: "h2", quote: "quote", horizontalRule: "hr", heading: `h${node.attrs.level}` }[name];
    lines.push(packed(key, kind, words(node)));
  }
}

function packed(key, kind, runs, level = 0, more = {}) {
  return level || Object.keys(more).length ? [key, kind, runs, level, more] : [key, kind, runs];
}

function items(list, level, lines) {
  const kind = list.type.name === "bulletList" ? "ul" : "ol";
  list.forEach((item) => {
    lines.push(packed(item.attrs.key, kind, words(item.firstChild), level));
    item.forEach((child, _offset, index) => index && items(child, level + 1, lines));
  });
}

function words(node) {
  const runs = [];
  node.forEach((child) => {
    const text = child.type.name === "hardBreak" ? "\n" : child.text;
    const has = (name) => child.marks.find((mark) => mark.type.name === name);
    const signs = (has("bold") ? "b" : "") + (has("italic") ? "i" : "");
    const link = has("link")?.attrs;
    const look = link ? [signs, link.kind, link.to] : signs ? [signs] : [];
    const last = runs.at(-1);
    if (last && JSON.stringify(last.slice(1)) === JSON.stringify(look)) last[0] += text;
    else runs.push([text, ...look]);
  });
  return runs.map((run) => (run.length === 1 ? run[0] : run));
}

function tableData(node) {
  const rows = [];
  const headed = (cell) => cell.type.name === "tableHeader";
  node.forEach((row) => {
    const cells = [];
    row.forEach((cell) => {
      const { colspan, rowspan } = cell.attrs;
      const text = words(cell.firstChild).join("");
      cells.push(colspan > 1 || rowspan > 1 ? [text, colspan, rowspan] : text);
    });
    rows.push(cells);
  });
  const found = { rows };
  const all = (row) => row.childCount > 0 && Array.from({ length: row.childCount }, (_x, n) => row.child(n)).every(headed);
  const firsts = Array.from({ length: node.childCount }, (_y, n) => node.child(n)).slice(1);
  if (all(node.firstChild)) found.head = true;
  if (firsts.length && firsts.every((row) => row.firstChild && headed(row.firstChild))) found.side = true;
  return found;
}
