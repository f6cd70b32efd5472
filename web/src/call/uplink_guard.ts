// The link got thin from one moment to the next: what comes from the gateway shows it first, since its packets begin to
// queue, and most links that lose their rate lose it in both directions (another cell, the edge of a Wi-Fi). The camera
// steps back at once then. Whoever waits for the gateway's word waits for a message behind that very queue, while the own
// picture fills the way up, and the own voice stands behind it: 1.7 s for each second at 550 into 200 kbit/s.
//
// Voice that stops is no sign (somebody was muted), pictures that stop are none (a camera went off): both together are.
// Pure: the caller reads the stats and the clock.

import type { Arrivals } from './call_stats';

/** What is looked at, and what it is compared with: the time before it. */
const WINDOW_MS = 200;
const BEFORE_MS = 2000;
/** Longer frames come on a link that is known to be thin, where there is nothing to be saved. */
const VOICE_PER_SECOND_MIN = 40;
const SHARE_MOST = 0.4;
/** A page that was kept waiting itself, by a busy device, knows too little of the link. */
const LOOK_MS_MAX = 250;
/** Until then the gateway has seen it, and its word has come through. */
const HOLD_MS = 1500;

export class UplinkGuard {
  private samples: Arrivals[] = [];
  private heldUntil = -Infinity;

  /** Whether the camera has to step back now; the browser may tell the same figures twice. */
  observe(arrivals: Arrivals): boolean {
    const now = arrivals.at;
    const last = this.samples[this.samples.length - 1];
    if (last && now <= last.at) return now < this.heldUntil;
    const countsAnew = last && arrivals.all < last.all; // a new transport
    if (countsAnew || (last && now - last.at > LOOK_MS_MAX)) this.samples = [];
    this.samples.push(arrivals);
    while (this.samples[1] && this.samples[1].at <= now - WINDOW_MS - BEFORE_MS) this.samples.shift();
    if (now < this.heldUntil) return true;
    if (!this.gotThin(now)) return false;
    this.samples = [];
    this.heldUntil = now + HOLD_MS;
    return true;
  }

  private gotThin(now: number): boolean {
    const first = this.samples[0] as Arrivals;
    const last = this.samples[this.samples.length - 1] as Arrivals;
    const middle = [...this.samples].reverse().find(({ at }) => at <= now - WINDOW_MS);
    if (!middle || middle.at - first.at < BEFORE_MS * 0.8) return false;
    const share = (of: 'voice' | 'all') => (last[of] - middle[of]) / (now - middle.at) / ((middle[of] - first[of]) / (middle.at - first.at));
    const voicePerSecond = (1000 * (middle.voice - first.voice)) / (middle.at - first.at);
    return voicePerSecond >= VOICE_PER_SECOND_MIN && share('voice') < SHARE_MOST && share('all') < SHARE_MOST;
  }
}
