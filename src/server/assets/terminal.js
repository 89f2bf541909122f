// The terminal's page: touches, keys and sound to the server; screens and sound from it.
// What is said and shown is the server's decision; `docs/protocol.md` describes the messages.

import { Microphone } from "/assets/microphone.js";
import { Loudspeaker } from "/assets/sound.js";
import { View, picture, element } from "/assets/view.js";

const body = document.body;
const find = (id) => document.getElementById(id);
const WORDS = JSON.parse(body.dataset.words);
const START = body.dataset.language;
// Whether the address names the language; else the centre's choice holds.
const CHOSEN = new URLSearchParams(location.search).has("lang");
let language = START;
const words = () => WORDS[language];

const view = new View();
const microphone = new Microphone((sound) => {
  if (state === "listening") send(sound);
});
const loudspeaker = new Loudspeaker((reply) => tell("spoken", { reply }));

// ---- The connection -------------------------------------------------------------------

let socket = null;
let token = null;
let state = "offline";
let lost = false;
// Whether the server listens by its own microphone.
let heardThere = false;
let tries = 0;

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/terminal`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    const { guide, progress } = view.screen ?? {};
    tell("hello", {
      v: 1, language: CHOSEN ? START : null, sound: true, resume: token,
      guide: guide ?? null, step: progress?.step ?? null,
    });
  };
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) loudspeaker.piece(data);
    else receive(JSON.parse(data));
  };
  socket.onclose = ({ code }) => {
    setState("offline");
    loudspeaker.stop();
    // Gone on in another window: this one waits for a press.
    if (code === 4003) return notice("elsewhere");
    lost = true;
    if (tries > 0 || view.screen) notice("lost");
    tries += 1;
    setTimeout(connect, Math.min(250 * 2 ** tries, 5000));
  };
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(message);
}

function tell(type, rest = {}) {
  send(JSON.stringify({ type, ...rest }));
}

const RECEIVERS = {
  welcome(message) {
    token = message.token;
    heardThere = message.microphone === "machine";
    tries = 0;
    setState("idle");
    if (lost) {
      notice("back");
      setTimeout(() => shown === "back" && notice(null), 4000);
    }
    lost = false;
    if (!message.hears) notice("no_ears");
  },
  screen(screen) {
    closeBrowse();
    if (screen.language !== language) setLanguage(screen.language);
    if (["waiting", "trouble", "busy", "too_long"].includes(shown)) notice(null);
    if (view.show(screen, words())) {
      find("content").scrollTop = 0;
      announce(screen);
    }
  },
  state: ({ state }) => setState(state),
  level: ({ level }) => body.style.setProperty("--level", level.toFixed(2)),
  speech: ({ reply }) => loudspeaker.begin(reply),
  speech_end: ({ reply }) => loudspeaker.end(reply),
  silence: () => loudspeaker.stop(),
  volume: ({ factor }) => loudspeaker.volume(factor),
  notice: ({ kind, words }) => notice(kind, words),
  ended: forget,
  error: () => {},
};

function receive(message) {
  RECEIVERS[message.type]?.(message);
}

// The next person finds the page as new.
function forget() {
  setSize("1");
  find("question").value = "";
  find("settings").open = false;
  closeBrowse();
  notice(null);
  microphone.close();
  if (language !== START) setLanguage(START);
}

// ---- What is shown --------------------------------------------------------------------

let shown = null;

function notice(kind, text) {
  shown = kind;
  const place = find("notice");
  place.hidden = kind === null;
  if (kind === null) return;
  place.replaceChildren(
    picture("icons", kind === "lost" ? "offline" : "caution"),
    element("span", {}, text ?? words().notice[kind]),
  );
}

function setState(next) {
  state = next;
  body.dataset.state = next;
  microphone.listening = next === "listening";
  body.style.setProperty("--level", "0");
  const { press, press_how, listening, done, thinking, thinking_how, speaking, interrupt, offline } = words().state;
  const [what, how, sign] = {
    idle: [press, press_how, "microphone"],
    listening: [done, listening, "finished"],
    thinking: [thinking, thinking_how, "thinking"],
    speaking: [interrupt, speaking, "microphone"],
    offline: [offline, "", "offline"],
  }[next];
  find("what").textContent = what;
  find("how").textContent = how;
  const button = find("talk");
  button.disabled = next === "offline";
  button.querySelector(".icon").replaceWith(picture("icons", sign));
}

function setLanguage(next) {
  language = next;
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  document.title = words().page.title;
  const word = (path) => path.split(".").reduce((group, name) => group[name], words());
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = word(place.dataset.word);
  for (const place of document.querySelectorAll("[data-label]")) place.ariaLabel = word(place.dataset.label);
  for (const place of document.querySelectorAll("[data-placeholder]")) place.placeholder = word(place.dataset.placeholder);
  const other = next === "zh" ? "en" : "zh";
  const button = find("language");
  button.dataset.command = `language_${other}`;
  button.lang = other === "zh" ? "zh-CN" : "en";
  button.querySelector("span").textContent = WORDS[other].name;
  find("open-browse").href = `/browse?lang=${next}`;
  setState(state);
}

// For who hears the page read by their browser: what changed.
function announce() {
  const heading = document.querySelector("#screen h1");
  heading.tabIndex = -1;
  if (document.activeElement === body || view.main.contains(document.activeElement) === false) {
    if (document.activeElement?.id !== "talk" && document.activeElement?.id !== "question") {
      heading.focus({ preventScroll: true });
    }
  }
}

function setSize(size) {
  document.documentElement.dataset.size = size;
  const radio = document.querySelector(`input[name="size"][value="${size}"]`);
  if (radio) radio.checked = true;
}

// ---- The page of pictures -------------------------------------------------------------

async function openBrowse() {
  const place = find("browse");
  if (!place.hidden) return closeBrowse();
  const answer = await fetch(`/browse?lang=${language}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const close = element("button", { type: "button", id: "close-browse" }, picture("icons", "no"),
    element("span", {}, words().browse.close));
  place.replaceChildren(close, ...page.querySelector("main").childNodes);
  place.hidden = false;
  find("screen").hidden = true;
  body.dataset.browse = "open";
  find("content").scrollTop = 0;
  find("content").focus();
  tell("touched");
}

