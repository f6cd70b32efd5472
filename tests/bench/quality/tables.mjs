// The figures of a run as text: a table for each profile, who is compared side by side.

import { table } from '../support/statistics.mjs';

const NAMES = { janus: 'Janus', bedside: 'Bedside' };
/** What is told of every profile, and what of some: words, and the fields that stand together. */
const ROWS = [
  ['sound concealed, %', 'concealed_percent'],
  ['mouth to ear p50 / p95, ms', 'ear_delay_p50_ms', 'ear_delay_p95_ms'],
  ['sound buffer, ms', 'sound_buffer_ms'],
  ['longest hole in the sound, s', 'sound_hole_longest_s'],
  ['frozen: %, times, longest s', 'frozen_percent', 'freezes', 'freeze_longest_s'],
  ['of it unannounced: %, longest s', 'frozen_unannounced_percent', 'freeze_unannounced_longest_s'],
  ['lines, fps', 'lines', 'fps'],
  ['screen to screen p50 / p95, ms', 'screen_delay_p50_ms', 'screen_delay_p95_ms'],
  ['received, kbit/s: sound, picture', 'sound_kbps', 'picture_kbps'],
  ['sent, kbit/s', 'sent_kbps'],
  ['queue at the bottleneck p50 / p95, ms', 'queue_p50_ms', 'queue_p95_ms'],
  ['drop: longest hole in the sound, s', 'drop_sound_hole_s'],
  ['drop: sound concealed, %', 'drop_concealed_percent'],
  ['drop: frozen, %', 'drop_frozen_percent'],
  ['drop: longest queue from 2 s on, ms', 'drop_queue_after_2s_ms'],
  ['return: whole picture back after, s', 'return_picture_s'],
  ['return: sound buffer 10 s later, ms', 'return_sound_buffer_ms'],
  ['moved: seconds without sound', 'moved_without_sound_s'],
  ['said "connected" without sound, longest s', 'said_connected_without_sound_s'],
  ['connected after, s; path', 'connect_s', 'path'],
];

const value = (figure) => (figure === null || figure === undefined ? '-' : String(figure));

function cell(row, fields) {
  if (!row) return '';
  if (row.failed) return 'failed';
  return fields.map((field) => value(row[field])).join(' / ');
}

/** `list` is what figuresOf() gave, of any servers and profiles. */
export function tablesOf(list) {
  const parts = [];
  for (const profile of new Set(list.map((row) => row.profile))) {
    const here = list.filter((row) => row.profile === profile);
    const columns = ['patient', 'physician'].flatMap((side) => ['janus', 'bedside'].map((server) => ({ side, server, row: here.find((row) => row.side === side && row.server === server) }))).filter(({ row }) => row);
    const rows = ROWS.filter(([, ...fields]) => columns.some(({ row }) => fields.some((field) => row[field] !== undefined)));
    parts.push(`### ${profile}`, '');
    parts.push(table([`at the patient's, at the physician's`, ...columns.map(({ side, server }) => `${NAMES[server]}, ${side}`)], rows.map(([words, ...fields]) => [words, ...columns.map(({ row }) => cell(row, fields))])), '');
    for (const server of new Set(here.map((row) => row.server))) {
      const { failed, machine_limited: limits = [], met } = here.find((row) => row.server === server);
      if (failed) parts.push(`${NAMES[server]}: failed: ${failed.split('\n')[0]}`, '');
      if (met === false) parts.push(`${NAMES[server]}: the two never both saw and heard each other.`, '');
      if (limits.length > 0) parts.push(`${NAMES[server]}: **machine limited, not a valid run**: ${limits.join('; ')}.`, '');
    }
  }
  return parts.join('\n');
}
