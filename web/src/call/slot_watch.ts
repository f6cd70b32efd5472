// Whether what a slot should show moves and what it should let hear sounds. Pure: counters and times in.

/** What the picture of a slot does, as far as somebody who looks at it should know. */
export type Motion =
  /** None is expected: hidden, muted, or a step of the ladder that has words of its own. */
  | 'unwanted'
  /** Expected, and none came yet. */
  | 'coming'
  | 'moving'
  /** A face stands still that should move. */
  | 'frozen';

/** Nobody looks at a frozen face for a second without words: counters are read every quarter of one. */
const FROZEN_AFTER_MS = 700;
/** It has to move for so long before the words go: else they blink. */
const MOVES_AGAIN_MS = 1000;

export class PictureWatch {
  private frames: number | null = null;
  private lastFrame = -Infinity;
  private movesSince = 0;
  private motion: Motion = 'unwanted';

  observe(nowMs: number, frames: number, wanted: boolean): Motion {
    // A step of the counter in either direction is a picture: it begins anew with the element that counts.
    const isNew = this.frames === null ? frames > 0 : frames !== this.frames;
    this.frames = frames;
    if (!wanted) {
      if (isNew) this.lastFrame = nowMs;
      return (this.motion = 'unwanted');
    }
    if (this.motion === 'unwanted') {
      this.motion = frames > 0 ? 'moving' : 'coming';
      this.lastFrame = nowMs;
    }
    if (isNew) {
      if (nowMs - this.lastFrame > FROZEN_AFTER_MS || this.motion === 'coming') this.movesSince = nowMs;
      this.lastFrame = nowMs;
      if (this.motion === 'coming') this.motion = 'moving';
      if (this.motion === 'frozen' && nowMs - this.movesSince >= MOVES_AGAIN_MS) this.motion = 'moving';
    } else if (this.motion === 'moving' && nowMs - this.lastFrame >= FROZEN_AFTER_MS) this.motion = 'frozen';
    return this.motion;
  }
}

/** What is asked for, the longer nothing comes. */
export type Remedy = 'repair' | 'renegotiate' | 'restart';

const REMEDIES: readonly { afterMs: number; remedy: Remedy }[] = [
  { afterMs: 3000, remedy: 'repair' },
  { afterMs: 8000, remedy: 'renegotiate' },
  { afterMs: 15_000, remedy: 'restart' },
];

/** Asks for each remedy once in a row of troubles, and again with the next trouble. */
export class Watchdog {
  private since: number | null = null;
  private tried = 0;

  observe(nowMs: number, isFine: boolean): Remedy | null {
    if (isFine) {
      this.since = null;
      this.tried = 0;
      return null;
    }
    this.since ??= nowMs;
    const next = REMEDIES[this.tried];
    if (!next || nowMs - this.since < next.afterMs) return null;
    this.tried++;
    return next.remedy;
  }

  /** Something else is being repaired, which explains the silence: begins anew after it. */
  rest(): void {
    this.since = null;
  }
}

const SOUND_WINDOW_MS = 2000;
/** Of the time that passed, this share at least has to be sound that really came. */
const REAL_SHARE = 0.02;

/** Whether a microphone that is on is heard: its packets may come and yet nothing of them be played. */
export class SoundWatch {
  private began: { at: number; realMs: number } | null = null;
  private isHeard = true;

  /** `realMs`: sound played that was not made up for lost packets, since the call began. */
  observe(nowMs: number, realMs: number, wanted: boolean): boolean {
    if (!wanted) {
      this.began = null;
      return (this.isHeard = true);
    }
    if (!this.began || realMs < this.began.realMs) this.began = { at: nowMs, realMs };
    const passed = nowMs - this.began.at;
    if (passed < SOUND_WINDOW_MS) return this.isHeard;
    this.isHeard = realMs - this.began.realMs > REAL_SHARE * passed;
    this.began = { at: nowMs, realMs };
    return this.isHeard;
  }
}
