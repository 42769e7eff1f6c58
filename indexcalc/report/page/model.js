// The arithmetic of the index: shares, scores, ranks, as the program computes them. Knows no page.
"use strict";

/** Numbers from base64, 8 bytes each, little-endian: every bit as the program holds it. */
function decode(text) {
  const raw = atob(text);
  const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  return new Float64Array(bytes.buffer);
}

/** Halves go to the even neighbour, as in numpy. */
function roundEven(x, decimals) {
  const unit = 10 ** decimals;
  const y = x * unit;
  const low = Math.floor(y);
  const rest = y - low;
  const whole = rest < 0.5 ? low : rest > 0.5 ? low + 1 : low % 2 === 0 ? low : low + 1;
  return Number.isFinite(y) ? whole / unit : x;
}

/** Ranks within each year, 1 + the number of scores strictly above, or below (sign -1); missing where the score is. */
function rankYears(scores, nCity, nYear, decimals, sign = 1) {
  const ranks = new Float64Array(scores.length).fill(NaN);
  for (let t = 0; t < nYear; t++) {
    const column = [];
    for (let c = 0; c < nCity; c++) {
      const score = roundEven(scores[c * nYear + t], decimals);
      if (!Number.isNaN(score)) column.push([score, c]);
    }
    column.sort((a, b) => sign * (b[0] - a[0]));
    column.forEach(([score, c], i) => {
      const tied = i > 0 && column[i - 1][0] === score;
      ranks[c * nYear + t] = tied ? ranks[column[i - 1][1] * nYear + t] : i + 1;
    });
  }
  return ranks;
}

/** Two rankings, city by city, each among the cities in both: who enters or leaves moves nobody. among: of how many. */
function sharedRanks(before, after) {
  const both = before.map((rank, c) => !Number.isNaN(rank + after[c]));
  const among = (ranks) => {
    const place = new Map();
    const sorted = ranks.filter((_, c) => both[c]).sort((a, b) => a - b);
    sorted.forEach((rank, i) => place.has(rank) || place.set(rank, i + 1));
    return ranks.map((rank, c) => (both[c] ? place.get(rank) : NaN));
  };
  const [n, ...ranked] = [both, before.map((r) => !Number.isNaN(r)), after.map((r) => !Number.isNaN(r))].map((flags) => flags.filter(Boolean).length);
  return { before: among(before), after: among(after), among: n < Math.max(...ranked) ? n : null };
}

/** The ranks of a year, city by city. */
function ranksOf(ranks, nYear, t) {
  return Array.from({ length: ranks.length / nYear }, (_, c) => ranks[c * nYear + t]);
}

/** What each aggregation makes of complete scores z and weights w that sum to 1. */
const MEANS = {
  arithmetic: (z, w) => z.reduce((sum, x, j) => sum + w[j] * x, 0),
  geometric: (z, w) => Math.exp(z.reduce((sum, x, j) => sum + w[j] * Math.log(x), 0)),
  harmonic: (z, w) => 1 / z.reduce((sum, x, j) => sum + w[j] / x, 0),
  generalised(z, w, { p }) {
    if (p === 0) return MEANS.geometric(z, w);
    const edge = p > 0 ? Math.max(...z) : Math.min(...z);
    const scale = edge > 0 ? edge : 1;
    return scale * z.reduce((sum, x, j) => sum + w[j] * (x / scale) ** p, 0) ** (1 / p);
  },
  inverted_geometric(z, w, { top, floor }) {
    const turned = MEANS.geometric(z.map((x) => ((top - x) / top) * (top - floor) + floor), w);
    return ((top - turned) / (top - floor)) * top;
  },
  mazziotta_pareto(z, w, { penalty, ddof }) {
    const centre = z.reduce((sum, x) => sum + x, 0) / z.length;
    const shift = z.reduce((sum, x, j) => sum + w[j] * (x - centre), 0);
    const mean = centre + shift;
    const spread = Math.max(z.reduce((sum, x, j) => sum + w[j] * (x - centre) ** 2, 0) - shift ** 2, 0);
    const adjusted = (spread * z.length) / Math.max(z.length - ddof, 1) / mean;
    return penalty === "down" ? mean - adjusted : mean + adjusted;
  },
  minimum: (z) => Math.min(...z),
  maximum: (z) => Math.max(...z),
  median(z) {
    const sorted = [...z].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  },
  product: (z, w, { scale }) => scale * z.reduce((product, x) => product * (x / scale), 1),
};

