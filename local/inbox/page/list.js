// The rows on the left: newest first.

import { element } from "./element.js";
import { timeOf } from "./clock.js";

const KINDS = { mail: "Mail", slack: "Slack" };

export class List {
  constructor(place) {
    this.place = place;
    this.scroller = place.closest(".list");
    place.addEventListener("keydown", (event) => this.#step(event));
  }

  get ids() {
    return [...this.place.children].map((row) => row.dataset.id);
  }

  has(id) {
    return this.#row(id) !== null;
  }

  clear() {
    this.place.replaceChildren();
  }

  append(message) {
    this.place.append(rowOf(message));
  }

  // What the reader looks at stays where it is on the screen.
  slideIn(message) {
    const row = rowOf(message);
    row.classList.add("arriving");
    const outer = document.scrollingElement;
    const reading = this.scroller.scrollTop > 0 || outer.scrollTop > 0;
    this.place.prepend(row);
    if (!reading) return;
    const room = row.getBoundingClientRect().height;
    (this.scroller.scrollTop > 0 ? this.scroller : outer).scrollTop += room;
  }

  mark(id) {
    for (const link of this.place.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    this.#row(id)?.querySelector("a").setAttribute("aria-current", "true");
  }

  markUnread(unread) {
    for (const row of this.place.children) row.classList.toggle("unread", unread.has(row.dataset.id));
  }

  #row(id) {
    return this.place.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  #step(event) {
    const row = event.target.closest("li");
    const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
    if (!next) return;
    event.preventDefault();
    next.querySelector("a").focus();
  }
}

function rowOf(message) {
  const kind = element("span", { class: `kind ${message.kind}` }, KINDS[message.kind]);
  const about = element("span", { class: "about" }, kind, timeOf(message.received_at));
  const link = element("a", { href: `#${message.id}` }, about, element("span", { class: "title" }, message.title), element("span", { class: "preview" }, message.preview));
  return element("li", { "data-id": message.id }, link);
}
