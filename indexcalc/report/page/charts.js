// Charts as SVG: lines, stacked bars, intervals; values by pointer and by keyboard. Knows figures and words, no index.

const SVG = "http://www.w3.org/2000/svg";
const LINE = 15; // distance of labels that must not touch

/** An element of a drawing. Text is set as text, never as markup. */
function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) made.append(child);
  return made;
}

const ruler = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");

/** How wide a text is as a label: bold, in the font of the page; about that where nothing can be measured. */
function textWidth(text) {
  if (!ruler) return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 12 : 7), 0);
  return ruler.measureText(text).width;
}

/** Measure the boxes that are drawn in, and the font, before anything is drawn: each later look would lay the page out again. */
function measure(boxes) {
  ruler.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
  for (const box of boxes) box.room = box.clientWidth;
}

/** A text that fits into a width, shortened with an ellipsis if it must be. */
function fitted(text, width) {
  if (textWidth(text) <= width) return text;
  let letters = [...text];
  while (letters.length > 1 && textWidth(letters.join("")) + 12 > width) letters = letters.slice(0, -1);
  return `${letters.join("")}…`;
}

/** Places as near as can be to those wanted, at least `apart` from each other, within low..high (isotonic regression). */
function spread(wanted, apart, low, high) {
  const n = wanted.length;
  if (n > 1) apart = Math.min(apart, (high - low) / (n - 1));
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const pools = [];
  order.forEach((i, k) => {
    let [mean, size] = [wanted[i] - apart * k, 1];
    while (pools.length && pools.at(-1)[0] > mean) {
      const [before, count] = pools.pop();
      mean = (before * count + mean * size) / (count + size);
      size += count;
    }
    pools.push([mean, size]);
  });
  const places = Array(n);
  const pooled = pools.flatMap(([mean, size]) => Array(size).fill(mean));
  order.forEach((i, k) => (places[i] = Math.min(Math.max(pooled[k], low), high - apart * (n - 1)) + apart * k));
  return places;
}

/** Round steps for an axis from low to high. */
function ticks(low, high, about = 5) {
  const rough = (high - low) / about || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((m) => m * power >= rough);
  const found = [];
  for (let x = Math.ceil(low / step - 1e-9) * step; x <= high + step * 1e-9; x += step) found.push(Math.abs(x) < step * 1e-9 ? 0 : x);
  return found;
}

function plainNumber(x) {
  return String(Number(x.toPrecision(6))).replace("-", "−");
}

/** The width to draw at: that of the box, or of the paper while it prints. */
function widthOf(box) {
  return Number(box.dataset.width) || Math.max(box.room, 260);
}

/** A drawing of a given size put into its box, with the points that can be read off it (rows of columns). */
function place(box, width, height, children, points) {
  box.querySelector("svg")?.remove();
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...children);
  box.append(svg);
  box.points = points;
  box.scale = () => svg.getBoundingClientRect().width / width || 1;
  if (!box.dataset.read) listen(box);
}

/**
 * Lines over the years, one per city.
 * value, text: functions of city and year. ranks: 1 at the top, whole steps. labels: of all cities, or of those picked.
 */
