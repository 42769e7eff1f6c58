// The page: what is shown follows from the weights, the year, the language.

const words = JSON.parse(document.getElementById("words").textContent);
const root = document.documentElement;
const $ = (id) => document.getElementById(id);

/** What is shown; the index that the program published, and that under the weights of the moment. */
let page, model, nYear, nominal, current;

/** What the reader has chosen. */
const state = { weights: [], aggregation: "", year: 0, sort: null, scenario: "" };

const language = () => root.dataset.lang;
const MANY_ROWS = 40;
const say = (key, facts = {}, lang = language()) => filled(words[key][lang], facts, page.languages[lang].unspaced);
const nameOf = (bilingual) => bilingual[language()];
const percent = (share) => `${fixed(100 * share, 1)}%`;
const number = (x, decimals = page.shown) => {
  const text = fixed(x, decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
};
const signed = (x, decimals) => (Number(fixed(x, decimals)) > 0 ? "+" : "") + number(x, decimals);
const place_ = (rank) => (Number.isNaN(rank) ? "–" : String(rank));

/** An element of the page, its text as text. */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A text in every language, of which the page shows one. */
function spans(texts) {
  return Object.entries(texts).map(([lang, text]) => make("span", { lang }, text));
}

// --- the index ----------------------------------------------------------------------------------------------------

/** Take a result in. What the reader has chosen stays: the weights that were moved, by code, the year, the mean. */
function take(told) {
  const moved = new Map(page && changedNodes().map((i) => [model.nodes[i].code, state.weights[i]]));
  const year = page && state.year !== page.last ? told.years.indexOf(page.years[state.year]) : -1;
  page = told;
  ({ model } = page);
  ({ nYear } = model);
  model.z = decode(model.z);
  nominal = current = published();
  state.weights = model.nodes.map((node) => moved.get(node.code) ?? node.weight);
  state.year = year < 0 ? page.last : year;
  if (!aggregations().includes(state.aggregation)) state.aggregation = "";
}

/** The means that the reader may choose; the empty one is that of the methodology. */
const aggregations = () => ["", ...(model.whole ? ["arithmetic"] : []), ...(model.whole && model.geometric ? ["geometric"] : [])];

/** The published index: recomputed where the page can, else as the program stored it. */
function published() {
  if (!model.why) return compute(model, model.nodes.map((node) => node.weight));
  const n = model.nCity * nYear;
  const scores = model.nodes.map((node) => (node.leaf < 0 ? null : model.z.subarray(node.leaf * n, (node.leaf + 1) * n)));
  scores[0] = decode(model.scores);
  const shares = model.nodes.map((node) => node.weight);
  return { scores, shares, effective: shares, active: shares.map(() => true), ranks: decode(model.ranks), comparable: model.comparable };
}

const changedNodes = () => model.nodes.map((_, i) => i).filter((i) => state.weights[i] !== model.nodes[i].weight);
const changed = () => state.aggregation !== "" || changedNodes().length > 0;

/** Cities as the charts want them, in the order of the published ranking: those in colour, and the first of the others. */
function citiesShown(order = null) {
  const at = order ?? page.cities.map((_, c) => c).sort((a, b) => rankKey(nominal, a, page.last) - rankKey(nominal, b, page.last) || a - b);
  const shown = at.filter((c, i) => i < page.most || page.colours[c] >= 0);
  return shown.map((c) => ({ at: c, name: nameOf(page.cities[c]), colour: page.colours[c] < 0 ? "x" : page.colours[c], picked: page.colours[c] >= 0 }));
}

function rankKey(index, c, t) {
  const rank = index.ranks[c * nYear + t];
  return Number.isNaN(rank) ? Infinity : rank;
}

/** Cities by rank of a year under the current weights. */
function ranking(index, t) {
  return page.cities.map((_, c) => c).sort((a, b) => rankKey(index, a, t) - rankKey(index, b, t) || a - b);
}

let frame = 0;

/** Compute anew, and show it; under weights that cannot be computed the last result stands, with the reason. */
function update() {
  if (!model.why) {
    const found = compute(model, state.weights, state.aggregation);
    const problem = $("problem");
    problem.hidden = !found.problem;
    if (found.problem) {
      problem.textContent = say(found.problem.key, { name: nameOf(model.nodes[found.problem.node].name) });
      showShares(null);
      return;
    }
    current = found;
    showShares(current);
    showTexts();
    announce();
  }
  showClaims();
  cancelAnimationFrame(frame); // however many sliders move, it is drawn once
  frame = requestAnimationFrame(show);
  $("changed").hidden = !changed();
  document.querySelectorAll(".claim-more").forEach((more) => (more.hidden = changed()));
  $("weights").classList.toggle("as-published", !changed());
  document.querySelectorAll(".fixed-note").forEach((note) => (note.hidden = !changed()));
}

/** Draw everything that follows from the current index. */
function show() {
  if (!model.why) showLive();
  showRanking();
  showCharts();
}

// --- ranking, claims ----------------------------------------------------------------------------------------------

function showRanking() {
  const t = state.year;
  const body = $("ranking-table").tBodies[0];
  $("ranking-table").classList.toggle("without-ranges", t !== page.last || changed());
  const at = (c) => c * nYear + t;
  const known = Array.from({ length: model.nCity }, (_, c) => current.scores[0][at(c)]).filter((x) => !Number.isNaN(x));
  const [low, high] = [Math.min(0, ...known), Math.max(...known, 0)];
  const moves = sharedRanks(ranksOf(current.ranks, nYear, page.first), ranksOf(current.ranks, nYear, t));
  const rows = [...body.rows].map((row) => {
    const c = Number(row.dataset.city);
    const [score, rank] = [current.scores[0][at(c)], current.ranks[at(c)]];
    const gain = moves.before[c] - moves.after[c];
    row.querySelector(".rank").textContent = place_(rank);
    row.querySelector(".score").textContent = Number.isNaN(score) ? "–" : number(score);
    row.querySelector(".bar-cell i").style.width = Number.isNaN(score) || high === low ? "0" : `${(100 * Math.max(score, 0)) / (high - low)}%`;
    const cell = row.querySelector(".gain_total");
    if (cell) {
      cell.textContent = Number.isNaN(gain) ? "–" : signed(gain, 0);
      cell.className = `num gain_total${gain > 0 ? " up" : gain < 0 ? " down" : ""}`;
    }
    const share = page.observed[c][t];
    row.querySelector(".observed").textContent = share === null ? "–" : `${fixed(share, 0)}%`;
    const bar = row.querySelector(".bar-cell i");
    bar.className = `k${page.colours[c] < 0 ? "x" : page.colours[c]}`;
    const shown = [...row.querySelectorAll("[data-key]")].map((cell) => [cell.dataset.key, parseFloat(cell.textContent) || 0]);
    const keys = { ...Object.fromEntries(shown), rank, city: nameOf(page.cities[c]), score, gain_total: gain };
    return { row, c, keys };
  });
  const { by, down } = state.sort ?? { by: "rank", down: false };
  const sign = down ? -1 : 1;
  rows.sort((a, b) => {
    const [x, y] = [a.keys[by], b.keys[by]];
    if (typeof x === "string") return sign * x.localeCompare(y, root.lang);
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
    return sign * (x - y) || a.keys.rank - b.keys.rank || a.c - b.c;
  });
  body.append(...rows.map(({ row }) => row));
}

/** Show another year in the ranking; where motion is not unwelcome, rows move from their old place to the new one. */
function showYear(t) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const shown = [...$("ranking-table").tBodies[0].rows];
  const tops = new Map(still ? [] : shown.map((row) => [row, row.offsetHeight ? row.offsetTop : null]));
  state.year = t;
  $("ranking-year").value = t;
  showRanking();
  for (const [row, top] of tops) {
    if (top === null || !row.offsetHeight || top === row.offsetTop) continue;
    row.animate([{ transform: `translateY(${top - row.offsetTop}px)` }, { transform: "none" }], { duration: 600, easing: "ease-in-out" });
  }
  showCharts();
}

