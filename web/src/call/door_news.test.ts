import { expect, test } from 'vitest';
import { chimeVolume, doorNews, lookAtDoor } from './door_news';
import { daughter, doctor, joinedReply, participant } from './fixtures';
import { stateAfterJoin } from './visit_state';

const host = { ...doctor, you: true };
const atDoor = participant({ state: 'waiting', outside: 'waits' });
const visitOf = (...others: ReturnType<typeof participant>[]) => stateAfterJoin(joinedReply({ you: host, roster: [host, ...others] }), null);
const names = (news: ReturnType<typeof doorNews>) => [news.came, news.knocked].map((list) => list.map((one) => one.id));

test('who came, once', () => {
  const before = lookAtDoor(visitOf());
  expect(names(doorNews(before, visitOf(atDoor)))).toEqual([['p-me'], []]);
  expect(names(doorNews(lookAtDoor(visitOf(atDoor)), visitOf(atDoor)))).toEqual([[], []]);
});

test('who knocked, each time', () => {
  const first = visitOf({ ...atDoor, knocked: 1000 });
  expect(names(doorNews(lookAtDoor(visitOf(atDoor)), first))).toEqual([[], ['p-me']]);
  expect(names(doorNews(lookAtDoor(first), first))).toEqual([[], []]);
  expect(names(doorNews(lookAtDoor(first), visitOf({ ...atDoor, knocked: 61_000 })))).toEqual([[], ['p-me']]);
});

test('who was sent out by somebody here is no news, until they knock', () => {
  const before = lookAtDoor(visitOf());
  const back = { ...atDoor, outside: 'sent_back' as const };
  expect(names(doorNews(before, visitOf(back)))).toEqual([[], []]);
  expect(names(doorNews(before, visitOf({ ...back, knocked: 1 })))).toEqual([[], ['p-me']]);
});

test('quieter beside others, and silent where it would be recorded', () => {
  const alone = visitOf(atDoor);
  const talking = visitOf(atDoor, daughter);
  expect(chimeVolume(alone, false)).toBeGreaterThan(chimeVolume(talking, false));
  expect(chimeVolume(talking, false)).toBeGreaterThan(0);
  const recorded = { ...talking, recording: { ...talking.recording, state: 'recording' as const } };
  expect(chimeVolume(recorded, false)).toBe(0);
  expect(chimeVolume(recorded, true)).toBeGreaterThan(0);
});
