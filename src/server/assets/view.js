// A screen as the dialogue tells it, on the page. Words are only ever set as text.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function picture(sheet, name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `/assets/${sheet}.svg#${name}`);
  svg.append(use);
  return svg;
}

const text = (name, words, attributes) => element(name, attributes, words);

// Buttons whose picture has another name than their command.
const PICTURES = {
  language_en: "language", language_zh: "language", resume: "next", caution: "caution",
  start_over: "start", here: "yes", thanks: "yes", memory: "help", help: "help", withdraw: "back", circle: "share", card: "eligibility", helpers: "proxy", invite: "share", log: "detail", remove_all: "no",
};

export function button({ command, label }) {
  const name = PICTURES[command] ?? command;
  return element(
    "button",
    { type: "button", "data-command": command },
    picture("icons", name),
    text("span", label),
  );
}

function heading(screen) {
  const title = screen.title ?? null;
  const top = [];
  if (title) {
    top.push(element("p", { class: "title" }, picture("pictograms", screen.pictogram), text("span", title)));
  } else if (screen.pictogram) {
    top.push(element("p", { class: "title" }, picture("pictograms", screen.pictogram)));
  }
  if (screen.progress) top.push(progress(screen.progress));
  top.push(text("h1", screen.headline));
  return top;
}

function progress({ step, of, words }) {
  const dots = element("span", { class: "dots", "aria-hidden": "true" });
  for (let n = 1; n <= of; n++) {
    const state = n < step ? "past" : n === step ? "now" : "next";
    dots.append(element("span", { class: state }, n < step ? "✓" : String(n)));
  }
  return element("p", { class: "progress" }, dots, text("span", words));
}

function choices(screen, words) {
  if (screen.choices.length === 0) return null;
  const list = element("ul", { class: "cards", "aria-label": words.page.choices });
  for (const choice of screen.choices) {
    const card = element(
      "button",
      { type: "button", class: "card", "data-command": choice.command },
      picture("pictograms", choice.pictogram),
      element("span", {}, choice.ordinal ? text("small", choice.ordinal) : null, text("strong", choice.label)),
    );
    list.append(element("li", {}, card));
  }
  return list;
}

function list(kind, items) {
  if (items.length === 0) return null;
  return element("ul", { class: kind }, ...items.map((item) => text("li", item)));
}

function cautions(screen, words) {
  return screen.cautions.map((caution) =>
    element(
      "p",
      { class: "caution" },
      picture("icons", "caution"),
      element("span", {}, text("strong", words.page.caution), " ", caution),
    ),
  );
}

function hotline({ hotline }, words) {
  if (!hotline) return null;
  return element(
    "p",
    { class: "call" },
    picture("icons", "call"),
    element("span", {}, words.page.hotline, " ", text("a", hotline, { href: `tel:${hotline}` })),
  );
}

// A square to scan, and digits for who has no camera.
function handed({ handed }, words) {
  if (!handed) return null;
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", `0 0 ${handed.side} ${handed.side}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words.page.qr);
  svg.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", handed.qr);
  svg.append(path);
  const number = element("div", {},
    handed.code && text("span", handed.address ? words.page.code_address.replace("{address}", handed.address) : words.page.card),
    handed.code && text("span", handed.code, { class: "number" }));
  return element("div", { id: "handed" }, svg, number);
}

function heard(screen, words) {
  if (!screen.heard) return null;
  return element("p", { class: "heard" }, words.page.heard + words.page.heard_colon, text("q", screen.heard));
}

function group(screen, places, label) {
  // "Slower" stands beside the way on.
  const fits = ({ place, command }) => places.includes(place) && command !== "slower";
  const buttons = screen.buttons.filter(fits).map(button);
  if (buttons.length === 0) return null;
  return element("div", { class: "more", role: "group", "aria-label": label }, ...buttons);
}

// Everything but the countdown, which changes every second.
function same(before, after) {
  const still = (screen) => JSON.stringify({ ...screen, leaving: null });
  return before && still(before) === still(after);
}

export class View {
  constructor() {
    this.screen = null;
    this.place = document.getElementById("screen");
    this.main = document.getElementById("main");
  }

  // Shows a screen in place of the one before. True if it is another page or step.
  show(screen, words) {
    const before = this.screen;
    this.screen = screen;
    if (!same(before, screen)) this.draw(screen, words);
    this.countdown(screen);
    const where = (shown) => [shown?.page, shown?.headline, shown?.title].join("\n");
    return where(before) !== where(screen);
  }

  draw(screen, words) {
    document.body.dataset.page = screen.page;
    document.body.dataset.danger = screen.danger ?? "";
    const parts = [
      ...heading(screen),
      ...screen.body.map((line) => text("p", line)),
      choices(screen, words),
      handed(screen, words),
      list("bring", screen.bring),
      hotline(screen, words),
      ...cautions(screen, words),
      heard(screen, words),
      ...(screen.guide
        ? [group(screen, ["guide"], words.page.about_guide), group(screen, ["voice", "more"], words.page.more)]
        : [group(screen, ["guide", "voice", "more"], words.page.more)]),
    ];
    this.place.replaceChildren(...parts.filter(Boolean));
    this.main.replaceChildren(
      ...screen.buttons.filter((button) => button.place === "main").map(button),
      ...screen.buttons.filter((button) => button.command === "slower").map(button),
    );
  }

  countdown({ leaving }) {
    let banner = document.getElementById("leaving");
    if (!leaving) return banner?.remove();
    if (!banner) {
      banner = element("button", { type: "button", id: "leaving", "data-say": "touched" });
      document.getElementById("content").prepend(banner);
    }
    banner.replaceChildren(picture("icons", "leaving"), text("span", leaving.words));
  }
}