const STEP = 1300; // a year of the play [ms]
let playing = 0;

/** Step through the years, from the first if the last is shown; a second press stops, and so does a choice of year. */
function play() {
  if (playing) return stop();
  state.sort = null;
  showYear(state.year >= page.last ? page.first : state.year);
  showControls();
  playing = setInterval(() => {
    if (state.year < page.last) showYear(state.year + 1);
    $("spoken").textContent = page.years[state.year];
    if (state.year >= page.last) stop();
  }, STEP);
  showPlay();
}

function stop() {
  clearInterval(playing);
  playing = 0;
  showPlay();
}

function showPlay() {
  $("ranking-years").hidden = nYear < 2;
  $("play").replaceChildren(...spans(words[playing ? "pause" : "play"]));
}

/** Of a table with many rows the first and the last (page.css says how many), and a button for all of them. */
function foldRows(table) {
  const n = table.tBodies[0]?.rows.length ?? 0;
  if (n <= MANY_ROWS) return;
  table.classList.add("folded");
  const button = make("button", { type: "button", class: "show-all", "aria-expanded": "false" });
  const label = () => button.replaceChildren(...spans(Object.fromEntries(Object.keys(words.show_all).map((lang) =>
    [lang, say(table.classList.contains("folded") ? "show_all" : "show_fewer", { n }, lang)]))));
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(!table.classList.toggle("folded")));
    label();
  });
  label();
  const left = [...table.tBodies[0].rows].filter((row) => getComputedStyle(row).display === "none").length;
  const note = Object.fromEntries(Object.keys(words.left_out).map((lang) => [lang, say("left_out", { left, n }, lang)]));
  table.closest(".scroll").after(button, make("p", { class: "about left-out" }, ...spans(note)));
}

