// Decides from counters whether media still arrives. Pure: the caller reads the stats and the clock.

export type Flow =
  /** Too little arrived lately to expect more (nobody publishes, or the call just began). */
  | 'quiet'
  | 'flowing'
  /** It was flowing, and nothing arrived for a while. */
  | 'stopped';

/** Before a silence means something, this many packets must have come in the window before it. */
const FLOW_PACKETS = 20;
const FLOW_WINDOW_MS = 2000;

interface Sample {
  at: number;
  packets: number;
}

export class PacketWatch {
  private samples: Sample[] = [];
  private lastArrival = 0;
  private wasFlowing = false;

  constructor(private readonly stoppedAfterMs = 500) {}

  /** Takes the number of packets received since the call began. */
  observe(nowMs: number, packets: number): Flow {
    const last = this.samples[this.samples.length - 1];
    if (last && packets < last.packets) this.reset(); // a new transport counts from zero
    if (!last || packets > last.packets) {
      this.lastArrival = nowMs;
      this.samples.push({ at: nowMs, packets });
      this.samples = this.samples.filter((one) => nowMs - one.at <= FLOW_WINDOW_MS);
      const first = this.samples[0] as Sample;
      this.wasFlowing = packets - first.packets >= FLOW_PACKETS;
      return this.wasFlowing ? 'flowing' : 'quiet';
    }
    if (!this.wasFlowing) return 'quiet';
    return nowMs - this.lastArrival >= this.stoppedAfterMs ? 'stopped' : 'flowing';
  }

  /** Since when nothing came, where something was expected. */
  silentSince(): number {
    return this.lastArrival;
  }

  reset(): void {
    this.samples = [];
    this.wasFlowing = false;
  }
}
