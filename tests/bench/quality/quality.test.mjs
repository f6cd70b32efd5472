// What the figures of tests/bench/link_quality are made of. Run by ctest; nothing here needs a browser or a network.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { earDelays, figuresOf, freezes, growth, holes, limitsOf, partsOf, percentile, screenDelays } from './figures.mjs';
import { changesOf, PROFILES, readProfile } from './lab.mjs';
import { HIGH, LOW, markDetector, MARK_EVERY_MS, MARKS } from './marks.mjs';
import { readStrip, stripOf } from './strip.mjs';
import { tablesOf } from './tables.mjs';
import { voiceOf } from './voice.mjs';

const RATE = 48000;

/** The marks that are found in sound that comes in pieces of `size` samples. */
function marksIn(samples, size = 480) {
  const found = [];
  const push = markDetector(LOW, HIGH, (number, at) => found.push([number, at]));
  for (let i = 0; i < samples.length; i += size) push(samples.subarray(i, i + size), RATE, (1000 * i) / RATE);
  return found;
}

test('every mark of a voice is found where it is, and nothing else', () => {
  const samples = voiceOf(5);
  for (const size of [480, 128, 960]) {
    const found = marksIn(samples, size);
    assert.equal(found.length, samples.length / RATE / (MARK_EVERY_MS / 1000));
    found.forEach(([number, at], i) => {
      assert.equal(number, i % MARKS);
      assert.ok(Math.abs(at - i * MARK_EVERY_MS) <= 2.5, `mark ${i} at ${at}`);
    });
  }
});

test('marks are found in noise, and none in noise alone', () => {
  const noise = Float32Array.from({ length: 4 * RATE }, (_, i) => 0.01 * Math.sin(i * i * 0.37));
  assert.deepEqual(marksIn(noise), []);
  const samples = voiceOf(6).slice(0, 4 * RATE).map((sample, i) => 0.2 * sample + noise[i]);
  assert.deepEqual(marksIn(samples).map(([number]) => number), [0, 1, 2, 3, 4, 5, 6, 7]);
});

test('a voice is the same for a seed, has no long pause, and another seed speaks otherwise', () => {
  const samples = voiceOf(7);
  assert.deepEqual(samples, voiceOf(7));
  assert.notDeepEqual(samples, voiceOf(8));
  const level = [];
  for (let i = 0; i < samples.length; i += 480) level.push([i / 48, Math.sqrt(samples.subarray(i, i + 480).reduce((sum, sample) => sum + sample * sample, 0) / 480), 10]);
  assert.deepEqual(holes(level, 0, samples.length / 48), []);
});

test('the number of a frame is read back, and noise is none', () => {
  const lumas = (bits, white = 215, black = 36) => [...bits.map((bit) => (bit ? white : black)), ...bits.map((bit) => (bit ? black : white))];
  for (let counter = 0; counter < 1024; counter++) {
    assert.deepEqual(readStrip(lumas(stripOf(2, counter))), { person: 2, counter });
  }
  const changed = stripOf(1, 100).filter((bit, i) => bit !== stripOf(1, 101)[i]);
  assert.equal(changed.length, 1);
  assert.deepEqual(readStrip(lumas(stripOf(1, 7), 180, 90)), { person: 1, counter: 7 });
  assert.equal(readStrip(lumas(stripOf(1, 7), 140, 120)), null);
  assert.equal(readStrip(Array(32).fill(128)), null);
});

test('the way from mouth to ear is that of the same mark', () => {
  const mouth = Array.from({ length: 40 }, (_, i) => [1000 + 500 * i, i % MARKS]);
  const ear = [[1080, 0], [1600, 1], [2600, 2], [9080, 0], [30000, 5]];
  // The last was said more than a round ago or not at all.
  assert.deepEqual(earDelays(mouth.slice(0, 20), ear, 0, 99999), [80, 100, 600, 80]);
  assert.deepEqual(earDelays(mouth, ear, 1500, 9000), [100, 600]);
});

