// What two people noted of a visit (page_probe.mjs), as figures. Pure.
//
// A side's figures are about what that person gets: `hears` and `sees` what the other one says and shows.

import { FRAMES, FRAMES_PER_SECOND } from './camera.mjs';
import { MARK_EVERY_MS, MARKS } from './marks.mjs';

/** A picture that does not change for longer than this has frozen: six frames of 24 a second. */
export const FREEZE_MS = 250;
/** Silence that is no pause of the voice, whose longest is 120 ms. */
export const HOLE_MS = 300;
/** Of the voice's median level. */
const HOLE_LEVEL = 0.05;
/** Words on the tile: the gateway's steps of the ladder, and what the page says by itself when nobody can tell it. */
const STEPS_WITHOUT_MOVEMENT = ['still', 'sound_only', 'sound_lost', 'standing', 'reconnecting'];

const round = (value, digits = 0) => (value === null || !Number.isFinite(value) ? null : Number(value.toFixed(digits)));
const sum = (values) => values.reduce((a, b) => a + b, 0);
const mean = (values) => (values.length > 0 ? sum(values) / values.length : null);

/** The value below which `share` of the values lie (nearest rank); null of none. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length > 0 ? sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] : null;
}

/** The parts of a span that lie in [from, to]. */
const clip = (spans, from, to) => spans.map(([a, b]) => [Math.max(a, from), Math.min(b, to)]).filter(([a, b]) => b > a);
const lengthOf = (spans) => sum(spans.map(([from, to]) => to - from));
const longestOf = (spans) => Math.max(0, ...spans.map(([from, to]) => to - from));

/** From the mouth to the ear, in ms, of each mark ([at, number]) that was heard from `from` to `to`. */
export function earDelays(mouth, ear, from, to) {
  const round_ms = MARKS * MARK_EVERY_MS;
  return ear
    .filter(([at]) => at >= from && at < to)
    .flatMap(([at, number]) => {
      const said = mouth.filter(([when, said_number]) => said_number === number && when <= at && at - when < round_ms);
      return said.length > 0 ? [at - said[said.length - 1][0]] : [];
    });
}

/**
 * From one's own screen to the other's, in ms, of each picture whose number was read there: `camera` is [at, number] of some of
 * one's own, `frames` is [at, , , number, person]. Up to a round of numbers; 40 ms sharp.
 */
export function screenDelays(camera, frames, from, to) {
  const frame_ms = 1000 / FRAMES_PER_SECOND;
  return frames
    .filter(([at, , , number]) => at >= from && at < to && number >= 0)
    .flatMap(([at, , , number]) => {
      const own = camera.filter(([when]) => when <= at).pop();
      if (!own || at - own[0] > 5000) return [];
      const now = own[1] + (at - own[0]) / frame_ms;
      // One's own screen may be behind by a frame.
      return [((((now - number) % FRAMES) + FRAMES + 2) % FRAMES - 2) * frame_ms];
    });
}

/** Spans without a voice: `level` is [at, RMS, ms] of each piece that was played. */
export function holes(level, from, to) {
  const pieces = level.filter(([at]) => at >= from && at < to);
  const usual = percentile(level.map(([, rms]) => rms).filter((rms) => rms > 0.001), 0.5) ?? 0;
  const spans = [];
  let heardAt = from;
  for (const [at, rms, ms] of [...pieces, [to, Infinity, 0]]) {
    if (rms < HOLE_LEVEL * usual || usual === 0) continue;
    if (at - heardAt > HOLE_MS) spans.push([heardAt, at]);
    heardAt = Math.max(heardAt, at + ms);
  }
  if (usual === 0) return to > from ? [[from, to]] : [];
  return spans;
}

/** Spans in which no new picture came; `frames` are [at, ...]. */
export function freezes(frames, from, to) {
  const times = frames.map(([at]) => at).filter((at) => at >= from && at < to).sort((a, b) => a - b);
  const spans = [];
  let last = from;
  for (const at of [...times, to]) {
    if (at - last > FREEZE_MS) spans.push([last, at]);
    last = at;
  }
  return spans;
}

