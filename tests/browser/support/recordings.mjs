// Reads an exported recording back: whose pattern each frame carries, when it flashes and beeps, how long it lasts.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { decodeBlocks } from './pattern.mjs';
import { beepFrequency } from './fixtures.mjs';
import { program } from './gateway.mjs';

const run = promisify(execFile);

/** Decodes a file to its end. Times are in ms. */
export async function readRecording(file, person) {
  const { stdout } = await run(program('media_probe'), [file, String(beepFrequency(person))], { maxBuffer: 256 << 20 });
  const frames = [];
  const sound = [];
  for (const line of stdout.split('\n')) {
    const [kind, at, ...rest] = line.split(' ');
    if (kind === 'v') frames.push({ at: Number(at), ...decodeBlocks([...Buffer.from(rest[0], 'hex')]), whole: rest[1] });
    if (kind === 'a') sound.push({ at: Number(at), rms: Number(rest[0]), beep: Number(rest[1]) });
  }
  return { frames, sound, ...edges(frames, sound) };
}

function edges(frames, sound) {
  const flashes = [];
  frames.forEach((frame, i) => {
    // A flash that begins just after a cut did not begin there.
    if (i > 0 && frame.flash && frames[i - 1].flash === false && frame.at - frames[i - 1].at < 250) flashes.push({ at: frame.at, counter: frame.counter });
  });
  // A tone, loud and pure: its amplitude is 1.41 times the RMS. Speech is neither.
  const isBeep = (piece) => piece.beep > 3000 && piece.beep > 1.25 * piece.rms;
  const beeps = [];
  sound.forEach((piece, i) => {
    if (i > 0 && isBeep(piece) && !isBeep(sound[i - 1]) && piece.at - sound[i - 1].at < 50) {
      if (beeps.length === 0 || piece.at - beeps[beeps.length - 1] > 500) beeps.push(piece.at);
    }
  });
  return { flashes, beeps };
}

/** { counter, at, offset } of each flash: beep minus flash, of the nearest beep within half the period; in ms. */
export function offsets({ flashes, beeps }, period = 2000) {
  return flashes.flatMap(({ at, counter }) => {
    const near = beeps.map((beep) => beep - at).filter((difference) => Math.abs(difference) <= period / 2);
    return near.length ? [{ at, counter, offset: near.reduce((a, b) => (Math.abs(a) < Math.abs(b) ? a : b)) }] : [];
  });
}

/** Pairs each recorded flash with the same flash where it was captured: in order, by its frame counter. */
export function pairFlashes(recorded, captured) {
  let next = 0;
  return recorded.flatMap((flash) => {
    const found = captured.findIndex((own, i) => i >= next && Math.abs(own.counter - flash.counter) <= 1);
    if (found < 0) return [];
    next = found + 1;
    return [{ recorded: flash, captured: captured[found] }];
  });
}

/** The difference of two offsets on the circle of one period. */
export function circular(a, b, period = 2000) {
  const difference = (((a - b) % period) + period) % period;
  return Math.min(difference, period - difference);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