test('the way from screen to screen is that of the same frame', () => {
  const camera = Array.from({ length: 60 }, (_, i) => [500 * i, (12 * i) % 240]);
  const seen = (at, number) => [at, 0, 540, number, 1];
  const delays = screenDelays(camera, [seen(1000, 24), seen(1600, 24), seen(10250, 0), seen(12000, 280 - 240), seen(3000, -1)], 0, 20000);
  assert.deepEqual(delays.map(Math.round), [0, 600, 250, 333]);
});

test('a hole is silence that is longer than a pause', () => {
  const piece = (at, rms) => [at, rms, 10];
  const level = [];
  for (let at = 0; at < 5000; at += 10) level.push(piece(at, (at >= 1000 && at < 1200) || (at >= 2000 && at < 2900) ? 0.0001 : 0.1));
  assert.deepEqual(holes(level, 0, 5000), [[2000, 2900]]);
  assert.deepEqual(holes(level.filter(([at]) => at < 3000 || at >= 3400), 0, 5000), [[2000, 2900], [3000, 3400]]);
  assert.deepEqual(holes(level.slice(0, 400), 0, 5000), [[2000, 2900], [4000, 5000]]);
  assert.deepEqual(holes([], 0, 5000), [[0, 5000]]);
});

test('a freeze is a gap between pictures, also at the ends', () => {
  const frames = [500, 540, 580, 620, 1400, 1440].map((at) => [at]);
  assert.deepEqual(freezes(frames, 400, 1500), [[620, 1400]]);
  assert.deepEqual(freezes(frames, 0, 2000), [[0, 500], [620, 1400], [1440, 2000]]);
  assert.deepEqual(freezes([], 0, 1000), [[0, 1000]]);
});

test('of a gap only that part was announced during which the page said so', () => {
  const words = [[0, true, 'full'], [100, true, 'still'], [200, true, 'still'], [300, true, 'full'], [400, false, 'sound_only']];
  const announced = (_connected, step) => step !== 'full';
  assert.deepEqual(partsOf([[50, 350], [380, 500]], words, announced), [[100, 300], [400, 500]]);
  assert.deepEqual(partsOf([[50, 350]], words, (_c, step) => step === 'full'), [[50, 100], [300, 350]]);
  assert.deepEqual(partsOf([[0, 500]], [], announced), []);
});

test('counters grow stream by stream, also when a connection was made anew', () => {
  const second = (at, number, ssrc, bytes) => ({ at, connections: [{ number, inbound: [{ kind: 'audio', ssrc, bytes }] }] });
  const seconds = [second(0, 0, 1, 100), second(1000, 0, 1, 150), second(2000, 0, 1, 250), second(3000, 1, 7, 30), second(4000, 1, 7, 40)];
  assert.deepEqual(growth(seconds, 'inbound', () => true, ['bytes'], 500, 4000), { bytes: 50 + 100 + 30 + 10 });
  assert.deepEqual(growth(seconds, 'inbound', () => false, ['bytes'], 500, 4000), { bytes: 0 });
});

test('percentiles are values that were there', () => {
  assert.equal(percentile([], 0.5), null);
  assert.equal(percentile([3, 1, 2], 0.5), 2);
  assert.equal(percentile([3, 1, 2], 0.95), 3);
});

/** A minute of a visit in which nothing went wrong, as both pages note it. */
function quietVisit() {
  const side = () => {
    const every = (ms, make) => Array.from({ length: 60000 / ms }, (_, i) => make(i * ms, i));
    const counters = (i) => ({ kind: 'audio', ssrc: 1, totalSamplesReceived: 48000 * i, concealedSamples: 480 * i, silentConcealedSamples: 0, jitterBufferDelay: 0.06 * 48000 * i, jitterBufferEmittedCount: 48000 * i, packetsReceived: 50 * i, packetsLost: 0, bytesReceived: 4000 * i });
    return {
      mouth: every(500, (at, i) => [at, i % MARKS]),
      ear: every(500, (at, i) => [at + 90, i % MARKS]),
      level: every(10, (at) => [at, 0.1, 10]),
      frames: every(40, (at, i) => [at, i + 1, 540, -1, -1]),
      camera: every(500, (at, i) => [at, (12 * i) % 240]),
      words: every(100, (at) => [at, true, 'fine']),
      seconds: every(1000, (at, i) => ({ at, connections: [{ number: 0, path: { protocol: 'udp', type: 'host' }, inbound: [counters(i)], outbound: [], source: [{ kind: 'video', framesPerSecond: 24 }] }] })),
      events: [[0, 'negotiating', 1], [400, 'connection connected', 1]],
    };
  };
  return { server: 'bedside', profile: 'good', both_there: true, began_at: 10000, ended_at: 50000, server_cpu: 0.02, cores: { 0: { busy: 0.5 } }, patient: side(), physician: side() };
}

