// One message, as its program shows it.

import { element, grow } from "./element.js";
import { timeOf } from "./clock.js";

export function article(message) {
  const made = message.kind === "mail" ? mail(message) : slack(message);
  const raw = element("a", { href: `/messages/${message.id}` }, "Show as JSON");
  made.append(element("footer", {}, raw));
  return made;
}

function slack(message) {
  const app = message.sender || "Modelway";
  const avatar = element("span", { class: "avatar", "aria-hidden": "true" }, message.icon || app[0].toUpperCase());
  const name = element("p", { class: "app" }, element("b", {}, app), element("span", { class: "badge" }, "APP"), timeOf(message.received_at));
  return element(
    "article",
    { class: "slack", "aria-label": message.title },
    element("h2", { class: "overline", tabindex: "-1" }, "Slack", element("span", {}, channel(message.to))),
    element("div", { class: "post" }, avatar, element("div", { class: "words" }, name, ...message.body.map(grow))),
  );
}

function channel(to) {
  return to.startsWith("#") ? to : `webhook ${to}`;
}

function mail(message) {
  return element(
    "article",
    { class: "mail", "aria-label": message.title },
    element("p", { class: "overline" }, "Mail"),
    element("h2", { tabindex: "-1" }, message.title),
    element("dl", {}, ...row("From", message.sender), ...row("To", message.to), ...row("Received", timeOf(message.received_at))),
    message.html ? page(message) : element("div", { class: "letter" }, ...message.body.map(grow)),
    ...(message.files.length ? [files(message.files)] : []),
  );
}

function row(name, value) {
  return [element("dt", {}, name), element("dd", {}, value)];
}

// Scripts and forms are off in there; the origin is kept only so that the frame can be made as high as the mail.
function page(message) {
  const sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
  const frame = element("iframe", { sandbox, src: `/messages/${message.id}/html`, title: `The mail ${message.title}` });
  frame.addEventListener("load", () => {
    frame.style.height = `${frame.contentDocument.documentElement.scrollHeight + 2}px`;
  });
  return frame;
}

function files(carried) {
  const rows = carried.map((file) => element("li", {}, element("span", { class: "file" }, file.name), ` ${size(file.size)}`));
  const title = carried.length === 1 ? "1 attachment" : `${carried.length} attachments`;
  return element("section", { class: "files" }, element("h3", {}, title), element("ul", {}, ...rows));
}

function size(count) {
  if (count < 1000) return `${count} bytes`;
  return count < 1_000_000 ? `${Math.round(count / 1000)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}