/** Whether an aggregation can take a score. */
function inDomain(name, x, { p, top, zeros = "refuse" }) {
  const above = ["geometric", "harmonic", "mazziotta_pareto"].includes(name) || (name === "generalised" && p <= 0);
  if (above) return zeros === "refuse" ? x > 0 : x >= 0;
  if (name === "product" || name === "generalised") return x >= 0;
  return name !== "inverted_geometric" || (x >= 0 && x <= top);
}

/** The weight that a text means, within the limits of the program; NaN where it means none. */
function weightOf(text, model) {
  const weight = /^\s*$/.test(text) ? NaN : Number(text);
  return weight >= 0 && weight <= model.heaviest && (weight > 0 || model.zero) ? weight : NaN;
}

/** Which nodes count: a weight above 0, and somebody below that counts. */
function activeNodes(nodes, weights) {
  const active = nodes.map(() => false);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { leaf, children } = nodes[i];
    active[i] = (i === 0 || weights[i] > 0) && (leaf >= 0 || children.some((child) => active[child]));
  }
  return active;
}

/** The aggregation of a node: the reader's, unless the node names its own. */
function aggregationOf(node, chosen) {
  return chosen && !node.own ? { name: chosen } : node.aggregation;
}

/** The children of a node in one city-year that have a score, and their weights; null if its missing rule gives none. */
function childrenOf(node, z, w) {
  const rule = node.missing;
  if (!z.some(Number.isNaN)) return rule.name === "renormalise" && z.length < rule.count ? null : { z, w };
  const there = z.map((x, j) => (Number.isNaN(x) ? -1 : j)).filter((j) => j >= 0);
  const total = there.reduce((sum, j) => sum + w[j], 0);
  if (rule.name !== "renormalise" || !(total > 0) || total < rule.share - 1e-12 || there.length < rule.count) return null;
  return { z: there.map((j) => z[j]), w: there.map((j) => w[j] / total) };
}

/**
 * The index under a set of weights, (n_node,) relative within each parent, and an aggregation ("" as chosen).
 * shares: of each node within its parent; effective: within the index; scores: by node, city by city, year by year.
 * problem: why it cannot be computed, and at which node; then there are no scores.
 */
function compute(model, weights, chosen = "") {
  const { nCity, nYear } = model;
  const found = scored(model, model.z, nCity * nYear, weights, chosen);
  if (found.problem) return found;
  const like = (c, first, last) => likeWithLike(model, found, c, first, last, weights, chosen);
  return { ...found, like, ranks: rankYears(found.scores[0], nCity, nYear, model.decimals, model.sign) };
}

