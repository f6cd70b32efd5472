// Programs that the gauge starts, each pinned to a core, and ended by pid whatever happens to the gauge.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import readline from 'node:readline';

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const running = new Set();
const scratch = new Set();

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until `check` returns something true; fails with `what` after `seconds`. */
export async function until(what, seconds, check) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(20);
  }
}

/** `promise`, or a failure with `what` after `seconds`. */
export function within(what, seconds, promise) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Off in tests, which have no cores of their own. */
export const pinning = { wanted: true };

let realTime = null;

/** The words that make what follows real-time threads, where we may: then nothing else that the machine does is measured. */
function ahead() {
  realTime ??= spawnSync('chrt', ['-r', '1', 'true']).status === 0 ? ['chrt', '-r', '1'] : [];
  return realTime;
}

/** The words that pin what follows to cores: '0', or '0,1'. */
export const pinned = (cores) => (pinning.wanted ? [...ahead(), 'taskset', '-c', String(cores)] : []);

const NICE_STEPS_AHEAD = 15;

/** Ahead of whatever else runs on this machine, where we may: all threads, which keep the order that the program gave them. */
function hurry(pid) {
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`).map(Number)) {
      os.setPriority(thread, os.getPriority(thread) - NICE_STEPS_AHEAD);
    }
  } catch {
    // Not root: the figures are noisier, that is all.
  }
}

/** Watches a process that somebody started: it is ended when the gauge ends. */
export function adopt(process) {
  running.add(process);
  process.on('exit', () => running.delete(process));
  if (pinning.wanted) hurry(process.pid);
  return process;
}

export function startChild(command, { stdio = ['pipe', 'pipe', 'inherit'], ...options } = {}) {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio, ...options });
  child.on('error', (error) => console.error(`${program}: ${error.message}`));
  return adopt(child);
}

export async function endChild(child, seconds = 10) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  await exited;
  clearTimeout(late);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of scratch) rmSync(folder, { recursive: true, force: true });
});

/** `folder` is gone when the gauge ends, however it ends. */
export function removeAtEnd(folder) {
  scratch.add(folder);
  return folder;
}

/** A program that is led by lines and answers in lines; `onLine` gets the words of each. */
export class LineChild {
  constructor(command, onLine) {
    this.child = startChild(command);
    this.child.stdin.on('error', () => {}); // it ended: whoever waits for its answer will say so
    this.pid = this.child.pid;
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => onLine(line.split(' '), line));
  }

  say(...words) {
    this.child.stdin.write(`${words.join(' ')}\n`);
  }

  async end() {
    this.say('quit');
    this.child.stdin.end();
    await Promise.race([once(this.child, 'exit'), sleep(3000)]);
    await endChild(this.child);
  }
}

/** What the scheduler and the kernel know of a process and all its threads. */
export function lookAt(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  let cpuNs = 0;
  let switches = 0;
  let threads = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      cpuNs += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
      for (const [, count] of readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8').matchAll(/ctxt_switches:\s+(\d+)/g)) {
        switches += Number(count);
      }
      threads++;
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return { cpuUs: cpuNs / 1000, switches, threads, rssKb: Number(/VmRSS:\s+(\d+)/.exec(status)[1]) };
}

/** Share of all CPU time that each core was idle in between two calls, and stolen by the hypervisor. */
export function coreTimes() {
  const times = {};
  for (const [, core, fields] of readFileSync('/proc/stat', 'utf8').matchAll(/^cpu(\d+) (.*)$/gm)) {
    const values = fields.split(' ').map(Number);
    times[core] = { idle: values[3] + values[4], stolen: values[7], all: values.slice(0, 8).reduce((a, b) => a + b) };
  }
  return times;
}

export function coreShares(before, after) {
  return Object.fromEntries(
    Object.keys(before).map((core) => {
      const all = Math.max(1, after[core].all - before[core].all);
      return [core, { busy: 1 - (after[core].idle - before[core].idle) / all, stolen: (after[core].stolen - before[core].stolen) / all }];
    }),
  );
}
