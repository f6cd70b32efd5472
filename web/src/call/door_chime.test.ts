import { expect, test, vi } from 'vitest';

/** What an AudioContext was asked for. */
function fakeContext(state: AudioContextState = 'running') {
  const notes: { hertz: number; loudest: number; ends: number }[] = [];
  const context = {
    state,
    currentTime: 10,
    destination: {},
    wake: () => undefined as void,
    resume: () =>
      new Promise<void>((done) => {
        context.wake = () => {
          context.state = 'running';
          done();
        };
      }),
    createOscillator: () => {
      const note = { hertz: 0, loudest: 0, ends: 0 };
      notes.push(note);
      return {
        frequency: { set value(hertz: number) { note.hertz = hertz; } },
        connect: <T>(next: T) => next,
        start: () => undefined,
        stop: (at: number) => void (note.ends = at),
      };
    },
    createGain: () => ({
      gain: {
        setValueAtTime: () => undefined,
        exponentialRampToValueAtTime: (value: number) => {
          const note = notes[notes.length - 1];
          if (note) note.loudest = Math.max(note.loudest, value);
        },
      },
      connect: <T>(next: T) => next,
    }),
  };
  return { notes, wake: () => context.wake(), context: context as unknown as AudioContext };
}

const fresh = async () => {
  vi.resetModules();
  return (await import('./door_chime')).chime;
};

test('two notes, as loud as was asked for, and then it is quiet', async () => {
  const chime = await fresh();
  const { notes, context } = fakeContext();
  const open = vi.fn(() => context);
  chime(() => 0.1, open);
  chime(() => 0.03, open);
  expect(open).toHaveBeenCalledOnce();
  expect(notes.map((one) => one.loudest)).toEqual([0.1, 0.1, 0.03, 0.03]);
  expect(notes[0]?.hertz).not.toBe(notes[1]?.hertz);
  for (const { ends } of notes) expect(ends - 10).toBeLessThan(1.5);
});

test('nothing at all, where it is to be silent', async () => {
  const chime = await fresh();
  const open = vi.fn();
  chime(() => 0, open);
  expect(open).not.toHaveBeenCalled();
});

test('a device that cannot make a sound is no trouble', async () => {
  const chime = await fresh();
  const { notes, context } = fakeContext();
  chime(() => 0.1, () => {
    throw new Error('no audio');
  });
  chime(() => 0.1, () => context);
  expect(notes).toHaveLength(2);
});

test('a device that sleeps gets no notes, and those of just now once it is awake', async () => {
  const chime = await fresh();
  const { notes, context, wake } = fakeContext('suspended');
  chime(() => 0.1, () => context);
  await Promise.resolve();
  expect(notes).toHaveLength(0);
  wake();
  await Promise.resolve();
  expect(notes).toHaveLength(2);
});

test('awake too late, or where it is to be silent by now: nothing', async () => {
  const chime = await fresh();
  const now = vi.spyOn(Date, 'now').mockReturnValue(0);
  const { notes, context, wake } = fakeContext('suspended');
  chime(() => 0.1, () => context);
  now.mockReturnValue(5000);
  wake();
  await Promise.resolve();
  expect(notes).toHaveLength(0);

  const again = await fresh();
  const other = fakeContext('suspended');
  let volume = 0.1;
  again(() => volume, () => other.context);
  volume = 0;
  other.wake();
  await Promise.resolve();
  expect(other.notes).toHaveLength(0);
});
