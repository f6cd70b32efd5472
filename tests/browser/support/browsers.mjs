// Starts browsers. That one does not come up on a machine that has much to do says nothing about the page: it is started again.

import { chromium } from 'playwright-core';

export const CHROMIUM = process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium';
export const START_WITHIN_MS = 120_000;
const TRIES = 3;

/** What `start` returns, at the latest by the third try. */
export async function started(start) {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === TRIES) throw error;
      console.log(`a browser did not start: ${String(error).split('\n')[0]}`);
    }
  }
}

/** A Chromium process without devices of its own, for pages that are opened in it. */
export const startChromium = (args = []) =>
  started(() => chromium.launch({ executablePath: CHROMIUM, timeout: START_WITHIN_MS, args: ['--no-sandbox', '--disable-gpu', ...args] }));
