// A network whose firewall lets out TCP to a few ports and nothing else: a namespace of its own behind that of the test.
//
//     namespace of the test                     namespace of the person
//     gateway, relay, the others                a browser
//                     firewall -- 10.78.0.1 ---- 10.78.0.2

import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { asRoot } from './as_root.mjs';
import { ROOT } from './gateway.mjs';

const NEAR = '10.78.0.1';
const FAR = '10.78.0.2';
const DOOR = 'closed0';

export class ClosedNetwork {
  /** What is sent from there vanishes on the way, as in most firewalls, but for what is opened. */
  static make() {
    const network = new ClosedNetwork();
    network.name = `bedside-closed-${process.pid}`;
    network.rules = [];
    const inside = ['ip', '-n', network.name];
    asRoot('ip', 'netns', 'add', network.name);
    // Without IPv6 addresses that appear a second later: Chromium breaks off what it loads when addresses change.
    asRoot('ip', 'netns', 'exec', network.name, 'sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1');
    asRoot('ip', 'link', 'add', DOOR, 'type', 'veth', 'peer', 'name', DOOR, 'netns', network.name);
    asRoot('ip', 'addr', 'add', `${NEAR}/24`, 'dev', DOOR);
    asRoot('ip', 'link', 'set', DOOR, 'up');
    asRoot(...inside, 'addr', 'add', `${FAR}/24`, 'dev', DOOR);
    for (const device of ['lo', DOOR]) asRoot(...inside, 'link', 'set', device, 'up');
    asRoot(...inside, 'route', 'add', 'default', 'via', NEAR);
    network.#add('-j', 'DROP');
    return network;
  }

  #add(...what) {
    const rule = ['INPUT', '-i', DOOR, ...what];
    asRoot('iptables', '-w', '-I', ...rule);
    this.rules.push(rule);
  }

  open(address, port) {
    this.#add('-p', 'tcp', '-d', address, '--dport', String(port), '-j', 'ACCEPT');
  }

  /** A program that starts `browser` in there, for Person.open(). `home` is the home folder of whoever uses it. */
  browser(folder, name, browser, home) {
    const file = path.join(folder, `browser-${name}`);
    const enter = path.join(ROOT, 'tests/netlab/on_client');
    writeFileSync(file, `#!/bin/sh\nHOME='${home}' NETLAB_CLIENT='${this.name}' exec '${enter}' '${browser}' "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  remove() {
    for (const rule of this.rules) asRoot('iptables', '-w', '-D', ...rule);
    asRoot('ip', 'netns', 'del', this.name);
  }
}