function showClaims() {
  const found = verdicts(page.claims, model, current);
  const frame = frameOf(model, current);
  document.querySelectorAll("[data-claim]").forEach((mark) => {
    const [claim, verdict] = [page.claims[mark.dataset.claim], found[mark.dataset.claim]];
    mark.className = `verdict v${verdict}`;
    mark.replaceChildren(...spans(words[`verdict_${verdict}`]));
    const facts = evidence(claim, verdict, frame);
    const texts = Object.keys(page.languages).map((lang) => {
      const names = (fact) => {
        if (fact.group) return page.groups[fact.group][lang];
        const [one, other] = fact.who.map((c) => page.cities[c][lang]);
        return other === undefined ? one : say("pair", { one, other }, lang);
      };
      const nodes = (at) => at.map((i) => model.nodes[i].name[lang]);
      return [lang, evidenceText(claim, verdict, facts, { say: (key, more) => say(key, more, lang), names, nodes, years: page.years })];
    });
    mark.parentElement.querySelector(".evidence").replaceChildren(...spans(Object.fromEntries(texts)));
  });
}

// --- charts -------------------------------------------------------------------------------------------------------

const CHARTS = {
  framework(box) {
    const rows = page.framework.map((row) => ({ ...row, name: nameOf(row.name), share: row.weight === null ? "" : percent(row.weight) }));
    framework(box, rows);
  },
  trend(box) {
    const cities = citiesShown();
    const text = (city, t) => `${city.name} ${page.years[t]}  ${say("tip_score", { score: number(current.scores[0][city.at * nYear + t]) })} · ${say("tip_rank", { rank: current.ranks[city.at * nYear + t] })}`;
    if (page.years.length > 1) {
      const value = (c, t) => (t < 0 ? NaN : current.scores[0][c * nYear + t]);
      lines(box, { years: page.years, cities, value, text, labelAll: cities.length <= 45 });
    } else oneYear(box, 0);
  },
  bump(box) {
    const cities = citiesShown();
    const value = (c, t) => (t < 0 ? NaN : current.ranks[c * nYear + t]);
    const text = (city, t) => `${city.name} ${page.years[t]}  ${say("tip_rank", { rank: value(city.at, t) })} · ${say("tip_score", { score: number(current.scores[0][city.at * nYear + t]) })}`;
    lines(box, { years: page.years, cities, value, text, ranks: true, labelAll: cities.length <= 60 });
  },
  contributions(box) {
    const t = state.year;
    const children = model.nodes[0].children.filter((child) => current.active[child]);
    const part = (c, j) => current.shares[children[j]] * current.scores[children[j]][c * nYear + t];
    bars(box, {
      cities: citiesShown(ranking(current, t)).filter((city) => !Number.isNaN(current.scores[0][city.at * nYear + t])),
      names: children.map((child) => nameOf(model.nodes[child].name)),
      parts: part,
      total: (c) => current.scores[0][c * nYear + t],
      number,
      text: (city, j) => `${city.name}  ${nameOf(model.nodes[children[j]].name)} ${number(part(city.at, j), page.shown)}`,
    });
  },
  lens(box) {
    const { groups, parts, rest } = page.lenses[box.dataset.lens];
    const value = (c, j) => parts[c][j] ?? NaN;
    const total = (c) => parts[c].reduce((sum, x) => sum + (x ?? NaN), 0);
    const shown = page.cities.map((_, c) => c).filter((c) => !Number.isNaN(total(c)));
    shown.sort((a, b) => total(b) - total(a));
    bars(box, {
      cities: citiesShown(shown),
      names: groups.map(nameOf),
      grey: rest,
      parts: value,
      total,
      number: (x) => signed(x, page.shown),
      text: (city, j) => `${city.name}  ${nameOf(groups[j])} ${signed(value(city.at, j), page.shown)}`,
    });
  },
  integration(box) {
    const value = (c, t) => page.integration[c][t] ?? NaN;
    const cities = citiesShown();
    lines(box, {
      years: page.years,
      cities,
      value,
      text: (city, t) => `${city.name} ${page.years[t]}  ${say("tip_degree", { score: number(value(city.at, t), 3) })}`,
      labelAll: cities.length <= 45,
    });
  },
  intervals(box) {
    intervals(box, {
      cities: citiesShown(),
      found: page.intervals,
      text: (city, [rank, low, median, high, best, worst]) => {
        const limits = best === null ? "" : ` · ${say("tip_limits", { best, worst })}`;
        return `${city.name}  ${say("tip_interval", { rank: rank ?? "–", low, median, high })}${limits}`;
      },
    });
  },
};

