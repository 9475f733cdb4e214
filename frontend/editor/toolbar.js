// The bar above the text: one stop of the Tab key, arrows inside, Alt+F10 leads there, Esc back (WAI-ARIA toolbar).

export function commands(texts, { rich, askLink, pickFile, seek }) {
  const list = [
    { name: "bold", title: texts.bold, sign: "B", keys: "Strg+B", isOn: (e) => e.isActive("bold"), run: (c) => c.toggleBold() },
    { name: "italic", title: texts.italic, sign: "I", keys: "Strg+I", isOn: (e) => e.isActive("italic"), run: (c) => c.toggleItalic() },
    { name: "link", title: texts.link, sign: texts.link, keys: "Strg+K", isOn: (e) => e.isActive("link"), call: askLink },
    !rich && { name: "h2", title: texts.heading, sign: "H2", menu: "##", isOn: (e) => e.isActive("section"), run: (c) => c.turnInto("h2") },
    { name: "h3", title: texts.subheading, sign: "H3", menu: "###", isOn: (e) => e.isActive("heading", { level: 3 }), run: (c) => c.turnInto("h3") },
    { name: "ul", title: texts.bullets, sign: "•", menu: "-", isOn: (e) => e.isActive("bulletList"), run: (c) => c.turnInto("ul") },
    { name: "ol", title: texts.numbers, sign: "1.", menu: "1.", isOn: (e) => e.isActive("orderedList"), run: (c) => c.turnInto("ol") },
    !rich && { name: "task", title: texts.task, sign: "☐", menu: "[ ]", isOn: (e) => e.isActive("taskList"), run: (c) => c.turnInto("task") },
    { name: "quote", title: texts.quote, sign: "„“", menu: ">", isOn: (e) => e.isActive("quote"), run: (c) => c.turnInto("quote") },
    !rich && { name: "table", title: texts.table, sign: texts.table, menu: "", run: (c) => c.insertTable({ rows: 3, cols: 3, withHeaderRow: true }) },
    !rich && { name: "file", title: texts.file, sign: texts.file, menu: "", call: pickFile },
    { name: "hr", title: texts.rule, sign: "―", menu: "---", run: (c) => c.setHorizontalRule() },
    { name: "seek", title: texts.seek, sign: texts.seekShort, keys: "Strg+H", call: seek },
    { name: "undo", title: texts.undo, sign: "↶", keys: "Strg+Z", run: (c) => c.undo() },
    { name: "redo", title: texts.redo, sign: "↷", keys: "Strg+Y", run: (c) => c.redo() },
  ];
  return list.filter(Boolean);
}

export function tableCommands(texts) {
  return [
    { name: "row", title: texts.row, run: (c) => c.addRowAfter() },
    { name: "column", title: texts.column, run: (c) => c.addColumnAfter() },
    { name: "row-off", title: texts.rowOff, run: (c) => c.deleteRow() },
    { name: "column-off", title: texts.columnOff, run: (c) => c.deleteColumn() },
    { name: "head", title: texts.head, run: (c) => c.toggleHeaderRow() },
    { name: "table-off", title: texts.tableOff, run: (c) => c.deleteTable() },
  ];
}

// `editorNow` is the editor that was in use last: a page may have several fields under one bar.
export function toolbar(bar, texts, editorNow, options) {
  const buttons = [];
  const fill = (list, place) =>
    list.forEach((command) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sw-tool";
      button.textContent = command.sign || command.title;
      button.title = command.keys ? `${command.title} (${command.keys})` : command.title;
      button.setAttribute("aria-label", command.title);
      button.tabIndex = -1;
      button.dataset.command = command.name;
      if (command.isOn) button.setAttribute("aria-pressed", "false");
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => run(command, editorNow()));
      place.append(button);
      buttons.push({ button, command });
    });
  const inTable = document.createElement("span");
  inTable.className = "sw-tools-table";
  inTable.hidden = true;
  const all = commands(texts, options);
  fill(all, bar);
  bar.append(inTable);
  fill(tableCommands(texts), inTable);
  buttons[0].button.tabIndex = 0;

  bar.addEventListener("keydown", (event) => {
    const shown = buttons.map(({ button }) => button).filter((button) => button.offsetParent);
    const at = shown.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      buttons.forEach(({ button }) => (button.tabIndex = -1));
      const next = shown[(to + shown.length) % shown.length];
      next.tabIndex = 0;
      next.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      editorNow().view.focus(); // the command `focus` waits for the next frame, and a key may come before
    }
  });
  return {
    commands: all,
    focus: () => (bar.querySelector('[tabindex="0"]') || buttons[0].button).focus(),
    update() {
      const editor = editorNow();
      inTable.hidden = !editor.isActive("table");
      buttons.forEach(({ button, command }) => command.isOn && button.setAttribute("aria-pressed", String(Boolean(command.isOn(editor)))));
    },
  };
}

export function run(command, editor) {
  if (command.call) command.call(editor);
  else command.run(editor.chain().focus(), editor).run();
}
