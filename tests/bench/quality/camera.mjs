// What a camera of 540 lines sees from a seed: somebody who sways and speaks before a wall that is not quite plain, with
// the grain of a small sensor, so that an encoder has as much to do as with a real one; and the number of each frame (strip.mjs).

import { closeSync, openSync, writeSync } from 'node:fs';
import { chance } from './chance.mjs';
import { COLUMNS, ROWS, SHARE, stripOf } from './strip.mjs';

export const WIDTH = 960;
export const HEIGHT = 540;
export const FRAMES_PER_SECOND = 24;
/** Of one round; Chromium shows the last frame twice when it begins anew. */
export const FRAMES = FRAMES_PER_SECOND * 10;
const GRAIN_SIZE = 1 << 20;
const STRIP_FROM = Math.round(HEIGHT * (1 - SHARE)) & ~1;

function grainOf(random) {
  const grain = new Int8Array(GRAIN_SIZE);
  for (let i = 0; i < GRAIN_SIZE; i++) grain[i] = Math.round(0.5 * (random() + random() + random() + random() - 2));
  return grain;
}

/** Soft blotches, large and small, over the whole picture. */
function wallOf(random) {
  const wall = new Uint8Array(WIDTH * HEIGHT);
  const waves = Array.from({ length: 14 }, (_, i) => ({
    x: (random() - 0.5) * 0.02 * (1 + i),
    y: (random() - 0.5) * 0.02 * (1 + i),
    phase: 6.28 * random(),
    height: 30 / (2 + i),
  }));
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, at++) {
      wall[at] = 150 + waves.reduce((sum, { x: fx, y: fy, phase, height }) => sum + height * Math.sin(fx * x + fy * y + phase), 0);
    }
  }
  return wall;
}

/** Fills an ellipse with the wall's texture, elsewhere and of another brightness. */
function ellipse(luma, wall, cx, cy, rx, ry, shift, texture) {
  for (let y = Math.max(0, Math.ceil(cy - ry)); y < Math.min(STRIP_FROM, cy + ry); y++) {
    const half = rx * Math.sqrt(Math.max(0, 1 - ((y - cy) / ry) ** 2));
    const from = Math.max(0, Math.round(cx - half));
    const to = Math.min(WIDTH, Math.round(cx + half));
    const source = Math.max(0, Math.round(y - cy + HEIGHT / 2)) * WIDTH;
    for (let x = from; x < to; x++) {
      const at = source + Math.round(x - cx + WIDTH / 2);
      luma[y * WIDTH + x] = shift + texture * (wall[at] - 150);
    }
  }
}

function someone(luma, wall, turn, speaks) {
  const x = WIDTH / 2 + 36 * Math.sin(turn) + 6 * Math.sin(5 * turn);
  const y = 215 + 10 * Math.sin(2 * turn);
  ellipse(luma, wall, WIDTH / 2 + 14 * Math.sin(turn), 560, 300, 230, 82, 1.4);
  ellipse(luma, wall, x, y - 30, 122, 140, 58, 1.2);
  ellipse(luma, wall, x, y + 12, 98, 122, 172, 0.7);
  for (const side of [-38, 38]) {
    ellipse(luma, wall, x + side, y - 8, 17, 9, 210, 0.2);
    ellipse(luma, wall, x + side + 5 * Math.sin(3 * turn), y - 8, 7, 7, 40, 0.2);
  }
  ellipse(luma, wall, x, y + 74, 30, 5 + 15 * speaks, 70, 0.4);
}

function addGrain(luma, grain, offset) {
  for (let i = 0; i < STRIP_FROM * WIDTH; i++) luma[i] += grain[(i + offset) & (GRAIN_SIZE - 1)];
}

function number(luma, person, counter) {
  const bits = stripOf(person, counter);
  const rows = (HEIGHT - STRIP_FROM) / ROWS;
  const columns = WIDTH / COLUMNS;
  for (let y = STRIP_FROM; y < HEIGHT; y++) {
    const opposite = y >= STRIP_FROM + rows ? 1 : 0;
    for (let column = 0; column < COLUMNS; column++) {
      const from = y * WIDTH + column * columns;
      luma.fill(bits[column] ^ opposite ? 215 : 36, from, from + columns);
    }
  }
}

export function writeCamera(file, person, seed) {
  const random = chance(seed);
  const grain = grainOf(random);
  const wall = wallOf(random);
  const out = openSync(file, 'w');
  writeSync(out, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420mpeg2\n`);
  const frame = Buffer.alloc(WIDTH * HEIGHT * 1.5, 128);
  const luma = frame.subarray(0, WIDTH * HEIGHT);
  frame.fill(120, WIDTH * HEIGHT, WIDTH * HEIGHT * 1.25);
  frame.fill(138, WIDTH * HEIGHT * 1.25);
  for (let counter = 0; counter < FRAMES; counter++) {
    luma.set(wall);
    someone(luma, wall, (2 * Math.PI * counter) / FRAMES, Math.abs(Math.sin(counter * 0.55)) * random());
    addGrain(luma, grain, Math.floor(random() * GRAIN_SIZE));
    number(luma, person, counter);
    writeSync(out, 'FRAME\n');
    writeSync(out, frame);
  }
  closeSync(out);
}