function lines(box, { years, cities, value, text, ranks = false, height = 0, labelAll = true, low = null, high = null }) {
  const width = widthOf(box);
  const shown = cities.filter((city) => years.some((_, t) => !Number.isNaN(value(city.at, t))));
  const all = shown.flatMap((city) => years.map((_, t) => value(city.at, t))).filter((x) => !Number.isNaN(x));
  if (!all.length) return place(box, width, 20, [], []);
  const named = shown.filter((city) => labelAll || city.picked);
  const room = Math.min(Math.max(...named.map((city) => textWidth(city.name)), 10) + (ranks ? 26 : 0), width * 0.34);
  const left = ranks ? room + 14 : 40;
  const right = room + 16;
  const rows = Math.max(labelAll ? shown.length : 0, 2);
  const tall = height || Math.max(ranks && labelAll ? 0 : 340, rows * (ranks ? 26 : LINE + 1));
  const [top, bottom] = [ranks ? 14 : 10, 26];
  let [from, to] = ranks ? [1, Math.max(...all)] : [low ?? Math.min(...all), high ?? Math.max(...all)];
  if (from === to) [from, to] = ranks ? [from, from + 1] : [from - 1, to + 1];
  const steps = ranks ? [] : ticks(from, to, tall < 250 ? 4 : 5);
  const x = (t) => left + (years.length > 1 ? (t / (years.length - 1)) * (width - left - right) : 0);
  const y = (v) => (ranks ? top + ((v - from) / (to - from)) * tall : top + ((to - v) / (to - from)) * tall);
  const drawn = [];
  for (const step of steps) {
    drawn.push(shape("line", { class: "grid", x1: left, x2: width - right, y1: y(step), y2: y(step) }));
    drawn.push(shape("text", { x: left - 8, y: y(step) + 4, "text-anchor": "end" }, plainNumber(step)));
  }
  const every = Math.ceil((years.length * 38) / Math.max(width - left - right, 1));
  years.forEach((year, t) => {
    if ((years.length - 1 - t) % every) return;
    drawn.push(shape("text", { x: x(t), y: top + tall + 22, "text-anchor": "middle" }, String(year)));
  });
  const ends = (last) =>
    named.map((city) => {
      const seen = years.map((_, t) => t).filter((t) => !Number.isNaN(value(city.at, t)));
      return { city, t: last ? seen.at(-1) : seen[0] };
    });
  const points = [];
  const groups = new Map();
  for (const city of [...shown].sort((a, b) => a.picked - b.picked)) {
    const group = shape("g", { class: `series k${city.colour}${city.picked ? " picked" : ""}` });
    let path = "";
    years.forEach((_, t) => {
      const v = value(city.at, t);
      if (Number.isNaN(v)) return;
      path += `${path && !Number.isNaN(value(city.at, t - 1)) && t > 0 ? "L" : "M"}${x(t).toFixed(1)} ${y(v).toFixed(1)}`;
    });
    group.append(shape("path", { class: "line", d: path }));
    if (ranks || years.length === 1) {
      years.forEach((_, t) => {
        const v = value(city.at, t);
        if (!Number.isNaN(v)) group.append(shape("circle", { class: "mark", cx: x(t), cy: y(v), r: city.picked ? 4.5 : 3.2 }));
      });
    }
    groups.set(city.at, group);
    drawn.push(group);
  }
  for (const last of ranks ? [false, true] : [true]) {
    const labels = ends(last);
    const wanted = labels.map(({ city, t }) => y(value(city.at, t)));
    const placed = spread(wanted, ranks ? Math.min(LINE, tall / rows) : LINE, 6, top + tall + 4);
    labels.forEach(({ city, t }, i) => {
      const sign = last ? 1 : -1;
      const edge = last ? width - right : left;
      const group = groups.get(city.at);
      if (Math.abs(placed[i] - wanted[i]) > 1.5 || t !== (last ? years.length - 1 : 0)) {
        const d = `M${x(t) + sign * 4} ${wanted[i].toFixed(1)}L${edge + sign * 5} ${wanted[i].toFixed(1)}L${edge + sign * 10} ${placed[i].toFixed(1)}`;
        group.append(shape("path", { class: "leader", d }));
      }
      const rank = value(city.at, t);
      const name = fitted(city.name, room - (ranks ? 22 : 0));
      const said = !ranks ? name : last ? `${rank} ${name}` : `${name} ${rank}`;
      group.append(shape("text", { class: "name", x: edge + sign * 12, y: placed[i] + 4, "text-anchor": last ? "start" : "end" }, said));
    });
  }
  for (const city of shown) {
    points.push(years.map((_, t) => {
      const v = value(city.at, t);
      return Number.isNaN(v) ? null : { x: x(t), y: y(v), text: text(city, t), group: groups.get(city.at) };
    }));
  }
  place(box, width, top + tall + bottom, drawn, points);
}