/** The parts of spans in which `is(words)` holds; words are [at, connected, step], and hold until the next ones. */
export function partsOf(spans, words, is) {
  const said = words.map(([at, ...rest], i) => ({ from: at, to: words[i + 1]?.[0] ?? Infinity, holds: is(...rest) })).filter(({ holds }) => holds);
  const joined = [];
  for (const { from, to } of said) {
    if (joined.length > 0 && joined[joined.length - 1][1] >= from) joined[joined.length - 1][1] = to;
    else joined.push([from, to]);
  }
  return spans.flatMap(([from, to]) => clip(joined, from, to));
}

/** How many pictures came, and their mean height: `frames` are [at, number since the element began, height, ...]. */
function pictures(frames, from, to) {
  let count = 0;
  let heights = 0;
  frames.forEach(([at, number, height], i) => {
    if (at < from || at >= to) return;
    const before = frames[i - 1]?.[1] ?? number - 1;
    const fresh = number > before && number - before < 48 ? number - before : 1;
    count += fresh;
    heights += fresh * height;
  });
  return { fps: (1000 * count) / (to - from), height: count > 0 ? heights / count : 0 };
}

/** Sums of what grew from second to second, of streams that `wanted` picks, in `list`: { field: growth }. */
export function growth(seconds, list, wanted, names, from, to) {
  const grown = Object.fromEntries(names.map((name) => [name, 0]));
  let before = new Map();
  for (const second of seconds) {
    const now = new Map();
    for (const connection of second.connections) {
      for (const stream of connection[list].filter(wanted)) now.set(`${connection.number} ${stream.ssrc} ${stream.rid ?? ''}`, stream);
    }
    if (second.at > from && second.at <= to + 500) {
      for (const [key, stream] of now) {
        for (const name of names) grown[name] += Math.max(0, (stream[name] ?? 0) - (before.get(key)?.[name] ?? 0));
      }
    }
    before = now;
  }
  return grown;
}

const AUDIO = ['totalSamplesReceived', 'concealedSamples', 'silentConcealedSamples', 'jitterBufferDelay', 'jitterBufferEmittedCount', 'packetsReceived', 'packetsLost', 'fecPacketsReceived', 'bytesReceived'];
const VIDEO = ['bytesReceived', 'packetsReceived', 'packetsLost', 'retransmittedPacketsReceived', 'pliCount', 'nackCount', 'keyFramesDecoded', 'freezeCount', 'totalFreezesDuration', 'framesDropped'];
const isAudio = ({ kind }) => kind === 'audio';
const isVideo = ({ kind }) => kind === 'video';

const soundOf = (seconds, from, to) => growth(seconds, 'inbound', isAudio, AUDIO, from, to);
const concealedShare = ({ concealedSamples, totalSamplesReceived }) => (totalSamplesReceived > 0 ? (100 * concealedSamples) / totalSamplesReceived : null);
const bufferOf = ({ jitterBufferDelay, jitterBufferEmittedCount }) => (jitterBufferEmittedCount > 0 ? (1000 * jitterBufferDelay) / jitterBufferEmittedCount : null);

function soundFigures(own, other, from, to) {
  const sound = soundOf(own.seconds, from, to);
  const delays = earDelays(other.mouth, own.ear, from, to);
  const said = other.mouth.filter(([at]) => at >= from && at < to).length;
  const silences = holes(own.level, from, to);
  return {
    concealed_percent: round(concealedShare(sound) ?? 100, 2),
    concealed_audibly_percent: round(concealedShare({ ...sound, concealedSamples: sound.concealedSamples - sound.silentConcealedSamples }), 2),
    ear_delay_p50_ms: round(percentile(delays, 0.5)),
    ear_delay_p95_ms: round(percentile(delays, 0.95)),
    marks_heard_percent: round((100 * delays.length) / Math.max(1, said), 1),
    sound_buffer_ms: round(bufferOf(sound)),
    sound_hole_longest_s: round(longestOf(silences) / 1000, 2),
    sound_hole_total_s: round(lengthOf(silences) / 1000, 2),
    said_connected_without_sound_s: round(longestOf(partsOf(silences, own.words, (connected) => connected)) / 1000, 1),
    sound_kbps: round((8 * sound.bytesReceived) / (to - from)),
    sound_lost_percent: round((100 * sound.packetsLost) / Math.max(1, sound.packetsLost + sound.packetsReceived), 2),
  };
}

