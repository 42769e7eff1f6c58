// The figures that decide a claim, in words: those that break it where it fails, those that come nearest where it holds,
// those that are not there where it cannot be judged.

const MOST_FACTS = 6;

/** A number with so many decimals, an exact half to the even digit, as in the files of the run. */
function fixed(x, decimals) {
  if ((Math.abs(x) * 2 ** (decimals + 1)) % 2 !== 1) return x.toFixed(decimals);
  const below = Math.floor(Math.abs(x) * 10 ** decimals);
  return ((Math.sign(x) * (below + (below % 2))) / 10 ** decimals).toFixed(decimals);
}

const figure = (x, decimals) => fixed(x, decimals).replace("-", "−");
const MOST_DECIMALS = 9;

/** The fewest decimals that tell the figures of a fact apart; those of a group, from the other groups of the year. */
function decimalsOf(fact, facts) {
  const alike = fact.what === "mean" ? facts.filter(({ years }) => years[0] === fact.years[0]) : [fact];
  const different = (decimals) => new Set(alike.flatMap(({ values }) => values.map((x) => fixed(x, decimals)))).size;
  let decimals = 2;
  while (different(decimals) < different(MOST_DECIMALS)) decimals += 1;
  return decimals;
}

/** A template filled; in a language without blanks a name that ends in a letter or figure keeps one before another. */
function filled(template, facts, unspaced) {
  return template.replace(/\{(\w+)\}/g, (all, name, at) => {
    const rest = template.slice(at + all.length);
    const next = rest.match(/^\{(\w+)\}/);
    const following = next ? String(facts[next[1]]) : rest;
    const meets = typeof facts[name] === "string" && /[0-9A-Za-z]$/.test(facts[name]) && /^[0-9A-Za-z]/.test(following);
    return facts[name] + (unspaced && meets ? " " : "");
  });
}

/** The facts behind a verdict: what (score, rank, gain, gap, mean), who (cities, or a group), years, values. */
function evidence(claim, verdict, frame) {
  if (verdict === 3) return hindrances(claim, frame);
  const { rank, shared, raw, everyone, groups } = frame;
  const of = everyone.length;
  const { kind, first, last, city, other } = claim;
  if (kind === "rising" || kind === "falling") return steps(claim, frame);
  if (kind === "in_top" || kind === "rank_is") {
    const cities = kind === "in_top" ? claim.cities : [city];
    const found = cities.flatMap((c) => claim.years.map((t) => ({ what: "rank", who: [c], years: [t], values: [rank(c, t)], of })));
    const broken = found.filter(({ values: [r] }) => (kind === "in_top" ? r > claim.n : r !== claim.rank));
    if (broken.length || kind === "rank_is") return broken.length ? broken : found.slice(0, 1);
    return [...found].sort((a, b) => b.values[0] - a.values[0]).slice(0, 1);
  }
  if (kind === "group_leads") {
    const mean = (members, t) => members.reduce((sum, c) => sum + raw(c, t), 0) / members.length;
    return claim.years.flatMap((t) => Object.keys(groups).map((group) => ({ what: "mean", group, years: [t], values: [mean(groups[group], t)] })));
  }
  const years = [first, last];
  if (kind === "gap_narrows") {
    const [one, two] = [city, other].map((c) => frame.step(c, first, last));
    const once = [...new Set([...one.once, ...two.once])];
    return [{ what: "gap", who: [city, other], years, values: [0, 1].map((end) => Math.abs(one.values[end] - two.values[end])), once }];
  }
  const { before, after, among } = shared(first, last);
  const gain = (c) => before[c] - after[c];
  const rivals = everyone.filter((c) => c !== city && gain(c) >= Math.max(gain(city), 1));
  const chosen = kind === "overtakes" ? [city, other] : [city, ...rivals];
  return chosen.map((c) => ({ what: kind === "overtakes" ? "rank" : "gain", who: [c], years, values: [before[c], after[c]], among }));
}

