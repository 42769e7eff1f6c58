// The page follows the program that sent it: parts that differ are replaced, what the reader has chosen stays.

/** The parts of a page, by what names them. */
const keyOf = (part) => part.id || part.className || part.tagName;
const partsOf = (page) => new Map([...page.querySelectorAll("body > header, main > *, body > footer")].map((part) => [keyOf(part), part]));

/** How each part was sent, before any script has touched it. */
const sent = new Map([...partsOf(document)].map(([key, part]) => [key, part.outerHTML]));
let sentPayload = document.getElementById("payload")?.textContent;

/** How much of the window the bar at the top covers [px]. */
const BAR = 60;
const FOCUSABLE = "a, button, input, select, summary, [tabindex]";

/** Put a part in the place of another: what is folded open, scrolled or in focus stays so. */
function replacePart(old, part) {
  const pairs = (selector) => [...old.querySelectorAll(selector)].map((one, i) => [one, part.querySelectorAll(selector)[i]]).filter(([, other]) => other);
  for (const [one, other] of pairs("details")) other.open = one.open;
  const unfolded = pairs("table").map(([one]) => one.closest(".scroll")?.parentElement.querySelector(".show-all[aria-expanded=true]") !== null);
  const scrolled = pairs(".scroll").map(([one, other]) => [other, one.scrollLeft]);
  const focus = pairs(FOCUSABLE).find(([one]) => one === document.activeElement);
  old.replaceWith(part);
  if (typeof foldTables === "function") {
    foldTables(part);
    [...part.querySelectorAll("table")].forEach((table, i) => unfolded[i] && table.classList.contains("folded") && table.closest(".scroll").nextElementSibling?.click());
  }
  for (const [scroll, left] of scrolled) scroll.scrollLeft = left;
  focus?.[1].focus({ preventScroll: true });
}

/** Replace the parts that differ from how they were last sent; says which. */
function replaceParts(fresh) {
  const [mine, theirs] = [partsOf(document), partsOf(fresh)];
  const order = [...fresh.querySelectorAll("main > *")].map(keyOf);
  const replaced = [...theirs.keys()].filter((key) => theirs.get(key).outerHTML !== sent.get(key));
  for (const key of replaced) {
    sent.set(key, theirs.get(key).outerHTML);
    if (mine.has(key)) replacePart(mine.get(key), theirs.get(key));
  }
  const [main, now] = [document.querySelector("main"), partsOf(document)];
  const wanted = order.map((key) => now.get(key) ?? theirs.get(key)); // parts may have come, or gone
  if (wanted.length !== main.children.length || wanted.some((part, i) => part !== main.children[i])) main.replaceChildren(...wanted);
  for (const key of sent.keys()) if (!theirs.has(key)) sent.delete(key);
  return replaced;
}

const treeOf = () => JSON.stringify(model.nodes.map((node) => [node.code, node.parent]));

/** Take the numbers of a result in, if they are others, and draw them; rebuilt: whether the sliders are to be. */
function takeIn(payload, rebuilt = false) {
  const tree = treeOf();
  if (payload !== sentPayload) take(JSON.parse((sentPayload = payload)));
  if (rebuilt || treeOf() !== tree) buildSliders();
  showControls();
  speak(language());
  show();
}

/** What the parts that are on the page were made for; numbers of another shape wait for their page. */
const shapeOf = ({ cities, years, claims, model: { why, whole, nodes } }) =>
  JSON.stringify([cities, years, claims, why, whole, nodes.map((node) => [node.code, node.parent])]);

/** Draw the numbers that are there sooner than their page. */
async function refreshNumbers() {
  const answer = await fetch("numbers");
  const payload = answer.ok && sentPayload !== undefined ? await answer.text() : "";
  const sooner = payload && JSON.parse(payload);
  if (!payload || shapeOf(sooner) !== shapeOf(page)) return;
  take({ ...page, ...sooner }); // what the analyses give comes with their page
  sentPayload = ""; // its page takes them in whole
  showControls();
  showRanking();
  update();
}

/** Take what the program has now. */
async function refresh() {
  const answer = await fetch("./");
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const payload = fresh.getElementById("payload")?.textContent;
  if (payload === undefined || sentPayload === undefined) {
    if (payload !== sentPayload) location.reload(); // the first result
    else replaceParts(fresh);
    return;
  }
  const anchor = [...document.querySelectorAll("main > section")].find((part) => part.getBoundingClientRect().bottom > BAR);
  const top = anchor?.getBoundingClientRect().top;
  const replaced = replaceParts(fresh);
  takeIn(payload, replaced.includes("weights"));
  const there = anchor && partsOf(document).get(keyOf(anchor));
  if (there) window.scrollBy(0, there.getBoundingClientRect().top - top);
}

/** Write the weights that were moved into the YAML; the page then follows it as after any other save. */
async function save() {
  const weights = Object.fromEntries(told().map((i) => [model.nodes[i].code, state.weights[i]]));
  const body = JSON.stringify({ seen: document.getElementById("live").dataset.seen, weights });
  const answer = await fetch("weights", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const said = document.getElementById("refused");
  said.hidden = answer.ok;
  if (!answer.ok) said.replaceChildren(...spans(await answer.json()));
}

let newest = "";
let busy = false;

/** One after the other; what came while one was taken in is taken in once. */
async function follow() {
  if (busy) return;
  busy = true;
  try {
    while (newest) {
      const next = newest === "page" ? refresh : refreshNumbers;
      newest = "";
      await next();
    }
  } finally {
    busy = false;
  }
}

const source = new EventSource("events");
source.onmessage = ({ data }) => { newest = newest === "page" ? newest : data; follow().catch(() => undefined); }; // `onerror` tells
source.onerror = () => { document.getElementById("lost").hidden = false; };
source.onopen = () => { document.getElementById("lost").hidden = true; };
document.addEventListener("click", (event) => { if (event.target.closest("#save")) save(); });