function pictureFigures(own, other, from, to) {
  const video = growth(own.seconds, 'inbound', isVideo, VIDEO, from, to);
  const gaps = freezes(own.frames, from, to);
  const unannounced = partsOf(gaps, own.words, (_connected, step) => !STEPS_WITHOUT_MOVEMENT.includes(step));
  const { fps, height } = pictures(own.frames, from, to);
  const delays = screenDelays(other.camera, own.frames, from, to);
  return {
    frozen_percent: round((100 * lengthOf(gaps)) / (to - from), 1),
    freezes: gaps.length,
    freeze_longest_s: round(longestOf(gaps) / 1000, 2),
    frozen_unannounced_percent: round((100 * lengthOf(unannounced)) / (to - from), 1),
    freeze_unannounced_longest_s: round(longestOf(unannounced) / 1000, 2),
    lines: round(height),
    fps: round(fps, 1),
    picture_kbps: round((8 * video.bytesReceived) / (to - from)),
    screen_delay_p50_ms: round(percentile(delays, 0.5)),
    screen_delay_p95_ms: round(percentile(delays, 0.95)),
    key_frames: video.keyFramesDecoded,
  };
}

function sendingFigures(own, from, to) {
  const { bytesSent, retransmittedBytesSent } = growth(own.seconds, 'outbound', () => true, ['bytesSent', 'retransmittedBytesSent'], from, to);
  return { sent_kbps: round((8 * bytesSent) / (to - from)), sent_again_kbps: round((8 * retransmittedBytesSent) / (to - from)) };
}

function queueFigures(trace, way, from, to) {
  const waits = trace.filter(({ at }) => at >= from && at < to).map((line) => line[`${way}_queue_ms`]);
  return { queue_p50_ms: round(percentile(waits, 0.5)), queue_p95_ms: round(percentile(waits, 0.95)), queue_longest_ms: round(Math.max(0, ...waits)) };
}

/** When the picture is as it was before, for a second: seconds after `from`, or null. */
function pictureBackAfter(frames, before, from, to) {
  const usual = pictures(frames, ...before);
  for (let at = from; at + 1000 <= to; at += 100) {
    const now = pictures(frames, at, at + 1000);
    if (now.height >= 0.95 * usual.height && now.fps >= 0.75 * usual.fps) return (at - from) / 1000;
  }
  return null;
}

function dropFigures(own, trace, way, { at, until }, began, ended) {
  const [from, to] = [began + 1000 * at, began + 1000 * until];
  const silences = holes(own.level, from, to + 2000).filter(([start]) => start < to);
  return {
    drop_sound_hole_s: round(longestOf(silences) / 1000, 2),
    drop_concealed_percent: round(concealedShare(soundOf(own.seconds, from, to)), 2),
    drop_frozen_percent: round((100 * lengthOf(freezes(own.frames, from, to))) / (to - from), 1),
    drop_queue_after_2s_ms: queueFigures(trace, way, from + 2000, to).queue_longest_ms,
    return_picture_s: round(pictureBackAfter(own.frames, [began, from], to, ended), 1),
    return_sound_buffer_ms: round(bufferOf(soundOf(own.seconds, to + 9000, to + 11000))),
  };
}

