import { expect, test, vi } from 'vitest';
import { AnswerKeeper } from './answer_keeper';
import type { KeeperParts } from './answer_keeper';
import { HttpProblem } from './http_api';
import type { Asked, Item } from './questionnaires';

const item = (link_id: string): Item => ({ link_id, type: 'scale', text: null, parent: null, required: false, conditions: [], any: false });
const asked: Asked = {
  questionnaires: [
    {
      id: 'q',
      url: 'urn:q',
      title: null,
      copyright: null,
      items: [item('a'), item('b')],
      complete: false,
      answers: [{ link_id: 'a', value: 1 }],
      prefill: [
        { link_id: 'a', value: 9 },
        { link_id: 'b', value: 8 },
      ],
    },
  ],
  crisis: [],
};

function memory() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

function keeper(fields: Partial<KeeperParts> = {}) {
  const waits: (() => void)[] = [];
  const parts = {
    give: vi.fn<KeeperParts['give']>(() => Promise.resolve({ follow: 'nothing' as const })),
    storage: memory(),
    owner: 'ruth',
    wait: (run: () => void) => void waits.push(run),
    onCrisis: vi.fn(),
    ...fields,
  };
  return { keeper: new AnswerKeeper(asked, parts), parts, waits };
}

const down = () => Promise.reject(new HttpProblem(0, 'unreachable', ''));

test('begins with what the gateway has; a prefill is no answer', () => {
  const { keeper: kept } = keeper();
  const [questionnaire] = asked.questionnaires;
  expect(kept.of('q').get('b')).toBeUndefined();
  expect(kept.suggestion(questionnaire!, 'a')).toEqual({ value: 1 });
  expect(kept.suggestion(questionnaire!, 'b')).toEqual({ link_id: 'b', value: 8 });
});

test('sends everything each time, and says when that is all', async () => {
  const { keeper: kept, parts } = keeper();
  kept.set('q', 'a', { value: 2 });
  expect(await kept.save('q')).toEqual({ name: 'saved', follow: 'nothing' });
  expect(parts.give).toHaveBeenLastCalledWith('q', { answers: [{ link_id: 'a', value: 2 }], complete: false });
  kept.set('q', 'b', { skipped: true });
  await kept.save('q');
  expect(parts.give).toHaveBeenLastCalledWith('q', { answers: [{ link_id: 'a', value: 2 }, { link_id: 'b', skipped: true }], complete: true });
  expect(kept.pending).toBe(false);
});

test('what could not be sent is tried again, and survives a reload', async () => {
  const storage = memory();
  const give = vi.fn<KeeperParts['give']>(down);
  const { keeper: kept, waits } = keeper({ storage, give });
  kept.set('q', 'b', { value: 5 });
  expect(await kept.save('q')).toEqual({ name: 'later' });
  expect(kept.pending).toBe(true);

  const again = keeper({ storage });
  expect(again.keeper.of('q').get('b')).toEqual({ value: 5 });
  await again.keeper.saveAll();
  expect(storage.items.size).toBe(0);

  give.mockResolvedValue({ follow: 'crisis' });
  waits[0]?.();
  await kept.saveAll();
  expect(kept.pending).toBe(false);
});

test('another person in the same tab does not get them', () => {
  const storage = memory();
  keeper({ storage, give: down }).keeper.set('q', 'b', { value: 5 });
  expect(keeper({ storage, owner: 'ana' }).keeper.of('q').get('b')).toBeUndefined();
});

test('a refusal is told, and not repeated for ever', async () => {
  const refusal = new HttpProblem(422, 'invalid', '', { answerProblem: 'too_long', question: 'b' });
  const { keeper: kept, waits } = keeper({ give: () => Promise.reject(refusal) });
  kept.set('q', 'b', { value: 5 });
  expect(await kept.save('q')).toEqual({ name: 'refused', problem: 'too_long', question: 'b' });
  expect(kept.pending).toBe(false);
  expect(waits).toHaveLength(0);
});

test('a crisis is told whoever waits for the answer', async () => {
  const { keeper: kept, parts } = keeper({ give: () => Promise.resolve({ follow: 'crisis' }) });
  kept.set('q', 'a', { value: 10 });
  await kept.save('q');
  expect(parts.onCrisis).toHaveBeenCalledOnce();
});

test('saves of one questionnaire come one after the other', async () => {
  const order: number[] = [];
  const give = vi.fn<KeeperParts['give']>(async (_, { answers }) => {
    await Promise.resolve();
    order.push(answers[0]?.value as number);
    return { follow: 'nothing' };
  });
  const { keeper: kept } = keeper({ give });
  kept.set('q', 'a', { value: 2 });
  const first = kept.save('q');
  await Promise.resolve();
  kept.set('q', 'a', { value: 3 });
  await Promise.all([first, kept.save('q')]);
  expect(order.at(-1)).toBe(3);
});

test('a refused answer gives way to the one before, and takes no other with it', async () => {
  const give = vi.fn<KeeperParts['give']>((_, { answers }) =>
    answers.some(({ value }) => value === 99)
      ? Promise.reject(new HttpProblem(422, 'invalid', '', { answerProblem: 'not_clean', question: 'a' }))
      : Promise.resolve({ follow: 'nothing' as const }),
  );
  const { keeper: kept } = keeper({ give });
  kept.set('q', 'a', { value: 99 });
  kept.set('q', 'b', { value: 5 });
  expect(await kept.save('q')).toEqual({ name: 'refused', problem: 'not_clean', question: 'a' });
  expect(kept.of('q').get('a')).toEqual({ value: 1 });
  expect(give).toHaveBeenLastCalledWith('q', { answers: [{ link_id: 'a', value: 1 }, { link_id: 'b', value: 5 }], complete: true });
  expect(kept.pending).toBe(false);
  kept.set('q', 'b', { value: 6 });
  expect(await kept.save('q')).toEqual({ name: 'saved', follow: 'nothing' });
});

test('a first answer that is refused leaves the question open', async () => {
  const refusal = new HttpProblem(422, 'invalid', '', { answerProblem: 'too_long', question: 'b' });
  const give = vi.fn<KeeperParts['give']>(() => Promise.reject(refusal));
  const { keeper: kept } = keeper({ give });
  kept.set('q', 'b', { value: 5 });
  await kept.save('q');
  expect(kept.of('q').has('b')).toBe(false);
  expect(give).toHaveBeenCalledOnce();
});