/** Scores of one year as bars, for a node. */
function oneYear(box, node) {
  const at = page.cities.map((_, c) => c).filter((c) => !Number.isNaN(current.scores[node][c * nYear + page.last]));
  const score = (c) => current.scores[node][c * nYear + page.last];
  bars(box, {
    cities: citiesShown(at.sort((a, b) => model.sign * (score(b) - score(a)))),
    names: [""],
    parts: score,
    total: score,
    number,
    text: (city) => `${city.name}  ${say("tip_score", { score: number(score(city.at)) })}`,
  });
}

/** Boxes for the parts of the index; and what adds up to the score, only where it does. */
function makeBoxes() {
  const sum = document.querySelector("[data-chart=contributions]");
  if (sum) sum.parentElement.hidden = aggregationOf(model.nodes[0], state.aggregation).name !== "arithmetic";
  const holder = $("small-multiples");
  if (!holder) return;
  const children = partsShown();
  if (holder.childElementCount !== children.length || holder.dataset.shown !== `${children}${language()}`) {
    holder.replaceChildren(
      ...children.map((child) => {
        const box = make("div", { class: "chart", tabindex: "0", role: "group", "aria-label": nameOf(model.nodes[child].name) });
        const figure = make("figure", { class: "figure" }, make("h3", {}, nameOf(model.nodes[child].name)), box);
        return figure;
      }),
    );
    holder.dataset.shown = `${children}${language()}`;
  }
}

const partsShown = () => model.nodes[0].children.filter((child) => current.active[child]);

/** One small chart per part of the index, all on one scale. */
function showParts() {
  const holder = $("small-multiples");
  if (!holder) return;
  const children = partsShown();
  const all = children.flatMap((child) => [...current.scores[child]]).filter((x) => !Number.isNaN(x));
  children.forEach((child, i) => {
    const box = holder.children[i].querySelector(".chart");
    if (page.years.length === 1) return oneYear(box, child);
    const value = (c, t) => (t < 0 ? NaN : current.scores[child][c * nYear + t]);
    lines(box, {
      years: page.years,
      cities: citiesShown(),
      value,
      text: (city, t) => `${city.name} ${page.years[t]}  ${say("tip_score", { score: number(value(city.at, t)) })}`,
      height: 210,
      labelAll: false,
      low: Math.min(...all),
      high: Math.max(...all),
    });
  });
}

function showCharts() {
  makeBoxes();
  const boxes = [...document.querySelectorAll(".chart")].filter((box) => !box.closest("details:not([open]), [hidden]"));
  measure(boxes);
  showParts();
  for (const box of boxes) if (box.dataset.chart) CHARTS[box.dataset.chart](box);
}

// --- the weights panel --------------------------------------------------------------------------------------------

const rows = [];

/** The largest weight that a slider of a part's children reaches. */
function topOf(parent) {
  const written = model.nodes[parent].children.map((child) => model.nodes[child].weight);
  const total = written.reduce((sum, x) => sum + x, 0);
  return Math.max(...written) <= 1 && Math.abs(total - 1) < 1e-9 ? 1 : 3 * Math.max(...written);
}