/** From the first offer until `count` connections stood, in seconds, and the path of the last. */
function connecting(own, count) {
  const first = own.events.find(([, name]) => name === 'negotiating')?.[0];
  const connected = own.events.filter(([, name]) => name === 'connection connected');
  const numbers = [...new Set(connected.map(([, , number]) => number))];
  const at = connected.find(([, , number]) => number === numbers[count - 1])?.[0];
  const path = own.seconds.flatMap(({ connections }) => connections.map((connection) => connection.path)).filter(Boolean).pop();
  return {
    connect_s: at === undefined ? null : round((at - first) / 1000, 2),
    path: path && at !== undefined ? [path.relay ?? path.protocol, path.type].join(' ') : 'none',
  };
}

/** The figures of one side. */
function sideFigures(result, profile, trace, side) {
  const [own, other] = side === 'patient' ? [result.patient, result.physician] : [result.physician, result.patient];
  const way = side === 'patient' ? 'down' : 'up';
  const { began_at: began, ended_at: ended } = result;
  const moved = profile.moved && began + 1000 * profile.moved.at;
  return {
    ...soundFigures(own, other, began, ended),
    ...pictureFigures(own, other, began, ended),
    ...sendingFigures(own, began, ended),
    ...queueFigures(trace, way, began, ended),
    ...(profile.drop ? dropFigures(own, trace, way, profile.drop, began, ended) : {}),
    ...(moved ? { moved_without_sound_s: round(lengthOf(holes(own.level, moved, ended)) / 1000, 2) } : {}),
    ...connecting(own, result.server === 'janus' ? 2 : 1),
  };
}

/** Why the machine, not the network, may have limited the run; empty when it did not. */
export function limitsOf(result, statistics) {
  const limits = [];
  const busy = Math.min(...Object.values(result.cores).map((core) => core.busy));
  const { began_at: began, ended_at: ended } = result;
  for (const side of ['patient', 'physician']) {
    const seconds = result[side].seconds.filter(({ at }) => at >= began && at < ended);
    const source = mean(seconds.flatMap(({ connections }) => connections.flatMap(({ source: sources }) => sources.filter(isVideo).map(({ framesPerSecond }) => framesPerSecond ?? 0))));
    // A camera may have been asked for less; a machine with time to spare was not the reason.
    if (source !== null && source < 22 && busy > 0.8) limits.push(`${side}'s camera ran at ${round(source, 1)} fps`);
    const streams = seconds.map(({ connections }) => connections.flatMap(({ outbound }) => outbound.filter(isVideo)));
    const cpu = (list) => Math.max(0, ...(list ?? []).map(({ qualityLimitationDurations: durations }) => durations?.cpu ?? 0));
    const limited = cpu(streams[streams.length - 1]) - cpu(streams[0]);
    if (limited > 0.02 * (ended - began) / 1000) limits.push(`${side}'s encoder was short of CPU for ${round(limited, 1)} s`);
  }
  if (busy > 0.95) limits.push(`all cores were busy (${round(100 * busy)} %)`);
  const all = ['up', 'down'].map((way) => statistics[way] ?? { passed: 0, late: 0 });
  const late = sum(all.map((way) => way.late)) / Math.max(1, sum(all.map((way) => way.passed)));
  if (late > 0.03) limits.push(`${round(100 * late, 1)} % of the packets were passed on 5 ms late or later`);
  return limits;
}

/** One object for each side. */
export function figuresOf(result, profile, trace, statistics) {
  const base = { server: result.server, profile: result.profile };
  if (result.failed || !result.patient || !result.physician) return ['patient', 'physician'].map((side) => ({ ...base, side, failed: result.failed ?? 'nothing was noted' }));
  const limits = limitsOf(result, statistics);
  return ['patient', 'physician'].map((side) => ({
    ...base,
    side,
    met: result.both_there === true,
    machine_limited: limits,
    seconds: round((result.ended_at - result.began_at) / 1000),
    ...sideFigures(result, profile, trace, side),
    server_cpu_percent: round(100 * result.server_cpu, 1),
    cores_busy_percent: round(100 * mean(Object.values(result.cores).map(({ busy }) => busy))),
  }));
}