/** Why a claim cannot be judged. */
function hindrances(claim, { raw, step, groups, comparable }) {
  const { kind, first, last, city, other } = claim;
  const moving = kind === "rising" || kind === "falling";
  let years = claim.years;
  if (first !== undefined) {
    if (first === last) return [{ what: "one_year", who: [], years: [first], values: [] }];
    if ((moving || kind === "gap_narrows") && !comparable) return [{ what: "incomparable", who: [], years: [], values: [] }];
    years = moving && claim.every_year ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [first, last];
  }
  const all = Object.values(groups);
  if (kind === "group_leads" && all.length < 2) return [{ what: "one_group", who: [], years: [], values: [] }];
  const cities = kind === "group_leads" ? all.flat() : claim.cities ?? (other === undefined ? [city] : [city, other]);
  const found = cities
    .map((c) => ({ what: "no_score", who: [c], years: years.filter((t) => Number.isNaN(raw(c, t))), values: [] }))
    .filter((fact) => fact.years.length);
  if (found.length || !(moving || kind === "gap_narrows")) return found;
  for (const pair of years.slice(1).map((t, i) => [years[i], t])) {
    for (const c of cities) {
      const { values, once } = step(c, ...pair);
      if (once.length && values.some(Number.isNaN)) found.push({ what: "unlike", who: [c], years: pair, values: [], once });
    }
  }
  return found;
}

/** The steps that break a claim about rising or falling; else the smallest step. */
function steps({ kind, cities, first, last, every_year }, { step, round }) {
  const pairs = every_year ? Array.from({ length: last - first }, (_, i) => [first + i, first + i + 1]) : [[first, last]];
  const sign = kind === "rising" ? 1 : -1;
  const found = [];
  for (const c of cities) {
    for (const [a, b] of pairs) {
      const { values, once } = step(c, a, b);
      if (a === b || values.some(Number.isNaN)) continue;
      found.push({ step: sign * (values[1] - values[0]), what: "score", who: [c], years: [a, b], values, once });
    }
  }
  const broken = found.filter((fact) => round(fact.step) <= 0);
  return broken.length ? broken : [...found].sort((a, b) => a.step - b.step).slice(0, 1);
}

/** The same facts; where a city has one rank in several years, in one piece. */
function folded(facts) {
  const found = new Map();
  facts.forEach((fact, i) => {
    const key = fact.what === "rank" && fact.values.length === 1 ? `${fact.who[0]} ${fact.values[0]}` : i;
    found.set(key, found.has(key) ? { ...found.get(key), years: [...found.get(key).years, ...fact.years] } : fact);
  });
  return [...found.values()];
}

/** Parts in a row, `A, B and C`. */
function listed(parts, say) {
  return [parts.slice(0, -1).join(say("list_comma")), ...parts.slice(-1)].filter(String).join(say("list_and"));
}

/**
 * The evidence as one sentence. say: a template of the page filled; names: of a fact's cities or group; years: as numbers;
 * nodes: names of indicators by their places among the nodes.
 */
function evidenceText(claim, verdict, each, { say, names, nodes, years }) {
  const facts = folded(each);
  const told = facts.slice(0, MOST_FACTS).map((fact) => {
    const [a, b] = fact.values;
    const [from, to] = fact.years.map((t) => years[t]);
    const who = names(fact);
    const once = nodes(fact.once ?? []).join(say("list_comma"));
    if (!fact.values.length) return say(`hindered_${fact.what}`, { who, years: fact.years.map((t) => years[t]).join(say("list_comma")), names: once });
    if (fact.what === "mean") return say("fact_mean", { who, year: from, value: figure(a, decimalsOf(fact, facts)) });
    if (fact.what === "rank" && fact.values.length === 1) return say("fact_rank", { who, year: listed(fact.years.map((t) => String(years[t])), say), rank: a });
    if (fact.what === "gain") return say("fact_gain", { who, gained: a - b > 0 ? `+${a - b}` : figure(a - b, 0), a, b });
    if (fact.what === "rank") return say("fact_ranks", { who, a, b });
    const decimals = decimalsOf(fact, facts);
    const ends = { who, first: from, last: to, a: figure(a, decimals), b: figure(b, decimals) };
    return once ? say("fact_step_of_both", { ...ends, names: once }) : say("fact_step", ends);
  });
  const more = facts.length - MOST_FACTS;
  if (more > 0) told.push(say("fact_more", { more }));
  const moving = claim.kind === "rising" || claim.kind === "falling";
  if (facts.length && facts[0].what === "no_score") return say("lead_missing") + told.join(say("semicolon"));
  if (facts.length && facts[0].among) return say("lead_both", { n: facts[0].among }) + told.join(say("semicolon"));
  const inside = claim.kind === "in_top" && (verdict === 1 || verdict === 2);
  const certain = inside && facts.length && claim.n >= facts[0].of ? say("lead_certain", { n: facts[0].of }) : "";
  const lead = moving && verdict === 1 ? say("lead_step") : inside ? certain + say("lead_rank") : "";
  return told.length ? lead + told.join(say("semicolon")) : "";
}

if (typeof module !== "undefined") module.exports = { evidence, evidenceText, filled, fixed };
