// Looks at one PeerConnection's counters again and again: does anything come at all, do the pictures move, is everybody
// heard, and what is to be told to the gateway. No timer and no DOM: the call looks, and the page lends its counters.

import type { MediaPath, RequestFigures } from '../protocol/messages';
import { PacketWatch } from './call_quality';
import type { Flow } from './call_quality';
import { figuresBetween, readStats } from './call_stats';
import type { CallStats, SlotCounters, SlotTracks, Stat } from './call_stats';
import { PictureWatch, SoundWatch, Watchdog } from './slot_watch';
import type { Motion, Remedy } from './slot_watch';

/** What should come of a slot now: nobody waits for the picture of a hidden person. */
export interface Expected {
  picture: boolean;
  sound: boolean;
}

export interface Wish {
  slot: number;
  media: 'sound' | 'picture';
  remedy: Remedy;
}

export interface Look {
  flow: Flow;
  /** For how long nothing has come that was expected. */
  silentMs: number;
  motions: Motion[];
  wishes: Wish[];
  path: MediaPath;
}

export type Figures = Omit<RequestFigures, 'type' | 'id'>;

interface SlotWatches {
  picture: PictureWatch;
  sound: SoundWatch;
  dogs: { picture: Watchdog; sound: Watchdog };
}

const FIGURES_EVERY_MS = 5000;
const FIGURES_MOST_MS = 60_000;

export class CallWatch {
  private packets = new PacketWatch();
  private readonly slots: SlotWatches[];
  private last: CallStats | null = null;
  private told: { at: number; slots: SlotCounters[] } | null = null;

  constructor(
    private readonly tracks: readonly (() => SlotTracks)[],
    private readonly renderedFrames: (slot: number) => number | null,
  ) {
    this.slots = tracks.map(() => ({
      picture: new PictureWatch(),
      sound: new SoundWatch(),
      dogs: { picture: new Watchdog(), sound: new Watchdog() },
    }));
  }

  /** Nothing is expected for a while, or it is again: what was before proves nothing. */
  beginAgain(): void {
    this.packets = new PacketWatch();
    this.last = this.told = null;
  }

  look(now: number, stats: Iterable<Stat>, expected: readonly Expected[]): Look {
    const read = readStats(stats, this.tracks.map((tracks) => tracks()));
    read.slots.forEach((slot, index) => (slot.frames = this.renderedFrames(index) ?? slot.frames));
    this.last = read;
    this.told ??= { at: now, slots: read.slots };
    const flow = this.packets.observe(now, read.packetsReceived);
    const wishes: Wish[] = [];
    const motions = this.slots.map((watches, slot) => {
      const counters = read.slots[slot] as SlotCounters;
      const wanted = expected[slot] ?? { picture: false, sound: false };
      const motion = watches.picture.observe(now, counters.frames, wanted.picture);
      const heard = watches.sound.observe(now, counters.heardMs - counters.concealedMs, wanted.sound);
      if (flow === 'stopped') {
        watches.dogs.picture.rest();
        watches.dogs.sound.rest();
        return motion;
      }
      const still = motion === 'frozen' || motion === 'coming';
      const remedies = { picture: watches.dogs.picture.observe(now, !still), sound: watches.dogs.sound.observe(now, heard) };
      for (const media of ['picture', 'sound'] as const) {
        const remedy = remedies[media];
        if (remedy) wishes.push({ slot, media, remedy });
      }
      return motion;
    });
    const silentMs = flow === 'stopped' ? now - this.packets.silentSince() : 0;
    return { flow, silentMs, motions, wishes, path: read.path };
  }

  /** What the gateway is to be told, every 5 s. */
  takeFigures(now: number): Figures | null {
    if (!this.last || !this.told || now - this.told.at < FIGURES_EVERY_MS) return null;
    const figures: Figures = {
      interval_ms: Math.min(FIGURES_MOST_MS, Math.round(now - this.told.at)),
      path: this.last.path,
      limited_by: this.last.limitedBy,
      slots: figuresBetween(this.told.slots, this.last.slots),
    };
    this.told = { at: now, slots: this.last.slots };
    return figures;
  }
}
