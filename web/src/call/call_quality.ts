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

  reset(): void {
    this.samples = [];
    this.wasFlowing = false;
  }
}

type Stats = Iterable<{ type: string; packetsReceived?: number; selectedCandidatePairId?: string }>;

/** All packets that the transport received, or the media packets where the browser counts no others. */
export function packetsReceived(stats: Stats): number {
  let transport: number | null = null;
  let media = 0;
  for (const one of stats) {
    if (one.type === 'transport' && one.packetsReceived !== undefined) {
      transport = (transport ?? 0) + one.packetsReceived;
    } else if (one.type === 'inbound-rtp') media += one.packetsReceived ?? 0;
  }
  return transport ?? media;
}
