// Work that is carried out one run after another: however often it is asked for meanwhile, one more run follows.

export function latestOnly(run: () => Promise<void>): () => void {
  let busy = false;
  let changed = false;
  const carryOut = async (): Promise<void> => {
    busy = true;
    while (changed) {
      changed = false;
      await run().catch(() => undefined);
    }
    busy = false;
  };
  return () => {
    changed = true;
    if (!busy) void carryOut();
  };
}