/** How tall a city's row is: as many as are drawn fit on a printed page. */
const rowOf = (cities) => (cities.length > 30 ? 14 : 23);

/** Stacked bars, one per city: parts to the right of 0, negative ones to the left; the total at the end. */
function bars(box, { cities, parts, names, text, number, total, grey = -1 }) {
  const width = widthOf(box);
  const room = Math.min(Math.max(...cities.map((city) => textWidth(city.name)), 10) + 6, width * 0.3);
  const sums = cities.map((city) => {
    const own = names.map((_, j) => parts(city.at, j)).filter((v) => !Number.isNaN(v));
    return { up: own.reduce((s, v) => s + Math.max(v, 0), 0), down: own.reduce((s, v) => s + Math.min(v, 0), 0), any: own.length > 0 };
  });
  const high = Math.max(...sums.map((s) => s.up), 0) || 1;
  const low = Math.min(...sums.map((s) => s.down), 0);
  const right = Math.max(...cities.map((city) => textWidth(number(total(city.at)))), 32) + 10;
  const x = (v) => room + 8 + ((v - low) / (high - low)) * (width - room - 8 - right);
  const row = rowOf(cities);
  const drawn = [shape("line", { class: "axis", x1: x(0), x2: x(0), y1: 0, y2: cities.length * row })];
  const points = cities.map((city, i) => {
    const group = shape("g", { class: `series k${city.colour}${city.picked ? " picked" : ""}` });
    group.append(shape("text", { class: "name", x: room, y: i * row + row / 2 + 4, "text-anchor": "end" }, fitted(city.name, room)));
    let [up, down] = [0, 0];
    const own = names.map((_, j) => {
      const v = parts(city.at, j);
      if (Number.isNaN(v) || v === 0) return null;
      const [from, to] = v > 0 ? [up, up + v] : [down + v, down];
      if (v > 0) up += v; else down += v;
      const at = { x: x(from), y: i * row + 3, width: Math.max(x(to) - x(from), 0.5), height: row - 6 };
      group.append(shape("rect", { class: "segment", ...at, style: names.length > 1 ? `fill:${fill(j, grey)}` : "fill:var(--k)" }));
      return { x: (x(from) + x(to)) / 2, y: i * row + row / 2, text: text(city, j), group };
    });
    if (sums[i].any) {
      group.append(shape("text", { x: x(up) + 6, y: i * row + row / 2 + 4 }, number(total(city.at))));
    }
    drawn.push(group);
    return own;
  });
  legend(box, names, grey);
  place(box, width, cities.length * row + 4, drawn, points);
}

/** A text as lines of a given width, broken at blanks, hyphens and between Chinese characters; three lines at most. */
function wrapped(text, width) {
  const [first, ...rest] = text.match(/[\u2e80-\uffff][\uff0c\u3001\uff09\u201d]*|[^\s\u2e80-\uffff-]+-?\s*|\s+|-/g) ?? [text];
  const lines = [first];
  for (const word of rest) {
    if (textWidth((lines.at(-1) + word).trimEnd()) <= width || lines.length === 3) lines[lines.length - 1] += word;
    else lines.push(word);
  }
  return lines.map((line) => fitted(line.trim(), width));
}

/**
 * The framework from left to right: a block for each dimension, beside it what is in it, each indicator with its
 * effective weight as a bar. rows: name, depth (0 for dimensions), weight, and the weight in words.
 */
