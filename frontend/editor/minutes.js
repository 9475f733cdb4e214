// Minutes are a plain form. It saves itself while somebody types, as the editor does, and takes over what others wrote; its
// buttons send it as without scripts, so that lines become decisions and tasks. These keys save a few steps.
import { Keep } from "./keep.js";
import { messages } from "./messages.js";
import { Sync } from "./sync.js";

const RESTORED = "stadtwissen-minutes-restored";
// What the buttons do when the form is sent, and what is no part of the text.
const LEFT_OUT = /^(csrfmiddlewaretoken|stamp|base|do|narrow|anyway|reason|touched|all-present|.*-remove|.*-place)$/;

const form = document.querySelector("form[data-minutes]");
const { urls, words, page } = JSON.parse(document.getElementById("minutes-data").textContent);
const part = (name) => document.getElementById(`minutes-${name}`);
const notes = () => [...form.querySelectorAll("[data-notes]")];
const touched = new Set();
let restoring = null; // the copy of this browser, until the server has it
let restoredAt = "";

// One goes on where there is something to write: after saving in the empty item, else in the first without notes.
const here =
  document.getElementById("findings") || document.getElementById(location.hash.slice(1)) || notes().find((one) => !one.value);
here?.focus();

// --- the form as fields by name -----------------------------------------------------------------------------------
function read() {
  if (restoring) return restoring;
  const sheet = {};
  for (const [name, value] of new FormData(form)) if (!LEFT_OUT.test(name)) (sheet[name] ||= []).push(value);
  return sheet;
}

const same = (one, other) => JSON.stringify((one || []).filter(Boolean)) === JSON.stringify((other || []).filter(Boolean));
const MARKS = /^item$|-(fresh|audience-shown)$/; // the empty item is there before anything is typed into it
const differ = (one, other) =>
  Object.keys({ ...one, ...other }).some((name) => !LEFT_OUT.test(name) && !MARKS.test(name) && !same(one[name], other[name]));

function put(name, values) {
  for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (field.type === "checkbox") field.checked = values.includes(field.value);
    else if (field.value !== (values[0] ?? "")) retype(field, values[0] ?? "");
  }
}

// The cursor stays behind the same words.
function retype(field, text) {
  const was = field.value;
  const place = field === document.activeElement && field.selectionStart;
  field.value = text;
  if (typeof place !== "number") return;
  let first = 0;
  while (first < place && was[first] === text[first]) first += 1;
  const moved = first < place ? Math.max(first, place + text.length - was.length) : place;
  field.setSelectionRange(moved, moved);
}

// --- what others wrote --------------------------------------------------------------------------------------------
const hasOthers = (answer) => Object.keys(answer.fields).length + Object.keys(answer.items).length + answer.gone.length > 0;

function take(answer) {
  if (restoring) return;
  for (const [name, values] of Object.entries(answer.fields)) put(name, values);
  for (const key of answer.gone) {
    const item = form.querySelector(`#item-${CSS.escape(key)}`);
    if (item && !item.contains(document.activeElement)) item.remove();
  }
  for (const [key, html] of Object.entries(answer.items)) show(key, html, answer.order);
  if (answer.blank) form.querySelector(".sw-minutes-item:last-of-type").after(made(answer.blank));
  for (const [key, number] of Object.entries(answer.numbers)) renumber(key, number);
  message("merged", words.merged);
}

function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function show(key, html, order) {
  const was = form.querySelector(`#item-${CSS.escape(key)}`);
  const item = made(html);
  if (!was) {
    const before = order.slice(0, order.indexOf(key)).reverse().map((one) => document.getElementById(`item-${one}`)).find(Boolean);
    if (before) before.after(item);
    else form.querySelector(".sw-minutes-item").before(item);
    return;
  }
  const active = was.contains(document.activeElement) ? document.activeElement : null;
  const place = active?.selectionStart;
  was.replaceWith(item);
  const again = active && document.getElementById(active.id);
  again?.focus();
  if (again && typeof place === "number") again.setSelectionRange(place, place);
}

function renumber(key, number) {
  const item = document.getElementById(`item-${key}`);
  const place = item?.querySelector(`[name="${CSS.escape(key)}-place"]`);
  if (!place) return;
  item.querySelector("legend").textContent = words.item.replace("%s", number);
  if (place.value === place.defaultValue) place.value = String(number);
  place.defaultValue = String(number);
}

// --- what is said -------------------------------------------------------------------------------------------------
// While it is being saved, the line goes on saying that something was changed.
const { message, says: shows } = messages({ part, words: { ...words, saving: words.changed }, hasCopy: () => keep.key });

