// What the figures were made on.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { ROOT } from '../../browser/support/gateway.mjs';

const out = (...command) => {
  try {
    return execFileSync(command[0], command.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
};

const FEATURES = ['aes', 'vaes', 'vpclmulqdq', 'avx2', 'avx512f'];

/** The packages whose versions matter for a comparison. */
const PACKAGES = ['libssl3', 'libsrtp2-1', 'libipsec-mb1', 'janus'];

export function machine() {
  const cpuinfo = readFileSync('/proc/cpuinfo', 'utf8');
  const flags = /^flags\s*:\s*(.*)$/m.exec(cpuinfo)?.[1].split(' ') ?? [];
  const versions = Object.fromEntries(PACKAGES.map((name) => [name, out('dpkg-query', '-W', '-f=${Version}', name)]).filter(([, version]) => version));
  return {
    cpu: /^model name\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? os.arch(),
    cores: os.cpus().length,
    features: FEATURES.filter((feature) => flags.includes(feature)),
    virtual: flags.includes('hypervisor'),
    kernel: os.release(),
    system: /^PRETTY_NAME="(.*)"/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '',
    packages: versions,
    commit: out('git', '-C', ROOT, 'rev-parse', '--short', 'HEAD'),
    date: new Date().toISOString().slice(0, 10),
  };
}

export function describeMachine({ cpu, cores, features, virtual, kernel, system, packages, commit, date }) {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `${date}, commit ${commit || '?'}: ${cores} ${virtual ? 'virtual ' : ''}cores of ${cpu} (${features.join(', ')}), Linux ${kernel}, ${system}; ${versions.join(', ')}.`;
}