/** A slider, a number and the resulting share for every part; parts within parts fold open. */
function buildSliders() {
  const holder = $("sliders");
  if (!holder) return;
  rows.length = 0;
  const build = (parent) => {
    const { children } = model.nodes[parent];
    const list = make("div", {});
    for (const child of children) {
      const range = make("input", { type: "range", id: `range-${child}` });
      const box = make("input", { type: "number", min: model.zero ? 0 : "any", max: model.heaviest, step: "any", inputmode: "decimal", id: `weight-${child}` });
      const label = make("label", { for: `weight-${child}` });
      const output = make("output", { for: `range-${child} weight-${child}` });
      const row = make("div", { class: "weight" }, label, range, box, output);
      const set = (value, from) => {
        const weight = weightOf(value, model);
        if (Number.isNaN(weight)) return;
        state.weights[child] = weight;
        if (from !== range) range.value = weight;
        if (from !== box) box.value = weight;
        update();
      };
      range.addEventListener("input", () => set(range.value, range));
      box.addEventListener("input", () => set(box.value, box));
      box.addEventListener("change", () => (box.value = state.weights[child]));
      rows.push({ child, range, box, label, output, row });
      list.append(row);
      if (model.nodes[child].children.length) {
        const summary = make("summary", {});
        rows.at(-1).summary = summary;
        list.append(make("details", { class: "inner" }, summary, build(child)));
      }
    }
    return list;
  };
  holder.replaceChildren(build(0));
}

/** Names, in the language of the page. */
function labelSliders() {
  for (const { child, range, label, summary } of rows) {
    const name = nameOf(model.nodes[child].name);
    label.textContent = name;
    range.setAttribute("aria-label", say("weight_of", { name }));
    if (summary) summary.textContent = say("inside", { name });
  }
}

function showShares(index) {
  for (const { child, output, row, range } of rows) {
    const share = index ? index.shares[child] : NaN;
    output.textContent = Number.isNaN(share) ? "–" : percent(share);
    row.classList.toggle("off", index !== null && !index.active[child]);
    range.setAttribute("aria-valuetext", say("share_of", { name: state.weights[child], share: output.textContent }));
  }
}

function showLive() {
  const list = $("live-ranking");
  const t = page.last;
  const top = Math.max(...page.cities.map((_, c) => current.scores[0][c * nYear + t]).filter((x) => !Number.isNaN(x)), 0);
  const moves = sharedRanks(ranksOf(nominal.ranks, nYear, t), ranksOf(current.ranks, nYear, t));
  showStanding(list, { scores: page.cities.map((_, c) => current.scores[0][c * nYear + t]), ranks: ranksOf(current.ranks, nYear, t), moves, top });
}

/** Cities by rank, each with its score as a bar and the places it has moved; scores and ranks by city. */
function showStanding(list, { scores, ranks, moves, top }) {
  const key = (c) => (Number.isNaN(ranks[c]) ? Infinity : ranks[c]);
  const order = page.cities.map((_, c) => c).sort((a, b) => key(a) - key(b) || a - b);
  list.replaceChildren(
    ...citiesShown(order).map((city) => {
      const [score, rank, move] = [scores[city.at], ranks[city.at], moves.before[city.at] - moves.after[city.at]];
      const meter = make("span", { class: `meter k${city.colour}`, "aria-hidden": "true" });
      meter.style.width = `${top > 0 && score > 0 ? (100 * score) / top : 0}%`;
      const sign = move > 0 ? "▲" : move < 0 ? "▼" : "";
      const shift = make("span", { class: `move ${move > 0 ? "up" : "down"}` }, move ? `${sign}${Math.abs(move)}` : "");
      return make("li", {}, make("b", {}, place_(rank)), make("span", {}, city.name), meter, make("span", { class: "num" }, Number.isNaN(score) ? "–" : number(score)), shift);
    }),
  );
}

/** The ranking of the last year under the scenario that the reader has chosen; without one, as published. */
function showScenario() {
  const select = $("scenario");
  if (!select) return;
  const known = (values) => values.map((value) => value ?? NaN);
  const at = page.scenarios.findIndex(({ code }) => code === state.scenario);
  const names = [say("scenario_chosen"), ...page.scenarios.map(({ name }) => nameOf(name))];
  select.replaceChildren(...names.map((name, i) => make("option", { value: i ? page.scenarios[i - 1].code : "" }, name)));
  select.selectedIndex = at + 1;
  const published = ranksOf(nominal.ranks, nYear, page.last);
  const ranks = at < 0 ? published : known(page.scenarios[at].ranks);
  const scores = at < 0 ? page.cities.map((_, c) => nominal.scores[0][c * nYear + page.last]) : known(page.scenarios[at].scores);
  const top = Math.max(0, ...scores.filter((x) => !Number.isNaN(x)));
  showStanding($("scenario-ranking"), { scores, ranks, moves: sharedRanks(published, ranks), top });
  $("scenario-choice").hidden = false;
}

