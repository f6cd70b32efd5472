// Where this tab keeps answers that have not reached the gateway. No DOM.

export const ANSWERS_PREFIX = 'bedside.answers.';

/** Whether there are any of this owner's. */
export function answersAreKept(storage: Pick<Storage, 'getItem'> | null, owner: string): boolean {
  try {
    return (storage?.getItem(ANSWERS_PREFIX + owner) ?? null) !== null;
  } catch {
    return false;
  }
}
