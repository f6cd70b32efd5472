// The network of a visit (tests/netlab/run): its settings, and how they change while it lasts.

import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../browser/support/gateway.mjs';

const NETLAB = path.join(ROOT, 'tests/netlab');

/** What a profile cannot say of itself: how long it is watched, and what happens outside of the network. */
const MORE = {
  'drop-and-return': { seconds: 45, drop: { at: 3, until: 23 } },
  rebind: { seconds: 35, moved: { at: 5 } },
  readdr: { seconds: 35, moved: { at: 5 }, actions: [{ at: 5, program: 'readdress' }] },
  'udp-blocked': { seconds: 10, warmup: 3, from: 'beginning' },
};

export const PROFILES = ['good', 'lte-weak', 'edge', 'loss-10', 'satellite', 'drop-and-return', 'rebind', 'readdr', 'udp-blocked'];

/** `name` is one of PROFILES, or the path of a file with settings. */
export function readProfile(name) {
  const file = name.includes('/') ? name : path.join(NETLAB, 'profiles', name);
  if (!existsSync(file)) throw new Error(`${name}: no such profile; there are ${PROFILES.join(', ')}, and paths of files`);
  return { name: path.basename(name), text: readFileSync(file, 'utf8'), ...MORE[path.basename(name)] };
}

/** Lines of settings as { at, line }, `at` in seconds, or null for what holds from the beginning. */
export function changesOf(text, direction = 'both') {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return lines.filter(Boolean).flatMap((line) => {
    const words = line.split(/\s+/);
    const at = words.length === 3 ? Number(words.shift()) : null;
    const [name, value] = words;
    const suffix = /-(up|down)$/.exec(name)?.[1];
    if (words.length !== 2 || (at !== null && !(at >= 0))) throw new Error(`not a setting: ${line}`);
    if (direction !== 'both' && suffix && suffix !== direction) return [];
    return [{ at, line: `${direction === 'both' || suffix ? name : `${name}-${direction}`} ${value}` }];
  });
}

export class Lab {
  #timers = [];
  #changes;

  constructor({ profile, settings = [], direction = 'both' }) {
    this.profile = profile;
    this.#changes = [...changesOf(profile.text, direction), ...changesOf(settings.join('\n'), direction)];
  }

  /** What holds from the beginning. */
  begin() {
    this.#write(this.#changes.filter(({ at }) => at === null));
  }

  /** From now on, what the profile says about later. Returns the time of each change: [{ at, what }]. */
  follow() {
    const done = [];
    const later = (at, what, act) =>
      this.#timers.push(
        setTimeout(() => {
          done.push({ at: Date.now(), what });
          act();
        }, at * 1000),
      );
    for (const change of this.#changes.filter(({ at }) => at !== null)) later(change.at, change.line, () => this.#write([change]));
    for (const { at, program } of this.profile.actions ?? []) later(at, program, () => execFileSync(path.join(NETLAB, program)));
    return done;
  }

  end() {
    this.#timers.forEach(clearTimeout);
    // What closes may close quickly.
    writeFileSync(process.env.NETLAB_CONTROL, 'rate 0\nloss 0\nburst 0\ndelay 0\njitter 0\nnoudp 0\n');
  }

  #write(changes) {
    appendFileSync(process.env.NETLAB_CONTROL, changes.map(({ line }) => `${line}\n`).join(''));
  }
}

/** What tests/netlab/run wrote to $NETLAB_TRACE, as objects. */
export function readTrace(file) {
  const names = ['at', ...['up', 'down'].flatMap((way) => ['bytes', 'lost', 'overflowed', 'queue_ms'].map((what) => `${way}_${what}`))];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => Object.fromEntries(line.split(' ').map((value, i) => [names[i], Number(value)])));
}
