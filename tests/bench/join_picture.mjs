// The figures of tests/bench/join as bars, one for each server, case and round trip: each step's median after the other, and a
// mark where theory would end.

import { CASES, groupsOf } from './join_steps.mjs';

const COLOURS = ['#5b8fb9', '#3f6f97', '#7aa874', '#4f7f52', '#d9a441', '#b97f2a', '#a0628f', '#c96b5b', '#8a3f3a'];
const LEFT = 250;
const WIDTH = 960;
const ROW = 46;

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A round number of ms so that some six ticks fit. */
function tickOf(longest) {
  const rough = longest / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= rough);
}

function bar(rows, top, scale) {
  const { server, case: name, rtt_ms } = rows[0];
  const total = rows.at(-1).since_start_ms;
  const theory = rows.reduce((sum, row) => sum + row.round_trips, 0) * rtt_ms;
  let x = LEFT;
  const parts = rows.map((row, i) => {
    const width = row.took_ms.p50 * scale;
    const part = `<rect x="${x.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="22" fill="${COLOURS[i]}"><title>${escape(row.step)}: ${row.took_ms.p50} ms</title></rect>`;
    x += width;
    return part;
  });
  const mark = LEFT + theory * scale;
  return [
    `<text x="${LEFT - 10}" y="${top + 16}" text-anchor="end">${escape(server)}, ${rtt_ms} ms</text>`,
    ...parts,
    `<text x="${(x + 6).toFixed(1)}" y="${top + 16}">${total.p50} ms (p95 ${total.p95})</text>`,
    ...(theory > 0 ? [`<path d="M${mark.toFixed(1)} ${top - 4}v30" stroke="#222" stroke-width="2"><title>theory: ${theory} ms</title></path>`] : []),
  ].join('\n');
}

function legend(name, top) {
  return CASES[name].steps
    .map((step, i) => {
      const x = 20 + (i % 5) * 190;
      const y = top + Math.floor(i / 5) * 20;
      return `<rect x="${x}" y="${y}" width="12" height="12" fill="${COLOURS[i]}"/><text x="${x + 18}" y="${y + 11}">${escape(step.name)}</text>`;
    })
    .join('\n');
}

function chapter(name, groups, top) {
  const longest = Math.max(...groups.map((rows) => rows.reduce((sum, row) => sum + row.took_ms.p50, 0)));
  const scale = (WIDTH - LEFT - 130) / longest;
  const tick = tickOf(longest);
  const bottom = top + 84 + groups.length * ROW;
  const lines = [`<text x="20" y="${top + 18}" font-weight="bold">${escape(CASES[name].title)}: ms by step, medians; the black mark is what the round trips alone take</text>`, legend(name, top + 30)];
  for (let ms = 0; ms <= longest; ms += tick) {
    const x = (LEFT + ms * scale).toFixed(1);
    lines.push(`<path d="M${x} ${top + 74}V${bottom}" stroke="#ccc"/><text x="${x}" y="${bottom + 14}" text-anchor="middle" fill="#555">${ms}</text>`);
  }
  groups.forEach((rows, i) => lines.push(bar(rows, top + 84 + i * ROW, scale)));
  return { text: lines.join('\n'), bottom: bottom + 36 };
}

export function pictureOf(summary) {
  const groups = groupsOf(summary);
  let top = 10;
  const chapters = [];
  for (const name of Object.keys(CASES)) {
    const own = groups.filter(([row]) => row.case === name);
    if (own.length === 0) continue;
    const { text, bottom } = chapter(name, own, top);
    chapters.push(text);
    top = bottom;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" font-family="sans-serif" font-size="13">\n<rect width="${WIDTH}" height="${top}" fill="#fff"/>\n${chapters.join('\n')}\n</svg>\n`;
}
