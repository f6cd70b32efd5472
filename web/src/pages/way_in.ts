// The steps from the opened link to the waiting room, in their order, in one place. What a visit does
// not need is left out, and the line at the top of each page ("Step 2 of 4") counts what is left.

export type WayInStep = 'birthday' | 'place' | 'check' | 'questions';

export interface Asks {
  birth_date: unknown;
  place?: boolean;
  questions?: boolean;
}

export function wayIn(asks: Asks): WayInStep[] {
  return [
    ...(asks.birth_date ? (['birthday'] as const) : []),
    ...(asks.place ? (['place'] as const) : []),
    'check',
    ...(asks.questions ? (['questions'] as const) : []),
  ];
}

export interface Position {
  now: number;
  of: number;
}

/** Where a step stands; a way of one step is not counted. */
export function positionOf(steps: readonly WayInStep[], step: WayInStep): Position | null {
  const index = steps.indexOf(step);
  return index < 0 || steps.length < 2 ? null : { now: index + 1, of: steps.length };
}

/** The step behind this one, or the seat. */
export function stepAfter(steps: readonly WayInStep[], step: WayInStep): WayInStep | 'seat' {
  const index = steps.indexOf(step);
  return (index < 0 ? undefined : steps[index + 1]) ?? 'seat';
}

/** Where somebody goes who has just got the seat. */
export const firstStep = (steps: readonly WayInStep[]): WayInStep => steps.find((one) => one !== 'birthday') ?? 'check';

/** Where a reload goes on: only what asks the person something is worth coming back to. */
export function resumeAt(steps: readonly WayInStep[] | undefined, at: WayInStep | undefined): WayInStep | 'seat' {
  const asks = steps?.includes('place') || steps?.includes('questions');
  return asks && at && at !== 'birthday' && steps?.includes(at) ? at : 'seat';
}
