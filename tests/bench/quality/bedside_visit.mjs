// A visit of two at Bedside: its gateway, its own pages, people who come in through the door.

import { request } from 'node:http';
import { Gateway } from '../../browser/support/gateway.mjs';
import { adopt } from '../support/children.mjs';
import { openBrowser } from './browser.mjs';

/* Runs in the page: what is said in the line above the buttons, and on the other one's tile. */
function words() {
  const said = [...document.querySelectorAll('[role=status]')].map((element) => element.textContent).join(' ');
  const trouble = /Reconnecting|No connection|We are connecting|getting (them|you) back|lost the connection|Nothing is heard|does not reach|cannot hear/i;
  const condition = document.querySelector('[data-participant][data-condition]')?.dataset.condition ?? '';
  const isTrouble = trouble.test(said) || /reconnecting|sound_lost/.test(condition) || document.querySelector('[data-reconnecting]') !== null;
  return { connected: !isTrouble, step: condition };
}

function get(socketPath, route) {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: route, host: 'gateway', timeout: 1000 }, (response) => {
      let text = '';
      response.on('data', (data) => (text += data));
      response.on('end', () => resolve(text));
    });
    asked.on('error', () => resolve(''));
    asked.end();
  });
}

export class BedsideVisit {
  static async start({ folder, seed }) {
    const visit = new BedsideVisit();
    visit.gateway = await Gateway.start({
      address: process.env.NETLAB_GATEWAY_ADDRESS,
      settings: {
        http: process.env.BEDSIDE_WEB ? { web_root: process.env.BEDSIDE_WEB } : {},
        recording: { enabled: false },
        media: { workers: 1 },
      },
    });
    visit.pid = adopt(visit.gateway.process).pid; // ahead of the browsers, as Janus is
    const options = { folder, seed, wordsOf: words };
    const [patient, physician, { patient: patientLink, physician: physicianLink, birthDate, visitId }] = await Promise.all([
      openBrowser('patient', options),
      openBrowser('physician', options),
      visit.gateway.scheduleVisit(),
    ]);
    Object.assign(visit, { patient, physician, patientLink, physicianLink, birthDate, visitId });
    return visit;
  }

  /** Both are where nothing of the other is sent to them yet. */
  async arrive() {
    await Promise.all([
      this.physician.arrive(this.physicianLink),
      this.patient.arrive(this.patientLink, { birthDate: this.birthDate }),
    ]);
    this.button = this.physician.button(/^Let .* in$/);
    await this.button.waitFor();
  }

  async meet() {
    await this.button.click();
  }

  /** What the server knows, for whoever looks for a cause. */
  async look() {
    const [media, metrics] = await Promise.all([
      this.gateway.ctl('--json', 'visit', 'media', this.visitId).catch((error) => String(error)),
      get(this.gateway.socket, '/metrics'),
    ]);
    return { media, metrics };
  }

  async end() {
    await Promise.allSettled([this.patient.close(), this.physician.close()]);
    await this.gateway.stop();
  }
}
