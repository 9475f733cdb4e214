// What isn't saved yet is kept in this browser, encrypted; the key comes from the server while the person may edit the page.
const STORE = "drafts";

export class Keep {
  constructor(urls, page) {
    Object.assign(this, { urls, page, key: null, name: null });
  }

  // Tell whether a copy can be kept.
  async open() {
    if (!globalThis.crypto?.subtle || !globalThis.indexedDB) return false;
    try {
      const answer = await fetch(this.urls.key, { headers: { Accept: "application/json" }, redirect: "manual" });
      if (!answer.ok) return false;
      const { key, user } = await answer.json();
      if (!key) return false;
      const bytes = Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0));
      this.key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
      this.name = `${user}:${this.page}`;
      this.database = await new Promise((done, failed) => {
        const request = indexedDB.open("stadtwissen", 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
      return true;
    } catch {
      this.key = null;
      return false;
    }
  }

  async put(record) {
    if (!this.key) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(record));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, plain);
    await this.ask("readwrite", (store) => store.put({ iv, data }, this.name));
  }

  async get() {
    if (!this.key) return null;
    const found = await this.ask("readonly", (store) => store.get(this.name));
    if (!found) return null;
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv }, this.key, found.data);
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      await this.drop(); // the key is another one now: nobody can read it any more
      return null;
    }
  }

  async drop() {
    if (this.key) await this.ask("readwrite", (store) => store.delete(this.name));
  }

  ask(mode, call) {
    return new Promise((done, failed) => {
      const request = call(this.database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  }
}
