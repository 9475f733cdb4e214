// The page before the editor is there: the text is shown at once and takes letters, while the editor is still on its way.
// What means more than itself (Enter, a paste, `- `, `@`) waits for the editor, with all that is typed after it.
import { drawn, textOf } from "./drawing.js";
import { toDoc } from "./lines.js";
import { toolbar } from "./toolbar.js";

const SIGNS = /[-#*_`~>+[\]@/]/;
const NATIVE = /^(insertText|insertCompositionText|insertFromComposition|delete\w*(Backward|Forward)|history\w+)$/;
const KEYS = {
  insertParagraph: { key: "Enter" },
  insertLineBreak: { key: "Enter", shiftKey: true },
  deleteContentBackward: { key: "Backspace" },
  deleteContentForward: { key: "Delete" },
  formatBold: { key: "b", ctrlKey: true },
  formatItalic: { key: "i", ctrlKey: true },
};

class EarlyText {
  constructor({ lines, label, name }, { known, words }) {
    this.name = name;
    this.content = toDoc(lines, known);
    this.waiting = []; // {typed}, {key: what a KeyboardEvent has} or {pasted: a DataTransfer}
    Object.assign(this, drawn(this.content, words));
    const { dom } = this;
    dom.className = "sw-prose sw-writing";
    dom.contentEditable = "true";
    for (const [attribute, value] of Object.entries({ role: "textbox", "aria-multiline": "true", "aria-label": label, lang: "de", spellcheck: "true" })) {
      dom.setAttribute(attribute, value);
    }
    dom.addEventListener("beforeinput", (event) => this.take(event));
    dom.addEventListener("keydown", (event) => this.takeKey(event));
    dom.addEventListener("paste", (event) => this.takePaste(event));
    dom.addEventListener("drop", (event) => event.preventDefault());
    dom.addEventListener("compositionstart", () => {
      this.composed = new Promise((done) => dom.addEventListener("compositionend", () => setTimeout(done), { once: true }));
    });
  }

  take(event) {
    if (!this.waiting.length && this.isPlain(event)) return;
    event.preventDefault();
    if (event.inputType === "insertText") this.waiting.push({ typed: event.data });
    else if (KEYS[event.inputType]) this.waiting.push({ key: KEYS[event.inputType] });
  }

  // Letters, and deletions inside one piece of text: the browser does with them what the editor would.
  isPlain(event) {
    if (!NATIVE.test(event.inputType) || SIGNS.test(event.data || "")) return false;
    const [range] = event.getTargetRanges();
    const piece = range && this.pieceOf(range.startContainer);
    if (!piece || piece !== this.pieceOf(range.endContainer)) return false;
    return !(event.data === " " && /^\d+\.$/.test(textOf(piece))); // begins a list
  }

  pieceOf(node) {
    let found = node;
    while (found && !this.pieces.has(found)) found = found.parentNode;
    return found;
  }

  takeKey(event) {
    const { key, ctrlKey, metaKey } = event;
    if (!(ctrlKey || metaKey) || !"hks".includes(key)) return;
    event.preventDefault();
    this.waiting.push({ key: { key, ctrlKey, metaKey } });
  }

  takePaste(event) {
    event.preventDefault();
    const from = event.clipboardData;
    const pasted = new DataTransfer(); // that of the event is empty when the event is over
    for (const type of ["text/html", "text/plain"]) if (from.getData(type)) pasted.setData(type, from.getData(type));
    for (const file of from.files) pasted.items.add(file);
    this.waiting.push({ pasted });
  }

  // Return the pieces whose text is another now.
  typed() {
    const all = Array.from(this.pieces, ([dom, piece]) => ({ ...piece, now: textOf(dom) }));
    return all.filter(({ text, now }) => text !== now);
  }

  // Return where the cursor is, as {anchor, head}, each {key, nth, offset}; null if it isn't in this text.
  cursor() {
    if (document.activeElement !== this.dom) return null;
    const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
    const anchor = this.place(anchorNode, anchorOffset);
    return anchor && { anchor, head: this.place(focusNode, focusOffset) || anchor };
  }

  place(node, offset) {
    const piece = this.pieceOf(node);
    if (!piece) return null;
    const before = document.createRange();
    before.setStart(piece, 0);
    before.setEnd(node, offset);
    const { key, nth } = this.pieces.get(piece);
    return { key, nth, offset: textOf(before.cloneContents()).length };
  }
}

// --- the page -------------------------------------------------------------------------------------------------
const data = JSON.parse(document.getElementById("editor-data").textContent);
const frame = document.getElementById("editor");
const tools = document.getElementById("editor-toolbar");
const actions = frame.querySelector(".sw-editor__actions");
// What the editor brings with it.
const later = { editor: null, askLink: null, pickFile: null, seek: null };
const bar = toolbar(tools, data.words, () => later.editor(), {
  rich: data.texts.every((text) => text.rich),
  askLink: (editor) => later.askLink(editor),
  pickFile: () => later.pickFile(),
  seek: () => later.seek(),
});
const early = data.texts.map((text) => {
  const section = document.createElement("section");
  section.className = "sw-editor__text";
  if (data.texts.length > 1) {
    const heading = document.createElement("h2");
    heading.className = "sw-section-title";
    heading.textContent = text.label;
    section.append(heading);
  }
  const one = new EarlyText(text, data);
  one.field = document.createElement("div");
  one.field.className = "sw-editor__field";
  one.field.append(one.dom);
  section.append(one.field);
  document.getElementById("editor-texts").append(section);
  return one;
});
tools.inert = true;
actions.inert = true; // publishing waits, too: what is typed now isn't saved yet
frame.hidden = false;

async function load() {
  const editor = await import(frame.dataset.script).catch(() => null);
  if (!editor) {
    const status = document.getElementById("editor-status");
    status.textContent = data.words.notLoaded;
    status.dataset.state = "failed";
    return;
  }
  await editor.start({ early, bar, later });
  tools.inert = false;
  actions.inert = false;
  frame.dataset.ready = "1";
}

// After the text is on the screen. A tab in the background shows nothing, and would wait for ever.
if (document.hidden) load();
else requestAnimationFrame(() => setTimeout(load));
