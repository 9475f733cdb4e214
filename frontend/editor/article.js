// The editor of articles and of all pages whose texts are bodies or rich text.
import { Field, keepBelow } from "./core.js";
import { Keep } from "./keep.js";
import { messages } from "./messages.js";
import { Sync } from "./sync.js";
import { run } from "./toolbar.js";
import { isSafe } from "./schema.js";
import { seeker } from "./seeking.js";

const data = JSON.parse(document.getElementById("editor-data").textContent);
const { words, known } = data;
const part = (name) => document.getElementById(`editor-${name}`);
const title = part("title");
const fields = new Map();
let current = null;
let sync = null;
let bar = null;

// --- what is said -------------------------------------------------------------------------------------------
const { message, says } = messages({ part, words, hasCopy: () => sync?.keep.key });

function announce(text, isMessage) {
  part("announcer").textContent = text;
  if (isMessage) message("note", text);
}

// --- links ----------------------------------------------------------------------------------------------------
const dialog = part("link");
const address = dialog.querySelector("input");
const linkError = dialog.querySelector("[role=alert]");
let asking = null;

function askLink(editor) {
  asking = editor;
  address.value = editor.getAttributes("link").href || "";
  linkError.textContent = "";
  dialog.returnValue = "";
  dialog.showModal();
  address.select();
}

dialog.querySelector("form").addEventListener("submit", (event) => {
  if (event.submitter && event.submitter.value !== "set") return;
  const to = completed(address.value.trim());
  if (to && !isSafe(to)) {
    event.preventDefault();
    linkError.textContent = words.linkWrong;
    return;
  }
  dialog.returnValue = "set";
  setLink(asking, to);
});
dialog.addEventListener("close", () => asking?.commands.focus());

