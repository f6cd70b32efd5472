// The time marks in a voice: every half second two tones together for 60 ms, one of four low ones and one of four high ones.
// Sixteen of them follow each other, so that a mark is known again up to 8 s later. All are multiples of 100 Hz: a window
// of 10 ms tells them apart exactly.

export const LOW = [800, 1000, 1200, 1400];
export const HIGH = [2000, 2300, 2600, 2900];
export const MARKS = LOW.length * HIGH.length;
export const MARK_EVERY_MS = 500;
export const MARK_MS = 60;

/** The tones of mark `number`. */
export const tonesOf = (number) => [LOW[number % LOW.length], HIGH[Math.floor(number / LOW.length) % HIGH.length]];

/**
 * Finds marks in sound that is pushed piece by piece: `onMark(number, at)` with the time at which the mark began, in the
 * clock of the pieces (ms). Also runs inside pages (Function.prototype.toString), so it uses nothing from outside.
 */
export function markDetector(low, high, onMark) {
  const STEPS_PER_WINDOW = 4; // a window is 10 ms, and begins every 2.5 ms
  const ENOUGH = 8; // windows in a row: 27.5 ms
  const frequencies = [...low, ...high];
  let held = new Float32Array(0);
  let heldAt = 0;
  let current = -1;
  let count = 0;
  let began = 0;

  function powerOf(samples, from, size, turn) {
    let last = 0;
    let before = 0;
    for (let i = from; i < from + size; i++) {
      const now = samples[i] + turn * last - before;
      before = last;
      last = now;
    }
    // 1 for a full-scale tone of this frequency alone
    return (4 * (last * last + before * before - turn * last * before)) / (size * size);
  }

  function markIn(samples, from, size, turns) {
    let energy = 0;
    for (let i = from; i < from + size; i++) energy += samples[i] * samples[i];
    energy = (2 * energy) / size;
    if (energy < 1e-6) return -1;
    const powers = turns.map((turn) => powerOf(samples, from, size, turn));
    const best = (some) => some.indexOf(Math.max(...some));
    const lowest = best(powers.slice(0, low.length));
    const highest = best(powers.slice(low.length));
    const [a, b] = [powers[lowest], powers[low.length + highest]];
    if (a + b < 0.7 * energy || Math.min(a, b) < 0.04 * energy) return -1;
    return highest * low.length + lowest;
  }

  return (samples, rate, at) => {
    const size = Math.round(rate / 100);
    const step = size / STEPS_PER_WINDOW;
    const turns = frequencies.map((frequency) => 2 * Math.cos((2 * Math.PI * frequency) / rate));
    if (held.length === 0) heldAt = at;
    else heldAt = at - (1000 * held.length) / rate;
    const all = new Float32Array(held.length + samples.length);
    all.set(held);
    all.set(samples, held.length);
    let from = 0;
    for (; from + size <= all.length; from += step) {
      const mark = markIn(all, from, size, turns);
      if (mark !== current) {
        current = mark;
        count = 0;
        began = heldAt + (1000 * from) / rate;
      }
      count++;
      if (mark >= 0 && count === ENOUGH) onMark(mark, began);
    }
    held = all.slice(from);
  };
}
