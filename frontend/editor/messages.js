// What an editor tells whoever types: one line of status, and messages that stay until they are settled.
// `part` finds a place by its name, `hasCopy` tells whether this browser keeps a copy of what isn't saved yet.
export function messages({ part, words, hasCopy }) {
  let shownState = "";

  function message(name, text, link) {
    part("messages").querySelector(`[data-name="${name}"]`)?.remove();
    if (!text) return;
    const line = document.createElement("p");
    line.className = "sw-editor__message";
    line.dataset.name = name;
    line.textContent = text;
    if (link) {
      const leads = document.createElement("a");
      Object.assign(leads, { href: link, target: "_blank", textContent: words.signIn, className: "kern-link" });
      line.append(" ", leads);
    }
    part("messages").append(line);
  }

  function says(state, more) {
    if (state === "others") {
      message("others", more);
      return;
    }
    const text = {
      changed: words.changed,
      saving: shownState === "saved" || shownState === "changed" ? words.changed : words.saving,
      saved: words.saved.replace("%s", more),
      offline: `${words.offline} ${hasCopy() ? words.kept : words.unkept}`,
      signedOut: words.signedOut,
      failed: words.failed,
      refused: more,
    }[state];
    const status = part("status");
    if (status.textContent !== text) status.textContent = text;
    status.dataset.state = state;
    shownState = state;
    if (state === "saved") ["signedOut", "refused"].forEach((name) => message(name, ""));
    if (state === "signedOut") message("signedOut", words.signedOut, location.pathname);
    if (state === "refused") message("refused", more);
  }

  return { message, says };
}
