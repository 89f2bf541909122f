// The helper's page: ticks stay in this telephone; the guide is read out piece by piece.
// The page can be used without.

const key = `wenlu:${location.pathname}`;

function kept() {
  try {
    return new Set(JSON.parse(localStorage.getItem(key)) ?? []);
  } catch {
    return new Set();
  }
}

const ticks = kept();
for (const box of document.querySelectorAll("[data-tick]")) {
  box.checked = ticks.has(box.dataset.tick);
  box.addEventListener("change", () => {
    if (box.checked) ticks.add(box.dataset.tick);
    else ticks.delete(box.dataset.tick);
    try {
      localStorage.setItem(key, JSON.stringify([...ticks]));
    } catch {
      // A telephone that keeps nothing shows the ticks until the page is left.
    }
  });
}

const place = document.getElementById("listen");
if (place) {
  const { path, pieces, lang, stop } = place.dataset;
  const button = place.querySelector("button");
  const words = button.querySelector("span");
  const begin = words.textContent;
  const sound = new Audio();
  let piece = -1;

  function end() {
    piece = -1;
    sound.pause();
    sound.removeAttribute("src");
    words.textContent = begin;
    delete place.dataset.playing;
  }

  function next() {
    piece += 1;
    if (piece >= Number(pieces)) return end();
    place.dataset.playing = piece;
    words.textContent = stop;
    sound.src = `${path}${piece}.wav?lang=${lang}`;
    sound.play().catch(() => piece >= 0 && end());
  }

  sound.addEventListener("ended", next);
  sound.addEventListener("error", () => piece >= 0 && end());
  button.addEventListener("click", () => (piece < 0 ? next() : end()));
  place.hidden = false;
}
