// A voice that says nothing, for ever: vowels and hisses from a seed, without a pause longer than 80 ms, with a time mark
// (marks.mjs) every half second. The sound of a voice keeps echo cancellers and noise suppressors at peace.

import { writeFileSync } from 'node:fs';
import { chance } from './chance.mjs';
import { MARKS, MARK_EVERY_MS, MARK_MS, tonesOf } from './marks.mjs';

const RATE = 48000;
/** A whole number of rounds of marks: the file is repeated. */
const SECONDS = (2 * MARKS * MARK_EVERY_MS) / 1000;
/** The first three formants of vowels, in Hz. */
const VOWELS = [[730, 1090, 2440], [270, 2290, 3010], [300, 870, 2240], [530, 1840, 2480], [570, 840, 2410], [640, 1190, 2390]];
const SILENCE_AROUND_MARK_MS = 20;

/** A resonance at `frequency`, `width` Hz wide. */
function resonator(frequency, width) {
  const r = Math.exp((-Math.PI * width) / RATE);
  const turn = 2 * r * Math.cos((2 * Math.PI * frequency) / RATE);
  const gain = (1 - r) * Math.sqrt(1 - 2 * r * Math.cos((4 * Math.PI * frequency) / RATE) + r * r);
  let last = 0;
  let before = 0;
  return (sample) => {
    const now = gain * sample + turn * last - r * r * before;
    before = last;
    last = now;
    return now;
  };
}

function speak(samples, random, pitch) {
  for (let at = 0; at < samples.length; ) {
    const length = Math.round(RATE * (0.12 + 0.14 * random()));
    const pause = Math.round(RATE * (0.02 + 0.06 * random()));
    const hiss = Math.round(RATE * 0.05 * random());
    const formants = VOWELS[Math.floor(random() * VOWELS.length)].map((frequency) => resonator(frequency, 80 + frequency / 20));
    const [from, to] = [pitch * (0.85 + 0.3 * random()), pitch * (0.85 + 0.3 * random())];
    let phase = 0;
    for (let i = 0; i < length && at + i < samples.length; i++) {
      const share = i / length;
      phase += (from + (to - from) * share) / RATE;
      const pulse = phase >= 1 ? 1 : 0;
      phase %= 1;
      const breath = 0.02 * (2 * random() - 1);
      const source = i < hiss ? 0.2 * (2 * random() - 1) : pulse * 12 + breath;
      const voiced = formants.reduce((sum, formant, n) => sum + formant(source) / (n + 1), 0);
      const envelope = Math.min(1, share * 8, (1 - share) * 6);
      samples[at + i] = envelope * (i < hiss ? 0.3 * source : voiced);
    }
    at += length + pause;
  }
}

function level(samples, rms) {
  const now = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.max(-0.9, Math.min(0.9, (samples[i] * rms) / now));
}

function mark(samples) {
  const every = (RATE * MARK_EVERY_MS) / 1000;
  const size = (RATE * MARK_MS) / 1000;
  const quiet = (RATE * SILENCE_AROUND_MARK_MS) / 1000;
  for (let at = 0, number = 0; at < samples.length; at += every, number++) {
    const tones = tonesOf(number % MARKS);
    for (let i = -quiet; i < size + quiet; i++) {
      const inside = i >= 0 && i < size;
      const edge = Math.min(1, i / 96, (size - i) / 96); // 2 ms
      const value = inside ? 0.14 * edge * tones.reduce((sum, tone) => sum + Math.sin((2 * Math.PI * tone * i) / RATE), 0) : 0;
      samples[(at + i + samples.length) % samples.length] = value;
    }
  }
}

/** Samples from -1 to 1 at 48 kHz, to be repeated. */
export function voiceOf(seed) {
  const random = chance(seed);
  const samples = new Float32Array(RATE * SECONDS);
  speak(samples, random, 110 + 90 * random());
  level(samples, 0.09);
  mark(samples);
  return samples;
}

export function writeVoice(file, seed) {
  const samples = voiceOf(seed);
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(2 * RATE, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, i) => bytes.writeInt16LE(Math.round(32767 * sample), 44 + 2 * i));
  writeFileSync(file, bytes);
}
