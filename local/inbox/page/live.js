// The wire on which new messages come.

const AGAIN_AFTER = 1000;

export function listen(lastSeen, { onMessage, onState }) {
  const events = new EventSource(`/events?after=${encodeURIComponent(lastSeen())}`);
  events.onopen = () => onState("live");
  events.onmessage = (event) => onMessage(JSON.parse(event.data));
  events.onerror = () => {
    onState("lost");
    // The browser tries again by itself after a broken wire, but never after an answer that is no stream.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => listen(lastSeen, { onMessage, onState }), AGAIN_AFTER);
  };
}
