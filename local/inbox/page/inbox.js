// The page's state: which messages are listed, which one is open, which are new.

import { article } from "./article.js";
import { keepTime } from "./clock.js";
import { List } from "./list.js";
import { listen } from "./live.js";

const PAGE = 50;
const WIDE = matchMedia("(min-width: 900px)");
const STATES = { live: "Live", lost: "Connection lost. Trying again…" };
const NONE = { slack: "No Slack message yet.", mail: "No mail yet." };

const at = (id) => document.getElementById(id);
const list = new List(at("messages"));
const unread = new Set();
let kind = "";
let newest = "";
let open = "";
let missed = false; // something was asked for while nobody answered
let place = 0; // where the list was before a message covered it, on a narrow screen

// The answer and its content; nothing where nobody answers.
async function ask(address) {
  try {
    const response = await fetch(address);
    return [response, await response.json()];
  } catch {
    missed = true;
    tell("lost");
    return [];
  }
}

async function load({ before = "" } = {}) {
  const asked = kind;
  const [response, found] = await ask(`/messages?${new URLSearchParams({ limit: PAGE, before, kind: asked })}`);
  if (!found || asked !== kind) return;
  if (!before) list.clear();
  for (const message of found) {
    if (!list.has(message.id)) list.append(message);
    if (message.id > newest) newest = message.id;
  }
  at("older").hidden = !response.headers.has("Link");
  show();
}

function arrive(message) {
  newest = message.id > newest ? message.id : newest;
  if (list.has(message.id)) return;
  unread.add(message.id);
  if (["", message.kind].includes(kind)) list.slideIn(message);
  show();
}

// Puts what has changed on the screen.
function show() {
  document.title = `${unread.size ? `(${unread.size}) ` : ""}Inbox · Modelway`;
  list.mark(open);
  list.markUnread(unread);
  const empty = list.ids.length === 0;
  at("none").hidden = !(empty && kind);
  at("none").textContent = NONE[kind] ?? "";
  document.body.classList.toggle("empty", empty && !kind);
  document.body.classList.toggle("opened", open !== "");
  if (empty && !kind && !at("reading").firstChild) at("reading").append(at("welcome").content.cloneNode(true));
  if (!empty && !open) WIDE.matches ? openNewest() : at("reading").replaceChildren();
}

function openNewest() {
  history.replaceState(null, "", `#${list.ids[0]}`);
  follow();
}

// Opens the message that the address names.
async function follow() {
  const id = location.hash.slice(1);
  if (id === "reading" || (id === open && id)) return;
  if (!open) place = scrollY;
  open = id;
  unread.delete(id);
  if (!id) at("reading").replaceChildren();
  show();
  if (id) await read(id);
  else scrollTo(0, place);
}

async function read(id) {
  const [response, message] = await ask(`/messages/${encodeURIComponent(id)}`);
  if (!message || open !== id) return;
  const back = Object.assign(document.createElement("a"), { href: "#", className: "back", textContent: "All messages" });
  if (response.ok) at("reading").replaceChildren(back, article(message));
  else at("reading").replaceChildren(back, "This message is no longer there.");
  at("reading").scrollTop = 0;
  if (!WIDE.matches) scrollTo(0, 0);
}

function tell(state) {
  at("connection").textContent = STATES[state];
  at("connection").dataset.state = state;
  if (state === "lost" || !missed) return;
  missed = false;
  load();
  if (open) read(open);
}

function choose(button) {
  kind = button.dataset.kind;
  for (const each of document.querySelectorAll(".filter button")) each.setAttribute("aria-pressed", each === button);
  load();
}

function loadOlder() {
  if (!at("older").hidden) load({ before: list.ids.at(-1) });
}

for (const button of document.querySelectorAll(".filter button")) button.addEventListener("click", () => choose(button));
at("older").addEventListener("click", loadOlder);
new IntersectionObserver(([older]) => older.isIntersecting && loadOlder()).observe(at("older"));
addEventListener("hashchange", follow);
WIDE.addEventListener("change", show);
keepTime();
await load();
await follow();
listen(() => newest, { onMessage: arrive, onState: tell });
