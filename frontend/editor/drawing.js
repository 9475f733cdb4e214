// The editor's document (lines.js) as HTML, as the editor itself will draw it (schema.js, boxes.js).

const TAGS = { paragraph: "p", section: "h2", quote: "blockquote", bulletList: "ul", orderedList: "ol", listItem: "li", tableRow: "tr", tableHeader: "th", tableCell: "td", cellText: "p", horizontalRule: "hr" };
const PIECES = new Set(["paragraph", "section", "heading", "quote", "taskItem", "cellText"]);

// Return the element, and its pieces of text: element → {key, nth, text}, the nth piece of the line with this key.
export function drawn(doc, texts) {
  const dom = document.createElement("div");
  const pieces = new Map();
  for (const node of doc.content) {
    const line = { key: node.attrs?.key, count: 0 };
    dom.append(element(node, line, pieces, texts));
  }
  return { dom, pieces };
}

function element(node, line, pieces, texts) {
  if (node.type === "figure") return figure(node.attrs, texts);
  if (node.type === "card") return fixed("div", "sw-card-edit", node.attrs.label);
  if (node.type === "table") {
    const table = document.createElement("table");
    table.createTBody().append(...children(node, line, pieces, texts));
    return table;
  }
  if (node.type === "taskList") {
    const list = document.createElement("ul");
    list.className = "sw-task-lines";
    list.append(...children(node, line, pieces, texts));
    return list;
  }
  if (node.type === "taskItem") return task(node, pieces);
  const dom = document.createElement(node.type === "heading" ? `h${node.attrs.level}` : TAGS[node.type]);
  if (node.type === "tableHeader" || node.type === "tableCell") Object.assign(dom, { colSpan: node.attrs.colspan, rowSpan: node.attrs.rowspan });
  if (!PIECES.has(node.type)) dom.append(...children(node, node.type === "listItem" ? { key: node.attrs.key, count: 0 } : line, pieces, texts));
  else piece(dom, node, line, pieces);
  return dom;
}

const children = (node, line, pieces, texts) => (node.content || []).map((child) => element(child, line, pieces, texts));

function task(node, pieces) {
  const item = document.createElement("li");
  const box = fixed("input", "", "");
  const words = document.createElement("span");
  Object.assign(box, { type: "checkbox", checked: node.attrs.done, disabled: true, ariaHidden: "true" });
  item.dataset.done = node.attrs.done ? "1" : "0";
  item.append(box, words);
  piece(words, node, { key: node.attrs.key, count: 0 }, pieces);
  return item;
}

function piece(dom, { content = [] }, line, pieces) {
  dom.append(...content.map(marked));
  if (!content.length) dom.append(document.createElement("br")); // else it has no height
  pieces.set(dom, { key: line.key, nth: line.count, text: textOf(dom) });
  line.count += 1;
}

function marked({ type, text, marks = [] }) {
  let dom = type === "hardBreak" ? document.createElement("br") : document.createTextNode(text);
  if (type === "hardBreak") dom.dataset.break = "";
  for (const { type: name, attrs } of marks) {
    const around = document.createElement({ bold: "strong", italic: "em", link: "a" }[name]);
    if (name === "link") around.href = attrs.href;
    around.append(dom);
    dom = around;
  }
  return dom;
}

function figure({ src, alt, caption }, texts) {
  const dom = fixed("figure", "sw-figure-edit", "");
  const picture = document.createElement("img");
  const fields = document.createElement("div");
  Object.assign(picture, { src, alt: "" });
  fields.className = "sw-figure-edit__fields";
  for (const [name, value] of [["alt", alt], ["caption", caption]]) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { value, readOnly: true, tabIndex: -1, className: "kern-form-input__input" });
    label.append(texts[name], input);
    fields.append(label);
  }
  dom.append(picture, fields);
  return dom;
}

function fixed(tag, name, text) {
  const dom = document.createElement(tag);
  dom.contentEditable = "false";
  dom.className = name;
  dom.textContent = text;
  return dom;
}

// A break of the text counts as one sign, as in the editor; those that browsers add for the height of a line don't.
export function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.localName === "br") return node.dataset.break === undefined ? "" : "\n";
  return Array.from(node.childNodes, textOf).join("");
}
