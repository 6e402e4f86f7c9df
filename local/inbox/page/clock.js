// Times as people say them; the exact one is in the title.

const STEPS = [
  [60, "second"],
  [60, "minute"],
  [24, "hour"],
  [7, "day"],
];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

export function timeOf(iso) {
  const time = document.createElement("time");
  time.dateTime = iso;
  time.title = exact.format(new Date(iso));
  time.textContent = ago(iso);
  return time;
}

export function keepTime() {
  setInterval(() => {
    for (const time of document.querySelectorAll("time")) time.textContent = ago(time.dateTime);
  }, 10_000);
}

function ago(iso) {
  let count = Math.max(0, (Date.now() - new Date(iso)) / 1000);
  if (count < 45) return "just now";
  for (const [size, unit] of STEPS) {
    if (count < size) return words.format(-Math.floor(count), unit);
    count /= size;
  }
  return day.format(new Date(iso));
}
