// The number of a frame, at the lower edge of the picture where every encoder leaves it readable: 16 columns in two rows,
// the lower row the upper one's opposite.
//
//   1 0  c c c c c c c c c c  p p  1 0      sync, counter (Gray's code: one bit changes from frame to frame), person, sync

export const COLUMNS = 16;
export const ROWS = 2;
/** The strip's share of the picture's height. */
export const SHARE = 1 / 8;

const COUNTER_BITS = 10;

/** The upper row's bits. */
export function stripOf(person, counter) {
  const bits = (value, count) => Array.from({ length: count }, (_, i) => (value >> (count - 1 - i)) & 1);
  return [1, 0, ...bits(counter ^ (counter >> 1), COUNTER_BITS), ...bits(person, 2), 1, 0];
}

/**
 * Reads 2 x 16 mean lumas (0 to 255) back: { person, counter }, or null when it is no strip. Also runs inside pages
 * (Function.prototype.toString), so it uses nothing from outside.
 */
export function readStrip(luma) {
  const bits = [];
  for (let i = 0; i < 16; i++) {
    const difference = luma[i] - luma[16 + i];
    if (Math.abs(difference) < 60) return null;
    bits.push(difference > 0 ? 1 : 0);
  }
  if (bits[0] !== 1 || bits[1] !== 0 || bits[14] !== 1 || bits[15] !== 0) return null;
  let counter = 0;
  let bit = 0;
  for (const gray of bits.slice(2, 12)) {
    bit ^= gray;
    counter = 2 * counter + bit;
  }
  return { person: 2 * bits[12] + bits[13], counter };
}
