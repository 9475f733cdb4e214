// What is pasted, before it is parsed. Parsing happens under the page's content security policy: every `style=` would be
// a report, even in a document that is never shown. So styles are read, and removed, while this is still text.

const LIST = /mso-list:\s*l(\d+)\s+level(\d+)/i;

export function cleaned(source) {
  const styled = source
    .replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, "")
    .replace(/<!\[if !supportLists\]>[\s\S]*?<!\[endif\]>/gi, marker)
    .replace(/<!\[[^\]]*\]>/g, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(style|script|xml|head|title|template|iframe|object|svg|math)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<(meta|link|base|script|style|iframe|object|embed)\b[^>]*>/gi, "")
    .replace(/<(\/?)(?:o|v|w|m|st1):\w+[^>]*>/gi, "");
  return styled.replace(/<([a-z][\w:-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi, (_all, name, attributes) => tag(name, attributes));
}

// The sign that Word puts before an item: only what kind of list it is remains.
function marker(part) {
  const text = part.replace(/<[^>]+>/g, "").replace(/&nbsp;|\s/g, "");
  return /^\(?([0-9]+|[a-zA-Z]|[ivxIVX]+)[.)]/.test(text) ? '<i data-sign="1"></i>' : "";
}

const KEPT = ["href", "src", "alt", "colspan", "rowspan", "data-sign", "data-kind", "data-to", "data-tasks", "data-done", "data-cell", "data-pm-slice", "data-card"]
  .map((wanted) => new RegExp(`\\s(${wanted})(?:\\s*=\\s*("[^"]*"|'[^']*'|[^\\s>]+))?(?=[\\s/>]|$)`, "i"));

function tag(name, attributes) {
  if (!attributes) return `<${name}>`;
  const style = /\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/i.exec(attributes)?.[1] || "";
  const kept = KEPT.map((wanted) => wanted.exec(attributes))
    .filter(Boolean)
    .map((found) => (found[2] ? ` ${found[1]}=${found[2]}` : ` ${found[1]}=""`));
  const list = LIST.exec(style);
  if (list) kept.push(` data-list="${list[1]}" data-level="${list[2]}"`);
  if (/font-weight:\s*(bold|[6-9]00)/i.test(style)) kept.push(' data-look="b"');
  else if (/font-style:\s*italic/i.test(style)) kept.push(' data-look="i"');
  return `<${name}${kept.join("")}>`;
}

// Return a document to take content from, and how many things can't come along.
export function parsed(source) {
  const found = new DOMParser().parseFromString(cleaned(source), "text/html");
  let left = 0;
  found.querySelectorAll("[data-look]").forEach((element) => {
    if (/^(p|h[1-6]|li|td|th|b|strong|body|div)$/i.test(element.localName)) return;
    wrapIn(element, element.dataset.look);
  });
  found.querySelectorAll("img").forEach((image) => {
    left += /^file:/i.test(image.getAttribute("src") || "") ? 1 : 0;
    image.remove();
  });
  wordLists(found);
  found.querySelectorAll("blockquote").forEach((quote) => flattenQuote(found, quote));
  found.querySelectorAll("table").forEach((table) => plainCells(found, table));
  found.querySelectorAll("li > p:only-child").forEach((paragraph) => paragraph.replaceWith(...paragraph.childNodes));
  found.querySelectorAll("p, h1, h2, h3, h4, h5, h6").forEach((line) => {
    const isEmpty = !line.textContent.replace(/ /g, " ").trim() && !line.querySelector("img");
    if (isEmpty && !line.closest("td, th") && line.parentElement.childElementCount > 1) line.remove();
  });
  found.querySelectorAll("h5, h6").forEach((line) => rename(found, line, "h4"));
  return { body: found.body, left };
}

function wrapIn(element, name) {
  const wrapper = element.ownerDocument.createElement(name);
  wrapper.append(...element.childNodes);
  element.append(wrapper);
}

function rename(found, element, name) {
  const other = found.createElement(name);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}

// Word's lists are paragraphs with a level; another list begins where its number changes at the first level.
function wordLists(found) {
  let open = [];
  let number = null;
  let last = null;
  found.querySelectorAll("[data-list]").forEach((line) => {
    const sign = line.querySelector("[data-sign]");
    const kind = sign ? "ol" : "ul";
    sign?.remove();
    const level = Math.max(1, Number(line.dataset.level));
    const follows = last && nextElement(last) === line;
    if (!follows || (level === 1 && number !== line.dataset.list)) open = [];
    number = level === 1 ? line.dataset.list : number;
    const item = found.createElement("li");
    item.append(...line.childNodes);
    open.length = Math.min(open.length, level);
    const at = Math.min(level, open.length + 1);
    if (open.length < at || open[at - 1].localName !== kind) {
      open.length = at - 1;
      const list = found.createElement(kind);
      if (at === 1) line.before(list);
      else open[at - 2].lastElementChild.append(list);
      open.push(list);
    }
    open[at - 1].append(item);
    last = open[0];
    line.remove();
  });
}

function nextElement(element) {
  let next = element.nextSibling;
  while (next && next.nodeType === 3 && !next.data.trim()) next = next.nextSibling;
  return next;
}

function flattenQuote(found, quote) {
  const lines = [...quote.querySelectorAll("p")];
  if (lines.length) quote.replaceWith(...lines.map((line) => rename(found, line, "blockquote")));
}

// Cells hold lines of plain text. The first row is the head if it says so, or if all of it is bold.
function plainCells(found, table) {
  if (table.closest("td, th")) {
    table.replaceWith(...[...table.rows].map((row) => {
      const line = found.createElement("p");
      line.textContent = [...row.cells].map((cell) => cell.textContent.trim()).join(" ");
      return line;
    }));
    return;
  }
  table.querySelectorAll("caption, colgroup").forEach((element) => element.remove());
  const first = table.rows[0];
  const isHead = first && [...first.cells].every((cell) => cell.localName === "th" || isBold(cell));
  for (const row of [...table.rows]) {
    for (const cell of [...row.cells]) {
      const line = found.createElement("p");
      line.dataset.cell = "";
      linesOf(cell).forEach((text, index) => {
        if (index) line.append(found.createElement("br"));
        line.append(text);
      });
      cell.replaceChildren(line);
      if (row === first && isHead && cell.localName === "td") {
        const head = rename(found, cell, "th");
        for (const name of ["colspan", "rowspan"]) if (cell.hasAttribute(name)) head.setAttribute(name, cell.getAttribute(name));
      }
    }
  }
}

function isBold(cell) {
  const walker = cell.ownerDocument.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  let found = false;
  while (walker.nextNode()) {
    if (!walker.currentNode.data.trim()) continue;
    if (!walker.currentNode.parentElement.closest("b, strong")) return false;
    found = true;
  }
  return found;
}

function linesOf(cell) {
  const lines = [""];
  const walk = (node) => {
    if (node.nodeType === 3) lines[lines.length - 1] += node.data.replace(/[\t\r\n ]+/g, " ");
    const breaks = /^(p|div|li|br|h[1-6]|tr)$/.test(node.localName || "");
    if (breaks && lines.at(-1).trim()) lines.push("");
    node.childNodes.forEach(walk);
    if (breaks && node.localName !== "br" && lines.at(-1).trim()) lines.push("");
  };
  cell.childNodes.forEach(walk);
  return lines.map((line) => line.trim()).filter((line, index) => line || index === 0);
}