function framework(box, rows) {
  const width = widthOf(box);
  const inner = (i) => rows[i + 1]?.depth > rows[i].depth;
  const heads = rows.map((_, i) => i).filter((i) => rows[i].depth === 0 && inner(i));
  const block = heads.length ? Math.min(Math.max(width * 0.26, 98), 190) : 0;
  const [gap, label] = [heads.length ? 10 : 0, 44];
  const leaves = rows.map((_, i) => i).filter((i) => !inner(i));
  const longest = Math.max(...rows.map((row, i) => (heads.includes(i) ? 0 : textWidth(row.name) + 12 * Math.max(row.depth - 1, 0))), 10);
  const room = Math.min(longest + 6, (width - block - gap - label) * 0.74);
  const most = Math.max(...leaves.map((i) => rows[i].weight ?? 0)) || 1;
  const from = block + gap + room + 8;
  const long = (share) => Math.max((share / most) * (width - from - label), 0.5);
  const drawn = [];
  const points = [];
  const write = (lines, at, className) =>
    lines.map((line, k) => shape("text", { class: className, x: at.x, y: at.y + k * LINE }, line));
  let y = 0;
  let head = null;
  const close = () => {
    if (!head) return;
    const lines = wrapped(head.row.name, block - 14);
    const tall = Math.max(y - head.y, (lines.length + 1) * LINE + 10);
    const middle = head.y + tall / 2 - (lines.length * LINE) / 2 + 4;
    head.group.append(shape("rect", { class: "block", x: 0, y: head.y, width: block, height: tall, style: `fill:${fill(head.k, -1)}` }));
    head.group.append(...write(lines, { x: 8, y: middle }, "block-name"), ...write([head.row.share], { x: 8, y: middle + lines.length * LINE }, "block-weight"));
    y = head.y + tall;
    head = null;
  };
  rows.forEach((row, i) => {
    if (row.depth === 0) close();
    const group = shape("g", { class: "series" });
    const point = { text: `${row.name}  ${row.share}`, group };
    drawn.push(group);
    points.push([point]);
    if (heads.includes(i)) {
      head = { row, y, k: heads.indexOf(i), group };
      return Object.assign(point, { x: block / 2, y: y + 12 });
    }
    const x = block + gap + 12 * Math.max(row.depth - 1, 0);
    const lines = wrapped(row.name, room - (x - block - gap));
    const tall = lines.length * LINE + 7;
    group.append(...write(lines, { x, y: y + LINE }, `node${inner(i) ? " inner-node" : ""}`));
    const end = inner(i) || row.weight === null ? from - 6 : from + long(row.weight);
    if (!inner(i) && row.weight !== null) group.append(shape("rect", { class: "weight-bar", x: from, y: y + 5, width: long(row.weight), height: 12 }));
    group.append(shape("text", { x: end + 6, y: y + LINE }, row.share));
    Object.assign(point, { x: Math.min(end, from + 20), y: y + 11 });
    y += tall;
  });
  close();
  place(box, width, y + 2, drawn, points);
}

/** The colour of a part; `grey` is the one that stands for the rest. */
function fill(j, grey) {
  return j === grey ? "var(--rest)" : `var(--p${j % 7})`;
}

/** Which colour is which part. */
function legend(box, names, grey) {
  box.querySelector(".legend")?.remove();
  if (names.length < 2) return;
  const list = document.createElement("ul");
  list.className = "legend";
  names.forEach((name, j) => {
    const swatch = document.createElement("i");
    swatch.style.background = fill(j, grey);
    const item = document.createElement("li");
    item.append(swatch, name);
    list.append(item);
  });
  box.prepend(list);
}