/** Scores of n observations, whose scores at the leaves are z, leaf by leaf. */
function scored(model, z, n, weights, chosen) {
  const { nodes } = model;
  const active = activeNodes(nodes, weights);
  const wanted = nodes.map(() => true);
  nodes.forEach(({ parent }, i) => (wanted[i] = i === 0 || (wanted[parent] && weights[i] > 0)));
  const empty = nodes.findIndex((node, i) => wanted[i] && !active[i]);
  if (empty >= 0) return { problem: { key: "no_weight", node: empty } };
  const shares = nodes.map(() => 0);
  const scores = nodes.map((node, i) => (active[i] && node.leaf >= 0 ? z.subarray(node.leaf * n, (node.leaf + 1) * n) : null));
  shares[0] = 1;
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (!active[i] || node.leaf >= 0) continue;
    const children = node.children.filter((child) => active[child]);
    const total = children.reduce((sum, child) => sum + weights[child], 0);
    const w = children.map((child) => weights[child] / total);
    children.forEach((child, j) => (shares[child] = w[j]));
    const aggregation = aggregationOf(node, chosen);
    const column = new Float64Array(n);
    for (let row = 0; row < n; row++) {
      const found = childrenOf(node, children.map((child) => scores[child][row]), w);
      if (found && found.z.some((x) => !inDomain(aggregation.name, x, aggregation))) return { problem: { key: "domain", node: i } };
      const hit = found && "zeros" in aggregation && !(aggregation.p > 0) && found.z.includes(0);
      if (hit) column[row] = aggregation.zeros === "score_zero" ? 0 : NaN;
      else column[row] = found ? MEANS[aggregation.name](found.z, found.w, aggregation) : NaN;
    }
    scores[i] = column;
  }
  const effective = [];
  nodes.forEach((node, i) => effective.push(node.parent < 0 ? 1 : effective[node.parent] * shares[i]));
  const comparable = nodes.every((node, i) => !(active[i] && node.yearly));
  return { active, shares, effective, scores, comparable };
}

/**
 * The scores of a city in two years over the indicators that both have, and which ones only one has (by node); once is
 * empty, and the scores are those of the index, where the same stand behind both. As comparable.two_years.
 */
function likeWithLike(model, { active, scores }, c, first, last, weights, chosen) {
  const { nodes, nYear, nCity } = model;
  const rows = [c * nYear + first, c * nYear + last];
  const values = rows.map((row) => scores[0][row]);
  const behind = rows.map((row) => {
    const counts = nodes.map(() => false);
    nodes.forEach(({ parent }, i) => (counts[i] = active[i] && !Number.isNaN(scores[i][row]) && (i === 0 || counts[parent])));
    return counts;
  });
  const once = nodes.flatMap(({ leaf }, i) => (leaf >= 0 && behind[0][i] !== behind[1][i] ? [i] : []));
  if (!once.length || values.some(Number.isNaN)) return { values, once: [] };
  const n = nCity * nYear;
  const leaves = nodes.filter(({ leaf }) => leaf >= 0).length;
  const z = new Float64Array(leaves * 2);
  for (let k = 0; k < leaves; k++) {
    const pair = rows.map((row) => model.z[k * n + row]);
    z.set(pair.some(Number.isNaN) ? [NaN, NaN] : pair, k * 2);
  }
  return { values: [...scored(model, z, 2, weights, chosen).scores[0]], once };
}

// --- claims ----------------------------------------------------------------------------------------------------------

const [FAILS, HOLDS, TIED, UNDEFINED] = [0, 1, 2, 3];

function verdict(holds, tied, undefined_) {
  return undefined_ ? UNDEFINED : holds ? HOLDS : tied ? TIED : FAILS;
}