const STILL = { up: { passed: 1000, late: 0 }, down: { passed: 1000, late: 0 } };

test('a quiet visit has the figures of one', () => {
  const [patient] = figuresOf(quietVisit(), readProfile('good'), [{ at: 20000, up_queue_ms: 3, down_queue_ms: 7 }], STILL);
  assert.equal(patient.concealed_percent, 1);
  assert.equal(patient.ear_delay_p50_ms, 90);
  assert.equal(patient.marks_heard_percent, 100);
  assert.equal(patient.sound_buffer_ms, 60);
  assert.equal(patient.sound_hole_longest_s, 0);
  assert.equal(patient.frozen_percent, 0);
  assert.deepEqual([patient.lines, patient.fps], [540, 25]);
  assert.equal(patient.queue_longest_ms, 7);
  assert.deepEqual([patient.connect_s, patient.path], [0.4, 'udp host']);
  assert.deepEqual(patient.machine_limited, []);
});

test('a drop and a return are told from what came', () => {
  const visit = quietVisit();
  const gone = ([at]) => at < 15000 || at >= 17000;
  visit.patient.level = visit.patient.level.filter(gone);
  visit.patient.frames = visit.patient.frames.filter(([at]) => at < 14000 || at >= 35000);
  const profile = { ...readProfile('good'), drop: { at: 3, until: 23 } };
  const [patient, physician] = figuresOf(visit, profile, [], STILL);
  assert.equal(patient.drop_sound_hole_s, 2);
  assert.equal(patient.drop_frozen_percent, 95.2);
  assert.equal(patient.return_picture_s, 1.8); // of the second from there on, four fifths have pictures
  assert.equal(patient.return_sound_buffer_ms, 60);
  assert.equal(patient.said_connected_without_sound_s, 2);
  assert.equal(physician.drop_sound_hole_s, 0);
  assert.equal(physician.return_picture_s, 0);
});

test('a run that the machine limited says so', () => {
  const visit = quietVisit();
  assert.deepEqual(limitsOf(visit, STILL), []);
  assert.equal(limitsOf({ ...visit, cores: { 0: { busy: 0.99 }, 1: { busy: 0.97 } } }, STILL).length, 1);
  assert.equal(limitsOf(visit, { up: { passed: 100, late: 20 }, down: { passed: 100, late: 0 } }).length, 1);
  visit.patient.seconds.forEach((second) => (second.connections[0].source[0].framesPerSecond = 12));
  assert.deepEqual(limitsOf(visit, STILL), []);
  assert.match(limitsOf({ ...visit, cores: { 0: { busy: 0.85 } } }, STILL)[0], /camera ran at 12 fps/);
});

test('settings may be of one direction, and of later', () => {
  assert.deepEqual(changesOf('# words\nrate 150 # more\n\n12.5 loss-up 3'), [{ at: null, line: 'rate 150' }, { at: 12.5, line: 'loss-up 3' }]);
  assert.deepEqual(changesOf('rate 150\nloss-up 3\ndelay-down 5', 'down'), [{ at: null, line: 'rate-down 150' }, { at: null, line: 'delay-down 5' }]);
  assert.throws(() => changesOf('rate'), /not a setting/);
  for (const name of PROFILES) assert.ok(changesOf(readProfile(name).text).length > 0);
  assert.throws(() => readProfile('nowhere'), /no such profile/);
});

test('the table stands servers side by side, and says what failed', () => {
  const list = [...figuresOf(quietVisit(), readProfile('good'), [], STILL), ...figuresOf({ server: 'janus', profile: 'good', failed: 'Error: no luck' })];
  const text = tablesOf(list);
  assert.match(text, /Janus, patient *\| Bedside, patient/);
  assert.match(text, /540 \/ 25/);
  assert.match(text, /Janus: failed: Error: no luck/);
});
