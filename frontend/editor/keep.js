// What isn't saved yet is kept in this browser, encrypted; the key comes from the server while the person may edit the page.
// Each window has a copy of its own, and a lock of its name as long as it is open: a copy without one was left behind.
const STORE = "drafts";
const CLOSING_MS = 3000; // a window that is being closed holds its lock a little longer

export class Keep {
  constructor(urls, page) {
    Object.assign(this, { urls, page, key: null, own: null, held: new Set(), restored: [] });
  }

  // Tell whether a copy can be kept.
  async open() {
    if (!globalThis.crypto?.subtle || !globalThis.indexedDB || !navigator.locks) return false;
    try {
      const answer = await fetch(this.urls.key, { headers: { Accept: "application/json" }, redirect: "manual" });
      if (!answer.ok) return false;
      const { key, user } = await answer.json();
      if (!key) return false;
      const bytes = Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0));
      const opened = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
      this.prefix = `${user}:${this.page}:`;
      this.own = this.prefix + crypto.randomUUID();
      this.database = await new Promise((done, failed) => {
        const request = indexedDB.open("stadtwissen", 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
      if (await this.lock(this.own)) this.key = opened;
      return this.key !== null;
    } catch {
      return false;
    }
  }

  async put(record) {
    if (!this.key) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(record));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, plain);
    await this.ask("readwrite", (store) => store.put({ iv, data }, this.own));
  }

  // Give the next copy that a window left behind, or null.
  async get() {
    if (!this.key) return null;
    const names = await this.ask("readonly", (store) => store.getAllKeys(IDBKeyRange.bound(this.prefix, `${this.prefix}\uffff`)));
    for (const wait of [0, CLOSING_MS]) {
      for (const name of names) {
        const copy = !this.held.has(name) && (await this.lock(name, wait)) && (await this.read(name));
        if (copy) return copy;
      }
    }
    return null;
  }

  // Give a copy; null if it was saved in the meantime, or the key is another one now: nobody can read it any more.
  async read(name) {
    const found = await this.ask("readonly", (store) => store.get(name));
    if (!found) return null;
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv }, this.key, found.data);
      return { ...JSON.parse(new TextDecoder().decode(plain)), name };
    } catch {
      await this.delete(name);
      return null;
    }
  }

  // Tell whether the name is this window's now; it stays so until the window is closed or killed.
  lock(name, wait = 0) {
    return new Promise((done) => {
      const hold = (got) => {
        if (got) this.held.add(name);
        done(got !== null);
        return got && new Promise(() => {});
      };
      const options = wait ? { signal: AbortSignal.timeout(wait) } : { ifAvailable: true };
      navigator.locks.request(name, options, hold).catch(() => done(false));
    });
  }

  // The copy stands in this window now, and goes when that is saved.
  take(copy) {
    this.restored.push(copy.name);
  }

  async drop() {
    if (!this.key) return;
    for (const name of [this.own, ...this.restored.splice(0)]) await this.delete(name);
  }

  delete(name) {
    return this.ask("readwrite", (store) => store.delete(name));
  }

  ask(mode, call) {
    return new Promise((done, failed) => {
      const request = call(this.database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  }
}
