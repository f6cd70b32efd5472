// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { expectAccessible, later, show } from '../testing';
import { Chat } from './view';

const messages = [
  { id: 'm1', participant: 'p-ana', name: '<b>Ana</b>', text: '<script>alert(1)</script> __proto__', at: 0 },
  { id: 'm2', participant: 'p-me', name: 'Mrs. Ruth Alder', text: 'Hello', at: 1 },
];

function write(place: HTMLElement, words: string) {
  const field = place.querySelector('input') as HTMLInputElement;
  void act(() => {
    field.value = words;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  void act(() => void place.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
  return field;
}

test('messages are text, whatever is in them', async () => {
  const place = show(<Chat messages={messages} you="p-me" maySend onSend={vi.fn()} />);
  expect(place.querySelector('script, b')).toBeNull();
  expect(place.textContent).toContain('<script>alert(1)</script> __proto__');
  expect(place.querySelector('.mine')?.textContent).toMatch(/^You,/);
  await expectAccessible(place);
});

test('the field empties when the message was taken', async () => {
  const onSend = vi.fn(() => Promise.resolve());
  const field = write(show(<Chat messages={[]} you="p-me" maySend onSend={onSend} />), '  Good morning  ');
  await act(later);
  expect(onSend).toHaveBeenCalledWith('Good morning');
  expect(field.value).toBe('');
});

test('a message that was not taken stays in the field', async () => {
  const place = show(<Chat messages={[]} you="p-me" maySend onSend={() => Promise.reject(new Error('lost'))} />);
  const field = write(place, 'Good morning');
  await act(later);
  expect(field.value).toBe('Good morning');
  expect(place.querySelector('[role=alert]')).not.toBeNull();
});

test('nothing but blanks is not sent', () => {
  const onSend = vi.fn();
  write(show(<Chat messages={[]} you="p-me" maySend onSend={onSend} />), '   ');
  expect(onSend).not.toHaveBeenCalled();
});

test('who may not write sees no field', () => {
  expect(show(<Chat messages={[]} you="p-me" maySend={false} onSend={vi.fn()} />).querySelector('form')).toBeNull();
});
