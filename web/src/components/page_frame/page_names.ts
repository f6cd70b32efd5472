// Every page that people can meet, by the name in its `data-page`. tests/pages shows each of them.

export const pageNames = [
  'arrival',
  'birthday',
  'case',
  'case-missing',
  'desk',
  'device-check',
  'device-problem',
  'ended',
  'entering',
  'full',
  'home',
  'link-ended',
  'link-expired',
  'link-missing',
  'link-unknown',
  'loading',
  'locked',
  'second-device',
  'second-device-refused',
  'setup-problem',
  'sign-in',
  'signed-in',
  'staff-sign-in',
  'unreachable',
  'visit',
  'waiting',
] as const;

export type PageName = (typeof pageNames)[number];