/** Each kind of claim: rank and score are functions of city and year, scores rounded as for ranking. */
const KINDS = {
  rising: (claim, frame) => moving(claim, frame, 1),
  falling: (claim, frame) => moving(claim, frame, -1),
  in_top({ cities, years, n }, { rank, everyone }) {
    const theirs = cities.flatMap((c) => years.map((t) => rank(c, t)));
    const atEdge = years.some((t) => {
      const inside = everyone.map((c) => rank(c, t)).filter((r) => r <= n);
      return inside.length > n && cities.some((c) => rank(c, t) === Math.max(...inside));
    });
    const inside = theirs.every((r) => r <= n);
    return verdict(inside && !atEdge, inside, theirs.some(Number.isNaN));
  },
  rank_is({ city, years, rank: wanted }, { rank, everyone }) {
    const own = years.map((t) => rank(city, t));
    const shared = years.some((t) => everyone.filter((c) => rank(c, t) === rank(city, t)).length > 1);
    const there = own.every((r) => r === wanted);
    return verdict(there && !shared, there, own.some(Number.isNaN));
  },
  largest_rank_gain({ city, first, last }, { shared, everyone }) {
    const { before, after } = shared(first, last);
    const gain = (c) => before[c] - after[c];
    const others = everyone.filter((c) => c !== city).map(gain).filter((g) => !Number.isNaN(g));
    const most = Math.max(-Infinity, ...others);
    const own = gain(city);
    return verdict(own > most && own > 0, own === most && own > 0, Number.isNaN(own) || first === last);
  },
  overtakes({ city, other, first, last }, { score, sign }) {
    const before = sign * (score(city, first) - score(other, first));
    const after = sign * (score(city, last) - score(other, last));
    const half = before <= 0 && after >= 0 && before !== after;
    return verdict(before < 0 && after > 0, half, Number.isNaN(before) || Number.isNaN(after) || first === last);
  },
  gap_narrows({ city, other, first, last }, { step, round, comparable }) {
    const [one, two] = [city, other].map((c) => step(c, first, last).values.map(round));
    const [before, after] = [0, 1].map((end) => round(Math.abs(one[end] - two[end])));
    return verdict(after < before, false, Number.isNaN(before) || Number.isNaN(after) || !comparable || first === last);
  },
  group_leads({ group, years }, { score, round, groups }) {
    const mean = (members, t) => round(members.reduce((sum, c) => sum + score(c, t), 0) / members.length);
    const rivals = Object.keys(groups).filter((other) => other !== group);
    if (!rivals.length) return UNDEFINED;
    const own = years.map((t) => mean(groups[group], t));
    const best = years.map((t) => rivals.map((other) => mean(groups[other], t)).reduce((a, b) => (a > b || Number.isNaN(a) ? a : b)));
    const unknown = [...own, ...best].some(Number.isNaN);
    return verdict(own.every((m, i) => m > best[i]), own.every((m, i) => m >= best[i]), unknown);
  },
};

function moving(claim, { step, round, comparable }, sign) {
  const steps = claim.cities.flatMap((c) => yearPairs(claim).map(([a, b]) => step(c, a, b).values.map(round)));
  const undefined_ = steps.flat().some(Number.isNaN) || !comparable || claim.first === claim.last;
  return verdict(steps.every(([before, after]) => sign * (after - before) > 0), false, undefined_);
}

/** The pairs of years that a claim about rising or falling compares. */
function yearPairs({ first, last, every_year }) {
  return every_year ? Array.from({ length: last - first }, (_, i) => [first + i, first + i + 1]) : [[first, last]];
}

/** What claims look at in a computed index: ranks, scores as rounded for ranking, and raw. */
function frameOf(model, computed) {
  const { nCity, nYear, decimals, groups, sign = 1 } = model;
  const raw = (c, t) => computed.scores[0][c * nYear + t];
  const stored = new Map((model.alike ?? []).map(([c, first, last, values, once]) => [`${c} ${first} ${last}`, { values: values.map((x) => x ?? NaN), once }]));
  const kept = (c, first, last) => stored.get(`${c} ${first} ${last}`) ?? { values: [raw(c, first), raw(c, last)], once: [] };
  return {
    sign,
    everyone: Array.from({ length: nCity }, (_, c) => c),
    groups,
    comparable: computed.comparable,
    rank: (c, t) => computed.ranks[c * nYear + t],
    shared: (first, last) => sharedRanks(ranksOf(computed.ranks, nYear, first), ranksOf(computed.ranks, nYear, last)),
    raw,
    step: model.alike ? kept : computed.like,
    score: (c, t) => roundEven(computed.scores[0][c * nYear + t], decimals),
    round: (x) => roundEven(x, decimals),
  };
}

/** The verdict on each claim under a computed index. */
function verdicts(claims, model, computed) {
  const frame = frameOf(model, computed);
  return claims.map((claim) => KINDS[claim.kind](claim, frame));
}

if (typeof module !== "undefined") module.exports = { decode, roundEven, weightOf, rankYears, sharedRanks, compute, frameOf, verdicts };
