// What stands in the text as one thing: pictures, files, and what this editor can't show.
import { Node } from "@tiptap/core";
import { TextSelection } from "@tiptap/pm/state";

// Not by the command `focus`: it waits for the next frame, and the next key would still land in the picture's field.
function goBehind(editor, figure) {
  const { tr, doc, schema } = editor.state;
  const after = figure + 1;
  if (!doc.nodeAt(after)?.isTextblock) tr.insert(after, schema.nodes.paragraph.create());
  editor.view.dispatch(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView());
  editor.view.focus();
}

export const Figure = Node.create({
  name: "figure",
  group: "block",
  atom: true,
  draggable: true,
  addOptions: () => ({ texts: {} }),
  addAttributes: () => ({ image: { default: 0 }, alt: { default: "" }, caption: { default: "" }, src: { default: "" } }),
  parseHTML: () => [{ tag: "figure[data-image]", getAttrs: () => false }],
  renderHTML: ({ node }) => ["figure", ["img", { src: node.attrs.src, alt: node.attrs.alt }]],
  addNodeView() {
    const { texts } = this.options;
    return ({ node, getPos, editor }) => {
      const dom = document.createElement("figure");
      const picture = document.createElement("img");
      const fields = document.createElement("div");
      dom.className = "sw-figure-edit";
      fields.className = "sw-figure-edit__fields";
      picture.alt = "";
      const inputs = ["alt", "caption"].map((name) => {
        const label = document.createElement("label");
        const input = document.createElement("input");
        label.textContent = texts[name];
        input.type = "text";
        input.className = "kern-form-input__input";
        input.dataset.field = name;
        input.addEventListener("input", () => editor.view.dispatch(editor.state.tr.setNodeAttribute(getPos(), name, input.value)));
        input.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== "Escape") return;
          event.preventDefault();
          goBehind(editor, getPos());
        });
        label.append(input);
        fields.append(label);
        return input;
      });
      const show = ({ attrs }) => {
        if (picture.getAttribute("src") !== attrs.src) picture.src = attrs.src;
        inputs.forEach((input) => {
          if (input.value !== attrs[input.dataset.field]) input.value = attrs[input.dataset.field];
        });
        dom.classList.toggle("sw-figure-edit--asks", !attrs.alt);
      };
      dom.append(picture, fields);
      show(node);
      return {
        dom,
        stopEvent: (event) => fields.contains(event.target),
        ignoreMutation: () => true,
        update: (updated) => updated.type.name === "figure" && (show(updated), true),
      };
    };
  },
});

export const Card = Node.create({
  name: "card",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({ type: { default: "" }, document: { default: null }, label: { default: "" } }),
  renderHTML: ({ node }) => ["div", { class: "sw-card-edit" }, node.attrs.label],
});
