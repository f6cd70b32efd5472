// A part of the client that comes in a file of its own, so that the first page of a link is there sooner.

import { useEffect, useState } from 'preact/hooks';
import { freshPage } from '../protocol/fresh_page';

export class LatePart<T> {
  private here: T | null = null;
  constructor(private readonly load: () => Promise<T>) {}

  /** Null until it has come. */
  get now(): T | null {
    return this.here;
  }

  /** Also ahead of time, while somebody reads. */
  async bring(): Promise<T> {
    return (this.here ??= await this.load());
  }
}

const RETRY_MS = 2000;

/**
 * Null until the part has come. It may come at any time, also between the drawing of a page and what runs after it. Where
 * the page may not be loaded anew, the part is asked for again: some browsers do.
 */
export function useLatePart<T>(part: LatePart<T>, wanted = true, mayReload = true): T | null {
  const [shown, setShown] = useState<T | null>(() => part.now);
  useEffect(() => {
    if (!wanted || shown !== null) return undefined;
    let gone = false;
    let timer: ReturnType<typeof setInterval> | undefined;
    const show = (value: T) => !gone && setShown(() => value);
    const bringBack = () => {
      if (gone) return;
      if (mayReload) void freshPage();
      timer = setInterval(() => (mayReload ? void freshPage() : void part.bring().then(show, () => undefined)), RETRY_MS);
    };
    part.bring().then(show, bringBack);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [part, wanted, mayReload, shown]);
  return shown ?? part.now;
}
