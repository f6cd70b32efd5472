// The steps by which a picture gives way to the voice, as people see them: worse at once, better only when it lasts, so that
// words neither come late nor blink. Pure: steps and times in.

import type { PictureStep } from '../protocol/messages';
import type { Motion } from './slot_watch';

export type Steps = Readonly<Record<string, PictureStep>>;

const ORDER: readonly PictureStep[] = ['full', 'small', 'still', 'sound_only', 'sound_lost'];

export const isWorse = (step: PictureStep, than: PictureStep): boolean => ORDER.indexOf(step) > ORDER.indexOf(than);

export class SteadySteps {
  private shown: Record<string, PictureStep> = {};
  private betterSince: Record<string, { step: PictureStep; at: number }> = {};

  constructor(private readonly lingerMs: number) {}

  /** What to show now, and when to look again. */
  update(nowMs: number, steps: Steps): { shown: Steps; nextAt: number | null } {
    let nextAt: number | null = null;
    let shown = this.shown;
    const change = (id: string, step: PictureStep) => {
      delete this.betterSince[id];
      if (shown[id] !== step) shown = { ...shown, [id]: step };
    };
    for (const id of new Set([...Object.keys(this.shown), ...Object.keys(steps)])) {
      const step = steps[id] ?? 'full';
      const before = this.shown[id] ?? 'full';
      if (step === before || isWorse(step, before)) {
        change(id, step);
        continue;
      }
      const pending = this.betterSince[id];
      const since = pending && !isWorse(step, pending.step) ? pending.at : nowMs;
      this.betterSince[id] = { step, at: since };
      const due = since + this.lingerMs;
      if (nowMs >= due) change(id, step);
      else nextAt = nextAt === null ? due : Math.min(nextAt, due);
    }
    this.shown = shown;
    return { shown, nextAt };
  }
}

/** What is to be said of somebody's tile. */
export type Condition = 'fine' | 'small' | 'still' | 'standing' | 'coming' | 'reconnecting' | 'sound_only' | 'sound_lost';

/** The steps of the ladder come before what this page notices by itself: they are the reason for it. */
export function conditionOf(step: PictureStep, motion: Motion | undefined, interrupted: boolean): Condition {
  if (interrupted) return 'reconnecting';
  if (step !== 'full' && step !== 'small') return step;
  if (motion === 'frozen') return 'standing';
  if (motion === 'coming') return 'coming';
  return step === 'small' ? 'small' : 'fine';
}

/** No picture, or none worth looking at: the name takes its place. */
export const hasNoPicture = (condition: Condition): boolean => condition === 'sound_only' || condition === 'sound_lost';