/** Per city the range of its ranks, the proven limits as a thin line, the median as a tick, the published rank as a dot. */
function intervals(box, { cities, found, text }) {
  const width = widthOf(box);
  const room = Math.min(Math.max(...cities.map((city) => textWidth(city.name)), 10) + 6, width * 0.3);
  const most = Math.max(...found.flat().filter((v) => v !== null), 2);
  const row = rowOf(cities);
  const x = (rank) => room + 22 + ((rank - 1) / (most - 1)) * (width - room - 40);
  const drawn = [];
  const step = Math.ceil((most * 22) / (width - room - 40));
  for (let rank = 1; rank <= most; rank += step) {
    drawn.push(shape("line", { class: "grid", x1: x(rank), x2: x(rank), y1: 18, y2: 18 + cities.length * row }));
    drawn.push(shape("text", { x: x(rank), y: 12, "text-anchor": "middle" }, String(rank)));
  }
  const points = cities.map((city, i) => {
    const [rank, low, median, high, best, worst] = found[city.at];
    const y = 18 + i * row + row / 2;
    const group = shape("g", { class: `series k${city.colour}${city.picked ? " picked" : ""}` });
    group.append(shape("text", { class: "name", x: room, y: y + 4, "text-anchor": "end" }, fitted(city.name, room)));
    drawn.push(group);
    if (low === null) return [null];
    if (best !== null) group.append(shape("line", { class: "limits", x1: x(best), x2: x(worst), y1: y, y2: y }));
    group.append(shape("line", { class: "range", x1: x(low), x2: x(high) + 0.01, y1: y, y2: y }));
    group.append(shape("line", { class: "tick", x1: x(median), x2: x(median), y1: y - 6, y2: y + 6 }));
    if (rank !== null) group.append(shape("circle", { class: "mark", cx: x(rank), cy: y, r: 5 }));
    return [{ x: x(rank ?? median), y, text: text(city, found[city.at]), group }];
  });
  place(box, width, 22 + cities.length * row, drawn, points);
}

// --- reading values off a chart --------------------------------------------------------------------------------------

/** Show the value at a point of the box's chart, and say it where `aloud`; null clears. */
function read(box, point, aloud = false) {
  const tip = document.getElementById("tip");
  box.querySelectorAll(".read").forEach((group) => group.classList.remove("read"));
  box.querySelector(".ghost")?.remove();
  box.classList.toggle("reading", Boolean(point));
  tip.hidden = !point;
  if (!point) return;
  point.group.classList.add("read");
  point.group.append(shape("circle", { class: "ghost", cx: point.x, cy: point.y, r: 6 }));
  tip.textContent = point.text;
  const frame = box.querySelector("svg").getBoundingClientRect();
  const [x, y] = [frame.left + point.x * box.scale(), frame.top + point.y * box.scale()];
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.min(Math.max(x - width / 2, 6), document.documentElement.clientWidth - width - 6)}px`;
  tip.style.top = `${y - height - 12 < 4 ? y + 14 : y - height - 12}px`;
  if (aloud) document.getElementById("spoken").textContent = point.text;
}

/** Values by pointer (the nearest point), and by keyboard: up and down change the row, left and right the column. */
function listen(box) {
  box.dataset.read = "yes";
  let [row, column] = [0, -1];
  box.addEventListener("pointermove", (event) => {
    const svg = box.querySelector("svg");
    if (!svg) return;
    const frame = svg.getBoundingClientRect();
    const [x, y] = [(event.clientX - frame.left) / box.scale(), (event.clientY - frame.top) / box.scale()];
    let [nearest, least] = [null, 45 ** 2];
    for (const point of box.points.flat()) {
      if (!point) continue;
      const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
      if (distance < least) [nearest, least] = [point, distance];
    }
    read(box, nearest);
  });
  box.addEventListener("pointerleave", () => read(box, null));
  box.addEventListener("blur", () => read(box, null));
  box.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === "Escape") read(box, null);
    if (!step || !box.points.length) return;
    event.preventDefault();
    const [nRow, nColumn] = [box.points.length, box.points[0].length];
    if (column < 0) column = step[1] ? nColumn - 1 : nColumn - 1;
    else [row, column] = [(row + step[0] + nRow) % nRow, (column + step[1] + nColumn) % nColumn];
    row = Math.min(row, nRow - 1);
    for (let i = 0; i < nColumn && !box.points[row][column]; i++) column = (column + (step[1] || -1) + nColumn) % nColumn;
    if (box.points[row][column]) read(box, box.points[row][column], true);
  });
}

if (typeof module !== "undefined") module.exports = { spread, ticks, textWidth, fitted, wrapped };