function says(state, more) {
  shows(state, more);
  if (restoring && state === "saved" && !sync.isDirty) isRestored();
  if (restoring && state === "refused") isRefused();
}

// How days are understood, below their fields.
function sayDays(said) {
  for (const line of form.querySelectorAll("[data-said]")) {
    const text = said[line.dataset.said] || "";
    if (line.textContent !== text) line.textContent = text;
    line.hidden = !text;
  }
}

// --- saving -------------------------------------------------------------------------------------------------------
function stored(sheet, answer) {
  answer.told.forEach((text) => message(text, text));
  sayDays(answer.said);
  return { ...sheet, ...answer.waiting };
}

const base = JSON.parse(form.elements.base.value);
const keep = new Keep(urls, page);
const sync = new Sync({
  urls, keep, base, read, take, says, hasOthers, stored,
  stamp: form.elements.stamp.value,
  csrf: form.elements.csrfmiddlewaretoken.value,
  pack: (was, mine) => ({ base: was, mine }),
}); // prettier-ignore
part("status").textContent = words.nothing;
if (differ(base, read())) sync.changed();

form.addEventListener("input", (event) => {
  const item = event.target.closest(".sw-minutes-item");
  if (item && event.target.matches("[data-notes]")) touched.add(item.id.replace("item-", ""));
  sync.changed();
});
form.addEventListener("change", () => sync.changed());

// Ticked, it shows at once whom it means; the others can be noted by a key each.
const filledIn = new Set();
form.elements["all-present"]?.addEventListener("change", (event) => {
  const choices = [...form.querySelectorAll("select[name^='person-']")];
  if (event.target.checked) {
    choices.filter((one) => !one.value).forEach((one) => filledIn.add(one));
    filledIn.forEach((one) => (one.value = "present"));
  } else {
    filledIn.forEach((one) => one.value === "present" && (one.value = ""));
    filledIn.clear();
  }
  sync.changed();
});

// Sent by a button, the form waits until everything is saved: without a connection it stays here.
let isSent = false;
form.addEventListener("submit", async (event) => {
  if (isSent) return;
  event.preventDefault();
  const button = event.submitter;
  if (!(await sync.save())) return;
  for (const key of touched) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "touched", value: key }));
  const places = Object.fromEntries(
    [...form.querySelectorAll("[name$='-place']")].map((one) => [one.name, [one.defaultValue]]),
  );
  form.elements.base.value = JSON.stringify({ ...sync.base, ...places });
  form.elements.stamp.value = sync.stamp;
  form.elements.csrfmiddlewaretoken.value = sync.csrf;
  isSent = true;
  setTimeout(() => form.requestSubmit(button)); // a form isn't sent again while its event still goes round
});

// --- the copy of this browser -------------------------------------------------------------------------------------
// What a window had not saved goes to the server first, from where it began; then the form is drawn anew. Meanwhile
// nothing can be typed into it.
function restore(copy) {
  keep.take(copy);
  const isSame = !differ(copy.base, copy.mine);
  if (isSame && !sync.isDirty) keep.drop();
  if (isSame) return;
  restoring = copy.mine;
  form.inert = true;
  restoredAt = new Date(copy.at).toLocaleString("de-DE", { dateStyle: "short", timeStyle: "short" });
  message("restored", words.restored.replace("%s", restoredAt));
  sync.goOnFrom(copy);
  sync.save();
}

function isRestored() {
  sessionStorage.setItem(RESTORED, restoredAt);
  location.reload();
}

// The server doesn't take it: it stays here, as far as there are such fields.
function isRefused() {
  for (const [name, values] of Object.entries(restoring)) put(name, values);
  restoring = null;
  form.inert = false;
}

async function start() {
  const at = sessionStorage.getItem(RESTORED);
  sessionStorage.removeItem(RESTORED);
  if (at) message("restored", words.restored.replace("%s", at));
  form.dataset.ready = "1";
  if (!(await keep.open())) return;
  while (!restoring) {
    const copy = await keep.get();
    if (!copy) return;
    await sync.whenSaved(); // what has been typed meanwhile isn't in the copy
    restore(copy);
  }
}

// --- keys ---------------------------------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  if (event.key === "s") {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Enter") {
    event.preventDefault();
    const item = event.target.closest(".sw-minutes-item");
    const current = notes().findIndex((one) => item?.contains(one));
    notes()[(current + 1) % notes().length].focus();
  }
});

start();
