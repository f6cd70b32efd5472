// The desk is for staff alone: whoever is ill does not wait for it to load.

import { bringWords } from '../text/text';
import { LatePart, useLatePart } from './late_part';

const desk = new LatePart(async () => {
  const [{ DeskPage }] = await Promise.all([import('./desk'), bringWords('staff'), bringWords('device')]);
  return DeskPage;
});

/** Begins as soon as it is known that somebody works at the desk. */
export const loadDesk = () => desk.bring();

/** Null until it has come. */
export const useDesk = (wanted: boolean) => useLatePart(desk, wanted);
