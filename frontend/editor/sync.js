// Saving by itself: two seconds after the last key, and at the latest after fifteen. Each save carries the text as it was
// when we last knew the server to have it (`base`), so that the server can put it together with what others saved.
// A save without an answer may have arrived, or not. It is sent once more as it was, before anything newer: so the server
// can tell which of its words it has already.

const PAUSE_MS = 2000;
const LONGEST_MS = 15000;
const AGAIN_MS = 5000;
const PRESENCE_MS = 10000;

export class Sync {
  // options: urls, stamp, csrf, base, says(state, more), keep, words, and what the text is:
  // read() → the text; pack(base, mine) → what is sent of it; hasOthers(answer, mine): whether something in it is somebody
  // else's; take(answer): puts that into the window; stored(text, answer) → the text without what wasn't stored of it.
  constructor(options) {
    Object.assign(this, options);
    this.version = 0; // grows with every change
    this.savedVersion = 0;
    this.unanswered = null;
    this.session = "";
    addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => this.isDirty && this.save());
    addEventListener("beforeunload", (event) => this.isDirty && event.preventDefault());
    this.pulse = setInterval(() => this.here(), PRESENCE_MS);
    this.here();
  }

  get isDirty() {
    return this.version !== this.savedVersion;
  }

  // The version from which the text was made: none as long as what others wrote isn't in it, so that it is put together.
  get known() {
    return this.isBehind ? "" : this.stamp;
  }

  changed() {
    this.version += 1;
    this.says("changed");
    clearTimeout(this.timer);
    this.since ||= Date.now();
    const left = Math.max(0, LONGEST_MS - (Date.now() - this.since));
    this.timer = setTimeout(() => this.save(), Math.min(PAUSE_MS, left));
    clearTimeout(this.keepTimer);
    this.keepTimer = setTimeout(() => this.putCopy(), 800);
  }

  putCopy() {
    if (!this.isDirty) return null;
    const unanswered = this.unanswered?.mine;
    return this.keep.put({ stamp: this.known, base: this.base, mine: this.read(), unanswered, at: Date.now() }).catch(() => {});
  }

  // The window shows a copy of this browser now, to be saved from where it began. No save may be under way: its answer
  // would count as that to the copy.
  goOnFrom(copy) {
    this.base = copy.base;
    this.stamp = copy.stamp;
    if (copy.unanswered) this.unanswered = { mine: copy.unanswered, version: -1 };
    this.changed();
  }

  // Resolve when everything is saved; reject where that can't be.
  save() {
    clearTimeout(this.timer);
    this.running ||= this.run().finally(() => {
      this.running = null;
      this.ended?.();
    });
    return this.running;
  }

  // Resolve once nothing waits to be saved, however many tries that takes.
  async whenSaved() {
    while (this.isDirty || this.isBehind || this.running) await new Promise((done) => (this.ended = done));
  }

  async run() {
    while (this.isDirty || this.isBehind) {
      if (!(await this.once())) return false;
    }
    return true;
  }

  async once() {
    const isAgain = this.unanswered !== null;
    this.unanswered ||= { mine: this.read(), version: this.version };
    const { mine, version } = this.unanswered;
    this.since = null;
    this.says("saving");
    await this.putCopy(); // the window may be gone before the answer comes
    let answer;
    try {
      answer = await fetch(this.urls.autosave, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        body: JSON.stringify(this.packed(mine, isAgain)),
        redirect: "manual",
      });
    } catch {
      return this.later("offline");
    }
    if (answer.type === "opaqueredirect") return this.later("signedOut");
    if (answer.status === 403 && (await this.here())) return this.later("failed", 0); // signed in again: another token
    const data = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      if (answer.status >= 500) return this.later("failed");
      this.unanswered = null;
      this.says("refused", data.message || "");
      return false;
    }
    this.took(data, mine, version);
    return true;
  }

  packed(mine, again) {
    return { stamp: this.known, again, ...this.pack(this.base, mine) };
  }

  took(data, mine, version) {
    this.unanswered = null;
    this.stamp = data.stamp;
    this.base = this.stored(mine, data);
    const isMerged = this.hasOthers(data, mine);
    // What was typed while we waited isn't in the answer: it stays here, and the next save puts it together.
    this.isBehind = isMerged && version !== this.version;
    if (isMerged && !this.isBehind) {
      this.take(data);
      this.base = this.stored(this.read(), data);
    }
    this.savedVersion = version;
    if (!this.isDirty) this.keep.drop().catch(() => {});
    this.says("saved", data.at);
  }

  later(state, wait = AGAIN_MS) {
    this.says(state);
    this.putCopy();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
    return false;
  }

  async here() {
    const body = new URLSearchParams({ session: this.session, writing: this.isDirty ? "1" : "0" });
    try {
      const answer = await fetch(this.urls.presence, { method: "POST", headers: { "X-CSRFToken": this.csrf }, body, redirect: "manual" });
      if (!answer.ok) return false;
      const data = await answer.json();
      Object.assign(this, { session: data.session, csrf: data.csrf });
      this.says("others", data.others);
      if (data.stamp !== this.stamp && !this.isDirty && !this.running) {
        this.isBehind = true;
        this.save();
      }
      return true;
    } catch {
      return false;
    }
  }
}
