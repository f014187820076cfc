// Makes the page live. It works without this script as well: with links and forms.
"use strict";

(() => {
  const RECONNECT = 30000; // milliseconds, where the server has no place for one more browser
  const SOON = 2000; // milliseconds, where it answers no more requests at the moment
  const liveness = document.getElementById("liveness");
  const served = new Map(); // what each live part shows, as the server sent it
  let events = null;
  let asking = false;
  let askAgain = false;
  let connected = false;

  const parts = (root) => root.querySelectorAll("[data-live][id]");

  // Times in the zone and the notation of the reader.
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const showTimes = (root) => {
    for (const time of root.querySelectorAll("time[datetime]")) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.valueOf())) {
        time.textContent = format.format(at);
      }
    }
  };

  // What a part shows: its HTML without the tokens of its forms, which are new in each answer.
  const shown = (part) => {
    const copy = part.cloneNode(true);
    for (const field of copy.querySelectorAll("input[name=token]")) {
      field.setAttribute("value", "");
    }
    return copy.outerHTML;
  };

  // A page that stays open for days needs tokens of today, also where nothing has changed.
  const renewTokens = (fresh) => {
    const token = fresh.querySelector("input[name=token]")?.value;
    if (token) {
      for (const field of document.querySelectorAll("input[name=token]")) {
        field.value = token;
      }
    }
  };

  // The focus stays where it was, if what had it is still there.
  const replace = (part, fresh) => {
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    const node = document.importNode(fresh, true);
    showTimes(node);
    part.replaceWith(node);
    if (focused) {
      document.getElementById(focused)?.focus({ preventScroll: true });
    }
  };

  const update = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const part of parts(document)) {
      const replacement = fresh.getElementById(part.id);
      if (replacement && served.get(part.id) !== shown(replacement)) {
        served.set(part.id, shown(replacement));
        replace(part, replacement);
      }
    }
    renewTokens(fresh);
    document.title = fresh.title;
    document.dispatchEvent(new Event("live"));
  };

  const ask = async () => {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    askAgain = false;
    try {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
      if (answer.ok) {
        update(await answer.text());
      } else if (answer.status === 429 || answer.status === 503) {
        setTimeout(ask, SOON);
      }
    } catch {
      connected = false; // it is asked when the connection is back
    }
    asking = false;
    if (askAgain && connected) {
      ask();
    }
  };

  const say = (words, lost) => {
    liveness.classList.toggle("lost", lost);
    if (liveness.textContent !== words) {
      liveness.textContent = words;
    }
  };

  // A page that nobody sees takes no connection: a browser has six for all pages of a server.
  const listen = () => {
    if (events || document.hidden) {
      return;
    }
    const opened = new EventSource("/events");
    events = opened;
    opened.addEventListener("open", () => {
      connected = true;
      say("live", false);
      ask(); // for what has changed before
    });
    opened.addEventListener("changed", ask);
    opened.addEventListener("error", () => {
      connected = false;
      say("not connected", true);
      if (opened.readyState === EventSource.CLOSED && events === opened) {
        events = null;
        setTimeout(listen, RECONNECT);
      }
    });
  };

  const rest = () => {
    events?.close();
    events = null;
    connected = false;
  };

  for (const part of parts(document)) {
    served.set(part.id, shown(part));
  }
  showTimes(document);
  if (served.size > 0) {
    document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
    addEventListener("pagehide", rest);
    addEventListener("pageshow", listen);
    listen();
  }
})();