let waiting = 0;
let before = "";

/** Tell a screen reader the new order once the weights have come to rest. */
function announce() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const order = ranking(current, page.last).slice(0, 10);
    const said = order.map((c) => say("spoken_place", { rank: place_(current.ranks[c * nYear + page.last]), city: nameOf(page.cities[c]) })).join(say("list_comma"));
    if (before && said !== before) $("announcement").textContent = say("spoken_ranking", { year: page.years[page.last], ranking: said });
    else if (before) $("announcement").textContent = say("no_change");
    before = said;
  }, 500);
}

/** Weights that differ from those the page came with; all where the published ones are not looked at. */
function told() {
  const all = model.unweighted && changed();
  return model.nodes.map((_, i) => i).slice(1).filter((i) => all || state.weights[i] !== model.nodes[i].weight);
}

/** A code as a key of YAML: quoted unless it is plainly a word; line separators, which YAML would fold, escaped. */
function yamlKey(code) {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(code) && !/^(true|false|null|y|n|yes|no|on|off)$/i.test(code)) return code;
  return JSON.stringify(code).replace(/[\u0085\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function yamlText() {
  const set = told();
  const notes = [];
  if (model.unweighted && set.length) notes.push(say("yaml_given"));
  if (state.aggregation) notes.push(say("yaml_aggregation", { name: state.aggregation }));
  if (!set.length) return [say("yaml_same"), ...notes].join("\n");
  return ["weights:", ...set.map((i) => `  ${yamlKey(model.nodes[i].code)}: ${state.weights[i]}`), ...notes].join("\n");
}

function optionText() {
  const quoted = (text) => (/^[\w=.+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const set = told();
  const options = set.map((i) => `--weight ${quoted(`${model.nodes[i].code}=${state.weights[i]}`)}`);
  if (model.unweighted && set.length) options.push("--set methodology.weighting=given");
  if (state.aggregation) options.push(`--set methodology.aggregation=${state.aggregation}`);
  return ["indexcalc run", ...options].join(" ");
}

/** The weights as the fragment of an address. */
function fragment() {
  const pairs = changedNodes().map((i) => `${encodeURIComponent(model.nodes[i].code)}:${state.weights[i]}`);
  return `#w=${pairs.join(",")}${state.aggregation ? `;a=${state.aggregation}` : ""}`;
}

/** Take the weights of an address; what it does not name is as published, what cannot be meant is left. */
function takeFragment() {
  if (model.why || !location.hash.startsWith("#w=")) return false;
  const [pairs, ...more] = location.hash.slice(3).split(";");
  const codes = new Map(model.nodes.map((node, i) => [node.code, i]));
  state.weights = model.nodes.map((node) => node.weight);
  for (const pair of pairs.split(",").filter(Boolean)) {
    const [code, text] = pair.split(":");
    let i;
    try { i = codes.get(decodeURIComponent(code)); } catch { continue; }
    const weight = weightOf(text ?? "", model);
    if (i > 0 && !Number.isNaN(weight)) state.weights[i] = weight;
  }
  const chosen = more.find((part) => part.startsWith("a="))?.slice(2);
  state.aggregation = aggregations().includes(chosen) ? chosen : "";
  return true;
}

function showTexts() {
  $("link").href = fragment();
  $("yaml").textContent = yamlText();
  $("options").textContent = optionText();
}

/** Set every control to the state. */
function showControls() {
  for (const { child, range, box } of rows) {
    const top = topOf(model.nodes[child].parent);
    Object.assign(range, { min: model.zero ? 0 : top / 100, max: top, step: top / 100, value: state.weights[child] });
    if (box !== document.activeElement) box.value = state.weights[child];
  }
  for (const radio of document.getElementsByName("aggregation")) radio.checked = radio.value === state.aggregation;
  $("ranking-year").value = state.year;
  showPlay();
  document.querySelectorAll("[data-sort]").forEach((button) => {
    const head = button.closest("th");
    if (button.dataset.sort === state.sort?.by) head.setAttribute("aria-sort", state.sort.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
}

function setWeights(weights, aggregation = state.aggregation) {
  state.weights = [...weights];
  state.aggregation = aggregation;
  showControls();
  update();
}

// --- language, theme, copying, printing ---------------------------------------------------------------------------

function speak(lang) {
  root.dataset.lang = lang;
  root.lang = page.languages[lang].tag;
  document.title = nameOf(page.index);
  document.querySelectorAll("[data-said]").forEach((element) => element.setAttribute("aria-label", JSON.parse(element.dataset.said)[lang]));
  $("theme").textContent = say(`theme_${root.dataset.theme}`);
  before = "";
  labelSliders();
  showScenario();
  update();
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", { class: "sr" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  const kept = [...button.childNodes];
  button.replaceChildren(say("copied"));
  setTimeout(() => button.replaceChildren(...kept), 1200);
}

function shownText(element) {
  const texts = [...element.querySelectorAll("span[lang]")];
  return texts.length ? texts.filter((span) => span.lang === language()).map((span) => span.textContent).join("") : element.textContent;
}

/** The entry of a list that follows one of them; after the last, the first. */
const next = (list, one) => list[(list.indexOf(one) + 1) % list.length];

/** What a click does, by the selector of what is clicked. */
const CLICKS = {
  "#lang": () => speak(next(Object.keys(page.languages), language())),
  "#theme": () => {
    root.dataset.theme = next(["auto", "dark", "light"], root.dataset.theme);
    $("theme").textContent = say(`theme_${root.dataset.theme}`);
  },
  ".copy": (button) => {
    const sure = button.dataset.copy === "headline" ? document.querySelector(".sure") : null;
    copy([shownText($(button.dataset.copy)), sure ? shownText(sure) : ""].filter(Boolean).join("\n"), button);
  },
  "#play": play,
  ".reset": () => setWeights(model.nodes.map((node) => node.weight), ""),
  "#equal": () => setWeights(model.nodes.map(() => 1)),
  "#entropy": () => setWeights(page.entropy),
  "#copy-link": (button) => copy(location.href.split("#")[0] + fragment(), button),
  "[data-sort]": (button) => {
    const by = button.dataset.sort;
    const falls = button.dataset.falls !== undefined;
    const same = (state.sort?.by ?? "rank") === by;
    state.sort = { by, down: same ? !state.sort?.down : falls };
    showControls();
    showRanking();
  },
};

/** What a control that has changed does, by its selector. */
const CHANGES = {
  "[name=aggregation]": (radio) => {
    state.aggregation = radio.value;
    update();
  },
  "#scenario": (select) => {
    state.scenario = select.value;
    showScenario();
  },
  "#ranking-year": (select) => {
    stop();
    showYear(Number(select.value));
  },
};

/** Everything is listened to at the document: parts of the page may be replaced while it is open. */
function listenToPage() {
  const told = (all) => (event) => {
    for (const [selector, act] of Object.entries(all)) {
      const found = event.target.closest(selector);
      if (found) act(found);
    }
  };
  document.addEventListener("click", told(CLICKS));
  document.addEventListener("change", told(CHANGES));
  document.addEventListener("toggle", ({ target }) => target.open && target.querySelector("[data-chart]") && showCharts(), true);
  window.addEventListener("hashchange", () => { if (takeFragment()) { showControls(); update(); } });
  let opened = [];
  window.addEventListener("beforeprint", () => {
    stop();
    opened = [...document.querySelectorAll("details:is(.card, .lens, .more):not([open])")];
    opened.forEach((fold) => (fold.open = true));
    document.querySelectorAll(".chart").forEach((box) => (box.dataset.width = box.closest(".multiples") ? 330 : 688));
    showCharts();
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((fold) => (fold.open = false));
    document.querySelectorAll(".chart").forEach((box) => delete box.dataset.width);
    showCharts();
  });
  let width = document.body.clientWidth;
  new ResizeObserver(() => {
    if (document.body.clientWidth === width) return;
    width = document.body.clientWidth;
    showCharts();
  }).observe(document.body);
}

const foldTables = (within) => within.querySelectorAll("table:not(.indicator-table, .series-table)").forEach(foldRows);

take(JSON.parse($("payload").textContent));
buildSliders();
takeFragment();
showControls();
foldTables(document);
listenToPage();
speak(language());
show();
