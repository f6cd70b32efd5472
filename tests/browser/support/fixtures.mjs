// Camera and voice files for Chromium's fake devices: one pair per person.
//
// The camera shows the pattern of pattern.mjs and flashes for 200 ms every 2 s. The voice speaks, and beeps for
// 100 ms every 2 s at a pitch of the person's own, so that a listener can tell who is heard. Chromium starts the two
// files independently: the offset between flash and beep is measured where they are captured.

import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import path from 'node:path';
import { blocksOf, COLUMNS, ROWS } from './pattern.mjs';

export const WIDTH = 320;
export const HEIGHT = 180;
export const FRAMES_PER_SECOND = 15;
export const PERIOD_SECONDS = 2;
// Chromium shows the last frame twice when it begins anew, so that a round is one frame longer than the file.
const ROUND = FRAMES_PER_SECOND * 16;
export const FRAMES = ROUND - 1;
const FLASH_FRAMES = 3;
const SAMPLE_RATE = 48000;

/** The pitch of a person's beep in Hz. */
export function beepFrequency(person) {
  return 1000 + 400 * person;
}

const SENTENCES = {
  patient: ['en-us+f4', 'Good morning doctor. I have read the letter twice, and I wrote my questions down.'],
  physician: ['en-us+f2', 'Good morning Mrs. Alder. We would not give chemotherapy. Let me explain why, step by step.'],
  caregiver: ['en-us+f5', 'Hello mother, hello doctor. I am listening, and I am taking notes for the two of you.'],
};

/** Writes `<folder>/<name>.y4m` and `.wav`; returns their paths. */
export function makeDevices(folder, name, person) {
  mkdirSync(folder, { recursive: true });
  const camera = path.join(folder, `${name}.y4m`);
  const voice = path.join(folder, `${name}.wav`);
  writeCamera(camera, person);
  makeVoice(voice, name, person);
  return { camera, voice, person };
}

function writeCamera(file, person) {
  const out = openSync(file, 'w');
  writeSync(out, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420mpeg2\n`);
  const frame = Buffer.alloc(WIDTH * HEIGHT * 1.5, 128);
  const blockWidth = WIDTH / COLUMNS;
  const blockHeight = HEIGHT / ROWS;
  for (let counter = 0; counter < FRAMES; counter++) {
    const flash = counter % (FRAMES_PER_SECOND * PERIOD_SECONDS) < FLASH_FRAMES;
    const luma = blocksOf(person, counter, flash);
    for (let y = 0; y < HEIGHT; y++) {
      for (let column = 0; column < COLUMNS; column++) {
        const from = y * WIDTH + column * blockWidth;
        frame.fill(luma[Math.floor(y / blockHeight) * COLUMNS + column], from, from + blockWidth);
      }
    }
    writeSync(out, 'FRAME\n');
    writeSync(out, frame);
  }
  closeSync(out);
}

/** Writes a wav file in which `name` speaks, and, with a person's number, beeps. */
export function makeVoice(file, name, person = null) {
  const [voice, sentence] = SENTENCES[name] ?? SENTENCES.patient;
  const spoken = `${file}.speech`;
  execFileSync('espeak-ng', ['-v', voice, '-s', '150', '-w', spoken, sentence]);
  const speech = readWav(spoken);
  rmSync(spoken);
  // A whole number of periods, so that the beeps stay even when the file is repeated.
  const seconds = Math.ceil(speech.samples.length / speech.rate / PERIOD_SECONDS + 0.25) * PERIOD_SECONDS;
  const samples = new Int16Array(seconds * SAMPLE_RATE);
  for (let i = 0; i < samples.length; i++) {
    const at = (i * speech.rate) / SAMPLE_RATE;
    const whole = Math.floor(at);
    const next = speech.samples[whole + 1] ?? 0;
    const value = (speech.samples[whole] ?? 0) * (1 - (at - whole)) + next * (at - whole);
    const inPeriod = (i / SAMPLE_RATE) % PERIOD_SECONDS;
    const beep = person !== null && inPeriod < 0.1 ? 12000 * Math.sin(2 * Math.PI * beepFrequency(person) * inPeriod) : null;
    samples[i] = beep ?? Math.round(value * 0.6);
  }
  writeFileSync(file, wavOf(samples));
}

function readWav(file) {
  const bytes = readFileSync(file);
  const rate = bytes.readUInt32LE(24);
  const data = bytes.indexOf('data') + 8;
  const samples = new Int16Array(Math.floor((bytes.length - data) / 2));
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(data + 2 * i);
  return { rate, samples };
}

function wavOf(samples) {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length * 2, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length * 2, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}
