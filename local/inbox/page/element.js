// Makes elements of the page. Text only ever becomes text: nothing here parses HTML.

const TAGS = new Set(["a", "b", "blockquote", "code", "div", "h3", "hr", "i", "li", "ol", "p", "pre", "s", "span", "ul"]);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// The server's tree (local/inbox/node.py) as elements.
export function grow(node) {
  if (typeof node === "string") return document.createTextNode(node);
  if (!TAGS.has(node.tag)) throw new Error(`the server sent <${node.tag}>, which no message contains`);
  const grown = element(node.tag, node.attributes, ...node.children.map(grow));
  if (node.tag === "a") {
    grown.target = "_blank";
    grown.rel = "noopener noreferrer";
  }
  if (node.tag === "pre") grown.tabIndex = 0; // a block that scrolls must be reachable by keyboard
  if (grown.dataset.colour) grown.style.setProperty("--bar", grown.dataset.colour);
  return grown;
}
