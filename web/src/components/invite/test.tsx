// @vitest-environment jsdom
import { act } from 'preact/test-utils';
import { expect, test, vi } from 'vitest';
import { expectAccessible, later, press, show } from '../testing';
import { InvitePanel } from './view';

const reply = { type: 'invited' as const, reply_to: 1, participant: 'p-9', secret: 'S'.repeat(43) };
const enter = (place: HTMLElement, id: string, value: string) => {
  const field = place.querySelector<HTMLInputElement>(`#${id}`)!;
  void act(() => {
    field.value = value;
    field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
  });
};

test('an interpreter, with the language they bring; the link is shown once', async () => {
  const onInvite = vi.fn(() => Promise.resolve(reply));
  const place = show(<InvitePanel familyOnly={false} onInvite={onInvite} onClose={() => undefined} />);
  enter(place, 'invite-name', ' Luz Ortega ');
  enter(place, 'invite-role', 'interpreter');
  enter(place, 'invite-language', 'vi');
  await expectAccessible(place);
  press(place, 'Make the link');
  await act(later);
  expect(onInvite).toHaveBeenCalledWith({ name: 'Luz Ortega', role: 'interpreter', language: 'vi' });
  expect(place.querySelector<HTMLInputElement>('#invite-link')?.value).toMatch(/\/j#S{43}$/);
  await expectAccessible(place);
});

test('a name is needed; the patient invites family alone', () => {
  const onInvite = vi.fn(() => Promise.resolve(reply));
  const place = show(<InvitePanel familyOnly onInvite={onInvite} onClose={() => undefined} />);
  expect(place.querySelector('#invite-role')).toBeNull();
  press(place, 'Make the link');
  expect(onInvite).not.toHaveBeenCalled();
  expect(place.querySelector('[role=alert]')?.textContent).toContain('name');
});

test('says when it did not work', async () => {
  const place = show(<InvitePanel familyOnly onInvite={() => Promise.reject(new Error('full'))} onClose={() => undefined} />);
  enter(place, 'invite-name', 'Sam');
  press(place, 'Make the link');
  await act(later);
  expect(place.querySelector('[role=alert]')).not.toBeNull();
});