function completed(text) {
  if (!text || /^([a-z][a-z0-9+.-]*:|\/|#)/i.test(text)) return text;
  return text.includes("@") && !text.includes("/") ? `mailto:${text}` : `https://${text}`;
}

function setLink(editor, to) {
  const chain = editor.chain().focus().extendMarkRange("link");
  if (!to) chain.unsetLink().run();
  else if (editor.state.selection.empty && !editor.isActive("link")) {
    chain.insertContent({ type: "text", text: to, marks: [{ type: "link", attrs: { kind: "url", to, href: to } }] }).run();
  } else chain.setLink({ kind: "url", to, href: to }).run();
}

// --- files ----------------------------------------------------------------------------------------------------
const picker = part("file");
let pickingFor = null;
function pickFile() {
  pickingFor = current;
  picker.value = "";
  picker.click();
}
picker.addEventListener("change", () => pickingFor.upload([...picker.files]));

async function upload(file) {
  message("file", words.uploading.replace("%s", file.name));
  const body = new FormData();
  body.append("file", file);
  try {
    const answer = await fetch(data.urls.file, { method: "POST", headers: { "X-CSRFToken": sync.csrf }, body, redirect: "manual" });
    const found = await answer.json();
    message("file", answer.ok ? "" : found.message);
    if (answer.ok) announce(words.stored.replace("%s", file.name));
    return answer.ok ? found : null;
  } catch {
    message("file", words.offline);
    return null;
  }
}

// --- completions ----------------------------------------------------------------------------------------------
async function complete(sign, typed) {
  try {
    const answer = await fetch(`${data.urls.complete}?${new URLSearchParams({ art: sign, q: typed })}`, { redirect: "manual" });
    return answer.ok ? (await answer.json()).items : [];
  } catch {
    return [];
  }
}

function menu(field, typed) {
  return bar.commands
    .filter((command) => command.menu !== undefined && !(field.options.rich && command.name === "h2"))
    .filter((command) => command.title.toLowerCase().includes(typed))
    .map((command) => ({
      title: command.title,
      note: command.menu,
      run: (chain) => {
        if (!command.call) {
          command.run(chain, field.editor).run();
          return;
        }
        chain.run();
        run(command, field.editor);
      },
    }));
}

// --- find and replace ------------------------------------------------------------------------------------------
const seek = seeker(part("seek"), { fields: () => [...fields.values()], current: () => current, words, announce });

// --- the fields -------------------------------------------------------------------------------------------------
const keys = {
  "Mod-k": askLink,
  "Mod-s": () => sync.save(),
  "Mod-h": () => seek(),
  "Alt-F10": () => bar.focus(),
};

// In tasks of their own, so that what is typed meanwhile is on the screen at once.
const pause = (wait = 0) => new Promise((done) => setTimeout(done, wait));
const LONGEST_MS = 3000; // that the editor waits for a copy of this browser

function makeField(text, early) {
  const place = document.createElement("div");
  place.className = "sw-editor__field";
  place.hidden = true;
  early.field.after(place);
  const field = new Field({
    element: place,
    label: text.label,
    content: early.content,
    known,
    rich: text.rich,
    texts: words,
    placeholder: words.placeholder,
    complete,
    menu,
    announce,
    upload,
    keys,
    more: [],
    moreLines: [],
    changed: () => sync?.changed(),
    focused: (one) => {
      current = one;
      bar.update();
    },
    selected: () => bar.update(),
  });
  fields.set(text.name, field);
  current ||= field;
}

const read = () => ({
  title: title.value,
  texts: Object.fromEntries([...fields].map(([name, field]) => [name, field.lines()])),
});

function pack(base, mine) {
  const texts = {};
  for (const name of Object.keys(mine.texts)) texts[name] = { base: base.texts[name], mine: mine.texts[name] };
  return { title: [base.title, mine.title], texts };
}

const hasOthers = (answer, mine) => Object.keys(answer.texts).length > 0 || (answer.title !== mine.title && mine.title.trim());
const stored = (text) => text;

function take(answer) {
  if (answer.title && document.activeElement !== title) title.value = answer.title;
  const marks = [...answer.both.map((key) => [key, "sw-both-wrote"]), ...answer.kept.map((key) => [key, "sw-kept-deleted"])];
  for (const [name, lines] of Object.entries(answer.texts)) fields.get(name).replace(lines, answer.known, marks);
  message("merged", answer.merged ? words.merged : "");
  message("kept", answer.kept.length ? words.keptThoughDeleted : "");
  message("both", answer.both.length ? words.bothWrote : "");
}

// Take over from early.js.
export async function start(page) {
  bar = page.bar;
  keepBelow(part("toolbar").parentElement);
  Object.assign(page.later, { editor: () => current.editor, askLink, pickFile, seek });
  const keep = new Keep(data.urls, data.page);
  const kept = keep.open().then((isOpen) => (isOpen ? keep.get() : null)).catch(() => null);
  for (const [number, text] of data.texts.entries()) {
    await pause();
    makeField(text, page.early[number]);
  }
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  const base = { ...read(), title: data.title };
  sync = new Sync({ urls: data.urls, stamp: data.stamp, csrf, base, read, pack, hasOthers, stored, take, says, keep });
  const copy = await Promise.race([kept, pause(LONGEST_MS)]);
  title.addEventListener("input", () => sync.changed());
  part("status").textContent = words.nothing;
  const isBusy = Boolean(sync.running); // with what others wrote meanwhile
  if (copy && !isBusy) restore(copy);
  else if (title.value !== data.title) sync.changed();
  for (const early of page.early) {
    await early.composed;
    fields.get(early.name).goOn(early);
  }
  bar.update();
  if (copy === undefined) kept.then(restoreLate);
  else if (copy) Promise.resolve(isBusy ? copy : keep.get()).then(restoreLate);
}

// A copy that was never saved is written on from where it began: saving it puts it together with what is stored now.
function restore(copy) {
  sync.keep.take(copy);
  const same = JSON.stringify(copy.mine) === JSON.stringify(read());
  if (same && !sync.isDirty) sync.keep.drop();
  if (same) return;
  if (title.value === data.title) title.value = copy.mine.title;
  for (const [name, lines] of Object.entries(copy.mine.texts)) fields.get(name)?.replace(lines, known, []);
  message("restored", words.restored.replace("%s", new Date(copy.at).toLocaleString("de-DE", { dateStyle: "short", timeStyle: "short" })));
  sync.goOnFrom(copy);
}

async function restoreLate(copy) {
  for (let next = copy; next; next = await sync.keep.get()) {
    await sync.whenSaved(); // what has been typed meanwhile isn't in the copy
    restore(next);
  }
}

// Whatever leads away from here waits until everything is saved.
document.querySelectorAll("[data-after-saving]").forEach((element) => {
  const isForm = element.localName === "form";
  element.addEventListener(isForm ? "submit" : "click", async (event) => {
    event.preventDefault();
    if (!(await sync.save())) return;
    if (!isForm) {
      location.assign(element.href);
      return;
    }
    element.elements.stamp.value = sync.stamp;
    element.elements.csrfmiddlewaretoken.value = sync.csrf;
    element.submit();
  });
});