function closeBrowse() {
  find("browse").hidden = true;
  find("browse").replaceChildren();
  find("screen").hidden = false;
  delete body.dataset.browse;
}

// ---- Touches and keys -----------------------------------------------------------------

async function talk() {
  if (state === "offline") return;
  if (state === "listening") return tell("done");
  loudspeaker.stop();
  loudspeaker.unlock();
  const trouble = heardThere ? null : await microphone.open();
  if (trouble) {
    notice(trouble);
    return tell("no_microphone");
  }
  if (["no_microphone", "microphone_denied", "microphone_insecure"].includes(shown)) notice(null);
  closeBrowse();
  tell("talk", { rate: heardThere ? 16000 : microphone.rate });
}

function command(name) {
  loudspeaker.stop();
  loudspeaker.unlock();
  tell("command", { name });
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, a, summary");
  if (!event.target.closest("#settings")) find("settings").open = false;
  if (!target) return state === "offline" ? undefined : tell("touched");
  const { command: name, open, say } = target.dataset;
  if (target.id === "talk") talk();
  else if (target.id === "open-browse") openBrowse();
  else if (target.id === "close-browse") closeBrowse();
  else if (open) {
    loudspeaker.unlock();
    tell("open", { guide: open });
  } else if (name) command(name);
  else if (say === "ask") {
    closeBrowse();
    if (view.screen?.page !== "welcome") command("ask");
  } else if (say === "touched") tell("touched");
  else return;
  event.preventDefault();
  // A foot switch or the space bar means the large button after a touch.
  if (event.detail > 0) target.blur();
});

find("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("question").value.trim();
  if (!text) return;
  loudspeaker.stop();
  loudspeaker.unlock();
  tell("text", { text });
  find("question").value = "";
  find("question").blur();
});

document.addEventListener("change", (event) => {
  if (event.target.name === "size") setSize(event.target.value);
  tell("touched");
});

const KEYS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const at = event.target;
  const writing = at.matches("input, select, textarea");
  const pressable = at.matches("button, a, summary") && at.matches(":focus-visible") && at.id !== "talk";
  if (event.key === "F8" || (event.key === " " && !writing && !pressable)) {
    event.preventDefault();
    talk();
  } else if (event.key === "Escape") {
    if (!find("browse").hidden) closeBrowse();
    else if (find("settings").open) find("settings").open = false;
    else if (state === "speaking" || state === "listening") command("pause");
  } else if (!writing && KEYS[event.key]) {
    const button = view.main.querySelector(`[data-command="${KEYS[event.key]}"]`);
    if (button) {
      event.preventDefault();
      command(KEYS[event.key]);
    }
  }
});

setLanguage(language);
setSize("1");
connect();
