// Two pictures as SVG: bars in groups with their ranges, and lines over a number. No library, no script in the picture.

const COLOURS = ['#0b6e74', '#8a8f98', '#c4622d', '#5b4b9a'];
const INK = '#1d2329';
const FAINT = '#d8dce1';
const FONT = 'font-family="DejaVu Sans, Verdana, sans-serif"';

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
const label = (x, y, text, { size = 13, anchor = 'start', weight = 'normal', fill = INK } = {}) =>
  `<text x="${x}" y="${y}" ${FONT} font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}">${escape(text)}</text>`;
const line = (x1, y1, x2, y2, stroke, width = 1, more = '') =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${stroke}" stroke-width="${width}" ${more}/>`;

/** Round steps that end above `most`. */
function ticks(most, wanted = 5) {
  const rough = most / wanted || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
  const marks = [];
  for (let value = 0; value < most + step; value += step) marks.push(Number(value.toPrecision(6)));
  return marks;
}

const short = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

function page(width, height, title, body) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">
<title>${escape(title)}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${body.join('\n')}
</svg>
`;
}

/** A long note in as many lines as it needs. */
function noteLines(note, y, width) {
  const lines = [''];
  for (const word of note.split(' ')) {
    const last = lines.length - 1;
    if ((lines[last] + word).length > width / 6.4) lines.push(word);
    else lines[last] += `${lines[last] ? ' ' : ''}${word}`;
  }
  return lines.map((text, i) => label(24, y + i * 15, text, { size: 11, fill: '#5c6670' }));
}

function legend(series, y) {
  let x = 24;
  return series.flatMap((name, i) => {
    const parts = [`<rect x="${x}" y="${y - 11}" width="13" height="13" fill="${COLOURS[i % COLOURS.length]}"/>`, label(x + 19, y, name)];
    x += 40 + name.length * 8.5;
    return parts;
  });
}

/** groups: [{ label, bars: [{ series, median, min, max }] }]; a whisker is the range of all rounds. */
export function barChart({ title, unit, note, series, groups }) {
  const width = 860;
  const left = 210;
  const right = width - 90;
  const bar = 19;
  const gap = 22;
  const top = 84;
  const rows = groups.reduce((sum, group) => sum + group.bars.length * bar + gap, 0);
  const marks = ticks(Math.max(0, ...groups.flatMap((group) => group.bars.map(({ max }) => max))));
  const scale = (value) => left + ((right - left) * value) / marks[marks.length - 1];
  const body = [label(24, 32, `${title}, ${unit}`, { size: 18, weight: 'bold' }), ...legend(series, 58)];
  for (const mark of marks) {
    body.push(line(scale(mark), top - 8, scale(mark), top + rows, FAINT), label(scale(mark), top + rows + 16, mark, { size: 11, anchor: 'middle' }));
  }
  let y = top;
  for (const group of groups) {
    body.push(label(left - 12, y + (group.bars.length * bar) / 2 + 4, group.label, { anchor: 'end' }));
    for (const { series: name, median, min, max } of group.bars) {
      const colour = COLOURS[series.indexOf(name) % COLOURS.length];
      const middle = y + bar / 2 - 1;
      body.push(
        `<rect x="${left}" y="${y}" width="${Math.max(1, scale(median) - left)}" height="${bar - 3}" fill="${colour}"/>`,
        line(scale(min), middle, scale(max), middle, INK, 1.5),
        line(scale(min), middle - 4, scale(min), middle + 4, INK, 1.5),
        line(scale(max), middle - 4, scale(max), middle + 4, INK, 1.5),
        label(scale(max) + 8, y + 13, short(median), { size: 12 }),
      );
      y += bar;
    }
    y += gap;
  }
  const height = top + rows + 70;
  return page(width, height, title, [...body, ...noteLines(note, height - 30, width - 48)]);
}

/** lines: [{ series, points: [[x, y]] }]; `bar`: { y, label }, a limit drawn across. */
export function lineChart({ title, unit, xTitle, note, lines, bar }) {
  const width = 860;
  const height = 480;
  const [left, right, top, bottom] = [70, width - 30, 84, height - 96];
  const all = lines.flatMap(({ points }) => points);
  const xs = ticks(Math.max(1, ...all.map(([x]) => x)), 8);
  const ys = ticks(Math.max(bar?.y ?? 0, ...all.map(([, y]) => y)));
  const atX = (x) => left + ((right - left) * x) / xs[xs.length - 1];
  const atY = (y) => bottom - ((bottom - top) * y) / ys[ys.length - 1];
  const series = lines.map(({ series: name }) => name);
  const body = [label(24, 32, `${title}, ${unit}`, { size: 18, weight: 'bold' }), ...legend(series, 58)];
  for (const y of ys) body.push(line(left, atY(y), right, atY(y), FAINT), label(left - 8, atY(y) + 4, y, { size: 11, anchor: 'end' }));
  for (const x of xs) body.push(line(atX(x), bottom, atX(x), bottom + 5, INK), label(atX(x), bottom + 19, x, { size: 11, anchor: 'middle' }));
  body.push(label((left + right) / 2, bottom + 40, xTitle, { anchor: 'middle' }));
  if (bar) body.push(line(left, atY(bar.y), right, atY(bar.y), '#a01830', 1.5, 'stroke-dasharray="6 4"'), label(right, atY(bar.y) - 6, bar.label, { size: 11, anchor: 'end', fill: '#a01830' }));
  lines.forEach(({ points }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    body.push(`<polyline points="${points.map(([x, y]) => `${atX(x)},${atY(y)}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`);
    for (const [x, y] of points) body.push(`<circle cx="${atX(x)}" cy="${atY(y)}" r="4" fill="${colour}"/>`);
  });
  return page(width, height, title, [...body, ...noteLines(note, height - 30, width - 48)]);
}
