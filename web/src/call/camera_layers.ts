// The camera is sent in three sizes at once (simulcast, RFC 8853), lowest first, so that the gateway can forward to each
// person what their link carries. The gateway says which sizes somebody needs; the others are switched off here. Only the
// lowest is sent until the gateway has seen that this link bears more: three sizes at once fill a thin link's queue within a
// second, and the voice waits behind them for the next half minute.

import type { EventCamera } from '../protocol/messages';
import { latestOnly } from './latest_only';
import { isWebKit, platformOf } from './platform';

/** What the gateway wants of the camera, layer by layer. */
export type CameraWish = Omit<EventCamera, 'type'>;
type LayerWish = CameraWish['layers'][number];

interface Layer {
  rid: string;
  scale: number;
  maxBitrate: number;
}

/** A camera of 540 lines at 24 frames a second: 135, 270 and 540 lines. */
const LAYERS: readonly Layer[] = [
  { rid: 'q', scale: 4, maxBitrate: 100_000 },
  { rid: 'h', scale: 2, maxBitrate: 300_000 },
  { rid: 'f', scale: 1, maxBitrate: 1_200_000 },
];
const WHOLE_BPS = 1_200_000;
/** Encoders give no picture at all below this. */
const LEAST_BPS = 30_000;
const MAX_FRAMERATE = 24;
/** Three temporal layers: half and a quarter of the frame rate can be forwarded alone. */
const TEMPORAL_LAYERS = 'L1T3';

type Encoding = RTCRtpEncodingParameters & { scalabilityMode?: string };

const startOf = (rid: string, active: boolean, max_bitrate: number): LayerWish => ({ rid, active, max_bitrate, max_framerate: 0, scale: 1 });
/** Before the gateway's first word: the lowest layer alone (and the second one of an iPad), with little. */
const START: CameraWish = { layers: [startOf('q', true, 60_000), startOf('h', false, 150_000), startOf('f', false, 0)] };
/** A gateway that says nothing at all for so long has no objections. */
const START_LASTS_MS = 8000;

/** While the way up is thin: a sign of life, for which no voice waits. */
const NARROW: CameraWish = { layers: LAYERS.map(({ rid }, index) => startOf(rid, index === 0, LEAST_BPS)) };

/** WebKit sends nothing at all when only the lowest of its layers is active. */
const keepsTwo = (): boolean => isWebKit(platformOf(globalThis.navigator ?? { userAgent: '', maxTouchPoints: 0 }));

const encodings = (temporal: boolean): Encoding[] =>
  LAYERS.map(({ rid }) => ({ rid, active: true, ...(temporal ? { scalabilityMode: TEMPORAL_LAYERS } : {}) }));

/** Adds the camera's line with what this browser takes: layers with temporal layers, layers, or one picture. */
export function addCamera(connection: RTCPeerConnection, keepTwo = keepsTwo()): RTCRtpTransceiver {
  for (const temporal of [true, false]) {
    try {
      const sendEncodings = layersFor(START, encodings(temporal), keepTwo);
      return connection.addTransceiver('video', { direction: 'sendonly', sendEncodings });
    } catch {
      // Not this way in this browser.
    }
  }
  return connection.addTransceiver('video', { direction: 'sendonly' });
}

/** The smaller of two limits of which 0 is none. */
const least = (limit: number, other: number | undefined): number => (other ? Math.min(limit, other) : limit);

/** One layer as it would be sent, and as the gateway wants it: the less of both. */
const limited = (encoding: Encoding, { scale, maxBitrate }: Omit<Layer, 'rid'>, wish: LayerWish | undefined): Encoding => ({
  ...encoding,
  maxBitrate: Math.max(LEAST_BPS, least(maxBitrate, wish?.max_bitrate)),
  maxFramerate: least(MAX_FRAMERATE, wish?.max_framerate),
  scaleResolutionDownBy: scale * Math.max(1, wish?.scale ?? 1),
});

/** How each layer is sent. WebKit sends every one in full size unless it is told otherwise. */
export function layersFor(wish: CameraWish | null, present: readonly Encoding[], keepTwo: boolean): Encoding[] {
  // A gateway or a browser that does not do simulcast has taken all but the first layer away.
  if (present.length < 2) {
    return present.map((one) => limited(one, { scale: 1, maxBitrate: WHOLE_BPS }, wish?.layers[0]));
  }
  const wishOf = (one: Encoding) => wish?.layers.find(({ rid }) => rid === one.rid);
  const wanted = (one: Encoding) => wishOf(one)?.active ?? true;
  const onlyLowest = present.slice(1).every((one) => !wanted(one));
  return present.map((one, index) => {
    const layer = LAYERS.find(({ rid }) => rid === one.rid);
    if (!layer) return one;
    const active = index === 0 || wanted(one) || (keepTwo && onlyLowest && index === 1);
    return { ...limited(one, layer, wishOf(one)), active };
  });
}

/** Carries out the gateway's wishes on one sender, one after another; only the latest of those that wait counts. */
export class CameraLayers {
  private wish: CameraWish | null = START;
  private narrow = false;
  private isNarrow = false;
  private start: ReturnType<typeof setTimeout> | null = null;
  private readonly carryOut = latestOnly(() => this.setLayers());

  constructor(
    private readonly sender: RTCRtpSender,
    private readonly keepTwo = keepsTwo(),
  ) {}

  /** An answer took the camera, and decided which layers there are. */
  answered(): void {
    if (this.wish === START) this.start ??= setTimeout(() => this.wish === START && this.apply(null), START_LASTS_MS);
    this.carryOut();
  }

  /** A browser took an answer, and that turned on all layers (Chromium): at once, before much is sent of them. */
  again(): void {
    this.carryOut();
  }

  /** The gateway's word; null: whatever there is. */
  apply(wish: CameraWish | null): void {
    this.wish = wish;
    this.carryOut();
  }

  /** Smaller than anybody's wish for a moment; also undone. Said again, it is tried again where the browser refused. */
  setNarrow(narrow: boolean): void {
    if (narrow === this.narrow && narrow === this.isNarrow) return;
    this.narrow = narrow;
    this.carryOut();
  }

  close(): void {
    if (this.start !== null) clearTimeout(this.start);
  }

  private async setLayers(): Promise<void> {
    const parameters = this.sender.getParameters?.();
    if (!parameters?.encodings?.length) return;
    const { narrow } = this;
    const next = layersFor(narrow ? NARROW : this.wish, parameters.encodings, this.keepTwo);
    // A browser that refuses goes on as it was.
    if (JSON.stringify(next) !== JSON.stringify(parameters.encodings)) await this.sender.setParameters({ ...parameters, encodings: next });
    this.isNarrow = narrow;
  }
}
