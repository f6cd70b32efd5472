// The machine-readable pattern of the fake cameras, and how it is read back.
//
// A frame is divided into 8 x 4 equal blocks, black or white, large enough to survive any encoder:
//
//   row 0   1 0  p p p p  1 0        sync, person (4 bits, most significant first), sync
//   row 1   c c c c  c c c c         frame counter, high bits
//   row 2   c c  x x x x  0 1        frame counter, low 2 bits; checksum (4 bits), sync
//   row 3   f f f f  f f f f         the flash: white while it is on, else grey
//
// The checksum is the sum of the person and the counter's nibbles, modulo 16.

export const COLUMNS = 8;
export const ROWS = 4;
export const COUNTER_BITS = 10;

/** The 32 blocks of a frame as luma values, 16 (black) to 235 (white). */
export function blocksOf(person, counter, flash) {
  const bits = (value, count) => Array.from({ length: count }, (_, i) => (value >> (count - 1 - i)) & 1);
  const rows = [
    [1, 0, ...bits(person, 4), 1, 0],
    bits(counter >> 2, 8),
    [...bits(counter & 3, 2), ...bits(checksum(person, counter), 4), 0, 1],
  ];
  const luma = rows.flat().map((bit) => (bit ? 235 : 16));
  return luma.concat(Array(COLUMNS).fill(flash ? 235 : 96));
}

export function checksum(person, counter) {
  return (person + (counter & 15) + ((counter >> 4) & 15) + (counter >> 8)) & 15;
}

/**
 * Reads the blocks' mean luma back: { person, counter, flash }, or null when it is no whole pattern.
 * Also runs inside pages (Function.prototype.toString), so it uses nothing from outside.
 */
export function decodeBlocks(luma) {
  const bit = (index) => {
    if (luma[index] > 150) return 1;
    if (luma[index] < 105) return 0;
    return NaN;
  };
  const number = (from, count) => {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + bit(from + i);
    return value;
  };
  if (bit(0) !== 1 || bit(1) !== 0 || bit(6) !== 1 || bit(7) !== 0 || bit(22) !== 0 || bit(23) !== 1) return null;
  const person = number(2, 4);
  const counter = number(8, 8) * 4 + number(16, 2);
  const sum = number(18, 4);
  if (Number.isNaN(person + counter + sum)) return null;
  if (((person + (counter & 15) + ((counter >> 4) & 15) + (counter >> 8)) & 15) !== sum) return null;
  let flash = 0;
  for (let i = 24; i < 32; i++) flash += luma[i];
  return { person, counter, flash: flash / 8 > 165 };
}
